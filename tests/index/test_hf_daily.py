"""Hugging Face's daily papers."""

import json

from index.papers import Paper
from tests.index.test_json_records import papers, read_json, read_sample, rejections

PAPER = Paper(
    "2403.01234",
    "Quiet Caches: Answering from What Was Read",
    "Caches of keys and values grow with every token. We keep the tenth that is looked at, and lose 0.4 points on nine "
    "tasks.",
    ("Mira Holt", "Jón Þórsson"),
    2024,
    None,
    "https://arxiv.org/abs/2403.01234",
    None,
    "2403.01234",
)


def test_the_papers_of_a_day_are_read_and_one_without_a_summary_is_rejected() -> None:
    reads = read_sample("hf_daily_papers.json")
    assert papers(reads)[0] == PAPER
    assert [paper.authors for paper in papers(reads)] == [PAPER.authors, ("Ana Lim",)]
    assert rejections(reads) == [(3, "NO_ABSTRACT")]


def test_a_single_paper_is_the_same_as_its_entry_in_a_day() -> None:
    assert papers(read_sample("hf_paper.json")) == [PAPER]


def test_what_the_client_library_makes_of_a_paper_is_read_too() -> None:
    record = {
        "id": "2403.01234v2",
        "title": PAPER.title,
        "summary": PAPER.abstract,
        "published_at": "2024-03-01 18:59:59",
    }
    (paper,) = papers(read_json(json.dumps(record), "hf-daily"))
    assert (paper.arxiv_id, paper.year, paper.abstract) == ("2403.01234", 2024, PAPER.abstract)


def test_the_text_that_a_model_made_of_a_paper_is_never_its_abstract() -> None:
    assert not any("made by a model" in paper.abstract for paper in papers(read_sample("hf_daily_papers.json")))
