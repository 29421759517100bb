"""The connection of one request, to be cut from another thread; what it brings, and what is no success of it."""

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx2
import openai

from assistant.llm.address import OPENAI

# Azure takes keys under a name of its own, and under the usual one only what its directory of users hands out.
AZURES = "api-key"
# Bytes of an error that are read.
_MOST_OF_ERROR = 100_000


class Refusal(openai.OpenAIError):
    """A status that is no success, with the beginning of what was said beside it; errors of its kind pass the package."""

    def __init__(self, status: int, body: object, headers: Mapping[str, str]) -> None:
        super().__init__(status)
        self.status = status
        self.body = body
        self.headers = headers


def refuse(response: Any) -> None:
    """Raise `Refusal` for a response that is no success; a hook of httpx, as the package would read all of the body."""
    if response.is_success:
        return
    body = b""
    for piece in response.iter_bytes():
        body += piece[:_MOST_OF_ERROR]
        if len(body) >= _MOST_OF_ERROR:
            break
    text = body.decode("utf-8-sig", errors="replace")
    is_page = "html" in response.headers.get("content-type", "")
    raise Refusal(response.status_code, "" if is_page else text, response.headers)


def body_of(response: Any) -> Iterator[bytes]:
    """Yield the body of a response; one that breaks off ends."""
    try:
        yield from response.iter_bytes()
    except httpx2.RequestError:
        return


class Line:
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

        if AZURES in request.headers:
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
