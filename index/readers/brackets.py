"""JSON of any length, parted at the brackets that stand in no string."""

import io
import re
from collections.abc import Iterator

from index.readers.records import HEAD_BYTES

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_BRACKET_OR_QUOTE = re.compile(rb'["{}\[\]]')
# No string holds the end of a line: one that does was left open if the next line begins as a line of JSON does, with a key
# or a bracket. Others have lines of text in them, which costs their record alone.
_REST_OF_STRING = re.compile(
    rb"""(?:[^"\\\r\n]++|\\.|[\r\n](?![ \t]{0,200}(?:"[^"\\\r\n]{1,40}"[ ]{0,8}:|[{}\[\]])))*+("|(?=[\r\n]))""", re.S
)
# What must be seen behind the end of a line to tell.
_LINE_AHEAD = 256


def brackets(stream: io.BufferedIOBase) -> Iterator[tuple[bytes, bytes]]:
    """Yield the text up to each bracket that is in no string, and the bracket: none at the end of a chunk."""
    inside, rest = False, b""
    chunk = stream.read(HEAD_BYTES).removeprefix(BYTE_ORDER_MARK)
    while chunk:
        ahead = stream.read(HEAD_BYTES)
        chunk = rest + chunk
        end = _told(chunk) if ahead else len(chunk)
        start = place = 0
        while found := (_REST_OF_STRING.match if inside else _BRACKET_OR_QUOTE.search)(chunk, place, end):
            place = found.end()
            if inside or found[0] == b'"':
                inside = not inside
            else:
                yield chunk[start : place - 1], found[0]
                start = place
        yield chunk[start:end], b""
        rest, chunk = chunk[end:], ahead
    yield rest, b""


def _told(chunk: bytes) -> int:
    """How much of a chunk can be read before the next one is there."""
    line_end = max(chunk.rfind(b"\n", -_LINE_AHEAD), chunk.rfind(b"\r", -_LINE_AHEAD))
    end = len(chunk) if line_end < 0 else line_end
    # A backslash at the end belongs to the character that follows it, if it is none such itself.
    return end - (end - len(chunk[:end].rstrip(b"\\"))) % 2
