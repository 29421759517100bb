"""Crossref."""

import json
from typing import Any

import pytest

from index.papers import Paper
from tests.index.test_json_records import SAMPLES, papers, read_json, read_sample, rejections

FIRST = Paper(
    "10.1000/J.2020.1",
    "On H2O & other liquids",
    "Liquids flow. We let H2O flow at p < 0.05, and it flowed.",
    ("Ana Lim", "The FLOW Consortium", "Martin King Jr."),
    2020,
    "Journal of Liquids",
    "https://doi.org/10.1000/J.2020.1",
    "10.1000/J.2020.1",
)


def read_one(**fields: Any) -> Paper:
    record = {"DOI": "10.1/X", "title": ["T"], "abstract": "<jats:p>Five words are an abstract.</jats:p>", **fields}
    (paper,) = papers(read_json(json.dumps(record), "crossref"))
    return paper


@pytest.mark.parametrize("name", ["crossref_works.json", "crossref_dump.jsonl"])
def test_works_are_read_and_those_without_abstract_or_title_are_rejected(name: str) -> None:
    reads = read_sample(name)
    assert papers(reads)[0] == FIRST
    assert rejections(reads) == [(2, "NO_ABSTRACT"), (4, "NO_TITLE")]


def test_a_single_work_is_read_out_of_its_message() -> None:
    assert papers(read_sample("crossref_work.json")) == [FIRST]


def test_the_files_of_the_public_dump_wrap_their_works() -> None:
    works = [json.loads(line) for line in (SAMPLES / "crossref_dump.jsonl").read_text(encoding="utf-8").splitlines()]
    assert papers(read_json(json.dumps({"items": works}, indent=1), "crossref"))[0] == FIRST


def test_sections_of_an_abstract_keep_their_titles() -> None:
    third = papers(read_sample("crossref_works.json"))[1]
    assert third.abstract == "Background: Dates are lost. Results: This one was."
    assert (third.authors, third.year, third.venue) == (("Mononym",), None, None)


def test_a_work_as_citation_processors_get_it_has_plain_texts() -> None:
    paper = read_one(**{"title": "Plain", "container-title": "J. &amp; K.", "issued": {"date-parts": [["2020"]]}})
    assert (paper.title, paper.venue, paper.year) == ("Plain", "J. & K.", 2020)


@pytest.mark.parametrize("issued", [None, {}, {"date-parts": []}, {"date-parts": [[]]}, {"date-parts": [[None]]}, 7])
def test_a_work_without_a_date_has_no_year(issued: object) -> None:
    assert read_one(issued=issued).year is None
