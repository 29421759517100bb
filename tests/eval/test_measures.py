"""Each measure by an example that was computed by hand, and why points are lost."""

import pytest

from assistant.llm.action import LLMFailed
from eval.closed_book import Unread, holds_own_answer, known_to, leaking
from eval.lists import counts_exactly, list_precision, list_recall
from eval.losses import losses
from eval.measures import AREA, MISCALIBRATED, by_slice, figures, measured, points
from eval.nuggets import nugget_recall
from eval.retrieval import reciprocal_rank
from eval.run import Outcome
from tests.eval.outcomes import outcome
from tests.scripted import ScriptedLLM, Shelf


def lost(each: Outcome) -> str:
    return " ".join(losses(each, measured(each)))


def test_the_reciprocal_rank_is_that_of_the_first_gold_paper() -> None:
    assert reciprocal_rank(("x", "a", "b"), ("a", "b")) == 1 / 2
    assert reciprocal_rank(("x", "y"), ("a",)) == 0.0


def test_a_list_is_measured_by_its_papers_and_by_its_number() -> None:
    listed = outcome("a", "b", "c", gold=("a", "b", "d", "e"), slice="list", papers=4)
    assert list_precision(listed.answer, listed.gold) == 2 / 3
    assert list_recall(listed.answer, listed.gold) == 2 / 4
    assert counts_exactly(listed.answer, listed.gold)
    assert not counts_exactly(outcome("a", "b", "c").answer, ("a", "b"))


def test_a_nugget_matches_by_the_share_of_its_terms_in_one_sentence() -> None:
    answer = outcome("a").answer
    assert nugget_recall(answer, ("Width helps",)) == 1.0
    # Of "helps", "40" and "papers", two; of "nothing", none.
    assert nugget_recall(answer, ("helps 40 papers", "nothing")) == pytest.approx((2 / 3 + 0) / 2)
    assert nugget_recall(outcome(reason="no_evidence").answer, ("Width",)) == 0.0


def test_a_refusal_is_neither_grounded_nor_ungrounded() -> None:
    values = measured(outcome(reason="no_evidence"))
    assert not {"citation precision", "verbatim", "claims fully supported"} & values.keys()
    assert (values["citation recall"], values["false refusal"]) == ((0.0,), (1.0,))


def test_a_claim_that_was_not_scored_is_not_found_wanting() -> None:
    assert "claims fully supported" not in measured(outcome("a", support="unscored"))
    assert measured(outcome("a", support="none"))["claims fully supported"] == (0.0,)


def test_the_chances_of_a_run_have_an_area_and_a_calibration_error() -> None:
    named = {each.name: each for each in figures([outcome("a"), outcome("b", chance=0.5, id="2")])}
    # Covered to a half without risk, and whole with that of a half.
    assert (named[AREA].n, named[AREA].value) == (2, 0.25)
    assert (named[MISCALIBRATED].n, named[MISCALIBRATED].value) == (2, 0.3)
    assert {each.n for each in figures([outcome("a", chance=None)]) if each.name in {AREA, MISCALIBRATED}} == {0}


def test_a_slice_is_that_of_the_set_and_a_wider_or_a_finer_one() -> None:
    refused = outcome(gold=(), answerable=False, slice="unanswerable", kind="off_topic", reason="out_of_scope")
    slices = by_slice([outcome("a", slice="german"), refused])
    assert [*slices] == ["german", "unanswerable", "other language", "unanswerable: off_topic"]
    finer = {each.name: each for each in slices["unanswerable: off_topic"]}
    assert finer["refused: off_topic"].value == finer["refused when unanswerable"].value == 1.0


def test_points_are_the_mean_of_the_four_things() -> None:
    assert points(measured(outcome("a", evidence=("Depth helps a lot. Width helps 40 models.",)))) == 1.0
    # All is found, nothing cited, and refused; nothing is known of correctness.
    assert points(measured(outcome(reason="no_evidence"))) == pytest.approx((1 + 0 + 0) / 3)
    assert points(measured(outcome(gold=(), answerable=False, reason="no_evidence"))) == 1.0
    assert points(measured(outcome("a", gold=(), answerable=False))) == 0.0


def test_why_points_were_lost_is_said_in_sentences() -> None:
    assert lost(outcome("a")) == ""
    assert lost(outcome(gold=(), answerable=False, reason="no_evidence")) == ""
    assert "did not find the gold paper" in lost(outcome("b", gold=("z",)))
    assert "does not cite 1 of the 2 gold papers" in lost(outcome("a", gold=("a", "b")))
    assert "cites [2], which is not gold" in lost(outcome("a", "c"))
    assert "refused (no_evidence, at a chance of 0.90)" in lost(outcome(reason="no_evidence"))
    assert "do not hold the short answer" in lost(outcome("a", short=("breadth",)))
    assert "less than half of the nuggets" in lost(outcome("a", nuggets=("nothing of it",)))
    assert "not find 1 of its claims" in lost(outcome("a", support="none"))
    assert "other words of it than the gold sentence" in lost(outcome("a", evidence=("Height does nothing.",)))
    assert "counts 5 papers where the gold list holds 1" in lost(outcome("a", slice="list", papers=5))
    assert "does not see that what the question takes for granted" in lost(outcome("a", slice="false_premise"))
    assert "takes for false what is not" in lost(outcome("a", premise=True))
    assert "only at rank 6" in lost(outcome("a", found=("u", "v", "w", "x", "y", "a")))
    assert "No abstract answers this" in lost(outcome("a", gold=(), answerable=False))


def test_what_is_answered_without_the_abstracts_leaks() -> None:
    own = outcome(short=("helps",), reason="no_evidence", id="own")
    assert holds_own_answer(own.question)
    recorded, refused = outcome("a", id="recorded"), outcome(short=("40",), reason="no_evidence", id="refused")
    wrong = outcome("a", gold=(), answerable=False, id="wrong")
    assert [*leaking([own, recorded, refused, wrong])] == ["own", "recorded"]


def test_what_an_llm_answers_with_nothing_to_read_leaks_and_where_it_fails_nothing_is_known() -> None:
    asked = [outcome(short=("fortytwo",), id=name).question for name in ("known", "unknown", "failed")]
    llm = ScriptedLLM("It is Fortytwo.", "I do not know.", LLMFailed("unreachable", "It is gone."))
    assert known_to(llm, "tiny", asked) == {"known": "tiny answers it with nothing to read"}
    assert [messages[-1].content for messages in llm.asked] == ["What helps?"] * 3


def test_a_corpus_that_is_not_read_is_searched_for_nothing() -> None:
    shelf = Shelf(*(each.passage.paper for each in outcome("a").answer.evidence.hits))
    unread = Unread(shelf)
    assert (unread.search("Depth", 5), unread.sentences("Depth", unread.papers())) == ((), ())
    assert len(unread.papers()) == 3
    assert unread.spelling is shelf
