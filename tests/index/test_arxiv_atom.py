"""arXiv's Atom feeds."""

import io
from pathlib import Path

import pytest

from index.papers import Paper
from index.readers import arxiv_atom
from index.readers.records import Read, Record, Rejected, Source

SAMPLES = Path(__file__).parent / "samples"
API = (SAMPLES / "arxiv_api.xml").read_text(encoding="utf-8")


def read(text: str) -> list[Read]:
    return list(arxiv_atom.read(Source(io.BytesIO(text.encode()), "feed")))


def paper(text: str) -> Paper:
    record = read(text)[0]
    assert isinstance(record, Record), record
    return record.paper


def test_every_field_of_an_entry_is_read() -> None:
    assert paper(API) == Paper(
        paper_id="2301.00001",
        title=r"Marginal Notes as a Source of Evidence: Reading Abstracts with $\mathcal{O}(n \log n)$ Care",
        abstract="We ask how much of an answer can be read from the margin of a page. On invented corpora of "
        "$n < 10^6$ abstracts, notes & quotes agree in 93% of cases. A second paragraph, indented as arXiv indents it, "
        "says that they do not agree in the rest.",
        authors=("Ada Marginalia", "José Núñez-Vidal"),
        year=2023,
        venue="J. Marg. Stud. 7 (2023) 101-113",
        url="https://arxiv.org/abs/2301.00001",
        doi="10.1000/margin.2023.1",
        arxiv_id="2301.00001",
    )


def test_the_feed_is_read_in_order_and_a_refused_query_is_rejected() -> None:
    first, second, third = read(API)
    assert isinstance(first, Record)
    assert isinstance(second, Record)
    assert (first.number, second.paper.paper_id, second.paper.year) == (10, "hep-th/9901001", 1999)
    assert isinstance(third, Rejected)
    assert (third.number, third.code) == (50, "ERROR")
    assert "incorrect id format for 1234.12345x" in third.reason


def test_a_daily_announcement_is_read_without_its_announcement() -> None:
    found = paper((SAMPLES / "arxiv_announcements.xml").read_text(encoding="utf-8"))
    assert found.abstract.startswith("A gloss is written for a book.")
    assert (found.paper_id, found.year) == ("2611.00007", 2026)
    assert found.authors == ("Ada Marginalia", r"M\'elodie Gloss")


@pytest.mark.parametrize("prefix", ["atom", "a"])
def test_the_prefix_of_a_namespace_does_not_matter(prefix: str) -> None:
    plain = ["feed", "entry", "id", "title", "summary", "published", "author", "name", "updated", "link", "category"]
    text = API.replace('<feed xmlns="', f'<feed xmlns:{prefix}="')
    for name in plain:
        for start in ("<", "</"):
            for end in (">", " ", "/>"):
                text = text.replace(f"{start}{name}{end}", f"{start}{prefix}:{name}{end}")
    assert f"<{prefix}:entry>" in text
    assert paper(text) == paper(API)


def test_an_entry_without_a_summary_is_rejected_and_the_next_is_read() -> None:
    before, _, rest = API.partition("<summary>")
    first, second, _ = read(before + rest.partition("</summary>")[2])
    assert isinstance(first, Rejected)
    assert (first.number, first.code, first.record_id) == (10, "NO_ABSTRACT", "2301.00001")
    assert isinstance(second, Record)


@pytest.mark.parametrize(
    ("head", "recognised"),
    [
        (API, True),
        (API[:700], True),
        (API.replace("arxiv.org", "example.org"), False),
        (API.replace("<feed", "<rss", 1), False),
        ('{"feed": "http://www.w3.org/2005/Atom", "x": "arxiv.org/"}', False),
        ("", False),
    ],
)
def test_a_feed_is_known_by_its_root_and_by_speaking_of_arxiv(head: str, recognised: bool) -> None:  # noqa: FBT001
    assert arxiv_atom.recognises(head) is recognised
