"""The gate before the page: what the page itself asks for goes through, everything else is refused."""

import asyncio
import logging
import re
import secrets
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.web.bodies import MOST, SESSION, BodyRefused, Expected, called, joined
from ui.web.policy import Whole, policy
from ui.web.refused import Refused
from ui.web.uploads import Uploads

READ, WRITE = ("GET", "HEAD"), ("POST",)
# What the page uses, found by watching a browser: no other route of Gradio is answered.
OPEN = {
    "/": READ,
    "/healthz": READ,
    "/favicon.ico": READ,
    "/theme.css": READ,
    "/assets/{path}": READ,
    "/static/js/iframeResizer.contentWindow.min.js": READ,
    "/gradio_api/app_id": READ,
    "/gradio_api/heartbeat/{session}": READ,
    "/gradio_api/queue/data": READ,
    "/gradio_api/queue/join": WRITE,
    "/gradio_api/component_server/": WRITE,
}
# Where the page sends files of papers, if it takes any: a route of our own, so that those of Gradio stay closed, and what
# it writes lies where nothing is served from.
UPLOAD = "/papers"
# What is open besides where there are accounts.
OF_ACCOUNTS = {"/login": WRITE, "/logout": READ}
_PAGE = "/"
_PARTS = {"{path}": r"[A-Za-z0-9_][A-Za-z0-9_.-]*", "{session}": SESSION.pattern}
_PATTERNS = [
    (re.compile("".join(_PARTS.get(part, re.escape(part)) for part in re.split(r"({\w+})", route))), route)
    for route in (*OPEN, *OF_ACCOUNTS)
]
# With the last, the page asks after a lost connection whether the server is the same; nobody else needs to know.
_PAGE_ALONE = {"/gradio_api/app_id"}
# Routes whose query means something; elsewhere it is not handed on: `deep_link` would load a saved conversation.
_QUERIED = {"/gradio_api/queue/data", "/theme.css"}

_HEADERS = {
    "content-security-policy": policy(),
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}
_JSON, _FORM = "application/json", "application/x-www-form-urlencoded"
_TOO_LONG = f"what was sent is longer than a question may be, {MOST:,} bytes"
_HOST = re.compile(r"([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?")
# Seconds in which a body must have come.
_PATIENCE = 10.0
# Sessions whose keys are remembered; with fewer, a flood could make the server forget one that is still open.
_SESSIONS = 100_000

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Passed:
    """A request that may go on: its route, the session it speaks for, and its body as it was read."""

    route: str
    session: str | None
    body: bytes


