"""Another opinion on claims: that of an LLM on how well the cited words of each support it, in one request for all."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.llm.action import Action
from assistant.llm.messages import LLM
from assistant.types import Usage
from assistant.writing.asking_llm import replied
from assistant.writing.prompts import judging_prompt
from assistant.writing.terms import Terms
from index.passages import Passage

Judges = Literal["shipped", "llm"]
Word = Literal["full", "partial", "none", "contradicted"]
# A claim, and the words that are cited for it.
Cited = tuple[str, Sequence[Passage]]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What an LLM says of each claim, None where it said nothing that can be read; what that cost, and why it failed, if it did."""

    words: tuple[Word | None, ...]
    usage: Usage = field(default_factory=Usage)
    failed: str = ""


class _Said(BaseModel):
    """What it says of the claim of a number."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    claim: int
    verdict: Word


class _Reply(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    verdicts: tuple[_Said, ...]


class SecondOpinion:
    """Has an LLM judge claims by the words that are cited for them, in a `role` if one is given: a sentence to it."""

    def __init__(self, llm: LLM, terms: Terms, role: str = "") -> None:
        self._llm = llm
        self._terms = terms
        self._role = role

    @property
    def model(self) -> str:
        """The model that is asked."""
        return self._terms.model

    def of(self, claims: Sequence[Cited], action: Action) -> Opinion:
        """Return what the LLM says of `claims`, asked once. No fault is raised."""
        messages = judging_prompt([(text, [one.text for one in cited]) for text, cited in claims], self._role)
        reply = replied(self._llm, self._terms, messages, action)
        read = reply.read(_Reply)
        said = {one.claim: one.verdict for one in read.verdicts} if read else {}
        return Opinion(tuple(said.get(number) for number in range(1, len(claims) + 1)), reply.usage, reply.failed)
