"""The measures of told answers, by examples computed by hand, with a judge that takes words in common for support."""

from collections.abc import Sequence

import pytest

from assistant.reading.grounding import Verdict
from assistant.types import Support
from eval.questions import GoldQuestion
from eval.told.answers import Cited, Sentence, Source, Told
from eval.told.checking import Checked, checked
from eval.told.corpus import Corpus
from eval.told.measures import (
    citation_precision,
    citation_recall,
    evidence_f1,
    evidence_iou,
    links_known,
    quotes_of,
    supported_as,
)
from eval.told.quotes import QuoteKind
from eval.told.scoring import counts, matched, scored, told_figures, worst_first
from index.papers import Paper
from index.passages import Passage
from tests.eval.told.test_quotes import CORPUS, NILE
from tests.scripted import WordedJudge

FLOODS, SILT, FERTILE = "The Nile floods every summer.", "Silt is left behind.", "The silt makes the fields fertile."
RIVER, HILLS = "nile", "10.1/coffee"


def cites(text: str, *quoted: tuple[str, str]) -> Sentence:
    return Sentence(text, tuple(Cited(Source((paper,)), quote) for paper, quote in quoted))


def check(*sentences: Sentence, sources: Sequence[Source] = ()) -> Checked:
    return checked(Told("1", "Why?", sentences, tuple(sources)), CORPUS, WordedJudge())


def test_recall_is_the_share_of_the_sentences_that_their_own_citations_support() -> None:
    answer = check(cites(FLOODS, (RIVER, FLOODS)), cites(SILT), cites(FERTILE, (HILLS, "")))
    assert citation_recall(answer) == pytest.approx(1 / 3)


def test_a_sentence_that_cites_nothing_inherits_nothing_from_its_neighbour() -> None:
    assert citation_recall(check(cites(SILT, (RIVER, "")), cites(SILT))) == 0.5


def test_precision_counts_a_citation_that_supports_alone_and_one_without_which_the_others_do_not() -> None:
    both = "The Nile floods every summer fields fertile makes."
    # Neither part supports it alone, and together they do: both are relevant.
    assert citation_precision(check(cites(both, (RIVER, FLOODS), (RIVER, FERTILE)))) == 1.0
    # The second supports nothing, and the first does without it.
    assert citation_precision(check(cites(FLOODS, (RIVER, FLOODS), (HILLS, "")))) == 0.5
    # Of a sentence that is not supported, no citation is.
    assert citation_precision(check(cites("Cats sleep a lot.", (RIVER, ""), (HILLS, "")))) == 0.0
    assert citation_precision(check(cites(SILT))) == 0.0


def test_a_citation_that_leads_to_no_paper_supports_nothing() -> None:
    answer = check(cites(FLOODS, ("nobody", ""), (RIVER, "")), Sentence(SILT, (Cited(None),)))
    assert links_known(answer) == pytest.approx(1 / 3)
    assert citation_precision(answer) == pytest.approx(1 / 3)
    assert citation_recall(answer) == 0.5


def test_what_rests_on_a_text_that_no_abstract_holds_is_unscored_and_never_zero() -> None:
    page = Source((RIVER,), "Page 7 of the full text, which is not in the index.")
    answer = check(Sentence("Cats sleep.", (Cited(page),)), cites(FLOODS, (RIVER, "")))
    assert citation_recall(answer) == citation_precision(answer) == supported_as("full")(answer) == 1.0
    assert supported_as("unscored")(answer) == 0.5
    assert citation_recall(check(Sentence("Cats sleep.", (Cited(page),)))) is None


def test_what_the_record_says_is_not_measured() -> None:
    answer = check(Sentence("2 papers fit:", recorded=True), cites(FLOODS, (RIVER, "")))
    assert citation_recall(answer) == 1.0
    assert supported_as("unscored")(answer) == 0.0


def test_an_abstained_answer_is_neither_grounded_nor_ungrounded() -> None:
    answer = checked(Told("1", "Why?", (Sentence("I do not know."),), abstained=True), CORPUS, WordedJudge())
    assert citation_recall(answer) is citation_precision(answer) is supported_as("none")(answer) is None


