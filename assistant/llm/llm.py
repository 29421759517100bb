"""The door to the `openai` package: `Endpoint`, an `LLM` at an OpenAI-compatible endpoint."""

import json
import logging
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from functools import cached_property
from typing import Any, cast
from urllib.parse import urlsplit

import httpx2
import openai
from openai.types.chat import ChatCompletionMessageParam

from assistant.llm.action import Action, LLMFailed
from assistant.llm.address import OPENAI, is_here, parted
from assistant.llm.messages import Finished, Message
from assistant.llm.pacing import PACE, Pace, paced
from assistant.llm.refusals import Peer, left_out
from assistant.llm.reply import CAP, Part, reply
from assistant.llm.sse import TooLong, read, replied
from index.errors import SettingsError

# They log what an endpoint says as it says it, in its headers too, and that may be the key.
for _name in ("openai", "httpx2", "httpcore2"):
    logging.getLogger(_name).setLevel(logging.WARNING)

# Some endpoints and some models know one of them not; it is left out once it was refused.
_OPTIONAL: Mapping[str, Any] = {"stream": True, "stream_options": {"include_usage": True}, "temperature": 0}
# Azure takes keys under a name of its own, and under the usual one only what its directory of users hands out.
_AZURES = "api-key"
# A reply that does not come as a stream is whole before its first word is here.
_UNSTREAMED = 3
# Bytes of an error, and of a list of models, that are read.
_MOST_OF_ERROR, _MOST_OF_MODELS = 100_000, 2_000_000


class Endpoint:
    """Asks `model` at `base_url` through the `openai` package: one request a stream, never one again.

    It follows no redirect, and goes through no proxy to this machine. `cap` is the most that an answer may have, in bytes.
    What the endpoint refused is left out from then on: the role of the system goes into the message of the user, and a
    reply that cannot be streamed is taken whole. An address may have a query, as those of Azure do.
    Raises `SettingsError` for an address or a key that cannot be sent.
    """

    def __init__(
        self, base_url: str | None, model: str, api_key: str | None = None, pace: Pace = PACE, cap: int = CAP
    ) -> None:
        self._base_url = base_url or OPENAI
        _refuse_unsendable(self._base_url, api_key or "")
        self._address, self._query = parted(self._base_url)
        self._model = model
        self._pace = pace
        self._cap = cap
        self._peer = Peer(f"The LLM at {urlsplit(self._base_url).netloc.rpartition('@')[2]}", model, api_key or "")
        self._optional = dict(_OPTIONAL)
        self._has_system = True

    def stream(self, messages: Sequence[Message], action: Action) -> Iterator[str | Finished]:
        """Yield what the model writes. Raises `LLMFailed`, also once `action` has no request or no time left."""
        action.take_request()
        line = _Line()

        def read(connected: Callable[[], None]) -> Iterator[Part]:
            line.connected = connected
            return self._read(messages, action, line)

        pace = self._pace
        if "stream" not in self._optional:
            pace = replace(pace, first_token=_UNSTREAMED * pace.first_token)
        yield from paced(read, line.close, self._told, self._peer, action, pace)

    def _read(self, messages: Sequence[Message], action: Action, line: "_Line") -> Iterator[Part]:
        with self._client(line) as client:
            try:
                with client.chat.completions.with_streaming_response.create(
                    model=self._model,
                    messages=cast("list[ChatCompletionMessageParam]", [asdict(one) for one in self._told_to(messages)]),
                    **self._optional,
                ) as response:
                    yield from reply(replied(_bytes(response)), self._peer, self._cap)
            except _Refusal as refusal:
                if refusal.status != 404:
                    raise
                raise self._peer.without_model(_models(client, action), refusal.body) from None

    def _told_to(self, messages: Sequence[Message]) -> Sequence[Message]:
        """The messages in roles that the endpoint takes."""
        if self._has_system or messages[0].role != "system":
            return messages
        system, first, *others = messages
        return [replace(first, content=f"{system.content}\n\n{first.content}"), *others]

    def _client(self, line: "_Line") -> openai.OpenAI:
        # A connection of its own: what closes it closes this request and no other, and none is found to be stale.
        try:
            http_client = openai.DefaultHttpxClient(
                verify=self._tls,
                follow_redirects=False,
                trust_env=not is_here(urlsplit(self._base_url).hostname or ""),
                event_hooks={"request": [line.watch], "response": [_refuse]},
            )
        except OSError:
            raise self._peer.unsafe("the file that SSL_CERT_FILE names holds no certificates") from None
        except (ImportError, ValueError, httpx2.InvalidURL):
            raise self._peer.behind_proxy() from None
        return openai.OpenAI(
            base_url=self._address,
            default_query=self._query,
            default_headers={_AZURES: self._peer.key} if self._is_azure else None,
            api_key=self._peer.key or "none",
            max_retries=0,
            timeout=openai.Timeout(None, connect=self._pace.connect),
            http_client=http_client,
        )

    @property
    def _is_azure(self) -> bool:
        host = urlsplit(self._address).hostname or ""
        return bool(self._peer.key) and ("api-version" in self._query or host.endswith(".azure.com"))

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return httpx2.create_ssl_context()

    def _told(self, error: Exception) -> LLMFailed | None:
        match error:
            case LLMFailed():
                return error
            case _Refusal():
                return self._refused(error)
            case openai.APITimeoutError():
                return self._peer.slow("connect_timeout", self._pace.connect)
            case openai.APIConnectionError() | httpx2.RequestError():
                return self._unconnected(error)
            case _:
                return None

    def _refused(self, refusal: "_Refusal") -> LLMFailed:
        optional = [*self._optional, *(["system"] if self._has_system else [])]
        failed = self._peer.refused(refusal.status, refusal.body, refusal.headers, optional)
        if failed.fault == "unsupported":
            self._leave_out(left_out(refusal.status, refusal.body, optional))
        return failed

    def _unconnected(self, error: Exception) -> LLMFailed:
        causes = [*_causes(error)]
        if any(isinstance(cause, httpx2.ProxyError) for cause in causes):
            return self._peer.behind_proxy()
        if unsafe := [cause for cause in causes if isinstance(cause, ssl.SSLError)]:
            return self._peer.unsafe(getattr(unsafe[0], "verify_message", "") or unsafe[0].reason or "no TLS")
        if any(isinstance(cause, socket.gaierror) for cause in causes):
            return self._peer.unreachable("its name is not known")
        if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
            return self._peer.unreachable("nothing listens there")
        return self._peer.unreachable("the connection failed before it said anything")

    def _leave_out(self, refused: Sequence[str]) -> None:
        self._has_system = self._has_system and "system" not in refused
        # There is nothing to be told of a stream that there is not.
        gone = {*refused, *(["stream_options"] if "stream" in refused else [])}
        self._optional = {name: value for name, value in self._optional.items() if name not in gone}


