"""`LlamaIndexLLM`: any `LLM` of LlamaIndex behind the plug-point."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Protocol

from assistant.llm.action import Action, LLMFailed
from assistant.llm.messages import Finished, Message
from assistant.llm.pacing import PACE, Pace, paced
from assistant.llm.refusals import Peer
from assistant.llm.reply import CAP, Part, Writing, usage_of


class StreamsChat(Protocol):
    """What is asked of an `LLM` of LlamaIndex."""

    def stream_chat(self, messages: Sequence[Any]) -> Iterable[Any]:
        """Yield one `ChatResponse` a delta."""
        ...


class LlamaIndexLLM:
    """Asks an `LLM` of LlamaIndex: deadlines, cap and faults are those of an `Endpoint`, retries should be set to 0 in it.

    LlamaIndex offers no way to cut a request from another thread, so one that is stopped lasts to its next token; and
    some of its models do not say why a reply ended, so that one which broke off may look whole.
    """

    def __init__(self, llm: StreamsChat, pace: Pace = PACE, cap: int = CAP) -> None:
        self._llm = llm
        self._pace = pace
        self._cap = cap
        self._peer = Peer(
            f"The LLM {type(llm).__name__} of LlamaIndex", str(getattr(llm, "model", "behind it")), _key(llm)
        )

    def stream(self, messages: Sequence[Message], action: Action) -> Iterator[str | Finished]:
        """Yield what the model writes. Raises `LLMFailed`, whatever LlamaIndex raises."""
        action.take_request()
        left = threading.Event()

        def read(connected: Callable[[], None]) -> Iterator[Part]:
            connected()
            return self._read(messages, left)

        yield from paced(read, left.set, self._told, self._peer, action, self._pace)

    def _read(self, messages: Sequence[Message], left: threading.Event) -> Iterator[Part]:
        from llama_index.core.llms import ChatMessage  # noqa: PLC0415 - it takes seconds to import

        writing, usage, reason = Writing(self._peer, self._cap), None, "stop"
        told = [ChatMessage(role=message.role, content=message.content) for message in messages]
        for response in self._llm.stream_chat(told):
            if left.is_set():
                return
            yield from writing.take(response.delta or "")
            raw = response.raw
            counted = _field(raw, "usage") or response.additional_kwargs
            usage = usage_of({name: _field(counted, name) for name in ("prompt_tokens", "completion_tokens")}) or usage
            reason = next(
                (ended for one in _field(raw, "choices") or () if (ended := _field(one, "finish_reason"))), reason
            )
        yield from writing.ended(reason, usage)

    def _told(self, error: Exception) -> LLMFailed:
        return error if isinstance(error, LLMFailed) else self._peer.failed(type(error).__name__)


def _key(llm: StreamsChat) -> str:
    key = getattr(llm, "api_key", None)
    return key if isinstance(key, str) else ""


def _field(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else getattr(value, name, None)
