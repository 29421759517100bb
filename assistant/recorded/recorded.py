"""`Recorded`: an answer that rests on records, not on words of abstracts."""

from dataclasses import dataclass

from assistant.question.corpus import Library
from assistant.reading.abstention import Abstention
from assistant.types import Evidence
from assistant.writing.sections import Draft
from index.filters import Filter
from index.index import Hit
from index.papers import Paper
from index.passages import Passage, sentences_in


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the record says: a sentence before all, sentences with their papers, what no source gave; or why nothing."""

    preface: str = ""
    told: tuple[tuple[str, Paper], ...] = ()
    missing: tuple[str, ...] = ()
    why_not: Abstention | None = None

    def evidence(self, query: str, within: Filter, library: Library, k: int) -> Evidence:
        """The papers that are told of, each by the beginning of its abstract; or what comes near, where nothing is known."""
        told = tuple(Hit(_opening(paper), 1.0) for _, paper in self.told)
        return Evidence(query, library.search(query, k) if self.why_not else told, within, len(told))

    @property
    def draft(self) -> Draft:
        """The sentences as claims that no words of an abstract support, and none need; or why there are none."""
        told = tuple((text, _opening(paper)) for text, paper in self.told)
        return Draft(preface=self.preface, is_final=True, why_not=self.why_not, recorded=told, missing=self.missing)


def _opening(paper: Paper) -> Passage:
    """The first sentence of an abstract."""
    whole = Passage(paper, 0, len(paper.abstract))
    return next(iter(sentences_in(whole)), whole)
