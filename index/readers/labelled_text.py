"""Text in which each part of a paper stands behind its name: `Title: …`, `Authors: …`, `Abstract: …`."""

from collections.abc import Iterable, Iterator

from index.readers.fields import papers
from index.readers.labels import fields_of, label
from index.readers.records import MAX_RECORD_BYTES, NOT_UTF_8, Line, Read, Source

# What may take several lines; of the other parts only what is indented goes on, or follows a comma.
_LONG = {"title", "abstract"}


class _Labelled:
    """One paper while it is read: what each label says."""

    def __init__(self) -> None:
        self.number = self.size = self.unread = 0
        self.said: dict[str, list[str]] = {}
        self._part = ""
        self._after_blank = False

    def begins_another(self, part: str) -> bool:
        """Whether a label belongs to the next paper: this one has that part, and another after it."""
        return part in self.said and part not in (self._part, "")

    def add(self, line: Line, found: tuple[str, str] | None) -> None:
        """Take in a line; one without a label goes on with the part before it, if no blank line ended that."""
        text = (line.text or "").strip()
        self.size += len(text)
        if line.text is None or self.size > MAX_RECORD_BYTES:
            self.unread = self.unread or line.number
        if found:
            self.number = self.number or line.number
            self._part, self._after_blank = found[0], False
            self.said.setdefault(found[0], []).append(found[1])
        elif not text:
            self._after_blank = self._after_blank or any(self.said.get(self._part, ()))
        elif self._part and not self._after_blank and (self._part in _LONG or self._goes_on(line.text or "")):
            self.said[self._part][-1] = f"{self.said[self._part][-1]} {text}".strip()

    def _goes_on(self, text: str) -> bool:
        last = self.said[self._part][-1]
        return not last or last.endswith((",", ";", " and", "&")) or text[:1].isspace()


def read(source: Source) -> Iterator[Read]:
    """Yield a paper for each run of labels; a label that comes again begins the next.

    A paper with a line that cannot be read is rejected with that line (ENCODING).
    """
    for paper in _labelled(source.lines()):
        if paper.unread:
            yield source.reject(paper.unread, "ENCODING", NOT_UTF_8)
        elif "title" in paper.said or "abstract" in paper.said:
            separator = {"authors": "; " if len(paper.said.get("authors", ())) > 1 else " "}
            said = {part: separator.get(part, " ").join(words).strip() for part, words in paper.said.items()}
            yield from papers(source, paper.number, fields_of(said))


def recognises(head: str) -> bool:
    """Whether one line of a text begins with the label of a title, and one with that of an abstract."""
    parts = {found[0] for line in head.splitlines() if (found := label(line))}
    return {"title", "abstract"} <= parts


def _labelled(lines: Iterable[Line]) -> Iterator[_Labelled]:
    paper = _Labelled()
    for line in lines:
        found = label(line.text or line.begins)
        if found and paper.begins_another(found[0]):
            yield paper
            paper = _Labelled()
        paper.add(line, found)
    yield paper
