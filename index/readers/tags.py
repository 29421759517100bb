"""Records of lines that begin with a tag each, as reference managers and citation indexes write them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from index.readers.records import MAX_RECORD_BYTES, NOT_UTF_8, Line


@dataclass(slots=True)
class Tagged:
    """One record: its line, the values of each tag in order, and what is wrong with it (line, code, reason)."""

    number: int
    values: dict[str, list[str]] = field(default_factory=dict)
    fault: tuple[int, str, str] | None = None
    last: str = ""
    size: int = 0

    def first(self, *tags: str) -> str | None:
        """The first value of the first of these tags that has one."""
        return next((value for tag in tags for value in self.values.get(tag, ()) if value), None)

    def add(self, line: Line, tag: re.Match[str] | None) -> None:
        """Take a line in: a tag with its value, or more of the value before it."""
        text = (line.text or "").strip()
        self.size += len(text)
        if line.text is None:
            self.fault = self.fault or (line.number, "ENCODING", NOT_UTF_8)
        elif self.size > MAX_RECORD_BYTES:
            self.fault = self.fault or (line.number, "TOO_LONG", "the record is longer than 16 MiB")
            self.values.clear()
        elif tag:
            self.last = tag[1]
            self.values.setdefault(tag[1], []).append(tag[2].strip())
        elif self.last and text:
            self.values.setdefault(self.last, [""]).append(text)


def tagged(lines: Iterable[Line], tag: re.Pattern[str], begin: str, end: str | None) -> Iterator[Tagged]:
    """Yield each record, from a tag `begin` to the next one or to a tag `end`; what stands in no record is left out."""
    record: Tagged | None = None
    for line in lines:
        found = tag.match(line.text or "")
        if found and found[1] in (begin, end):
            if record:
                yield record
            record = Tagged(line.number) if found[1] == begin else None
        if record:
            record.add(line, found)
    if record:
        yield record
