"""The control of a set: what of it is answered without its abstracts, and so says nothing of how well they are read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.llm.action import Action, LLMFailed
from assistant.llm.messages import LLM, Message
from assistant.question.corpus import Corpus, Records, Words
from assistant.types import Answer, Evidence
from eval.abstention import is_right
from eval.citations import is_correct
from eval.questions import GoldQuestion
from eval.run import Outcome
from index.filters import EVERYTHING, Filter
from index.index import By, Hit
from index.papers import Paper
from index.records.facets import Field, Order

_TOLD = "Answer the question in at most three sentences, from what you know. Nothing is given to read."


@dataclass(frozen=True, slots=True)
class Unread:
    """A corpus whose records are known and whose abstracts nobody can search."""

    of: Corpus

    def search(self, query: str, k: int, by: By = "hybrid", within: Filter = EVERYTHING) -> tuple[Hit, ...]:  # noqa: ARG002
        """Find nothing."""
        return ()

    def sentences(self, query: str, papers: Sequence[Paper]) -> tuple[Hit, ...]:  # noqa: ARG002
        """Find nothing."""
        return ()

    def alike(self, text: str, others: Sequence[str]) -> tuple[float, ...]:
        """As the corpus does."""
        return self.of.alike(text, others)

    def papers(
        self, within: Filter = EVERYTHING, order: Order = "stored", most: int | None = None
    ) -> tuple[Paper, ...]:
        """As the corpus does."""
        return self.of.papers(within, order, most)

    def tally(self, field: Field, within: Filter = EVERYTHING, most: int | None = None) -> tuple[tuple[str, int], ...]:
        """As the corpus does."""
        return self.of.tally(field, within, most)

    @property
    def spelling(self) -> Words:
        """As that of the corpus."""
        return self.of.spelling

    @property
    def facets(self) -> Records:
        """As those of the corpus."""
        return self.of.facets


def leaking(outcomes: Sequence[Outcome]) -> Mapping[str, str]:
    """Of questions that were asked of an `Unread` corpus: why each that leaks does, by its id."""
    found = {}
    for outcome in outcomes:
        question, answer = outcome.question, outcome.answer
        if holds_own_answer(question):
            found[question.id] = "its own words hold the short answer"
        elif question.answerable and not answer.abstained and (is_right(outcome) or is_correct(answer, question)):
            found[question.id] = "the records answer it, without the abstracts"
    return found


def known_to(llm: LLM, model: str, questions: Sequence[GoldQuestion]) -> Mapping[str, str]:
    """Of questions with short answers that an LLM is asked with nothing to read: why each leaks that it answers right.

    Where the LLM fails, nothing is known of the question, and it is not marked.
    """
    found = {}
    for question in questions:
        if not (question.answerable and question.short_answers):
            continue
        asked = (Message("system", _TOLD), Message("user", question.question))
        try:
            text = "".join(piece for piece in llm.stream(asked, Action()) if isinstance(piece, str))
        except LLMFailed:
            continue
        if is_correct(_said(question, text), question):
            found[question.id] = f"{model} answers it with nothing to read"
    return found


def holds_own_answer(question: GoldQuestion) -> bool:
    """Whether the words of a question hold its short answer, so that repeating it would be right."""
    return question.answerable and is_correct(_said(question, question.question), question)


def _said(question: GoldQuestion, text: str) -> Answer:
    return Answer(question.question, Evidence(question.question, ()), (), text, preface=text)
