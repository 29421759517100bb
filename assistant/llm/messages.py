"""What an LLM is told and what it says: `Message`, `Finished`, and the `LLM` plug-point."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from assistant.llm.action import Action
from assistant.types import Usage


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of what an LLM is told."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The end of a whole stream: what the endpoint counted, if it said so, and whether it cut the text off."""

    usage: Usage | None = None
    cut_off: bool = False


class LLM(Protocol):
    """Messages to text."""

    def stream(self, messages: Sequence[Message], action: Action) -> Iterator[str | Finished]:
        """Yield text as it comes, none of it empty, then `Finished`.

        Raises `LLMFailed` where there is no whole answer. Closed before its end, it closes the request.
        """
        ...
