"""OpenAlex."""

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.papers import Paper
from tests.index.test_json_records import papers, read_json, read_sample, rejections

FIRST = Paper(
    "10.7717/PeerJ.4375",
    "The state of water: a large-scale look",
    "Water is wet and water is heavy . We measured water in 40 places, and water was wet in 39 of them (97.5%).",
    ("Heather Brook", "Jason Lake"),
    2022,
    "PeerJ",
    "https://doi.org/10.7717/peerj.4375",
    "10.7717/PeerJ.4375",
)


def read_one(**fields: Any) -> Any:
    record = {"id": "https://openalex.org/W1", "title": "T", "abstract_inverted_index": {"Word": [0, 1, 2, 3, 4]}}
    return read_json(json.dumps({**record, **fields}), "openalex")


@pytest.mark.parametrize("name", ["openalex_works.json", "openalex_snapshot.jsonl"])
def test_works_are_read_and_one_without_an_abstract_is_rejected(name: str) -> None:
    reads = read_sample(name)
    assert papers(reads)[0] == FIRST
    assert rejections(reads) == [(3, "NO_ABSTRACT")]


def test_a_single_work_is_read() -> None:
    assert papers(read_sample("openalex_work.json")) == [FIRST]


def test_the_page_of_a_preprint_gives_its_arxiv_id() -> None:
    second = papers(read_sample("openalex_works.json"))[1]
    assert (second.paper_id, second.doi) == ("2206.00042", "10.48550/arxiv.2206.00042")
    pages = ["https://arxiv.org/abs/hep-th/9901001v2", "https://arxiv.org/pdf/2206.00042v1.pdf"]
    found = [papers(read_one(primary_location={"landing_page_url": page}))[0].arxiv_id for page in pages]
    assert found == ["hep-th/9901001", "2206.00042"]


def test_a_work_without_ids_of_others_is_named_by_its_own() -> None:
    last = papers(read_sample("openalex_works.json"))[-1]
    assert (last.paper_id, last.venue, last.url) == ("openalex:W3000000004", None, "https://example.org/w4")
    assert papers(read_one())[0].url == "https://openalex.org/W1"


def test_an_author_without_a_profile_has_the_name_that_was_printed() -> None:
    assert papers(read_sample("openalex_works.json"))[1].authors == ("RAW NAME", "Ana Lim")


def test_the_title_may_be_the_name_that_is_displayed() -> None:
    assert papers(read_one(title=None, display_name="Shown"))[0].title == "Shown"


@given(
    st.lists(st.sampled_from(["a", "b", "c", "the", "The", "of.", "(x)", "é", "1.5"]), min_size=6),
    st.randoms(use_true_random=False),
)
def test_an_inverted_abstract_is_the_text_again(words: list[str], shuffled: random.Random) -> None:
    index: dict[str, list[int]] = {}
    for place, word in enumerate(words):
        index.setdefault(word, []).append(place)
    items = list(index.items())
    shuffled.shuffle(items)
    (paper,) = papers(read_one(abstract_inverted_index=dict(items)))
    assert paper.abstract == " ".join(words)


@pytest.mark.parametrize(
    "index", [7, "text", [], {"Word": 0}, {"Word": [0, "1"]}, {"Word": [True]}, {"Word": [None, 1]}]
)
def test_an_index_that_is_none_rejects_its_record(index: object) -> None:
    assert rejections(read_one(abstract_inverted_index=index)) == [(1, "TYPE")]
