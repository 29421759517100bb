"""Semantic Scholar."""

import json

from index.papers import Paper
from index.readers.records import Rejected
from tests.index.test_json_records import papers, read_json, read_sample, rejections

FIRST = Paper(
    "10.18653/v1/2021.acl-long.999",
    "Reading Tables Aloud",
    "Tables are read cell by cell. We read them by row, and listeners err 12% less.",
    ("Ana Lim", "J. Ørsted"),
    2021,
    "Annual Meeting of the Association for Computational Linguistics",
    f"https://www.semanticscholar.org/paper/{1:040x}",
    "10.18653/v1/2021.acl-long.999",
)


def test_the_answer_to_a_search_is_read_and_an_abstract_that_is_withheld_is_rejected() -> None:
    reads = read_sample("semantic_scholar_search.json")
    assert papers(reads)[0] == FIRST
    (rejected,) = (each for each in reads if isinstance(each, Rejected))
    assert (rejected.number, rejected.code, rejected.record_id) == (2, "NO_ABSTRACT", f"{2:040x}")


def test_a_paper_is_named_by_the_id_that_other_sources_share() -> None:
    names = [paper.paper_id for paper in papers(read_sample("semantic_scholar_search.json"))]
    assert names == ["10.18653/v1/2021.acl-long.999", "pmid:31000001", "1912.00042", f"s2:{5:040x}"]


def test_an_id_of_the_acl_anthology_names_a_paper_without_a_doi() -> None:
    record = {
        "paperId": "x",
        "externalIds": {"ACL": "P19-1001"},
        "title": "T",
        "abstract": "Five words are an abstract.",
    }
    assert [paper.paper_id for paper in papers(read_json(json.dumps(record), "semantic-scholar"))] == ["acl:P19-1001"]


def test_a_paper_without_a_year_or_a_venue_has_those_of_its_date_and_its_journal() -> None:
    third = papers(read_sample("semantic_scholar_search.json"))[1]
    assert (third.year, third.venue) == (2019, "Annals of Nothing")


def test_a_batch_has_null_for_a_paper_that_was_not_found() -> None:
    reads = read_sample("semantic_scholar_batch.json")
    assert papers(reads)[0] == FIRST
    assert rejections(reads) == [(2, "TYPE")]


def test_the_papers_of_a_data_set_are_read() -> None:
    reads = read_sample("semantic_scholar_papers.jsonl")
    assert papers(reads) == [
        Paper(
            "s2:1006",
            "Corpora of Corpora",
            "Corpora are gathered in corpora. We gather those as well.",
            ("Ana Lim",),
            2018,
            "Letters",
            "https://www.semanticscholar.org/paper/x6",
        )
    ]
    assert rejections(reads) == [(2, "NO_ABSTRACT")]
