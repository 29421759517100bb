"""Who asks: the reader that a browser is, or that has logged in, to whom conversations belong."""

import re
import secrets
from collections import OrderedDict

import gradio as gr

from ui.web.gate import key_in

_READER = re.compile(r"[0-9a-f]{32}")
# Browsers that are remembered.
_BROWSERS = 100_000


class Readers:
    """Knows browsers by the key in the cookie that the gate gave them at this `port`, which no script can read."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._owners: OrderedDict[str, str] = OrderedDict()

    def introduced(self, request: gr.Request, reader: str | None) -> str:
        """Remember whose browser this is, and return the id that it keeps: `reader` where that is one, else what it was given, else a new one."""
        key = self._key(request)
        given = self._owners.get(key or "", "").removeprefix("browser:")
        known = next(filter(_READER.fullmatch, (reader or "", given)), secrets.token_hex(16))
        if key:
            self._owners[key] = f"user:{request.username}" if request.username else f"browser:{known}"
            self._owners.move_to_end(key)
            while len(self._owners) > _BROWSERS:
                self._owners.popitem(last=False)
        return known

    def owner(self, request: gr.Request) -> str:
        """To whom belongs what is asked and kept in this browser; one that was not introduced owns what nobody finds again."""
        return self._owners.get(self._key(request) or "", f"unknown:{secrets.token_hex(16)}")

    def _key(self, request: gr.Request) -> str | None:
        return key_in(dict(request.headers).get("cookie", ""), self._port)
