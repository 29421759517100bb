"""Good answers that are broken, on purpose and one way at a time, are seen to be by the measure that is meant to."""

from functools import cache
from pathlib import Path
from random import Random

import pytest

from assistant.opening import open_assistant
from assistant.reading.grounding import CalibratedJudge
from assistant.settings import read_settings
from assistant.types import Question
from assistant.wire import answer_record
from benchmarks.perturbations import changes
from eval.perturbing import MEANT, PERTURBATIONS, change, perturbed
from eval.questions import SETS, GoldQuestion, read_questions
from eval.told import of_ours
from eval.told.answers import Cited, Sentence, Source, Told
from eval.told.checking import Checked, checked
from eval.told.corpus import Corpus
from index.index import Index
from index.vectors.embedding import LocalEmbedder
from tests.eval.told.test_quotes import CORPUS

# Each answered, and between them with all that can be broken.
ASKED = ("dev-001", "dev-002", "dev-004", "dev-016", "dev-020", "dev-022", "dev-024", "dev-025", "dev-038", "dev-040")


@pytest.fixture(scope="module")
def good(
    sample_index: Path, embedder: LocalEmbedder, judge: CalibratedJudge
) -> tuple[list[tuple[Told, GoldQuestion]], list[Checked], Corpus]:
    assistant = open_assistant(read_settings(index=str(sample_index)))
    corpus = Corpus(Index.open(sample_index, embedder).papers())
    asked = [question for question in read_questions(SETS / "sample-dev.jsonl") if question.id in ASKED]
    records = [(answer_record(assistant.ask(Question(one.question)), one.id), one) for one in asked]
    told = [(of_ours.read({**record, "evidence": record["evidence"][:3]}, one.id), one) for record, one in records]
    answered = [(each, one) for each, one in told if not each.abstained]
    return answered, [checked(each, corpus, judge) for each, _ in answered], corpus


@pytest.mark.parametrize("name", PERTURBATIONS)
def test_breaking_answers_lowers_the_measure_that_is_meant_to_see_it(
    good: tuple[list[tuple[Told, GoldQuestion]], list[Checked], Corpus], judge: CalibratedJudge, name: str
) -> None:
    told, before, corpus = good
    found = changes(told, before, name, corpus, judge)
    for measure in MEANT[name]:
        moved = found[measure]
        assert moved, measure
        assert moved.difference.high is not None
        assert moved.difference.n >= 4, measure
        assert moved.after < moved.before, measure
        assert moved.difference.high < 0, measure


@cache
def nile() -> Told:
    said = ("The Nile floods every summer.", "The silt makes the fields fertile.")
    sentences = tuple(Sentence(words, (Cited(Source(("nile",)), words),)) for words in said)
    return Told("1", "Why?", sentences, (Source(("10.1/coffee",)),))


def test_every_way_of_breaking_has_a_measure_and_says_where_it_does_not_apply() -> None:
    assert MEANT.keys() == PERTURBATIONS.keys()
    bare = Told("1", "", (Sentence("Cats sleep."),))
    for name, way in PERTURBATIONS.items():
        assert (way(bare, CORPUS, Random(0)) is None) == (name != "negated"), name


def test_the_same_seed_breaks_the_same_way() -> None:
    for name in PERTURBATIONS:
        assert perturbed([nile()], name, CORPUS, 1) == perturbed([nile()], name, CORPUS, 1), name


def test_a_sentence_is_negated_at_its_first_verb_or_as_a_whole() -> None:
    told = Told("1", "", tuple(map(Sentence, ("It is dark.", "It is not dark.", "Cats sleep."))))
    (found,) = perturbed([told], "negated", CORPUS)
    assert found
    assert [one.text for one in found.sentences] == ["It is not dark.", "It is dark.", "It is not so that cats sleep."]


def test_a_change_is_of_the_answers_that_are_measured_both_times() -> None:
    found = change("x", [(1.0, 0.0), (0.5, 0.5), (None, 1.0), (1.0, None)])
    assert found
    assert (found.before, found.after, found.difference.n, found.difference.value) == (0.75, 0.25, 2, -0.5)
    assert change("x", [(None, 1.0)]) is None
