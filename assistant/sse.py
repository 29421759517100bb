"""The bytes of a stream of server-sent events, to the data in them."""

import re
from collections.abc import Iterable, Iterator

_END_OF_LINE = re.compile(rb"\r\n|\r|\n")


class TooLong(ValueError):
    """A line, or the data of one event, is longer than anything that is wanted."""


def events(pieces: Iterable[bytes], most: int = 8_000_000) -> Iterator[str]:
    """Yield the data of each event, however the bytes are split: comments and other fields are left out.

    As in the HTML standard, § 9.2.6, but for an event at the very end, which counts without the empty line behind it.
    Raises `TooLong` for more than `most` bytes in one event; time is linear.
    """
    data: list[bytes] = []
    length = 0
    for line in _lines(pieces, most):
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
