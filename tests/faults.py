"""What tests of an LLM share: the misbehaving endpoint, which stands in `benchmarks`, and how a stream is taken."""

from collections.abc import Iterable

from assistant.llm.action import LLMFailed
from assistant.llm.messages import Finished
from benchmarks.misbehaving import (
    COUNTED,
    Body,
    Exchange,
    Misbehaving,
    Reply,
    Request,
    computes,
    lists,
    refuses,
    says,
    sends,
)

__all__ = [
    "COUNTED",
    "Body",
    "Exchange",
    "Misbehaving",
    "Reply",
    "Request",
    "computes",
    "lists",
    "refuses",
    "says",
    "sends",
    "taken",
]


def taken(parts: Iterable[object]) -> tuple[str, Finished | LLMFailed]:
    """The text of a stream, and how it ended."""
    text, end = "", Finished()
    try:
        for part in parts:
            if isinstance(part, str):
                text += part
            elif isinstance(part, Finished):
                end = part
    except LLMFailed as failed:
        return text, failed
    return text, end
