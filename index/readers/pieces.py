"""The bytes of an XML file, parted before the start tags of its records, so that a fault in one costs no other."""

import re
from collections.abc import Iterable, Iterator

# A start tag may be cut by the end of a chunk: a "<" this near to it is held back.
_HELD = 256


class Pieces:
    """The bytes of `chunks`, none of them empty, each ending before the next start tag of one of `names`, or earlier."""

    def __init__(self, chunks: Iterable[bytes], names: tuple[str, ...]) -> None:
        called = "|".join(map(re.escape, names))
        self._starts = re.compile(rf"<(?:[\w.-]+:)?({called})(?=[\s/>])".encode())
        self._pieces = self._parted(chunks)
        self._ahead: bytes | None = None
        self._next_line = 1
        # On which the piece that came last begins.
        self.line = 1

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        piece = next(self._pieces) if self._ahead is None else self._ahead
        self._ahead = None
        self.line = self._next_line
        self._next_line += piece.count(b"\n")
        return piece

    def begins(self, piece: bytes) -> str:
        """The name of the start tag that a piece begins with; empty for one that begins in the middle of something."""
        found = self._starts.match(piece)
        return found[1].decode() if found else ""

    def put_back(self, piece: bytes) -> None:
        """Have the piece that came last come next."""
        self._ahead, self._next_line = piece, self.line

    def skip(self) -> str:
        """Pass over what stands before the next start tag; return the tag's name, empty where there is none."""
        for piece in self:
            if name := self.begins(piece):
                self.put_back(piece)
                return name
        return ""

    def left(self, names: tuple[str, ...]) -> int:
        """How many start tags of `names` are left, all of which are passed over."""
        return sum(self.begins(piece) in names for piece in self)

    def _parted(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        held = b""
        for chunk in chunks:
            held += chunk
            begin = 0
            for tag in self._starts.finditer(held):
                if tag.start() > begin:
                    yield held[begin : tag.start()]
                begin = tag.start()
            cut = held.rfind(b"<", max(begin, len(held) - _HELD))
            is_cut = cut > begin or (cut == begin and not self._starts.match(held, begin))
            end = cut if is_cut else len(held)
            if end > begin:
                yield held[begin:end]
            held = held[end:]
        if held:
            yield held
