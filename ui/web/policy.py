"""The policy that the page is sent with: it loads from this server alone, and runs the scripts that it was sent with."""

import re
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send

from ui.render import ASSETS

_INLINE = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)
# What Gradio's own script puts into the head of the page later.
ADDED = ("streams.js", "connection.js")
_ADDED = tuple((ASSETS / name).read_bytes() for name in ADDED)


def policy(page: bytes = b"") -> str:
    """The policy for a `page` of HTML: of scripts within it, those run that are in it now, by their hashes.

    What is injected later, as an element, an attribute or an address, is none of them. Gradio makes functions of the words
    of its events, hence unsafe-eval, and styles single elements, hence unsafe-inline for styles.
    """
    scripts = [*_INLINE.findall(page), *_ADDED] if page else []
    return "; ".join(
        (
            "default-src 'self'",
            " ".join(("script-src 'self' 'unsafe-eval'", *_hashes(scripts))),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "media-src 'self' blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "frame-src 'none'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        )
    )


class Whole:
    """Sends a page once it is whole, as its policy names the scripts in it."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message = {}
        self._body = bytearray()

    async def __call__(self, message: Message) -> None:
        """Take in one message of the response."""
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._body += message.get("body", b"")
        if message.get("more_body"):
            return
        headers = MutableHeaders(raw=[*self._start["headers"]])
        headers["content-security-policy"] = policy(bytes(self._body))
        await self._send({**self._start, "headers": headers.raw})
        await self._send({"type": "http.response.body", "body": bytes(self._body)})


def _hashes(scripts: Iterable[bytes]) -> Iterable[str]:
    return (f"'sha256-{b64encode(sha256(script).digest()).decode()}'" for script in scripts)
