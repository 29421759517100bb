"""`Mask`: a key is left out of whatever is said, however it is spelt and in whatever pieces it comes."""

import base64
from collections.abc import Iterator
from urllib.parse import quote

# So many characters of a key in a row are as bad as all; the first few of them are what people know a key by.
OF_KEY, SHOWN = 8, 3
_MASK = "•"


class Mask:
    """Masks `key` in a text: whole, or eight characters of it in a row, but for the first three of these.

    Case makes no difference, nor do signs between the characters; where white space parts them, it must be whole. It may
    be reversed, in base64, in hexadecimal digits or percent-encoded. A key of fewer than eight letters and digits is
    masked where it stands whole, and in no stream: it may be any word.
    """

    def __init__(self, key: str) -> None:
        self._key = key
        self._spellings = frozenset(_spellings(key)) if len(_solid(key)) >= OF_KEY else frozenset()

    def masked(self, text: str) -> str:
        """Return `text` without the key."""
        if self._key:
            text = text.replace(self._key, _MASK * OF_KEY)
        stream = self.stream()
        return stream.take(text) + stream.rest()

    def stream(self) -> "Masking":
        """Return what masks one text that comes in pieces."""
        return Masking(self._spellings)


class Masking:
    """Masks one text as it comes: what may go on to be a key is held back, and nothing else."""

    def __init__(self, spellings: frozenset[str]) -> None:
        self._spellings = spellings
        self._any = "\0".join(spellings)
        self._held: list[str] = []
        # The last letters and digits, as many as stand in a row in one of the spellings; where in what is held they are;
        # and how many letters and digits there were since white space.
        self._row, self._at, self._tight = "", list[int](), 0

    def take(self, text: str) -> str:
        """Return what of the next `text`, and of what was held back, can be shown."""
        if not self._spellings:
            return text
        for one in text:
            self._held.append(one)
            if one.isalnum():
                self._add(one)
            elif one.isspace():
                self._tight = 0
        # What stands before the fourth of a row can be masked no more.
        cut = self._at[SHOWN] if len(self._at) > SHOWN else len(self._held)
        self._at = [at - cut for at in self._at]
        shown = "".join(self._held[:cut])
        del self._held[:cut]
        return shown

    def rest(self) -> str:
        """Return what was held back."""
        shown = "".join(self._held)
        self._held.clear()
        return shown

    def _add(self, one: str) -> None:
        self._row += one.lower() if one.isascii() else "\0"
        self._at.append(len(self._held) - 1)
        self._tight += 1
        while self._row not in self._any or self._row.startswith("\0"):
            self._row = self._row[1:]
            del self._at[0]
        length = len(self._row)
        in_row = length if self._row in self._spellings else min(self._tight, length)
        if in_row >= OF_KEY:
            for at in self._at[length - in_row + SHOWN :]:
                self._held[at] = _MASK


def _spellings(key: str) -> Iterator[str]:
    sent = key.encode()
    for spelt in (key, quote(key, safe=""), sent.hex()):
        yield _solid(spelt)
        yield _solid(spelt)[::-1]
    for shift in range(3):
        # The first and the last of its characters depend on what stands beside the key.
        encoded = base64.b64encode(bytes(shift) + sent).decode()
        yield _solid(encoded[(0, 2, 3)[shift] : len(encoded) - (0, 3, 2)[(shift + len(sent)) % 3]])


def _solid(text: str) -> str:
    """The letters and digits of a text, in lower case."""
    return "".join(one for one in text if one.isalnum()).lower()
