"""An OpenAI-compatible endpoint on loopback that says what it is told to, and misbehaves on demand."""

import json
import select
import socket
import socketserver
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Body = dict[str, Any]
Reply = Callable[["Exchange"], None]

# Where a client asks for something; whatever else it wants is counted apart.
_ASKED = ("/chat/completions", "/embeddings", "/rerank")
COUNTED = (21, 7)  # tokens of the prompt and of the reply, as every whole reply says


class ClientLeft(Exception):
    """The client has closed the connection."""


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked; `at` is in seconds of `time.monotonic`, names of headers are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: Body
    at: float


class Exchange:
    """One request, and the connection that its reply goes to."""

    def __init__(self, connection: socket.socket, request: Request, ending: threading.Event) -> None:
        self.request = request
        self._connection = connection
        self._ending = ending

    def send(self, data: bytes) -> None:
        """Send bytes as they are. Raises `ClientLeft`."""
        try:
            self._connection.sendall(data)
        except OSError as error:
            raise ClientLeft from error

    def status(self, code: int, body: Body | list[Any] | str = "", **headers: str) -> None:
        """Send a whole response: an object or an array as JSON, a text as a page of HTML; `retry_after` is the header Retry-After."""
        content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        kind = "text/html" if isinstance(body, str) else "application/json"
        named = {"Content-Type": kind, "Content-Length": str(len(content)), "Connection": "close"}
        named |= {name.replace("_", "-").title(): value for name, value in headers.items()}
        self.send(f"HTTP/1.1 {code} Said\r\n".encode() + _lines(named) + content)

    def begin(self, **headers: str) -> None:
        """Send the head of a stream whose end is the end of the connection."""
        named = {"Content-Type": "text/event-stream", "Connection": "close"}
        self.send(b"HTTP/1.1 200 OK\r\n" + _lines(named | headers))

    def event(self, data: object) -> None:
        """Send one server-sent event."""
        self.send(f"data: {data if isinstance(data, str) else json.dumps(data)}\n\n".encode())

    def deltas(self, *texts: str) -> None:
        """Send each text as one event."""
        for text in texts:
            self.event(chunk({"content": text}))

    def finish(self, reason: str = "stop", counted: tuple[int, int] | None = COUNTED) -> None:
        """Send what ends a stream: the reason, the count if it was asked for, and the mark."""
        self.event(chunk({}, reason))
        if counted and (self.request.body.get("stream_options") or {}).get("include_usage"):
            prompt, completion = counted
            usage = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
            self.event({**chunk({}), "choices": [], "usage": usage})
        self.event("[DONE]")

    def wait(self, seconds: float) -> None:
        """Do nothing for a while. Raises `ClientLeft` as soon as the client has."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and not self._ending.is_set():
            readable, _, _ = select.select([self._connection], [], [], min(left, 0.01))
            if readable and not self._peek():
                raise ClientLeft

    def reset(self) -> None:
        """Close the connection with a reset."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._connection.close()

    def _peek(self) -> bytes:
        try:
            return self._connection.recv(1, socket.MSG_PEEK)
        except OSError:
            return b""


def chunk(delta: Body, finish_reason: str | None = None) -> Body:
    """Return one event of a stream, as an object."""
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    return {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "scripted", "choices": [choice]}


def says(
    *texts: str, reason: str = "stop", counted: tuple[int, int] | None = COUNTED, every: float = 0.0, after: float = 0.0
) -> Reply:
    """Return a reply of these texts, one event each: the first after `after` seconds, the others `every` so many."""
    return computes(lambda _: texts, reason, counted, every, after)


def computes(
    texts: Callable[[Body], Sequence[str]],
    reason: str = "stop",
    counted: tuple[int, int] | None = COUNTED,
    every: float = 0.0,
    after: float = 0.0,
) -> Reply:
    """Return a reply whose texts depend on the body of the request."""

    def reply(exchange: Exchange) -> None:
        exchange.wait(after)
        exchange.begin()
        for text in texts(exchange.request.body):
            exchange.deltas(text)
            exchange.wait(every)
        exchange.finish(reason, counted)

    return reply


