"""`Endpoint`, an `LLM` at an OpenAI-compatible endpoint."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, cast

from assistant.llm.action import Action, LLMFailed
from assistant.llm.exchange import Exchange
from assistant.llm.line import Refusal
from assistant.llm.messages import Finished, Message
from assistant.llm.pacing import PACE, Pace
from assistant.llm.refusals import left_out
from assistant.llm.reply import CAP, reply
from assistant.llm.sse import replied

if TYPE_CHECKING:
    import openai
    from openai.types.chat import ChatCompletionMessageParam

# Some endpoints and some models know one of them not; it is left out once it was refused.
_OPTIONAL: Mapping[str, Any] = {"stream": True, "stream_options": {"include_usage": True}, "temperature": 0}
# A reply that does not come as a stream is whole before its first word is here.
_UNSTREAMED = 3


class Endpoint:
    """Asks `model` at `base_url`: one request a stream, never one again, by an `Exchange`.

    `cap` is the most that an answer may have, in bytes. What the endpoint refused is left out from then on: the role of
    the system goes into the message of the user, and a reply that cannot be streamed is taken whole.
    Raises `SettingsError` for an address or a key that cannot be sent.
    """

    def __init__(
        self, base_url: str | None, model: str, api_key: str | None = None, pace: Pace = PACE, cap: int = CAP
    ) -> None:
        self._exchange = Exchange(base_url, model, api_key, pace)
        self._model = model
        self._cap = cap
        self._optional = dict(_OPTIONAL)
        self._has_system = True

    def stream(self, messages: Sequence[Message], action: Action) -> Iterator[str | Finished]:
        """Yield what the model writes. Raises `LLMFailed`, also once `action` has no request or no time left."""
        pace = self._exchange.pace
        if "stream" not in self._optional:
            pace = replace(pace, first_token=_UNSTREAMED * pace.first_token)
        yield from self._exchange.take(
            lambda client: self._asked(client, messages),
            lambda pieces: reply(replied(pieces), self._exchange.peer, self._cap),
            action,
            self._told,
            pace,
        )

    def _asked(self, client: "openai.OpenAI", messages: Sequence[Message]) -> AbstractContextManager[Any]:
        asked: AbstractContextManager[Any] = client.chat.completions.with_streaming_response.create(
            model=self._model,
            messages=cast("list[ChatCompletionMessageParam]", [asdict(one) for one in self._told_to(messages)]),
            **self._optional,
        )
        return asked

    def _told_to(self, messages: Sequence[Message]) -> Sequence[Message]:
        """The messages in roles that the endpoint takes."""
        if self._has_system or messages[0].role != "system":
            return messages
        system, first, *others = messages
        return [replace(first, content=f"{system.content}\n\n{first.content}"), *others]

    def _told(self, error: Exception) -> LLMFailed | None:
        if not isinstance(error, Refusal):
            return self._exchange.told(error)
        optional = [*self._optional, *(["system"] if self._has_system else [])]
        failed = self._exchange.peer.refused(error.status, error.body, error.headers, optional)
        if failed.fault == "unsupported":
            self._leave_out(left_out(error.status, error.body, optional))
        return failed

    def _leave_out(self, refused: Sequence[str]) -> None:
        self._has_system = self._has_system and "system" not in refused
        # There is nothing to be told of a stream that there is not.
        gone = {*refused, *(["stream_options"] if "stream" in refused else [])}
        self._optional = {name: value for name, value in self._optional.items() if name not in gone}
