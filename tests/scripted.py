"""An LLM, a scorer, a reader and a corpus that do what a test says, and nothing of their own."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from assistant.llm.action import Action, LLMFailed
from assistant.llm.messages import Finished, Message
from assistant.reading.cross_encoder import Odds, Pair
from assistant.reading.grounding import Verdict, coverage
from index.filters import EVERYTHING, Filter
from index.index import By, Hit
from index.papers import Paper
from index.passages import Passage, cut, sentences
from index.records.facets import Field, Order

Reply = str | LLMFailed | Finished | Callable[[Sequence[Message]], str]


class ScriptedLLM:
    """Says one reply after the other, word by word; a reply may be made of several, and may end in a failure."""

    def __init__(self, *replies: Reply | Sequence[Reply]) -> None:
        self._replies = iter(replies)
        self.asked: list[tuple[Message, ...]] = []

    def stream(self, messages: Sequence[Message], action: Action) -> Iterator[str | Finished]:
        action.take_request()
        self.asked.append(tuple(messages))
        reply = next(self._replies)
        for part in [reply] if isinstance(reply, str) or not isinstance(reply, Sequence) else reply:
            if isinstance(part, LLMFailed):
                raise part
            if isinstance(part, Finished):
                yield part
                return
            text = part if isinstance(part, str) else part(messages)
            for begin in range(0, len(text), 5):
                action.check()
                yield text[begin : begin + 5]
        yield Finished()


class WordedJudge:
    """Takes words in common for support, and `not` on one side alone for a contradiction."""

    def support(self, claim: str, evidence: Sequence[Passage]) -> Verdict:
        text = " ".join(one.text for one in evidence)
        share = coverage(claim, text)
        if share >= 0.5 and (" not " in f" {claim} ") != (" not " in f" {text} "):
            return Verdict("contradicted", 0.1, 0.9)
        if share >= 0.8:
            return Verdict("full", share, 0.0)
        return Verdict("partial" if share >= 0.5 else "none", share / 2, 0.1)


class IndifferentReader:
    """Finds that everything answers, and nothing to tell one sentence from another."""

    def read(self, pairs: Sequence[Pair]) -> tuple[Odds, ...]:
        verdict = np.array([6.0, 0.0, 0.0], np.float32)
        return tuple(Odds(verdict, 6.0, (6.0,) * len(pair.sentences)) for pair in pairs)


class ScriptedReader:
    """Finds of a text that holds some words the log odds, that it answers, which are given for them; that no other answers.

    The verdict is that of the first words that a text holds for which one is given: three logits.
    """

    def __init__(self, answers: Mapping[str, float] = {}, verdicts: Mapping[str, Sequence[float]] = {}) -> None:
        self._answers = answers
        self._verdicts = verdicts
        self.read_of: list[Pair] = []

    def read(self, pairs: Sequence[Pair]) -> tuple[Odds, ...]:
        self.read_of += pairs
        return tuple(map(self._odds, pairs))

    def _odds(self, pair: Pair) -> Odds:
        verdict = next((one for words, one in self._verdicts.items() if words in pair.second), (0.0, 6.0, 0.0))
        each = (self._answered(pair.second[begin:end]) for begin, end in pair.sentences)
        return Odds(np.array(verdict, np.float32), self._answered(pair.second), tuple(each))

    def _answered(self, text: str) -> float:
        return max((odds for words, odds in self._answers.items() if words in text), default=-6.0)


class Shelf:
    """A corpus of a few papers: every query finds all their passages, and all their sentences fit it alike."""

    fields: frozenset[str] = frozenset()
    authors: tuple[str, ...] = ()
    venues: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    span: tuple[int, int] | None = None

    def __init__(self, *papers: Paper) -> None:
        self._papers = papers

    @property
    def spelling(self) -> "Shelf":
        return self

    @property
    def facets(self) -> "Shelf":
        return self

    def spelt(self, word: str, *, is_name: bool = False) -> str:  # noqa: ARG002
        return word

    def writes(self, word: str) -> bool:
        return any(word.casefold() in f"{paper.title} {paper.abstract}".casefold() for paper in self._papers)

    def called(self, name: str) -> tuple[str, ...]:  # noqa: ARG002
        return ()

    def count(self, within: Filter) -> int:
        return 0 if within else len(self._papers)

    def papers(
        self,
        within: Filter = EVERYTHING,
        order: Order = "stored",  # noqa: ARG002
        most: int | None = None,
    ) -> tuple[Paper, ...]:
        return () if within else self._papers[:most]

    def tally(self, field: Field, within: Filter = EVERYTHING, most: int | None = None) -> tuple[tuple[str, int], ...]:  # noqa: ARG002
        return ()

    def search(self, query: str, k: int, by: By = "hybrid", within: Filter = EVERYTHING) -> tuple[Hit, ...]:  # noqa: ARG002
        return tuple(Hit(passage, 1.0) for paper in self._papers for passage in cut(paper))[:k]

    def sentences(self, query: str, papers: Sequence[Paper]) -> tuple[Hit, ...]:  # noqa: ARG002
        return tuple(Hit(one, 0.9) for paper in papers for one in sentences(Passage(paper, 0, len(paper.abstract))))

    def alike(self, text: str, others: Sequence[str]) -> tuple[float, ...]:  # noqa: ARG002
        return tuple(0.0 for _ in others)
