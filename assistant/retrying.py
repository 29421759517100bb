"""`Retrying`: the one owner of retries."""

from collections.abc import Iterator, Sequence

from assistant.action import Action
from assistant.llm import LLM, Finished, Message


class Retrying:
    """An `LLM` that asks another one again, before its first token, where that may help."""

    def __init__(self, llm: LLM) -> None:
        self._llm = llm

    def stream(self, messages: Sequence[Message], action: Action) -> Iterator[str | Finished]:
        """Yield what the LLM yields. Raises `LLMFailed` as it does."""
        yield from self._llm.stream(messages, action)
