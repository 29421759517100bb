"""Two rankings made one."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from index.fusion import LEXICAL_WEIGHT, convex, weight_of_words

ITEMS = st.integers(0, 30)
COSINES = st.dictionaries(ITEMS, st.floats(-1, 1))
POSITIVE = st.dictionaries(ITEMS, st.floats(0.001, 1))
BM25 = st.dictionaries(ITEMS, st.floats(0, 50))
WEIGHTS = st.floats(0, 1)


def ranking(scores: dict[int, float]) -> list[int]:
    return sorted(scores, key=lambda item: (-scores[item], item))


def test_scores_are_shares_of_the_best_of_each_ranking() -> None:
    assert convex({1: 0.8, 2: 0.4, 3: -0.5}, {2: 10.0, 4: 5.0}, 0.25) == {1: 0.75, 2: 0.625, 4: 0.125, 3: 0.0}


def test_the_lexical_weight_is_a_half_unless_another_is_given() -> None:
    assert LEXICAL_WEIGHT == 0.5
    assert convex({1: 0.5}, {2: 3.0}) == {1: 0.5, 2: 0.5}


def test_words_weigh_most_where_a_passage_holds_most_of_them_and_nothing_where_a_few_stand_there_by_chance() -> None:
    assert weight_of_words(10.0, 10.0) == weight_of_words(6.0, 10.0) == LEXICAL_WEIGHT
    assert weight_of_words(2.5, 10.0) == weight_of_words(1.0, 10.0) == weight_of_words(0.0, 0.0) == 0.0
    assert weight_of_words(3.0, 10.0, 0.9) < weight_of_words(4.0, 10.0, 0.9) < 0.9


@given(st.floats(0, 50), st.floats(0, 50), WEIGHTS)
def test_words_never_weigh_more_than_the_most(best: float, attainable: float, most: float) -> None:
    assert 0 <= weight_of_words(best, attainable, most) <= most


def test_of_a_ranking_that_was_cut_off_only_what_stands_out_counts() -> None:
    flat = convex({1: 0.5, 2: 0.4}, {2: 5.0, 3: 4.9, 4: 4.8}, 0.5, floor=4.8)
    assert [*flat] == [1, 2, 3, 4]
    outstanding = convex({1: 0.5, 2: 0.4}, {2: 5.0, 3: 1.1, 4: 1.0}, 0.5, floor=1.0)
    assert [*outstanding] == [2, 1, 3, 4]


def test_nothing_fused_with_nothing_is_nothing() -> None:
    assert convex({}, {}) == {}


def test_scores_that_are_all_zero_stay_zero() -> None:
    assert convex({2: 0.0, 1: -1.0}, {3: 0.0}) == {1: 0.0, 2: 0.0, 3: 0.0}


@given(COSINES, BM25, WEIGHTS)
def test_every_item_of_either_ranking_has_a_score_from_0_to_1(
    dense: dict[int, float], lexical: dict[int, float], weight: float
) -> None:
    fused = convex(dense, lexical, weight)
    assert fused.keys() == dense.keys() | lexical.keys()
    assert all(0 <= score <= 1 for score in fused.values())


@given(COSINES, BM25, WEIGHTS)
def test_the_best_come_first_and_equals_stand_by_item_number(
    dense: dict[int, float], lexical: dict[int, float], weight: float
) -> None:
    fused = convex(dense, lexical, weight)
    assert list(fused) == ranking(fused)


@given(COSINES, BM25, WEIGHTS, st.randoms(use_true_random=False))
def test_the_order_of_what_is_fused_does_not_matter(
    dense: dict[int, float], lexical: dict[int, float], weight: float, random: Random
) -> None:
    one, other = (dict(random.sample(sorted(each.items()), len(each))) for each in (dense, lexical))
    assert list(convex(one, other, weight).items()) == list(convex(dense, lexical, weight).items())


@given(POSITIVE)
def test_without_lexical_weight_the_order_is_that_of_the_cosines(dense: dict[int, float]) -> None:
    lexical = {item: float(item) for item in range(31)}
    fused = [item for item in convex(dense, lexical, 0.0) if item in dense]
    assert [dense[item] for item in fused] == sorted(dense.values(), reverse=True)


@given(POSITIVE)
def test_with_all_the_weight_lexical_the_order_is_that_of_bm25(lexical: dict[int, float]) -> None:
    dense = {item: item / 30 for item in range(31)}
    fused = [item for item in convex(dense, lexical, 1.0) if item in lexical]
    assert [lexical[item] for item in fused] == sorted(lexical.values(), reverse=True)


@given(POSITIVE, POSITIVE, ITEMS)
def test_a_better_cosine_never_lowers_an_item(dense: dict[int, float], lexical: dict[int, float], item: int) -> None:
    raised = dense | {item: 1.0}
    assert convex(raised, lexical)[item] >= convex(dense, lexical).get(item, 0.0)
