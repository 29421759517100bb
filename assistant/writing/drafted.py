"""What an LLM drafts, as it is read: which sentences stand, which only bear their mark, which are struck."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from assistant.question.turns import Numbering
from assistant.reading.extractive import Said
from assistant.reading.grounding import Judge, Verdict, coverage
from assistant.reading.unfounded import unfounded
from assistant.types import Citation, Claim, Struck, Support, Usage
from assistant.writing.attribution import Pointed, attributed, pointed
from assistant.writing.prompts import NOT_ANSWERED, Prompt
from assistant.writing.terms import Terms, Written
from index.passages import Passage, token_count

# A draft of more sentences is not read to its end.
_MOST_CLAIMS = 12
# Who points at more sentences points at none.
_MOST_CITED = 5
_STANDS: frozenset[Support] = frozenset({"full", "partial"})
# A quote takes the place of a sentence that shares this part of its words with it.
_ALIKE = 0.3

_FALLBACK = "The sentences of the abstracts are quoted instead."
_NOTHING = f"The LLM wrote no sentence that can be checked. {_FALLBACK}"
_LOST = f"Nothing that the LLM wrote is supported by the abstracts. {_FALLBACK}"
_ANEW = "The sentences that the LLM cited do not say this; these do."
_QUOTED = "What the LLM wrote here is not supported; these are the words of the abstract."
_CLAIMS_NOTHING = "A question claims nothing."
_SAYS_OTHERWISE, _SUPPORTS_NOT = "The abstracts say otherwise.", "No sentence that was found supports this."
_NOT_PROSE = "This is markup, not prose."
_CITES_NOTHING = "It cites only sentences that do not exist."
_MARKUP = re.compile(r"[<‹]/?\w|[\[\]{}]")
# Where a sentence is struck though others are only marked: what must be the probability that its words contradict it, and below which
# that they support it. Of the supported claims of the development lines 1.5 % are struck so (0.6 to 3.5, n = 334), and none for a
# number or a name; of contradicted ones 31 %, of unrelated ones 48 % (223 each).
_SURELY_AGAINST, _SURELY_NOT = 0.8, 0.1


@dataclass(slots=True)
class Drafted:
    """A draft as it is read: what stands of it, what does not, and what it cost."""

    judge: Judge
    terms: Terms
    said: Said
    numbering: Numbering
    kept: list[Claim] = field(default_factory=list)
    struck: list[Struck] = field(default_factory=list)
    usage: Usage = field(default_factory=Usage)
    forged: int = 0
    refused: bool = False
    cut_off: bool = False

    def claims(self, text: Iterator[str], offered: Sequence[Passage]) -> Iterator[Claim]:
        """Yield each claim that stands. Quotes alone are no answer of the LLM's: they wait for a sentence of its own."""
        told: set[str] = set()
        waiting: dict[_Standing, Pointed] = {}
        try:
            for sentence in pointed(text, offered):
                self.forged += sentence.forged
                if not sentence.text or sentence.text.casefold() in told or (self.cut_off and not sentence.is_whole):
                    continue
                told.add(sentence.text.casefold())
                if standing := self._standing(sentence, offered):
                    waiting.setdefault(standing, sentence)
                if self.kept or any(one.remark != _QUOTED for one in waiting):
                    yield from self._kept(waiting)
                    waiting.clear()
                if len(self.kept) + len(self.struck) + len(waiting) >= _MOST_CLAIMS:
                    return
        finally:
            self.struck += [Struck(sentence.text, _SUPPORTS_NOT, 0) for sentence in waiting.values()]

    def spend(self, prompt: Prompt, said: str, counted: Usage | None, requests: int) -> None:
        """Add what a request cost: as the endpoint counted, or as it is counted here."""
        if counted is None:
            counted = Usage(prompt.tokens, token_count(said)) if said else Usage()
        cost = self.terms.cost(counted.prompt_tokens, counted.completion_tokens)
        self.usage = self.usage.plus(replace(counted, cost_usd=cost, requests=requests))

    def told(self) -> str:
        """What came of it, in a few words."""
        counts = {
            "sentences that stand": len(self.kept),
            "of them mended": sum(bool(claim.remark) for claim in self.kept),
            "struck": len(self.struck),
            "numbers of no sentence": self.forged,
        }
        return ", ".join(f"{name}: {count}" for name, count in counts.items() if count) or "no sentence"

    def written(self, failed: str) -> Written:
        """The whole, with a sentence on what is missing from it; `failed` says why, where the LLM failed."""
        incomplete, notice = bool(self.kept and (failed or self.cut_off)), ""
        if failed or incomplete:
            reason = failed or "The LLM reached the length that it may write."
            notice = f"{reason} {'The answer is incomplete.' if incomplete else _FALLBACK}"
        elif not self.kept and (self.struck or not self.refused):
            notice = _LOST if self.struck else _NOTHING
        is_final = bool(self.kept) or not notice
        model = self.terms.model
        return Written(model, is_final, tuple(self.struck), self.forged, self.usage, notice, incomplete)

    def _standing(self, sentence: Pointed, offered: Sequence[Passage]) -> "_Standing | None":
        """What stands of a sentence, as it is or mended; nothing where it is struck, or says that there is no answer."""
        if NOT_ANSWERED in sentence.text.upper():
            self.refused = True
            return None
        if sentence.asks:
            self._strike(sentence, _CLAIMS_NOTHING)
            return None
        tried = [*self._tried(sentence, offered)]
        nowhere = unfounded(sentence.text, offered) if self.terms.unsupported == "mark" else ()
        for one in tried:
            # A sentence that may be a refusal is a claim only where there is no doubt of it. And where nobody pointed, of many
            # sentences, one or another seems to support a part of anything.
            stands = _STANDS if one.is_pointed_at and not sentence.refuses else frozenset({"full"})
            if one.verdict.support in stands and not nowhere:
                return one
        if sentence.refuses:
            self.refused = True
            return None
        return self._unsupported(sentence, tried, nowhere)

    def _tried(self, sentence: Pointed, offered: Sequence[Passage]) -> Iterator["_Standing"]:
        """A sentence on what it points at; then on the best that was offered, unless it points and what is not supported is struck."""
        numbers = sentence.numbers if len(sentence.numbers) <= _MOST_CITED else ()
        if cited := tuple(offered[number - 1] for number in numbers):
            yield _Standing(sentence.text, cited, self.judge.support(sentence.text, cited), is_pointed_at=True)
        if self.terms.unsupported != "strike" or not cited:
            found, verdict = attributed(sentence.text, offered, self.said, self.judge)
            yield _Standing(sentence.text, found, verdict, _ANEW if cited else "")

    def _unsupported(
        self, sentence: Pointed, tried: Sequence["_Standing"], nowhere: Sequence[str]
    ) -> "_Standing | None":
        """What becomes of a sentence that is not supported: it bears its mark, gives way to words of an abstract, or is struck."""
        unsupported = self.terms.unsupported
        if unsupported == "repair" and (quote := self._quote(sentence.text, [p for one in tried for p in one.cited])):
            return quote
        if unsupported != "mark":
            otherwise = any(one.verdict.support == "contradicted" for one in tried)
            self._strike(sentence, _SAYS_OTHERWISE if otherwise else _SUPPORTS_NOT)
            return None
        why = _surely_wrong(sentence, [one.verdict for one in tried], nowhere)
        if why:
            self._strike(sentence, why)
        return None if why else tried[0]

    def _strike(self, sentence: Pointed, why: str) -> None:
        self.struck.append(Struck(sentence.text, why, len(self.kept)))

    def _quote(self, text: str, near: Sequence[Passage]) -> "_Standing | None":
        """The sentence of an abstract that a draft sentence comes nearest to, unless it is told already."""
        told = {citation.passage for claim in self.kept for citation in claim.citations}
        alike = [one for one in near if one not in told and coverage(text, one.text) >= _ALIKE]
        if not alike:
            return None
        best = max(alike, key=lambda one: coverage(text, one.text))
        return _Standing(best.text, (best,), self.judge.support(best.text, [best]), _QUOTED)

    def _kept(self, standing: Iterable["_Standing"]) -> Iterator[Claim]:
        """The claims of what stands; papers are numbered in the order in which they are told."""
        for one in standing:
            citations = tuple(Citation(self.numbering.number(cited.paper.paper_id), cited) for cited in one.cited)
            self.kept.append(Claim(one.text, citations, one.verdict.support, one.verdict.score, one.remark))
            yield self.kept[-1]


def _surely_wrong(sentence: Pointed, verdicts: Sequence[Verdict], nowhere: Sequence[str]) -> str:
    """Why a sentence is struck where others are only marked; nothing if it is not surely wrong.

    The first of `verdicts` is on the words that it points at, or on those found for it.
    """
    if _MARKUP.search(sentence.text):
        return _NOT_PROSE
    if nowhere:
        return f"No abstract that was read holds “{nowhere[0]}”."
    if sentence.forged and not sentence.numbers:
        return _CITES_NOTHING
    if (verdicts[0].against or 0.0) >= _SURELY_AGAINST:
        return _SAYS_OTHERWISE
    return _SUPPORTS_NOT if max(one.score or 0.0 for one in verdicts) < _SURELY_NOT else ""


class _Standing(NamedTuple):
    """Words, the sentences of abstracts that they rest on, how well, and what was mended."""

    text: str
    cited: tuple[Passage, ...]
    verdict: Verdict
    remark: str = ""
    is_pointed_at: bool = False
