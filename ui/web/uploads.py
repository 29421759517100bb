"""Files that a browser sends in: written aside as they come, read once, and never served."""

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path
from shutil import rmtree
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.types import Receive, Scope

from index.private import private_folder
from ui.importing.files import MEGABYTE, is_taken, own_name, too_long, wrong_kind
from ui.web.refused import Refused

# Files that nobody has read yet: an older one makes room. So much of the disk is taken, times what a file may hold.
MOST_WAITING = 10
# At once, and the seconds that each may take.
_AT_ONCE, _PATIENCE = 4, 120.0
_NAME_BYTES = 1_000


class Uploads:
    """Where files wait that hold at most so many `megabytes`, each in a private folder, under an id that cannot be guessed."""

    def __init__(self, megabytes: int) -> None:
        self.megabytes = megabytes
        self._waiting: OrderedDict[str, Path] = OrderedDict()
        self._coming = 0

    async def take(self, scope: Scope, headers: Headers, receive: Receive) -> str:
        """Write the body of a request to a file, as it comes, and return the id of the file. Raises `Refused`."""
        if headers.get("content-type") != "application/octet-stream":
            # Nor does a form of another page send that.
            raise Refused(415, "the body is not said to be a file")
        if len(scope["query_string"]) > _NAME_BYTES:
            raise Refused(400, "the name of the file is too long")
        name = own_name(parse_qs(scope["query_string"].decode("latin-1")).get("name", [""])[0])
        if not is_taken(name):
            raise Refused(415, wrong_kind())
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length[:20]) > self._most:
            raise Refused(413, too_long(self.megabytes))
        if self._coming >= _AT_ONCE:
            raise Refused(503, "others are sending files; try again in a moment")
        self._coming += 1
        file = private_folder() / name
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._write(file, receive)
            return self._kept(file)
        except TimeoutError:
            raise Refused(408, f"the file did not come within {_PATIENCE:.0f} seconds") from None
        finally:
            self._coming -= 1
            if file not in self._waiting.values():
                rmtree(file.parent, ignore_errors=True)

    def claim(self, ids: Iterable[str]) -> tuple[Path, ...]:
        """The files of these ids that still wait, which are now the caller's to remove."""
        return tuple(file for each in dict.fromkeys(ids) if (file := self._waiting.pop(each, None)))

    @property
    def _most(self) -> int:
        return self.megabytes * MEGABYTE

    async def _write(self, file: Path, receive: Receive) -> None:
        written = 0
        with file.open("xb") as opened:
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    raise Refused(400, "the file broke off")
                written += len(message.get("body", b""))
                if written > self._most:
                    raise Refused(413, too_long(self.megabytes))
                opened.write(message.get("body", b""))
                if not message.get("more_body"):
                    return

    def _kept(self, file: Path) -> str:
        name = secrets.token_hex(16)
        self._waiting[name] = file
        while len(self._waiting) > MOST_WAITING:
            rmtree(self._waiting.popitem(last=False)[1].parent, ignore_errors=True)
        return name