class _Refusal(openai.OpenAIError):
    """A status that is no success, with the beginning of what was said beside it; errors of its kind pass the package."""

    def __init__(self, status: int, body: object, headers: Mapping[str, str]) -> None:
        super().__init__(status)
        self.status = status
        self.body = body
        self.headers = headers


def _refuse(response: Any) -> None:
    """Raise `_Refusal` for a response that is no success; a hook of httpx, as the package would read all of the body."""
    if response.is_success:
        return
    body = b""
    for piece in response.iter_bytes():
        body += piece[:_MOST_OF_ERROR]
        if len(body) >= _MOST_OF_ERROR:
            break
    text = body.decode("utf-8-sig", errors="replace")
    is_page = "html" in response.headers.get("content-type", "")
    raise _Refusal(response.status_code, "" if is_page else text, response.headers)


class _Line:
    """The connection of one request, for another thread to cut."""

    def __init__(self) -> None:
        self.connected: Callable[[], None] = lambda: None
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._is_closed = False

    def watch(self, request: Any) -> None:
        """Be told what becomes of a request, by the extension `trace` of httpx."""
        secure = request.url.scheme == "https"
        if request.url.host != urlsplit(OPENAI).hostname:
            # What the package takes from the environment for OpenAI concerns nobody else.
            for name in ("openai-organization", "openai-project"):
                request.headers.pop(name, None)

        if _AZURES in request.headers:
            request.headers.pop("authorization", None)

        def trace(event: str, info: Mapping[str, Any]) -> None:
            if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
                self._take(info["return_value"].get_extra_info("socket"))
            if event.endswith(".start_tls.complete" if secure else ".connect_tcp.complete"):
                self.connected()

        request.extensions["trace"] = trace

    def close(self) -> None:
        """Cut the connection, or the one that is about to come about: whoever reads from it finds its end."""
        with self._lock:
            self._is_closed = True
            self._cut()

    def _take(self, opened: socket.socket) -> None:
        with self._lock:
            self._socket = opened
            if self._is_closed:
                self._cut()

    def _cut(self) -> None:
        if self._socket is None or self._socket.fileno() < 0:
            return
        try:
            # Not `close`, which would not wake the thread that reads; and not that of `ssl`, which is not for two threads.
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
        except OSError:
            return  # the other side was faster


def _bytes(response: Any) -> Iterator[bytes]:
    """The body of a response; one that breaks off ends."""
    try:
        yield from response.iter_bytes()
    except httpx2.RequestError:
        return


def _models(client: openai.OpenAI, action: Action) -> Sequence[str]:
    """The models that an endpoint has, if there is a request left to ask it and it says so."""
    if not action.requests_left:
        return ()
    action.take_request()
    try:
        with client.models.with_streaming_response.list() as response:
            listed = json.loads(read(_bytes(response), _MOST_OF_MODELS))
    except (openai.OpenAIError, httpx2.RequestError, TooLong, ValueError, RecursionError):
        return ()
    models = listed.get("data") or listed.get("models") if isinstance(listed, dict) else listed
    if not isinstance(models, list):
        return ()
    names = [one.get("id") or one.get("name") if isinstance(one, dict) else one for one in models]
    return [name for name in names if isinstance(name, str)]


def _refuse_unsendable(base_url: str, key: str) -> None:
    try:
        httpx2.URL(base_url).host.encode("idna")
    except (httpx2.InvalidURL, UnicodeError):
        raise SettingsError(
            "The address of the LLM is none; one such as http://127.0.0.1:11434/v1 is wanted."
        ) from None
    if not re.fullmatch("[!-~]*", key):
        raise SettingsError("The key of the LLM cannot be sent: keys have no spaces, and no signs but those of ASCII.")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
