"""The bytes of a reply, as a stream of server-sent events or as JSON, to the data in them."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain

MOST = 8_000_000
DONE = "[DONE]"
_END_OF_LINE = re.compile(rb"\r\n|\r|\n")
_BYTE_ORDER = b"\xef\xbb\xbf"


class TooLong(ValueError):
    """A line, or the data of one event, is longer than anything that is wanted."""


def replied(pieces: Iterable[bytes], most: int = MOST) -> Iterator[str]:
    """Yield the data of each event; where the whole body is JSON, that, and the mark of the end.

    Raises `TooLong` for more than `most` bytes in either.
    """
    coming = iter(pieces)
    begun = next((bare for piece in coming if (bare := piece.removeprefix(_BYTE_ORDER).lstrip())), b"")
    if begun[:1] not in {b"{", b"["}:
        yield from events(chain([begun], coming), most)
        return
    yield read(chain([begun], coming), most).decode("utf-8", errors="replace")
    yield DONE


def read(pieces: Iterable[bytes], most: int = MOST) -> bytes:
    """Return all the bytes. Raises `TooLong` as soon as there are more than `most`."""
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > most:
            raise TooLong
    return bytes(body)


def events(pieces: Iterable[bytes], most: int = MOST) -> Iterator[str]:
    """Yield the data of each event, however the bytes are split: comments and other fields are left out.

    As in the HTML standard, § 9.2.6, but for a mark of byte order, which is left out before any line, and for an event
    at the very end, which counts without the empty line behind it.
    Raises `TooLong` for more than `most` bytes in one event; time is linear.
    """
    data: list[bytes] = []
    length = 0
    for whole in _lines(pieces, most):
        line = whole.removeprefix(_BYTE_ORDER)
        name, _, value = line.partition(b":")
        if name == b"data":
            data.append(value.removeprefix(b" "))
            length += len(data[-1])
            if length > most:
                raise TooLong
        elif not line and data:
            yield b"\n".join(data).decode("utf-8", errors="replace")
            data, length = [], 0
    if data:
        yield b"\n".join(data).decode("utf-8", errors="replace")


def _lines(pieces: Iterable[bytes], most: int) -> Iterator[bytes]:
    held, after_return = bytearray(), False
    for given in pieces:
        piece = given.removeprefix(b"\n") if after_return else given
        if given:
            after_return = piece.endswith(b"\r")
        held += piece
        # What was held before has no end of line in it, so that it need not be searched again.
        if _END_OF_LINE.search(piece):
            *whole, rest = _END_OF_LINE.split(bytes(held))
            yield from whole
            held = bytearray(rest)
        if len(held) > most:
            raise TooLong
    if held:
        yield bytes(held)
