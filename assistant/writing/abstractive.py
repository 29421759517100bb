"""The answer with an LLM: its draft sentence by sentence to claims that were checked, and what became of the others."""

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from assistant.llm.action import Action, LLMFailed
from assistant.llm.messages import LLM
from assistant.llm.wrapping import answer_text
from assistant.question.turns import Numbering
from assistant.reading.extractive import Said
from assistant.reading.grounding import Judge, Verdict, coverage
from assistant.types import Citation, Claim, Step, Struck, Support, Usage
from assistant.writing.attribution import Pointed, attributed, pointed
from assistant.writing.prompts import NOT_ANSWERED, Prompt, answer_prompt
from index.index import Hit
from index.passages import Passage, sentences, sentences_in, token_count

Unsupported = Literal["repair", "strike"]

# Tokens that are kept free for the answer.
_ANSWER = 600
# Other tokenizers make up to about a sixth more of English than the one that counts here.
_MARGIN = 0.85
_SMALLEST = 700
# More sentences cost time and money, and small models lose the thread.
_MOST_OFFERED = 40
# A draft that goes on for longer, in sentences or in characters, is not read to its end.
_MOST_CLAIMS, _MOST_TEXT = 12, 4000
# Who points at more sentences points at none.
_MOST_CITED = 5
_MILLION = 1_000_000
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


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for an endpoint: its model, the tokens of its window, the most that one answer may cost, its prices.

    Prices are in US dollars for a million tokens; None where they are unknown. `unsupported` says what becomes of a
    sentence that the abstracts do not support.
    """

    model: str
    window: int = 8192
    most_tokens: int = 30_000
    prompt_price: float | None = None
    completion_price: float | None = None
    unsupported: Unsupported = "repair"

    def cost(self, prompt_tokens: int, completion_tokens: int) -> float | None:
        """US dollars; None where a price is unknown."""
        if self.prompt_price is None or self.completion_price is None:
            return None
        return (prompt_tokens * self.prompt_price + completion_tokens * self.completion_price) / _MILLION


@dataclass(frozen=True, slots=True)
class Written:
    """What came of asking an LLM, beside the claims that were told: all that an answer says of it.

    It is final unless what was written, if anything, cannot be told, so that something else must be.
    """

    model: str
    is_final: bool
    struck: tuple[Struck, ...]
    forged: int
    usage: Usage
    notice: str
    incomplete: bool


class Writer:
    """Has an LLM answer from numbered sentences, and lets stand what `judge` says that they support."""

    def __init__(self, llm: LLM, judge: Judge, terms: Terms) -> None:
        self._llm = llm
        self._judge = judge
        self.terms = terms

    def write(
        self,
        query: str,
        hits: Sequence[Hit],
        earlier: Sequence[str],
        said: Said,
        numbering: Numbering,
        action: Action,
        *,
        spent: Usage,
    ) -> Iterator[Step | Claim | Written]:
        """Yield the steps, each claim that stands as soon as it was checked, and what else came of it. No fault is raised.

        After an error about the size of the prompt, a smaller one is sent, once. `spent` was spent on the same answer before.
        """
        draft = _Draft(self._judge, self.terms, said, numbering)
        if spent.tokens + _SMALLEST + _ANSWER > self.terms.most_tokens:
            yield draft.written(f"An answer may cost {self.terms.most_tokens:,} tokens, and these are spent.")
            return
        failed: LLMFailed | None = None
        preferred, budget = (
            _preferred(hits),
            self._budget(min(self.terms.window, self.terms.most_tokens - spent.tokens)),
        )
        for is_last in (False, True):
            prompt = answer_prompt(query, preferred, earlier, budget)
            papers = len({one.paper.paper_id for one in prompt.offered})
            told = f"{len(prompt.offered)} sentences of {papers} abstracts, {prompt.tokens} tokens"
            yield Step(f"Asked {self.terms.model}", told)
            try:
                failed = None
                with closing(self._text(prompt, action, draft)) as text:
                    yield from draft.claims(text, prompt.offered)
            except LLMFailed as failure:
                failed = failure
            if is_last or not failed or failed.fault != "context" or draft.kept:
                break
            budget = max(_SMALLEST, min(prompt.tokens // 2, self._budget(failed.window or self.terms.window)))
            if budget >= prompt.tokens:
                break
        yield Step("Checked what it wrote", draft.told())
        yield draft.written(failed.sentence if failed else "")

    def _budget(self, room: int) -> int:
        """How many of `room` tokens a prompt may take."""
        return max(_SMALLEST, int(_MARGIN * room) - _ANSWER)

    def _text(self, prompt: Prompt, action: Action, draft: "_Draft") -> Generator[str]:
        """The answer in what the LLM writes; thoughts do not use up its length."""
        length = 0
        with closing(self._said(prompt, action, draft)) as said:
            for piece in answer_text(said):
                yield piece
                length += len(piece)
                if length > _MOST_TEXT:
                    draft.cut_off = True
                    return

    def _said(self, prompt: Prompt, action: Action, draft: "_Draft") -> Generator[str]:
        """All that the LLM writes; what that costs is put down to `draft`, however it ends."""
        said, counted = "", None
        left = action.requests_left
        try:
            for piece in self._llm.stream(prompt.messages, action):
                if isinstance(piece, str):
                    said += piece
                    yield piece
                else:
                    counted, draft.cut_off = piece.usage, piece.cut_off
        finally:
            draft.spend(prompt, said, counted, left - action.requests_left)


@dataclass(slots=True)
class _Draft:
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
        numbers = sentence.numbers if len(sentence.numbers) <= _MOST_CITED else ()
        cited = tuple(offered[number - 1] for number in numbers)
        if NOT_ANSWERED in sentence.text.upper():
            self.refused = True
            return None
        if sentence.asks:
            self.struck.append(Struck(sentence.text, _CLAIMS_NOTHING, len(self.kept)))
            return None
        verdict = self.judge.support(sentence.text, cited)
        # A sentence that may be a refusal is a claim only where there is no doubt of it.
        stands = frozenset({"full"}) if sentence.refuses else _STANDS
        if verdict.support in stands:
            return _Standing(sentence.text, cited, verdict)
        repairs, otherwise = self.terms.unsupported == "repair", verdict.support == "contradicted"
        if repairs or not cited:
            found, verdict = attributed(sentence.text, offered, self.said, self.judge)
            # Nobody pointed here: of many sentences, one or another seems to support a part of anything.
            if verdict.support == "full":
                return _Standing(sentence.text, found, verdict, _ANEW if cited else "")
            if repairs and not sentence.refuses and (quote := self._quote(sentence.text, [*cited, *found])):
                return quote
            otherwise |= verdict.support == "contradicted"
        if sentence.refuses:
            self.refused = True
        else:
            self.struck.append(Struck(sentence.text, _SAYS_OTHERWISE if otherwise else _SUPPORTS_NOT, len(self.kept)))
        return None

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


class _Standing(NamedTuple):
    """Words, the sentences of abstracts that they rest on, how well, and what was mended."""

    text: str
    cited: tuple[Passage, ...]
    verdict: Verdict
    remark: str = ""


def _preferred(hits: Sequence[Hit]) -> tuple[Passage, ...]:
    """The sentences of the passages that were found, best first, then those that stand around them in their abstracts."""
    near = [sentence for hit in hits for sentence in sentences_in(hit.passage)]
    papers = dict.fromkeys(hit.passage.paper for hit in hits)
    around = [one for paper in papers for one in sentences(Passage(paper, 0, len(paper.abstract)))]
    return tuple(dict.fromkeys([*near, *around]))[:_MOST_OFFERED]
