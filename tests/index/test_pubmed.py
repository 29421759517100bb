"""PubMed's XML."""

import io
import re
from pathlib import Path

import pytest

from index.papers import Paper
from index.readers import pubmed
from index.readers.records import Deleted, Read, Record, Rejected, Source

SAMPLE = (Path(__file__).parent / "samples" / "pubmed.xml").read_text(encoding="utf-8")


def read(text: str) -> list[Read]:
    return list(pubmed.read(Source(io.BytesIO(text.encode()), "pubmed")))


def first(text: str) -> Paper:
    record = read(text)[0]
    assert isinstance(record, Record), record
    return record.paper


def test_every_field_of_an_article_is_read() -> None:
    assert first(SAMPLE) == Paper(
        paper_id="10.1000/jmm.2024.1",
        title="Uptake of CO2 by Scholia minor in the dark.",
        abstract="BACKGROUND: Nobody has looked at S. minor in the dark (p < 0.05). METHODS AND FINDINGS: We looked at "
        "40 plants & noted uptake of 10-3 mol per m2. A closing remark without a label.",
        authors=("Ada B Marginalia", "Martin L King Jr", "Scholia Study Group"),
        year=2024,
        venue="Journal of marginal medicine",
        url="https://pubmed.ncbi.nlm.nih.gov/90000001/",
        doi="10.1000/jmm.2024.1",
    )


def test_an_old_article_has_its_pmid_for_id_a_year_of_many_words_and_the_title_it_has() -> None:
    record = read(SAMPLE)[1]
    assert isinstance(record, Record)
    assert (record.paper.paper_id, record.paper.year, record.paper.doi) == ("pmid:90000002", 1998, None)
    assert (record.paper.title, record.paper.venue) == ("De notis in margine.", "Acta Marg")
    assert record.paper.authors == ("I SCHOLIUM",)


def test_a_letter_without_an_abstract_is_rejected_by_its_pmid() -> None:
    assert read(SAMPLE)[2] == Rejected("pubmed", 62, "NO_ABSTRACT", "the record has no abstract", "90000003")


def test_a_chapter_of_a_book_is_a_paper_and_the_editors_are_not_its_authors() -> None:
    record = read(SAMPLE)[3]
    assert isinstance(record, Record)
    paper = record.paper
    assert (paper.paper_id, paper.title, paper.venue) == ("pmid:90000004", "Margins of the Hand", "MargReviews")
    assert (paper.authors, paper.year) == (("Pia Palm",), 1993)
    assert paper.abstract.startswith("CLINICAL CHARACTERISTICS: Hands that write")


def test_a_deleted_citation_removes_its_paper() -> None:
    assert read(SAMPLE)[4:] == [Deleted("pmid:90000005", "pubmed", 84), Deleted("pmid:90000006", "pubmed", 85)]


def test_the_doi_is_the_articles_own_wherever_it_stands() -> None:
    assert first(re.sub("<ELocationID.*", "", SAMPLE)).doi == "10.1000/jmm.2024.1"
    without = first(re.sub('<ELocationID.*|<ArticleId IdType="doi">10.1000/jmm.*?</ArticleId>', "", SAMPLE))
    assert (without.doi, without.paper_id) == (None, "pmid:90000001")


def test_the_year_is_that_of_the_issue_and_without_it_that_of_the_day_online() -> None:
    assert first(SAMPLE.replace("<Year>2024</Year>", "")).year == 2023


@pytest.mark.parametrize(
    ("head", "recognised"),
    [
        (SAMPLE, True),
        (SAMPLE[:400], True),
        (SAMPLE.partition("?>")[2], True),
        ("<PubmedArticle>", True),
        (SAMPLE.replace("PubmedArticleSet>", "eSummaryResult>"), False),
        ("PubmedArticleSet", False),
        ("<html><PubmedArticleSet></html>", False),
    ],
)
def test_pubmeds_xml_is_known_by_its_root(head: str, recognised: bool) -> None:  # noqa: FBT001
    assert pubmed.recognises(head) is recognised


ENGLISH = "Rural pharmacists treated 340 snake bites in one year, and the antivenom was short in most of them."
GERMAN = "Die Apotheker behandelten in einem Jahr 340 Schlangenbisse, und das Serum war meistens knapp bei ihnen."


@pytest.mark.parametrize(
    ("own", "other", "language", "kept"),
    [
        ("", ENGLISH, "eng", ENGLISH),
        ("No abstract available.", ENGLISH, "eng", ENGLISH),
        (GERMAN, ENGLISH, "eng", ENGLISH),
        (ENGLISH, "A summary of this in the words that are plain.", "eng", ENGLISH),
        (ENGLISH, GERMAN, "ger", ENGLISH),
        ("", GERMAN, "ger", None),
        ("", "Abstract available from the publisher.", "eng", None),
    ],
)
def test_an_english_abstract_in_a_second_field_is_used_where_there_is_none_in_the_first(
    own: str, other: str, language: str, kept: str | None
) -> None:
    abstract = f"<Abstract><AbstractText>{own}</AbstractText></Abstract>" if own else ""
    (record,) = read(
        f"<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>T</ArticleTitle>{abstract}"
        f'</Article><OtherAbstract Type="AAMC" Language="{language}"><AbstractText>{other}</AbstractText></OtherAbstract>'
        "</MedlineCitation></PubmedArticle></PubmedArticleSet>"
    )
    assert (record.paper.abstract if isinstance(record, Record) else None) == kept
