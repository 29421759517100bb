"""What ships as sets: how many questions, whose they are, and what they may be used for."""

import re
from collections import Counter

import pytest

from eval.pairs import read_pairs
from eval.questions import SETS, read_questions

SAID = (SETS / "README.md").read_text(encoding="utf-8")
OWN = (
    "sample-dev",
    "sample-test",
    "acl-dev",
    "acl-test",
    "acl-dev-translated",
    "acl-premises",
    "acl-shapes",
    "acl-open",
)


def test_every_file_is_told_of_and_every_file_that_is_told_of_is_there() -> None:
    there = {path.name for path in SETS.iterdir()} - {"README.md"}
    assert {*re.findall(r"`([\w-]+\.jsonl(?:\.gz)?)`", SAID)} == there


def test_the_questions_over_the_sample_and_acl_papers_are_as_many_as_is_told_by_slice() -> None:
    counted = Counter(question.slice for name in OWN for question in read_questions(SETS / f"{name}.jsonl"))
    assert f"there are {counted.total()} questions" in SAID
    assert counted.total() >= 300
    assert {
        slice_name: int(n) for slice_name, n in re.findall(r"^\| (\w+) \| (\d+) \|$", SAID, re.MULTILINE)
    } == counted


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("scifact-train", {"supported": 20, "contradicted": 20, "not_enough_info": 20}),
        ("pubmedqa-train", {"supported": 20, "not_enough_info": 20}),
    ],
)
def test_the_samples_of_labelled_pairs_are_small_and_of_what_the_weights_did_not_see(
    name: str, labels: dict[str, int]
) -> None:
    pairs = read_pairs(SETS / f"{name}.jsonl")
    assert Counter(pair.label for pair in pairs) == labels
    assert {pair.split for pair in pairs} == {"train, held out"}


def test_half_of_the_questions_far_from_papers_are_to_be_refused() -> None:
    questions = read_questions(SETS / "clapnq-dev.jsonl")
    assert Counter(question.answerable for question in questions) == {True: 30, False: 30}
