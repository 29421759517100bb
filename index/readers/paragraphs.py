"""Text as paragraphs: the lines between two blank ones."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from index.papers import normalise
from index.readers.records import MAX_RECORD_BYTES, Line


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines one after another, the number of the first, and that of the first which cannot be read."""

    number: int
    lines: tuple[str, ...]
    unread: int | None = None

    @property
    def text(self) -> str:
        """The lines as one."""
        return normalise(" ".join(self.lines))


def paragraphs(lines: Iterable[Line]) -> Iterator[Paragraph]:
    """Yield the paragraphs; of one above 16 MiB the rest is another."""
    held: list[str] = []
    first = size = 0
    unread: int | None = None
    for line in lines:
        text = (line.text or "").strip()
        if line.text is None:
            unread = unread or line.number
        if held and (size > MAX_RECORD_BYTES or not (text or line.text is None)):
            yield Paragraph(first, tuple(held), unread)
            held, size, unread = [], 0, None
        if text or line.text is None:
            first = first if held else line.number
            held.append(text)
            size += len(text)
    if held:
        yield Paragraph(first, tuple(held), unread)
