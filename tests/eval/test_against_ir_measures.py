"""The measures of retrieval against ir-measures, which computes them with trec_eval."""

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.retrieval import ndcg, recall, reciprocal_rank

NAMES = st.sampled_from("abcdefghijkl")


@given(st.lists(NAMES, min_size=1, unique=True), st.sets(NAMES, min_size=1, max_size=5))
def test_ndcg_reciprocal_rank_and_recall_are_those_of_trec_eval(ranked: list[str], gold: set[str]) -> None:
    qrels = {"q": dict.fromkeys(gold, 1)}
    run = {"q": {name: 1 / rank for rank, name in enumerate(ranked, start=1)}}
    found = ir_measures.calc_aggregate([ir_measures.nDCG @ 10, ir_measures.RR, ir_measures.R @ 5], qrels, run)
    assert ndcg(ranked, dict.fromkeys(gold, 1.0)) == pytest.approx(found[ir_measures.nDCG @ 10])
    assert reciprocal_rank(ranked, [*gold]) == pytest.approx(found[ir_measures.RR])
    # As in BEIR, ours is capped at what k places can hold; with at most five gold papers that is the same.
    assert recall(ranked, [*gold], 5) == pytest.approx(found[ir_measures.R @ 5])


def test_graded_gains_are_discounted_as_trec_eval_does() -> None:
    gains, ranked = {"a": 3, "b": 1, "c": 2}, ["b", "x", "a"]
    run = {"q": {name: 1 / rank for rank, name in enumerate(ranked, start=1)}}
    found = ir_measures.calc_aggregate([ir_measures.nDCG @ 10], {"q": gains}, run)
    assert ndcg(ranked, {name: float(gain) for name, gain in gains.items()}) == pytest.approx(
        found[ir_measures.nDCG @ 10]
    )
