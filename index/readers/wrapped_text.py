"""Text whose lines are broken at a width: a title, who wrote it, an abstract, with blank lines between papers."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from index.papers import normalise
from index.readers.papers_page import head_lines, is_page, read_lines
from index.readers.records import MAX_RECORD_BYTES, Line, Read, Source
from index.readers.titles import is_byline, may_be_names

_WIDEST, _NARROWEST = 160, 30
_GOES_ON = re.compile(r"\s*[a-z]")
# What is longer than this is no title: it ends where its paragraph does.
_PROSE = 250
_STOP = (".", "!", "?", ":", ";")


def read(source: Source) -> Iterator[Read]:
    """Yield the papers; lines that were one before they were broken are one again. Codes: those of a copied page."""
    head = head_lines(source.head)
    width = _width(head) or _WIDEST
    yield from read_lines(source, _unbroken(source.lines(), width), list(_unbroken(head, width)))


def recognises(head: str) -> bool:
    """Whether sentences go on over line ends, and what the lines were before is laid out as a page of papers."""
    lines = head_lines(head)
    width = _width(lines)
    return width is not None and is_page(list(_unbroken(lines, width)))


def _width(lines: Iterable[Line]) -> int | None:
    """The length of the longest line that the next one goes on with; None where no line does."""
    texts = [normalise(line.text or "") for line in lines]
    if max(map(len, texts), default=0) > _WIDEST:
        return None
    broken = [len(one) for one, two in pairwise(texts) if _GOES_ON.match(two) and one and not one.endswith(_STOP)]
    return max(broken, default=0) if max(broken, default=0) >= _NARROWEST else None


def _unbroken(lines: Iterable[Line], width: int) -> Iterator[Line]:
    """Join each line to the one before that its first word did not fit on."""
    held: list[str] = []
    number = size = 0
    for line in lines:
        text = normalise(line.text or "")
        if held and (not text or size > MAX_RECORD_BYTES or not (size > _PROSE or _is_same(held[-1], text, width))):
            yield Line(number, " ".join(held))
            held, size = [], 0
        if not text:
            yield line
            continue
        number = number if held else line.number
        held.append(text)
        size += len(text)
    if held:
        yield Line(number, " ".join(held))


def _is_same(before: str, text: str, width: int) -> bool:
    if is_byline(text) or may_be_names(text):
        return False
    return len(before) + 1 + len(text.split(" ", 1)[0]) > width or bool(
        _GOES_ON.match(text) and not before.endswith(_STOP)
    )
