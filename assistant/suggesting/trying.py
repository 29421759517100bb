"""Proposed questions, asked in earnest: which the corpus answers, surely, of the paper that is meant and with something new."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from assistant.question.asked import content_words, letters, share_held
from assistant.question.conversation import standalone
from assistant.question.corpus import Corpus
from assistant.reading.reader import Reader, pair_of
from assistant.suggesting.proposing import Proposed
from assistant.types import Answer, Claim, Question
from assistant.writing.listing import MOST_QUOTED
from assistant.writing.sections import UNSURE
from index.papers import Paper
from index.passages import Passage, cut, sentences_in

# Log odds: a passage that is read as no answer is not asked about.
_ANSWERS = 0.0
# Why something is refused that is close to the corpus.
_CLOSE = ("no_evidence", "not_in_abstracts")


@dataclass(frozen=True, slots=True)
class Source:
    """What suggestions are drawn from: the corpus, who reads it, and who answers, without an LLM."""

    corpus: Corpus
    reader: Reader
    ask: Callable[[Question], Answer]


@dataclass(slots=True)
class Trial:
    """Questions tried in a conversation, one by one, for at most so many `seconds` on its `clock`.

    `asked` is the conversation: its last question is the one that was answered last.
    """

    source: Source
    asked: Question
    seconds: float
    clock: Callable[[], float] = time.monotonic
    taken: list[Proposed] = field(default_factory=list)
    _begun: float = 0.0
    _longest: float = 0.0
    _shown: list[Passage] = field(default_factory=list)
    _tried: set[str] = field(default_factory=set)
    _templates: set[str] = field(default_factory=set)
    _left: list[Proposed] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._begun = self.clock()
        self._tried = {letters(said) for one in self.asked.history for said in (one.question, one.evidence.query)}
        self._shown = [passage for answer in self.asked.history for passage in _told(answer.claims)]

    @property
    def is_over(self) -> bool:
        """Whether another question, if it took as long as the slowest, would take too long."""
        return self.clock() - self._begun + self._longest > self.seconds

    def likely(self, proposed: Iterable[Proposed], paper: Paper) -> Iterator[Proposed]:
        """Yield those of what is `proposed` that `paper`, as it is read, answers with a sentence not shown yet: one for each sentence."""
        seen = set[Passage]()
        for one in proposed:
            sentence = self._sentence(one, cut(paper))
            if sentence and sentence not in seen and not self._is_shown(sentence):
                seen.add(sentence)
                yield one

    def _sentence(self, proposed: Proposed, passages: Sequence[Passage]) -> Passage | None:
        """The sentence of `passages` that answers best what is proposed, if one of them does."""
        query = standalone(replace(self.asked, text=proposed.text)).query
        read = self.source.reader.read([pair_of(query, passage) for passage in passages])
        odds = {
            sentence: own
            for found, passage in zip(read, passages, strict=True)
            for own, sentence in zip(found.sentences, sentences_in(passage), strict=True)
            if found.answers > _ANSWERS
        }
        return max(odds, key=lambda each: odds[each], default=None)

    def take(self, proposed: Iterator[Proposed], most: int, *, again: bool = False) -> None:
        """Ask what is `proposed`, in order, until `most` are taken, in all, or the time is over: one of each template, unless `again`."""
        while len(self.taken) < most and not self.is_over and (one := next(proposed, None)):
            if letters(one.text) in self._tried:
                continue
            if not again and one.template in self._templates:
                self._left.append(one)
                continue
            answer = self._answer(one)
            if self._fits(one, answer):
                self._templates.add(one.template)
                self.taken.append(one)
                self._shown += _told(answer.claims)

    def take_refused(self, proposed: Iterable[Proposed], chance: float) -> None:
        """Take the first of what is `proposed` that is refused though its paper comes nearest: an answer has at most this `chance`."""
        for one in proposed:
            if self.is_over:
                return
            answer = self._answer(one)
            nearest = {passage.paper.paper_id for passage in answer.nearest}
            is_close = answer.reason in _CLOSE and {*one.papers} <= nearest
            if is_close and (answer.chance or 0.0) <= chance and answer.evidence.within == self.asked.within:
                self.taken.append(one)
                return

    def _answer(self, proposed: Proposed) -> Answer:
        begun = self.clock()
        self._tried.add(letters(proposed.text))
        answer = self.source.ask(replace(self.asked, text=proposed.text))
        self._longest = max(self._longest, self.clock() - begun)
        return answer

    def take_left(self, most: int) -> None:
        """Ask what was left aside because another of its template was taken."""
        self.take(iter(self._left), most, again=True)

    def _fits(self, proposed: Proposed, answer: Answer) -> bool:
        """Whether `answer` is one, surely, of the papers that are meant, limited by nothing new, and mostly of words not yet shown."""
        if answer.abstained or not answer.claims or answer.premise or answer.missing:
            return False
        if (answer.chance or 1.0) < UNSURE or answer.evidence.within != self.asked.within:
            return False
        if not {*proposed.papers} <= {paper.paper_id for _, paper in answer.papers}:
            return False
        if proposed.lists and not 1 < answer.evidence.papers <= MOST_QUOTED:
            return False
        new = [claim for claim in answer.claims if not any(map(self._is_shown, _told([claim])))]
        words = content_words(proposed.holding)
        if words and not any(share_held(words, claim.text) == 1 for claim in new):
            return False
        # A list, or a comparison, may open with what is known.
        first = proposed.lists or len(proposed.papers) > 1
        return bool(new) and 2 * len(new) >= len(answer.claims) and (first or answer.claims[0] in new)

    def _is_shown(self, passage: Passage) -> bool:
        return any(
            one.paper == passage.paper and one.start < passage.end and passage.start < one.end for one in self._shown
        )


def _told(claims: Iterable[Claim]) -> Iterator[Passage]:
    """What claims cite: of a paper whose record is told, nothing of its abstract is shown."""
    return (citation.passage for claim in claims if not claim.is_recorded for citation in claim.citations)
