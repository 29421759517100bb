"""CSL-JSON."""

import json
from typing import Any

import pytest

from index.papers import Paper
from index.readers.records import Rejected, Remark
from tests.index.test_json_records import papers, read_json, read_sample


def read_one(**fields: Any) -> Paper:
    record = {"id": "k", "type": "article", "title": "T", "abstract": "Five words are an abstract.", **fields}
    (paper,) = papers(read_json(json.dumps([record]), "csl-json"))
    return paper


@pytest.mark.parametrize("name", ["csl_zotero.json", "csl_items.json"])
def test_the_items_of_zotero_are_read_and_a_page_without_an_abstract_is_rejected_by_its_key(name: str) -> None:
    reads = read_sample(name)
    assert papers(reads)[0] == Paper(
        "10.1000/MM.9",
        "On Nine Symphonies by van Beethoven, where a < b",
        "Symphonies are long. We shorten nine of them and ask who noticed.",
        ("Ludwig van Beethoven", "Jean d'Alembert", "The Orchestra", "Martin King Jr."),
        2020,
        "Music & Measure",
        None,
        "10.1000/MM.9",
    )
    (rejected,) = (each for each in reads if isinstance(each, Rejected))
    assert (rejected.number, rejected.code, rejected.record_id) == (4, "NO_ABSTRACT", "notes")


def test_a_preprint_has_its_arxiv_id_from_its_number_or_its_page() -> None:
    assert papers(read_sample("csl_zotero.json"))[1].arxiv_id == "2301.00001"
    assert read_one(URL="https://arxiv.org/abs/hep-th/9901001v3").arxiv_id == "hep-th/9901001"
    assert read_one(number="12", URL="https://example.org/arxiv.org/abs/1").arxiv_id is None


def test_a_paper_of_pubmed_is_named_by_its_number_there() -> None:
    assert papers(read_sample("csl_zotero.json"))[2].paper_id == "pmid:31000001"
    assert read_one(PMID=123).paper_id == read_one(PMID="123").paper_id == "pmid:123"


def test_a_citation_key_never_names_a_paper() -> None:
    assert read_one(id="smith2020").paper_id == read_one(id="smith2021").paper_id


def test_a_date_that_is_a_word_is_remarked() -> None:
    remarks = [each for each in read_sample("csl_zotero.json") if isinstance(each, Remark)]
    assert [(remark.code, remark.record_id) for remark in remarks] == [("YEAR", "17")]


@pytest.mark.parametrize(
    "issued",
    [{"date-parts": [["2019", 5]]}, {"date-parts": [[2019]]}, {"raw": "2019-05"}, {"literal": "May 2019"}, "2019"],
)
def test_a_date_has_its_year_in_any_of_its_forms(issued: object) -> None:
    assert read_one(issued=issued).year == 2019


@pytest.mark.parametrize("doi", ["10.1/Ab", "doi:10.1/Ab", "DOI: 10.1/Ab", "http://dx.doi.org/10.1/Ab"])
def test_a_doi_loses_what_stands_before_it_and_keeps_its_case(doi: str) -> None:
    assert read_one(DOI=doi).doi == "10.1/Ab"


@pytest.mark.parametrize(
    ("name", "spoken"),
    [
        ({"given": "Guy", "dropping-particle": "de", "family": "Maupassant"}, "Guy de Maupassant"),
        ({"given": "Guillaume", "non-dropping-particle": "de l’", "family": "Hôpital"}, "Guillaume de l’Hôpital"),
        ({"family": "Plato"}, "Plato"),
        ({"name": "The Group"}, "The Group"),
        ({"given": 7, "family": "Seven"}, "Seven"),
    ],
)
def test_a_name_is_put_in_the_order_in_which_it_is_spoken(name: dict[str, Any], spoken: str) -> None:
    assert read_one(author=[name]).authors == (spoken,)


def test_markup_and_entities_are_taken_out_of_a_title_and_nothing_else() -> None:
    assert read_one(title="<b>B</b><sub>2</sub> &amp; <T> a<b").title == "B2 & <T> a<b"
