"""The door to the `openai` package: `Exchange`, one request at a time to an OpenAI-compatible endpoint, and its reply."""

import codecs
import json
import logging
import re
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import httpx2
import openai

from assistant.llm.action import OF_LLM, Action, Kind, LLMFailed
from assistant.llm.address import OPENAI, is_here, parted
from assistant.llm.line import AZURES, Line, Refusal, body_of, refuse
from assistant.llm.messages import Finished
from assistant.llm.pacing import PACE, Pace, paced
from assistant.llm.refusals import Peer, fault_in
from assistant.llm.reply import Part
from assistant.llm.sse import TooLong, read
from index.errors import SettingsError

# They log what an endpoint says as it says it, in its headers too, and that may be the key.
for _name in ("openai", "httpx2", "httpcore2"):
    logging.getLogger(_name).setLevel(logging.WARNING)

# Bytes of an object, and of a list of models, that are read.
MOST, _MOST_OF_MODELS = 64_000_000, 2_000_000
# With this header, the package hands on a response before its body is here.
_UNREAD = {"X-Stainless-Raw-Response": "stream"}


class Exchange:
    """One connection and one request a call, to the endpoint at `base_url`, through the `openai` package; none again.

    It follows no redirect, and goes through no proxy to this machine. An address may have a query, as those of Azure do.
    `kind` is what is asked there, as people are told of it. Raises `SettingsError` for an address or a key that cannot be
    sent.
    """

    def __init__(
        self, base_url: str | None, model: str, api_key: str | None = None, pace: Pace = PACE, kind: Kind = OF_LLM
    ) -> None:
        self._base_url = base_url or OPENAI
        _refuse_unsendable(self._base_url, api_key or "", kind)
        self._address, self._query = parted(self._base_url)
        self.pace = pace
        self.peer = Peer(
            f"The {kind.name} at {urlsplit(self._base_url).netloc.rpartition('@')[2]}", model, api_key or "", kind
        )

    def post(self, path: str, body: Mapping[str, Any], action: Action, most: int = MOST) -> Mapping[str, Any]:
        """Send `body` as JSON to `path`, such as `/embeddings`, and return the one JSON object that it is answered with.

        The deadlines are those of a stream: to connect, until the first byte, between two pieces, and of `action`, which
        counts the request. Raises `LLMFailed`, also for what is no object, is an error, or has more than `most` bytes.
        """
        found: Mapping[str, Any] = self._posted(path, body, action, most, {"{": dict})
        return found

    def post_for_any(
        self, path: str, body: Mapping[str, Any], action: Action, most: int = MOST
    ) -> Mapping[str, Any] | Sequence[Any]:
        """The same of what may be answered with one JSON array, too."""
        found: Mapping[str, Any] | Sequence[Any] = self._posted(path, body, action, most, {"{": dict, "[": list})
        return found

    def _posted(self, path: str, body: Mapping[str, Any], action: Action, most: int, wanted: Mapping[str, type]) -> Any:
        parts = self.take(
            lambda client: closing(client.post(path, cast_to=httpx2.Response, body=body, options={"headers": _UNREAD})),
            lambda pieces: self._text(pieces, most),
            action,
        )
        return self._parsed("".join(part for part in parts if isinstance(part, str)), wanted)

    def take(
        self,
        ask: Callable[[openai.OpenAI], AbstractContextManager[Any]],
        reading: Callable[[Iterator[bytes]], Iterator[Part]],
        action: Action,
        told: Callable[[Exception], LLMFailed | None] | None = None,
        pace: Pace | None = None,
    ) -> Iterator[str | Finished]:
        """Yield what `reading` makes of the body of the response that `ask` opens, as it comes, and in time.

        `told` says what an exception means where it is not what `told` of this class says. Raises `LLMFailed`, also once
        `action` has no request or no time left.
        """
        action.take_request()
        line = Line()

        def read_on(connected: Callable[[], None]) -> Iterator[Part]:
            line.connected = connected
            with self._client(line) as client:
                try:
                    with ask(client) as response:
                        yield from reading(body_of(response))
                except Refusal as refusal:
                    if refusal.status != 404:
                        raise
                    raise self.peer.without_model(_models(client, action), refusal.body) from None

        yield from paced(read_on, line.close, told or self.told, self.peer, action, pace or self.pace)

    def told(self, error: Exception) -> LLMFailed | None:
        """Return what an exception of an exchange means; None for a bug."""
        match error:
            case LLMFailed():
                return error
            case Refusal():
                return self.peer.refused(error.status, error.body, error.headers)
            case openai.APITimeoutError():
                return self.peer.slow("connect_timeout", self.pace.connect)
            case openai.APIConnectionError() | httpx2.RequestError():
                return self._unconnected(error)
            case _:
                return None

    def _text(self, pieces: Iterator[bytes], most: int) -> Iterator[Part]:
        length = 0

        def counted() -> Iterator[bytes]:
            nonlocal length
            for piece in pieces:
                length += len(piece)
                if length > most:
                    raise self.peer.nonsense()
                yield piece

        yield from codecs.iterdecode(counted(), "utf-8-sig", errors="replace")
        yield Finished()

    def _parsed(self, text: str, wanted: Mapping[str, type]) -> Any:
        """The JSON in `text`, of one of the types that are `wanted`, each under the sign that it begins with."""
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            begun = text.lstrip().startswith((*wanted,))
            raise (self.peer.lost() if begun else self.peer.nonsense()) from None
        if not isinstance(found, (*wanted.values(),)):
            raise self.peer.nonsense()
        if isinstance(found, dict) and (error := fault_in(found)):
            raise self.peer.said(error)
        return found

    def _client(self, line: Line) -> openai.OpenAI:
        # A connection of its own: what closes it closes this request and no other, and none is found to be stale.
        try:
            http_client = openai.DefaultHttpxClient(
                verify=self._tls,
                follow_redirects=False,
                trust_env=not is_here(urlsplit(self._base_url).hostname or ""),
                event_hooks={"request": [line.watch], "response": [refuse]},
            )
        except OSError:
            raise self.peer.unsafe("the file that SSL_CERT_FILE names holds no certificates") from None
        except (ImportError, ValueError, httpx2.InvalidURL):
            raise self.peer.behind_proxy() from None
        return openai.OpenAI(
            base_url=self._address,
            default_query=self._query,
            default_headers={AZURES: self.peer.key} if self._is_azure else None,
            api_key=self.peer.key or "none",
            max_retries=0,
            timeout=openai.Timeout(None, connect=self.pace.connect),
            http_client=http_client,
        )

    @property
    def _is_azure(self) -> bool:
        host = urlsplit(self._address).hostname or ""
        return bool(self.peer.key) and ("api-version" in self._query or host.endswith(".azure.com"))

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return httpx2.create_ssl_context()

    def _unconnected(self, error: Exception) -> LLMFailed:
        causes = [*_causes(error)]
        if any(isinstance(cause, httpx2.ProxyError) for cause in causes):
            return self.peer.behind_proxy()
        if unsafe := [cause for cause in causes if isinstance(cause, ssl.SSLError)]:
            return self.peer.unsafe(getattr(unsafe[0], "verify_message", "") or unsafe[0].reason or "no TLS")
        if any(isinstance(cause, socket.gaierror) for cause in causes):
            return self.peer.unreachable("its name is not known")
        if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
            return self.peer.unreachable("nothing listens there")
        return self.peer.unreachable("the connection failed before it said anything")


def _models(client: openai.OpenAI, action: Action) -> Sequence[str]:
    """The models that an endpoint has, if there is a request left to ask it and it says so."""
    if not action.requests_left:
        return ()
    action.take_request()
    try:
        with client.models.with_streaming_response.list() as response:
            listed = json.loads(read(body_of(response), _MOST_OF_MODELS))
    except (openai.OpenAIError, httpx2.RequestError, TooLong, ValueError, RecursionError):
        return ()
    models = listed.get("data") or listed.get("models") if isinstance(listed, dict) else listed
    if not isinstance(models, list):
        return ()
    names = [one.get("id") or one.get("name") if isinstance(one, dict) else one for one in models]
    return [name for name in names if isinstance(name, str)]


def _refuse_unsendable(base_url: str, key: str, kind: Kind) -> None:
    try:
        httpx2.URL(base_url).host.encode("idna")
    except (httpx2.InvalidURL, UnicodeError):
        raise SettingsError(
            f"The address of the {kind.name} is none; one such as http://127.0.0.1:11434/v1 is wanted."
        ) from None
    if not re.fullmatch("[!-~]*", key):
        raise SettingsError(
            f"The key of the {kind.name} cannot be sent: keys have no spaces, and no signs but those of ASCII."
        )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
