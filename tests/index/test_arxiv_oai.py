"""OAI-PMH."""

import io
from pathlib import Path

import pytest

from index.papers import Paper
from index.readers import arxiv_oai
from index.readers.records import Deleted, Read, Record, Rejected, Source

SAMPLES = Path(__file__).parent / "samples"
ARXIV, RAW, DUBLIN_CORE = (
    (SAMPLES / name).read_text(encoding="utf-8") for name in ("arxiv_oai.xml", "arxiv_oai_raw.xml", "arxiv_oai_dc.xml")
)


def read(text: str) -> list[Read]:
    return list(arxiv_oai.read(Source(io.BytesIO(text.encode()), "oai")))


def papers(text: str) -> list[Paper]:
    return [record.paper for record in read(text) if isinstance(record, Record)]


def test_every_field_of_arxivs_own_format_is_read() -> None:
    assert papers(ARXIV) == [
        Paper(
            paper_id="0704.0002",
            title="Counting the Notes on a Page Before Reading It",
            abstract=r"A page is counted before it is read. We give a bound of \(k \le 7\) notes per page — and show "
            "that it is tight for pages that were read by more than one hand.",
            authors=("C. Balázs", "Martin L. King Jr.", "The Margin Collaboration"),
            year=2007,
            venue="Phys.Rev.D76:013009,2007",
            url="https://arxiv.org/abs/0704.0002",
            doi="10.1103/PhysRevD.76.013009",
            arxiv_id="0704.0002",
        )
    ]


def test_a_deleted_record_removes_its_paper() -> None:
    assert read(ARXIV)[1] == Deleted("math.GT/0309136", "oai", 20)


@pytest.mark.parametrize(
    ("created", "year"),
    [("2026-08-30", 2007), ("2007-03-31", 2007), ("2006-12-31", 2006), ("soon", None), ("", None)],
)
def test_a_day_of_creation_after_the_id_was_given_is_not_believed(created: str, year: int | None) -> None:
    assert papers(ARXIV.replace("2026-08-30", created))[0].year == year


def test_the_year_of_an_old_id_lies_in_the_old_century() -> None:
    text = ARXIV.replace("0704.0002", "hep-th/9704002")
    assert [(paper.paper_id, paper.year) for paper in papers(text)] == [("hep-th/9704002", 1997)]


def test_the_raw_format_gives_the_first_version_and_authors_without_their_affiliations() -> None:
    (paper,) = papers(RAW)
    assert (paper.paper_id, paper.title, paper.year) == ("0704.0003", "Of Hands and Margins", 2007)
    assert paper.authors == ("Hong Pan", r"C. Bal\'azs", "John Smith, Jr.")


def test_dublin_core_tells_the_abstract_from_the_comment_and_the_identifiers_apart() -> None:
    paper = papers(DUBLIN_CORE)[0]
    assert (
        paper.abstract == "We show that a determinant of marginal numbers counts the pages that carry no note at all."
    )
    assert (paper.paper_id, paper.year, paper.doi) == ("0704.0004", 2007, "10.1000/jm.2007.4")
    assert (paper.venue, paper.url) == ("Journal of Margins 3 (2007) 4", "https://arxiv.org/abs/0704.0004")
    assert paper.authors == ("David Callan", "Martin L. King Jr")


def test_another_repository_names_its_papers_by_its_own_identifiers() -> None:
    paper = papers(DUBLIN_CORE)[1]
    assert (paper.paper_id, paper.url) == ("oai:zenodo.org:1234567", "https://zenodo.org/record/1234567")
    assert (paper.arxiv_id, paper.venue) == (None, None)


def test_a_record_in_a_format_that_is_not_read_is_rejected_with_those_that_are() -> None:
    rejected = read(DUBLIN_CORE)[2]
    assert isinstance(rejected, Rejected)
    assert (rejected.number, rejected.code, rejected.record_id) == (37, "FORMAT", "0704.0005")
    assert "arXivRaw" in rejected.reason


def test_a_record_without_an_identifier_is_rejected() -> None:
    (rejected,) = read("<OAI-PMH><GetRecord><record><header status='deleted'/></record></GetRecord></OAI-PMH>")
    assert isinstance(rejected, Rejected)
    assert rejected.code == "ID"


def test_a_refused_request_is_rejected_with_the_answer() -> None:
    (rejected,) = read('<OAI-PMH><error code="badResumptionToken">The token has expired.</error></OAI-PMH>')
    assert isinstance(rejected, Rejected)
    assert rejected.code == "ERROR"
    assert "badResumptionToken The token has expired." in rejected.reason


def test_brackets_without_end_take_no_time() -> None:
    (paper,) = papers(RAW.replace("Hong Pan (1 and 2)", "Hong Pan " + "(" * 20_000 + ")" * 20_000))
    assert paper.authors[-1] == "John Smith, Jr."


@pytest.mark.parametrize(
    ("head", "recognised"), [(ARXIV, True), (RAW[:150], True), ("<feed/>", False), ("OAI-PMH", False)]
)
def test_an_answer_is_known_by_its_root(head: str, recognised: bool) -> None:  # noqa: FBT001
    assert arxiv_oai.recognises(head) is recognised