def refuses(code: int, body: Body | list[Any] | str = "", **headers: str) -> Reply:
    """Return a reply with this status."""
    return lambda exchange: exchange.status(code, body, **headers)


def lists(*models: str) -> Reply:
    """Return a reply that names the models of an endpoint."""
    return refuses(200, {"object": "list", "data": [{"id": name, "object": "model"} for name in models]})


def sends(*pieces: bytes | float, finish: bool = False) -> Reply:
    """Return a stream of raw bytes, each number a pause in seconds; whole only if `finish`."""

    def reply(exchange: Exchange) -> None:
        exchange.begin()
        for piece in pieces:
            exchange.send(piece) if isinstance(piece, bytes) else exchange.wait(piece)
        if finish:
            exchange.finish()

    return reply


class Misbehaving:
    """An endpoint at `url`, as long as its context lasts; the n-th request gets the n-th reply, later ones the last.

    `requests` are those for a completion, for embeddings or for a ranking, in order; `others` all others; `left` the times at which clients closed the
    connection before their reply was whole, in seconds of `time.monotonic`. `GET /v1/models` gets the reply `models`.
    """

    def __init__(self, *replies: Reply, models: Reply | None = None, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[Request] = []
        self.others: list[Request] = []
        self.left: list[float] = []
        self._replies = replies
        self._models = models or lists("scripted")
        self._lock = threading.Lock()
        self._ending = threading.Event()
        self._server = _Server(("127.0.0.1", 0), self._serve, tls)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), name="misbehaving")

    def __enter__(self) -> "Misbehaving":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def port(self) -> int:
        """The port that it listens on."""
        port: int = self._server.server_address[1]
        return port

    @property
    def url(self) -> str:
        """What a client takes as the base URL."""
        return f"http{'s' if self._server.tls else ''}://127.0.0.1:{self.port}/v1"

    def script(self, *replies: Reply) -> None:
        """Answer with these from now on."""
        with self._lock:
            self._replies = replies
            self.requests.clear()

    def _serve(self, connection: socket.socket) -> None:
        try:
            request = _read(connection)
            if request:
                self._reply(request)(Exchange(connection, request, self._ending))
        except ClientLeft:
            self.left.append(time.monotonic())

    def _reply(self, request: Request) -> Reply:
        with self._lock:
            if request.method == "POST" and request.path.partition("?")[0].endswith(_ASKED):
                self.requests.append(request)
                return self._replies[min(len(self.requests), len(self._replies)) - 1]
            self.others.append(request)
        if request.method == "CONNECT":
            return refuses(407, "Who are you?")
        return self._models if request.path.endswith("/models") else refuses(404, "There is nothing here.")


class _Server(socketserver.ThreadingTCPServer):
    request_queue_size = 128

    def __init__(
        self, address: tuple[str, int], serve: Callable[[socket.socket], None], tls: ssl.SSLContext | None
    ) -> None:
        super().__init__(address, socketserver.BaseRequestHandler)
        self.tls = tls
        self._serve = serve

    def finish_request(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - the name is the library's
        if self.tls is None:
            self._serve(request)
            return
        try:
            with self.tls.wrap_socket(request, server_side=True) as wrapped:
                self._serve(wrapped)
        except OSError:
            return  # a client that refuses the certificate


def _read(connection: socket.socket) -> Request | None:
    """The request, once it is whole; None if the client left before."""
    connection.settimeout(10)
    data = b""
    while b"\r\n\r\n" not in data:
        try:
            piece = connection.recv(65536)
        except OSError:
            return None
        if not piece:
            return None
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        body += connection.recv(65536)
    method, path, _ = first.split(" ", 2)
    return Request(method, path, headers, json.loads(body) if body else {}, time.monotonic())


def _lines(headers: dict[str, str]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode() + b"\r\n"


def self_signed() -> ssl.SSLContext:
    """What an endpoint has that nobody should trust."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(Path(__file__).parent / "self_signed.pem")
    return context


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def black_hole() -> Iterator[str]:
    """The base URL of a port that takes no further connection and refuses none."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        filling = [socket.socket() for _ in range(4)]
        for one in filling:
            one.settimeout(0)
            one.connect_ex(listening.getsockname())
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
        finally:
            for one in filling:
                one.close()
