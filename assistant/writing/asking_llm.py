"""One short request to an LLM that is answered by one JSON object."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TypeVar

from pydantic import BaseModel

from assistant.llm.action import Action, LLMFailed
from assistant.llm.messages import LLM, Message
from assistant.llm.thoughts import without_unopened
from assistant.types import Usage
from assistant.writing.prompts import size_of
from assistant.writing.terms import Terms
from index.passages import token_count

Form = TypeVar("Form", bound=BaseModel)

# Characters of a reply that are read, and places where an object may begin in it.
_MOST_TEXT, _TRIED = 8000, 20


@dataclass(frozen=True, slots=True)
class Reply:
    """What an LLM wrote without its thoughts, what that cost, and why it failed, if it did."""

    text: str
    usage: Usage = field(default_factory=Usage)
    failed: str = ""

    def read(self, form: type[Form]) -> Form | None:
        """The first object of a `form` in it, around which there may be other words; None where there is none."""
        text = "" if self.failed else self.text
        for begin in islice((n for n, character in enumerate(text) if character == "{"), _TRIED):
            try:
                value, _ = json.JSONDecoder().raw_decode(text, begin)
                return form.model_validate_json(json.dumps(value))
            except (ValueError, RecursionError):
                continue
        return None


def replied(llm: LLM, terms: Terms, messages: Sequence[Message], action: Action) -> Reply:
    """Return what the LLM writes, asked once. No fault is raised."""
    text, counted, left, failed = "", None, action.requests_left, ""
    try:
        for piece in llm.stream(messages, action):
            if not isinstance(piece, str):
                counted = piece.usage
            elif len(text) < _MOST_TEXT:
                text += piece
    except LLMFailed as failure:
        failed = failure.sentence
    counted = counted or Usage(size_of(messages), token_count(text))
    cost = terms.cost(counted.prompt_tokens, counted.completion_tokens)
    usage = replace(counted, cost_usd=cost, requests=left - action.requests_left)
    return Reply("".join(without_unopened([text])), usage, failed)
