"""Mails and pages of arXiv."""

import io
from pathlib import Path

import pytest

from index.errors import CorpusError
from index.papers import Paper
from index.readers import Read, Record, Rejected, Remark, arxiv_mail, arxiv_page, read_corpus
from index.readers.records import Source

MOSS = Paper.from_source(
    "Moss on Roofs: A Study of Twelve Houses",
    "We cover twelve roofs with moss and measure the rooms below. They are three degrees cooler all summer.",
    authors=("Ada Moss", "Carl Fern"),
    year=2019,
    url="https://arxiv.org/abs/1901.00001",
    arxiv_id="1901.00001",
)
MAIL = r"""Archives at http://arxiv.org/
------------------------------------------------------------------------------
\\
arXiv:1901.00001
Date: Thu, 3 Jan 2019 10:00:00 GMT   (20kb)

Title: Moss on Roofs: A Study of
  Twelve Houses
Authors: Ada Moss and Carl Fern
Categories: cs.CY
Comments: 9 pages
\\
  We cover twelve roofs with moss and measure the rooms below. They are three
degrees cooler all summer.
\\ ( https://arxiv.org/abs/1901.00001 ,  20kb)
------------------------------------------------------------------------------
\\
arXiv:1901.00002
replaced with revised version Thu, 3 Jan 2019 10:00:00 GMT   (20kb)

Title: An older work
Authors: Carl Fern
\\ ( https://arxiv.org/abs/1901.00002 ,  20kb)
"""
LISTING = """Computer Science > Computers and Society
Fri, 4 Jan 2019 (showing first 2 of 2 entries )
[1] arXiv:1901.00001 [pdf, html, other]
Title: Moss on Roofs: A Study of Twelve Houses
Ada Moss, Carl Fern
Comments: 9 pages
Subjects: Computers and Society (cs.CY)

{abstract}

[2] arXiv:1901.00002 [pdf, html, other]
Title: An older work
Carl Fern
Subjects: Computers and Society (cs.CY)
"""
SEARCH = f"""Showing 1–2 of 2 results for all: moss
1. arXiv:1901.00001 [pdf, other]  cs.CY
{MOSS.title}
Authors: Ada Moss, Carl Fern
Abstract: {MOSS.abstract} △ Less
Submitted 3 January, 2019; originally announced January 2019.
2. arXiv:1901.00002v2 [pdf]  doi 10.1/x
cs.CY
An older work
Authors: Carl Fern
Abstract: …and ferns on walls are counted. They are many, and more each… ▽ More
Submitted 2 January, 2019; originally announced January 2019.
"""
PAGE = f"""Computer Science > Computers and Society
[Submitted on 3 Jan 2019]
Title:{MOSS.title}
Authors:Ada Moss, Carl Fern
View PDF
Abstract:{MOSS.abstract}
Comments:\t9 pages
Cite as:\tarXiv:1901.00001 [cs.CY]
"""


def read(module: object, text: str) -> list[Read]:
    return list(module.read(Source(io.BytesIO(text.encode()), "x")))  # type: ignore[attr-defined]


def test_a_mail_has_a_paper_for_each_announcement_with_an_abstract() -> None:
    assert arxiv_mail.recognises(MAIL)
    record, rejected = read(arxiv_mail, MAIL)
    assert record == Record(MOSS, "x", 4)
    assert isinstance(rejected, Rejected)
    assert rejected.code == "NO_ABSTRACT"


def test_a_listing_with_abstracts_is_read_and_an_entry_without_one_rejected() -> None:
    text = LISTING.format(abstract=MOSS.abstract)
    assert arxiv_page.recognises(text)
    record, rejected = read(arxiv_page, text)
    assert record == Record(MOSS, "x", 3)
    assert isinstance(rejected, Rejected)
    assert (rejected.number, rejected.code) == (11, "NO_ABSTRACT")


def test_a_listing_without_abstracts_is_refused_with_where_to_get_them() -> None:
    with pytest.raises(CorpusError, match=r"shows no abstracts.*export\.arxiv\.org"):
        read(arxiv_page, LISTING.format(abstract=""))


def test_results_of_a_search_are_read_and_a_cut_abstract_is_remarked_on() -> None:
    first, remark, second = read(arxiv_page, SEARCH)
    assert first == Record(MOSS, "x", 2)
    assert isinstance(remark, Remark)
    assert (remark.code, remark.number) == ("CUT", 7)
    assert isinstance(second, Record)
    assert (second.paper.title, second.paper.authors) == ("An older work", ("Carl Fern",))
    assert second.paper.abstract.endswith("more each…")


def test_the_page_of_one_paper_is_read_by_its_labels(tmp_path: Path) -> None:
    (tmp_path / "page").write_text(PAGE)
    assert list(read_corpus([str(tmp_path / "page")])) == [Record(MOSS, str(tmp_path / "page"), 3, "labelled-text")]
