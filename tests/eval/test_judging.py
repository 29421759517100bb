"""Labelled pairs, and the figures of the scorer on them."""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.reading.grounding import CalibratedJudge
from assistant.writing.judging import SecondOpinion, Word
from assistant.writing.terms import Terms
from eval.judging import (
    ROLES,
    balanced_accuracy,
    calibration_error,
    heard,
    judged,
    judged_as,
    judging_figures,
    majority,
)
from eval.pairs import PAIRS, passages_of, read_pairs
from index.errors import QuestionSetError
from tests.scripted import ScriptedLLM

PAIR = {"id": "1", "dataset": "d", "claim": "Depth helps.", "evidence": ["Depth helps a lot."], "label": "supported"}


def written(path: Path, *records: object) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def test_the_shipped_pairs_are_those_of_no_training_set() -> None:
    pairs = read_pairs(PAIRS)
    assert (len(pairs), {pair.split for pair in pairs}) == (105, {"test"})
    assert {pair.dataset for pair in pairs} == {"sample-claims", "acl-claims"}


def test_pairs_are_read_plain_and_gzipped(tmp_path: Path) -> None:
    plain = written(tmp_path / "pairs.jsonl", PAIR)
    packed = tmp_path / "pairs.jsonl.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert read_pairs(plain) == read_pairs(packed)


@pytest.mark.parametrize("broken", [{**PAIR, "label": "maybe"}, {"claim": "x"}, [], {**PAIR, "evidence": [1]}])
def test_a_line_that_is_no_pair_is_named(tmp_path: Path, broken: object) -> None:
    with pytest.raises(QuestionSetError, match=r"pairs.jsonl:2 is not a labelled pair"):
        read_pairs(written(tmp_path / "pairs.jsonl", PAIR, broken))


@pytest.mark.parametrize("content", [b"", b"\xff", b"\x1f\x8b broken"])
def test_a_file_without_pairs_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / ("pairs.jsonl.gz" if content[:1] == b"\x1f" else "pairs.jsonl")
    path.write_bytes(content)
    with pytest.raises(QuestionSetError, match=r"pairs\.jsonl"):
        read_pairs(path)


@given(st.lists(st.text(max_size=40), max_size=6))
def test_passages_of_texts_hold_these_texts_word_for_word(texts: list[str]) -> None:
    passages = passages_of(texts)
    assert [passage.text.split() for passage in passages] == [" ".join(p.text.split()).split() for p in passages]
    assert " ".join(passage.text for passage in passages) == (passages[0].paper.abstract if passages else "")


def test_balanced_accuracy_gives_both_classes_the_same_weight() -> None:
    assert balanced_accuracy(np.array([1.0]), np.array([0.0, 0.0, 0.0, 1.0])) == pytest.approx(0.875)


def test_calibration_error_is_the_distance_of_probability_from_frequency() -> None:
    labels = np.array([0.0, 1.0] * 50)
    assert calibration_error(np.full(100, 0.5), labels) == pytest.approx(0)
    assert calibration_error(np.full(100, 0.9), labels) == pytest.approx(0.4)


def test_the_figures_come_from_the_scorer_that_paints_the_badges(judge: CalibratedJudge, tmp_path: Path) -> None:
    pairs = read_pairs(
        written(tmp_path / "pairs.jsonl", PAIR, {**PAIR, "claim": "Boats float.", "label": "contradicted"})
    )
    found = judged(judge, pairs)
    assert [each.accepted for each in found] == [
        judge.support(pair.claim, pair.evidence).support == "full" for pair in pairs
    ]
    names = [each.name for each in judging_figures(found)]
    assert len(names) == 3
    assert judging_figures(found[:1])[0].name == "calibration error"


def words_of(*words: str) -> str:
    return json.dumps({"verdicts": [{"claim": n, "verdict": word} for n, word in enumerate(words, 1)]})


def test_an_llm_judges_the_same_pairs_eight_at_once_and_what_it_does_not_say_is_counted() -> None:
    pairs = read_pairs(PAIRS)[:20]
    words = words_of(*["full", "partial"] * 4)
    said = heard(SecondOpinion(ScriptedLLM(words, "I cannot tell.", words), Terms("scribe")), pairs)
    found = judged_as(pairs, said.words)
    assert ([each.pair for each in found], said.unread) == ([*pairs[:8], *pairs[16:]], 8)
    assert [(each.accepted, each.score) for each in found[:2]] == [(True, 1.0), (False, 0.5)]
    assert said.usage.requests == 3


def test_each_role_is_told_what_to_look_for_and_its_own_pairs_alone() -> None:
    pairs, llm = read_pairs(PAIRS)[:1], ScriptedLLM(*[words_of("full")] * 3)
    for role in ROLES.values():
        assert heard(SecondOpinion(llm, Terms("scribe"), role), pairs).words == ("full",)
    rules = [asked[0].content for asked in llm.asked]
    assert all(role in told and pairs[0].claim not in told for role, told in zip(ROLES.values(), rules, strict=True))
    assert len({told[:40] for told in rules}) == 3


@pytest.mark.parametrize(
    ("words", "most"),
    [
        (("full", "full", "none"), "full"),
        (("full", "partial", "none"), "none"),
        (("full", "partial", None), "partial"),
        (("full", "contradicted", None), "contradicted"),
        ((None, "full", None), "full"),
        ((None, None, None), None),
    ],
)
def test_most_roles_decide_and_of_a_tie_the_word_that_supports_least(words: Sequence[Word | None], most: Word) -> None:
    assert majority(words) == most
