"""Drafted questions in other words, as an LLM asks them, for somebody to review."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pydantic import BaseModel, ConfigDict

from assistant.llm.action import Action
from assistant.llm.messages import LLM
from assistant.question.asked import letters
from assistant.types import Usage
from assistant.writing.asking_llm import replied
from assistant.writing.prompts import rewording_prompt
from assistant.writing.terms import Terms
from eval.drafting import draft_id
from eval.feedback import Unreviewed

# Questions of one request, and characters of one that is taken.
_AT_ONCE, _LONGEST = 8, 300
_NUMBER = re.compile(r"\d+")


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    number: int
    question: str


class _Reply(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    questions: tuple[_Said, ...]


@dataclass(frozen=True, slots=True)
class Reworded:
    """Questions in other words; how many of those that were sent came back unfit or not at all, what it cost, and why it failed, if it did."""

    questions: tuple[Unreviewed, ...]
    lost: int
    usage: Usage
    failed: str = ""


def in_other_words(drafted: Sequence[Unreviewed], llm: LLM, terms: Terms) -> Reworded:
    """Have an LLM ask what has a gold sentence in other words, some in each request; what leaks the answer is not taken. No fault is raised."""
    asked = [each for each in drafted if each.question.gold_evidence]
    found, usage, failed = list[Unreviewed](), Usage(), ""
    for begin in range(0, len(asked), _AT_ONCE):
        own = asked[begin : begin + _AT_ONCE]
        messages = rewording_prompt([(each.question.question, each.question.gold_evidence[0]) for each in own])
        reply = replied(llm, terms, messages, Action())
        usage, failed = usage.plus(reply.usage), reply.failed or failed
        read = reply.read(_Reply)
        said = {one.number: " ".join(one.question.split()) for one in read.questions} if read else {}
        found += [
            _worded(each, said[number], terms.model)
            for number, each in enumerate(own, 1)
            if number in said and _fits(said[number], each)
        ]
    return Reworded(tuple(found), len(asked) - len(found), usage, failed)


def _fits(text: str, draft: Unreviewed) -> bool:
    """Whether a text asks, in other words, and holds no number or short answer that the question did not hold."""
    own = draft.question.question
    is_question = text.endswith(("?", "？")) and len(text) <= _LONGEST and letters(text) != letters(own)
    leaks = any(
        short.lower() in text.lower() and short.lower() not in own.lower() for short in draft.question.short_answers
    )
    return is_question and not leaks and {*_NUMBER.findall(text)} <= {*_NUMBER.findall(own)}


def _worded(draft: Unreviewed, text: str, model: str) -> Unreviewed:
    note = f"In the words of {model}, for “{draft.question.question}”: see that the gold sentence answers it."
    return Unreviewed(replace(draft.question, id=draft_id(text), question=text), note)