class Gate:
    """Plain ASGI around `app`, as a middleware that reads the response would hold back the stream.

    Answered are the routes of `OPEN`, under the address that a request came to or one of the `names` of this machine,
    for the page's own origin; bodies must be `expected`. With `accounts`, those of `OF_ACCOUNTS` are, too. Files go to
    `uploads`, if any are taken. A session belongs to the browser that used it first: that holds a key in a cookie that no
    script can read.
    """

    def __init__(
        self,
        app: ASGIApp,
        names: Collection[str],
        expected: Expected,
        uploads: Uploads | None = None,
        *,
        accounts: bool = False,
    ) -> None:
        self._app = app
        self._open = {**OPEN, **OF_ACCOUNTS} if accounts else OPEN
        self._names = frozenset(name.lower() for name in names)
        self._expected = expected
        self._uploads = uploads
        self._keys: OrderedDict[str, str] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self._answered(scope, receive, send)

    async def _answered(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        if scope["path"] == _PAGE:
            send = Whole(send)
        port = _port(scope)
        held = key_in(headers.get("cookie", ""), port)
        key = held or secrets.token_hex(16)
        cookie: str | None = None

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = _guarded(message.get("headers", ()), cookie)
            await send(message)

        try:
            if self._uploads and scope["path"] == UPLOAD:
                taken = await self._taken(self._uploads, scope, headers, receive)
                await JSONResponse({"id": taken})(scope, receive, send_with_headers)
                return
            passed = await self._passed(scope, headers, receive)
            self._bind(passed.session, key)
        except Refused as refused:
            if refused.status != 404:
                _logger.warning("A request was refused (%d): %s.", refused.status, refused.sentence)
            await JSONResponse({"detail": refused.sentence}, refused.status)(scope, receive, send_with_headers)
            return
        # To one who was led here, a browser sends no key that it may have: another would end its conversations.
        if not held and not _is_led_here(headers):
            secure = "; Secure" if scope["scheme"] == "https" else ""
            cookie = f"{_cookie_name(port)}={key}; HttpOnly; SameSite=Strict; Path=/{secure}"
        query = scope["query_string"] if passed.route in _QUERIED else b""
        try:
            await self._app({**scope, "query_string": query}, _replayed(passed.body, receive), send_with_headers)
        except RuntimeError as error:
            # Gradio finds only when it has begun to stream that there is nothing to stream.
            if not isinstance(error.__cause__, HTTPException):
                raise
            _logger.warning("A request was refused (%d): nothing was asked that it could wait for.", 404)
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _taken(self, uploads: Uploads, scope: Scope, headers: Headers, receive: Receive) -> str:
        """The id of a file that the page sent."""
        _check_host(scope, headers, self._names)
        if scope["method"] not in WRITE:
            raise Refused(405, "the page is not asked for in this way")
        _check_origin(scope, headers)
        if not key_in(headers.get("cookie", ""), _port(scope)):
            raise Refused(403, "it was not sent from an open page")
        return await uploads.take(scope, headers, receive)

    async def _passed(self, scope: Scope, headers: Headers, receive: Receive) -> _Passed:
        _check_host(scope, headers, self._names)
        route = _route(scope, self._open)
        _check_origin(scope, headers)
        if route in _PAGE_ALONE and headers.get("sec-fetch-site") != "same-origin":
            raise Refused(404, "there is no such page")
        body = await _body(scope, headers, receive, _FORM if route in OF_ACCOUNTS else _JSON)
        match route:
            case "/gradio_api/queue/join":
                return _Passed(route, _session(lambda: joined(body, self._expected)), body)
            case "/gradio_api/component_server/":
                return _Passed(route, _session(lambda: called(body, self._expected)), body)
            case "/gradio_api/queue/data":
                asked = parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", [""])
                if len(asked) != 1 or not SESSION.fullmatch(asked[0]):
                    raise Refused(400, "the address names no session")
                return _Passed(route, asked[0], body)
            case "/gradio_api/heartbeat/{session}":
                return _Passed(route, scope["path"].rpartition("/")[2], body)
        return _Passed(route, None, body)

    def _bind(self, session: str | None, key: str) -> None:
        """Raise `Refused` where the session is another browser's; who uses it first owns it."""
        if session is None:
            return
        if self._keys.setdefault(session, key) != key:
            raise Refused(403, "the conversation is another browser's")
        self._keys.move_to_end(session)
        while len(self._keys) > _SESSIONS:
            self._keys.popitem(last=False)


def _route(scope: Scope, opened: Mapping[str, Collection[str]]) -> str:
    route = next((route for pattern, route in _PATTERNS if pattern.fullmatch(scope["path"])), "")
    if route not in opened:
        raise Refused(404, "there is no such page")
    if scope["method"] not in opened[route]:
        raise Refused(405, "the page is not asked for in this way")
    return route


def _check_host(scope: Scope, headers: Headers, names: Collection[str]) -> None:
    """Raise `Refused` where the request was sent to another name: a foreign page whose name was made to lead here."""
    given = headers.getlist("host")
    found = _HOST.fullmatch(given[0].lower()) if len(given) == 1 else None
    # An address itself cannot be made to lead elsewhere.
    address = (scope.get("server") or ("",))[0].removeprefix("::ffff:")
    if not found or found[1].strip("[]") not in {*names, address}:
        raise Refused(400, "it was sent to a name that is not this machine's")


def _check_origin(scope: Scope, headers: Headers) -> None:
    own = f"{scope['scheme']}://{headers['host']}".lower()
    if any(origin.lower() != own for origin in headers.getlist("origin")):
        raise Refused(400, "another page asked")
    if headers.get("sec-fetch-site") in {"cross-site", "same-site"} and not _is_led_here(headers):
        raise Refused(403, "another page asked")
    if _is_led_here(headers) and scope["path"] != "/":
        raise Refused(403, "another page led here")


def _is_led_here(headers: Headers) -> bool:
    """Whether a link on another page was followed."""
    return headers.get("sec-fetch-site") in {"cross-site", "same-site"} and headers.get("sec-fetch-mode") == "navigate"


async def _body(scope: Scope, headers: Headers, receive: Receive, kind: str) -> bytes:
    if scope["method"] != "POST":
        if headers.get("content-length", "0") != "0" or "transfer-encoding" in headers:
            raise Refused(413, "a body was sent where none is read")
        return b""
    if headers.get("content-type", "").partition(";")[0].strip().lower() != kind:
        raise Refused(415, f"the body is not said to be {kind}")
    length = headers.get("content-length", "0")
    if not length.isdecimal() or len(length) > 9 or int(length) > MOST:
        raise Refused(413, _TOO_LONG)
    try:
        async with asyncio.timeout(_PATIENCE):
            return await _read(receive)
    except TimeoutError:
        raise Refused(408, f"the body did not come within {_PATIENCE:.0f} seconds") from None


async def _read(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise Refused(400, "the body broke off")
        body += message.get("body", b"")
        if len(body) > MOST:
            raise Refused(413, _TOO_LONG)
        if not message.get("more_body"):
            return bytes(body)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """What was read, once more, and then whatever comes."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return messages.pop() if messages else await receive()

    return receive_again


def _session(check: Callable[[], str]) -> str:
    try:
        return check()
    except BodyRefused as refused:
        raise Refused(400, f"the body is not the page's: {refused}") from None


def _guarded(headers: Iterable[tuple[bytes, bytes]], cookie: str | None) -> list[tuple[bytes, bytes]]:
    """The headers of an answer with ours; those that would let another origin read it are left out."""
    kept = MutableHeaders(raw=[each for each in headers if not each[0].lower().startswith(b"access-control-")])
    kept.update(_HEADERS)
    if cookie:
        kept.append("set-cookie", cookie)
    return kept.raw


def _port(scope: Scope) -> int:
    return int((scope.get("server") or ("", 0))[1])


def _cookie_name(port: int) -> str:
    # All ports of a machine share their cookies.
    return f"scholiast-{port}"


def key_in(cookies: str, port: int) -> str | None:
    """The key that the gate gave to a browser which sends these `cookies` to this `port`."""
    try:
        held = SimpleCookie(cookies).get(_cookie_name(port))
    except CookieError:
        return None
    return held.value if held and re.fullmatch(r"[0-9a-f]{32}", held.value) else None
