"""The risk–coverage curve and its picture."""

from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.types import Answer, Citation, Claim, Evidence
from eval.abstention import Point, area, is_right, risk_coverage
from eval.judging import bins_of
from eval.plot import curves_svg, reliability_svg
from eval.questions import GoldQuestion
from eval.run import Outcome
from index.papers import Paper
from index.passages import Passage

PAPER = Paper.from_source("T", "Depth helps.", paper_id="right")


def outcome(chance: float | None, gold: str = "right", *, answerable: bool = True, refused: bool = False) -> Outcome:
    question = GoldQuestion("q", "?", "s", "s", (gold,), (), (), answerable, None)
    claim = Claim("Depth helps.", (Citation(1, Passage(PAPER, 0, 12)),), "full", 1.0)
    answer = Answer(
        "?",
        Evidence("?", ()),
        () if refused else (claim,),
        "",
        reason="no_evidence" if refused else None,
        chance=chance,
    )
    return Outcome(question, (gold,), answer)


def test_an_answer_is_right_that_rests_on_a_gold_paper() -> None:
    assert is_right(outcome(0.9))
    assert not is_right(outcome(0.9, "another"))
    assert not is_right(outcome(0.9, answerable=False))
    assert not is_right(outcome(0.1, refused=True))


def test_the_curve_takes_the_likeliest_answers_first() -> None:
    curve = risk_coverage(
        [outcome(0.2, "another"), outcome(0.9), outcome(0.5), outcome(None), outcome(0, refused=True)]
    )
    assert curve == (Point(0.9, 0.2, 0.0), Point(0.5, 0.4, 0.0), Point(0.2, 0.6, 1 / 3))
    assert area(curve) == pytest.approx(1 / 9)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=30))
def test_coverage_grows_and_ends_with_the_risk_of_answering_all(given_: list[tuple[float, bool]]) -> None:
    curve = risk_coverage([outcome(chance, "right" if right else "another") for chance, right in given_])
    assert [p.coverage for p in curve] == sorted(p.coverage for p in curve)
    assert not given_ or curve[-1].risk == pytest.approx(sum(not right for _, right in given_) / len(given_))
    assert 0 <= area(curve) <= 1


def test_the_picture_is_well_formed_whatever_its_curves_are_called() -> None:
    picture = curves_svg("<&>", {"a<b": (Point(0.9, 0.2, 0.0), Point(0.1, 1.0, 0.5)), "none": ()}, 0.5)
    assert ElementTree.fromstring(picture).tag.endswith("svg")
    assert picture.count("<circle") == 1


def test_a_reliability_diagram_is_well_formed_and_holds_a_point_for_each_bin() -> None:
    scores, labels = np.array([0.1, 0.2, 0.8, 0.9]), np.array([0.0, 0.0, 1.0, 1.0])
    bins = bins_of(scores, labels, 2)
    assert [(round(each.told, 2), each.found, each.n) for each in bins] == [(0.15, 0.0, 2), (0.85, 1.0, 2)]
    picture = reliability_svg("<&>", {"a<b": bins})
    line = next(each for each in ElementTree.fromstring(picture) if each.tag.endswith("polyline"))
    assert len(line.attrib["points"].split()) == len(bins)
