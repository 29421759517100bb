"""What is drafted of a question, in sections: the whole, its parts or its sides."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.reading.abstention import Abstention
from assistant.reading.quote import Quote
from assistant.types import Evidence, Premise, Step, Usage
from index.index import Hit
from index.papers import Paper
from index.passages import Passage

# Of a whole question and its parts or sides, one must be answered of so much more of a chance to be told before the other: found on 45 questions.
SURER = 0.2
# On all development questions, of so small a chance are half of the answers that are wrong or to questions that nothing answers, and a sixth of the right ones.
UNSURE = 2 / 3


@dataclass(frozen=True, slots=True)
class Draft:
    """The quotes that make an answer, and whether no LLM may put them in other words; or none, and why.

    `ranked` are the sentences that they were chosen from, best first, where there was a choice. In the place of quotes,
    `recorded` are sentences that the record of a paper says, each with words of that paper, and `missing` what no source gave.
    """

    quotes: tuple[Quote, ...] = ()
    preface: str = ""
    is_final: bool = False
    premise: Premise | None = None
    chance: float | None = None
    why_not: Abstention | None = None
    ranked: tuple[Quote, ...] = ()
    recorded: tuple[tuple[str, Passage], ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def nearest(self) -> Paper | None:
        """The paper of the sentence that fits best, whichever is told first."""
        return next((quote.passage.paper for quote in (*self.ranked, *self.quotes)), None)

    @property
    def is_recorded(self) -> bool:
        """Whether the record makes the answer: sentences of papers, or one that counts them."""
        return not self.why_not and not self.quotes and bool(self.recorded or self.preface)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a compound question under its heading, or under none the whole question; its evidence and its draft."""

    heading: str
    evidence: Evidence
    draft: Draft

    @property
    def is_for_words(self) -> bool:
        """Whether an LLM may be asked: something was found, and nothing stands in its way but a refusal that was read out of the abstracts."""
        why_not = self.draft.why_not
        return bool(self.evidence.hits) and not self.draft.is_final and (not why_not or why_not.is_doubt)


@dataclass(frozen=True, slots=True)
class Sought:
    """What was found and drafted for a question, whether it wants a list of papers or compares, and what an LLM or a ranker that helped to search did and cost."""

    evidence: Evidence
    sections: tuple[Section, ...]
    lists: bool = False
    compares: bool = False
    steps: tuple[Step, ...] = ()
    usage: Usage = field(default_factory=Usage)

    @property
    def is_unsure(self) -> bool:
        """Whether the first search found no answer of which the reader is sure, though an LLM may."""
        first = self.sections[0].draft
        is_doubt = bool(first.why_not and first.why_not.is_doubt)
        return not first.is_final and (is_doubt or (first.chance is not None and first.chance < UNSURE))


def together(query: str, found: Sequence[Evidence]) -> Evidence:
    """The evidence of a question: that of its parts, the best hits of each before the next best, or its own."""
    if len(found) == 1:
        return found[0]
    best: dict[str, Hit] = {}
    for rank in range(max(len(one.hits) for one in found)):
        for one in found:
            for hit in one.hits[rank : rank + 1]:
                best.setdefault(hit.passage.passage_id, hit)
    return Evidence(query, tuple(best.values()), found[0].within)


def whole_or_parts(sections: Sequence[Section]) -> Sequence[Section]:
    """The first of `sections`, the whole question, unless it is refused or a part of it is answered so much more surely; else its parts."""
    whole, *parts = sections
    surest = max((part.draft.chance or 0.0 for part in parts if not part.draft.why_not), default=0.0)
    least = 0.0 if whole.draft.why_not else (whole.draft.chance or 0.0) + SURER
    return parts if surest > least else [whole]