def test_sentences_are_counted_by_verdict() -> None:
    answer = check(
        cites(FLOODS, (RIVER, FLOODS)),
        cites("The Nile does not flood every summer.", (RIVER, FLOODS)),
        cites("Cats sleep a lot.", (RIVER, FLOODS)),
        cites("The Nile floods every winter thrice.", (RIVER, FLOODS)),
    )
    verdicts: tuple[Support, ...] = ("full", "contradicted", "none", "partial")
    assert [supported_as(word)(answer) for word in verdicts] == [0.25, 0.25, 0.25, 0.25]


def test_an_answer_without_any_citation_is_held_against_all_its_sources_but_recalls_nothing() -> None:
    answer = check(cites(FLOODS), sources=[Source((), NILE.abstract)])
    assert supported_as("full")(answer) == 1.0
    assert citation_recall(answer) == citation_precision(answer) == 0.0


def test_quotes_are_counted_apart() -> None:
    answer = check(
        cites(FLOODS, (RIVER, FLOODS), (HILLS, FLOODS), (RIVER, "The Nile floods makes the fields fertile")),
        cites("It is “the gift of the gods above”.", (RIVER, "")),
    )
    kinds: tuple[QuoteKind, ...] = ("verbatim", "misattributed", "stitched", "fabricated")
    assert [quotes_of(kind)(answer) for kind in kinds] == [0.25, 0.25, 0.25, 0.25]
    assert quotes_of("verbatim")(check(cites(FLOODS, (RIVER, "")))) is None


def test_the_title_of_a_paper_in_quotation_marks_is_no_quote() -> None:
    corpus = Corpus([Paper.from_source("What matters on the Nile?", FLOODS, paper_id="w")])
    told = Told("1", "", (Sentence("“What matters on the Nile?” says so.", (Cited(Source(("w",))),)),))
    assert checked(told, corpus, WordedJudge()).sentences[0].quotes == ()


QUESTION = GoldQuestion(
    "1", "Why?", "factoid", "factoid", ("On the Nile",), (SILT[:-1],), ("silt",), answerable=True, conversation=None
)


def test_cited_spans_are_compared_with_the_gold_evidence() -> None:
    answer = check(cites(SILT, (RIVER, "Silt is left behind by the flood.")))
    assert evidence_f1(QUESTION, CORPUS)(answer) == pytest.approx(8 / 11)
    assert evidence_iou(QUESTION, CORPUS)(answer) == pytest.approx(19 / 33)


def test_figures_are_means_over_answers_and_the_worst_answer_comes_first() -> None:
    good = check(cites(SILT, (RIVER, "Silt is left behind")))
    bad = check(cites(FLOODS, (HILLS, "")), cites(FLOODS))
    refused = checked(Told("2", "", (Sentence("No."),), abstained=True), CORPUS, WordedJudge())
    found = [scored(good, QUESTION), scored(bad, QUESTION), scored(refused, QUESTION)]
    named = {each.name: (each.n, each.value) for each in told_figures(found, CORPUS)}
    assert named["answered"] == (3, 0.6667)
    assert named["citation recall (ALCE)"] == (2, 0.5)
    assert named["gold papers that are cited"] == (2, 0.5)
    assert named["says the short answer"] == (2, 0.5)
    assert named["answered when answerable"] == (3, 0.6667)
    assert named["refused when unanswerable"] == (0, None)
    assert [each.answer for each in worst_first(found)] == [bad, refused]
    assert dict(worst_first(found)[0].wrong)[FLOODS] == ("it cites nothing",)
    assert counts([good, bad, refused])["sentences that cite nothing"] == 1


def test_an_answer_belongs_to_the_question_of_its_words_or_else_of_its_id() -> None:
    other = GoldQuestion("2", "How?", "factoid", "factoid", (), (), (), answerable=False, conversation=None)
    answers = [Told("2", " why? ", ()), Told("2", "", ()), Told("3", "Who?", ())]
    assert matched(answers, [QUESTION, other]) == (QUESTION, other, None)


def test_a_judge_that_scores_nothing_leaves_everything_unscored() -> None:
    class Silent:
        def support(self, claim: str, evidence: Sequence[Passage]) -> Verdict:  # noqa: ARG002
            return Verdict("unscored", None)

    answer = checked(Told("1", "", (cites(FLOODS, (RIVER, "")),)), CORPUS, Silent())
    assert citation_recall(answer) is citation_precision(answer) is supported_as("none")(answer) is None
