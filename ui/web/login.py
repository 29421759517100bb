"""The door of the chat window where there are accounts: the page that asks who it is, and what passwords are held against."""

import logging
import math
from collections.abc import Mapping, MutableMapping
from contextvars import ContextVar

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from index.errors import UserError
from ui.accounts import Accounts, Throttle
from ui.render import login_page

# How the cookies begin in which Gradio gives the token of who is logged in.
_COOKIE = "access-token-"
# What whoever asks is answered; of all else Gradio checks some itself, and leaves open what tells of the server.
_FOR_ALL = {"/login", "/logout", "/healthz", "/favicon.ico"}
_ADDRESS: ContextVar[str] = ContextVar("address", default="")

_logger = logging.getLogger(__name__)


class Passwords:
    """What Gradio asks whether a name and a password are those of an account, as its `auth`."""

    def __init__(self, accounts: Accounts, throttle: Throttle) -> None:
        self._accounts = accounts
        self._throttle = throttle
        # Each hash takes a core and 32 MiB for a while: one at a time, and none on a thread that answers want.
        self._hashing = CapacityLimiter(1)

    async def are_right(self, name: str, password: str) -> bool:
        """Whether the account `name` has this password. Raises `HTTPException` where it is not yet time to try again."""
        watched = f"name {name[:64]}", f"address {_ADDRESS.get()}"
        if seconds := self._throttle.seconds_left(*watched):
            raise HTTPException(429, f"Too many wrong passwords. Try again in {_spoken(seconds)}.")
        self._throttle.failed(*watched)
        try:
            right = await run_sync(self._accounts.are_of, name, password, limiter=self._hashing)
        except UserError as error:
            _logger.warning("Nobody can log in: %s", error)
            raise HTTPException(503, "Nobody can log in now. The terminal of the server says why.") from None
        if right:
            self._throttle.succeeded(*watched)
        return right


class Door:
    """Plain ASGI around `app`: the page is for whom its `tokens` know, others are asked to log in.

    A token of an account that was removed, or has another password than when it was given, is none from then on.
    """

    def __init__(self, app: ASGIApp, accounts: Accounts, tokens: MutableMapping[str, str]) -> None:
        self._app = app
        self._accounts = accounts
        self._tokens = tokens
        # What the password of each token's account was hashed with.
        self._salts: dict[str, str] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http":
            _ADDRESS.set((scope.get("client") or ("",))[0])
            if scope["path"] not in _FOR_ALL and not self._is_known(HTTPConnection(scope)):
                await HTMLResponse(login_page(), 401)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _is_known(self, asking: HTTPConnection) -> bool:
        given = [value for name, value in asking.cookies.items() if name.startswith(_COOKIE) and value in self._tokens]
        salt = self._accounts_now().get(self._tokens[given[0]]) if given else None
        if given and salt != self._salts.setdefault(given[0], salt or ""):
            for token in given:
                self._tokens.pop(token, None)
                self._salts.pop(token, None)
            return False
        return bool(given)

    def _accounts_now(self) -> Mapping[str, str]:
        try:
            return self._accounts.salts()
        except UserError as error:
            _logger.warning("Nobody is let in: %s", error)
            return {}


def _spoken(seconds: float) -> str:
    whole = math.ceil(seconds)
    return f"{whole} second{'' if whole == 1 else 's'}"
