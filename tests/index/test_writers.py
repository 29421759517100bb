"""Papers written out, and read back by the readers of the same formats."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.papers import Paper
from index.readers import Record, Rejected, Remark, read_corpus
from index.readers.markup import plain
from index.readers.placeholders import is_placeholder
from index.writers import FORMATS, written
from index.writers.keys import keyed
from index.writers.kinds import kind_of
from index.writers.names import halves
from tests.conftest import SAMPLE

ABSTRACT = "We read the words of a record with care, and keep every one."
ODD = (
    Paper.from_source("Braces {in} a {title", "A } closes, a { opens, and \\ is \\alpha. " + ABSTRACT),
    Paper.from_source("50% of R&D costs $5_000 #1 ~ 2^10", "A % & $x_1^2$ # ~ ^ -- --- `` '' ?` !` \"q\". " + ABSTRACT),
    Paper.from_source("Réseaux über ЖЗИ 深層学習 İ ﬁ 🎉", "Ünïcödé é e\u0301. " + ABSTRACT, authors=("Jón Núñez-Östberg",)),
    Paper.from_source("Lines\nin a\r\ntitle", "One.\n\nTwo.\nTY  - JOUR\nER  - \n@article{x,\n}\n" + ABSTRACT, year=1999),
    Paper.from_source("Long " * 2000, ABSTRACT),
    Paper.from_source("A title that a list needs", ABSTRACT, authors=("Ana van der Roca", "Martin King Jr.", "Plato")),
    Paper.from_source("A venue & a note", ABSTRACT, venue="Proceedings of R&D {2020}", year=2020, retracted=True),
    Paper.from_source("A journal", ABSTRACT, venue="Journal of Water_Ways", url="https://x.example/a_b?c=%7B1%7D&d=~e#f"),
    Paper.from_source("A DOI", ABSTRACT, doi="10.1002/(SICI)1097-0258(19980815)17:15/16<1661::AID-SIM968>3.0.CO;2-2"),
    Paper.from_source("A preprint", ABSTRACT, arxiv_id="2301.00001", url="https://arxiv.org/abs/2301.00001"),
    Paper.from_source("An old preprint", ABSTRACT, arxiv_id="cs/0301001", authors=("Foo and Bar Inc", "d'Arc Jeanne")),
    Paper.from_source("An others paper", ABSTRACT, authors=("others", "family=Roca", "Anne d' Arc")),
)  # fmt: skip


# Remarks on what a paper says, in whatever format.
REMARKS = {"SHORT", "HIDDEN", "SUSPECT", "LOOKALIKE", "SCRIPT", "NOTICE"}


def read_back(papers: Sequence[Paper], format_name: str, folder: Path) -> tuple[Paper, ...]:
    """What the reader that the content chooses reads of what was written; nothing in the file itself is amiss."""
    file = folder / "written.txt"
    file.write_text(written(papers, format_name), encoding="utf-8")
    found = list(read_corpus([str(file)]))
    assert [each for each in found if isinstance(each, Rejected | Remark) and each.code not in REMARKS] == []
    return tuple(each.paper for each in found if isinstance(each, Record))


def as_read(paper: Paper) -> Paper:
    """What a reader makes of a paper: a preprint has its page."""
    page = f"https://arxiv.org/abs/{paper.arxiv_id}" if paper.arxiv_id else None
    return replace(paper, url=paper.url or page)


@pytest.mark.parametrize("format_name", FORMATS)
def test_the_sample_reads_back_as_it_was(format_name: str, tmp_path: Path) -> None:
    papers = tuple(each.paper for each in read_corpus([str(SAMPLE)]) if isinstance(each, Record))
    assert len(papers) == 77
    assert read_back(papers, format_name, tmp_path) == papers


@pytest.mark.parametrize("paper", ODD, ids=lambda paper: paper.title[:20])
@pytest.mark.parametrize("format_name", FORMATS)
def test_odd_texts_read_back_as_they_were(format_name: str, paper: Paper, tmp_path: Path) -> None:
    (found,) = read_back([paper], format_name, tmp_path)
    assert replace(found, url=None) == replace(paper, url=None)
    assert found.url in (paper.url, as_read(paper).url)


@pytest.mark.parametrize("format_name", FORMATS)
def test_odd_papers_beside_each_other_stay_as_many(format_name: str, tmp_path: Path) -> None:
    assert len(read_back(ODD, format_name, tmp_path)) == len(ODD)


@pytest.mark.parametrize("format_name", FORMATS)
@given(
    title=st.text(st.characters(exclude_characters="<&\0", exclude_categories=["Cs"]), min_size=1),
    words=st.lists(st.sampled_from([*list("{}\\%&$#_~^-`'\"?!@=, \n"), "a", "TY  - ", "\\alpha", "and"])).map("".join),
)
def test_any_text_reads_back_as_it_was(
    format_name: str, title: str, words: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    paper = Paper.from_source(f"Of {title}", f"{ABSTRACT} {words}", authors=(f"Ana {words}",) if words.strip() else ())
    if plain(paper.title) != paper.title or plain(paper.abstract) != paper.abstract or is_placeholder(paper.abstract):
        return
    (found,) = read_back([paper], format_name, tmp_path_factory.mktemp("any"))
    assert (found.title, found.abstract, found.paper_id) == (paper.title, paper.abstract, paper.paper_id)
    assert [name.replace(",", " ").split() for name in found.authors] == [
        name.replace(",", " ").split() for name in paper.authors
    ]


@pytest.mark.parametrize("format_name", ["bibtex", "csl-json"])
def test_the_id_of_pubmed_reads_back(format_name: str, tmp_path: Path) -> None:
    paper = Paper.from_source("Of mice", ABSTRACT, paper_id="pmid:12345", url="https://pubmed.ncbi.nlm.nih.gov/12345")
    assert read_back([paper], format_name, tmp_path) == (paper,)


@pytest.mark.parametrize("format_name", FORMATS)
def test_no_papers_are_an_empty_file_of_the_format(format_name: str) -> None:
    assert written((), format_name).strip() in ("", "[]")


def test_a_key_tells_of_author_year_and_title() -> None:
    paper = Paper.from_source("On the Slow Rivers", ABSTRACT, authors=("Ana van der Núñez",), year=2020)
    assert [key for key, _ in keyed([paper])] == ["vandernunez2020slow"]
    assert [key for key, _ in keyed([Paper.from_source("深層学習", ABSTRACT)])] == ["paper"]


def test_keys_that_are_alike_are_made_distinct() -> None:
    one = Paper.from_source("Rivers", ABSTRACT, authors=("Ana Roca",), year=2020)
    papers = [one, replace(one, title="Rivers again"), replace(one, title="rivers-2"), replace(one, title="RIVERS")]
    assert len({key for key, _ in keyed(papers)}) == 4
    assert [item["id"] for item in json.loads(written(papers, "csl-json"))][:2] == [
        "roca2020rivers",
        "roca2020rivers-2",
    ]


def test_names_are_halved_before_the_family() -> None:
    assert halves("Ana van der Roca") == ("Ana", "van der Roca")
    assert halves("Martin Luther King Jr.") == ("Martin Luther", "King Jr.")
    assert halves("Plato") == ("", "Plato")
    assert halves("") == ("", "")


def test_the_name_of_a_body_stays_whole() -> None:
    assert halves("The Sparse Computing Group") == ("", "The Sparse Computing Group")
    paper = Paper.from_source("Rivers", ABSTRACT, authors=("NLLB Team", "Foo and Bar, Inc."))
    assert "author = {{NLLB Team} and {Foo and Bar, Inc.}}," in written([paper], "bibtex")
    assert "AU  - NLLB Team\nAU  - Foo and Bar Inc.\n" in written([paper], "ris")
    assert json.loads(written([paper], "csl-json"))[0]["author"] == [
        {"literal": "NLLB Team"},
        {"literal": "Foo and Bar, Inc."},
    ]


def test_a_venue_tells_a_meeting_from_a_journal() -> None:
    venues = {
        "ACL 2020": "meeting",
        "Proceedings of X": "meeting",
        "Transactions of the ACL": "article",
        "Water": "article",
    }
    paper = Paper.from_source("Rivers", ABSTRACT)
    assert {venue: kind_of(replace(paper, venue=venue)) for venue in venues} == venues
    assert kind_of(paper) == "other"


def test_an_entry_says_what_it_is() -> None:
    water = Paper.from_source("Deep wells", "Dry.", authors=("Ana Roca", "Bo Lind"), year=2018, venue="Water & Air")
    assert written([water], "bibtex") == (
        "@article{roca2018deep,\n  title = {{Deep wells}},\n  author = {Ana Roca and Bo Lind},\n  year = {2018},\n"
        "  journal = {Water \\& Air},\n  abstract = {Dry.},\n}\n"
    )
    assert written([replace(water, venue="Proceedings of ACL")], "ris").splitlines()[:6] == [
        "TY  - CPAPER", "ID  - roca2018deep", "TI  - Deep wells", "AU  - Roca, Ana", "AU  - Lind, Bo", "PY  - 2018",
    ]  # fmt: skip
