"""How a corpus spells its words, to mend slips of the pen in a question; derived from the store."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from string import ascii_lowercase

import numpy as np
from numpy.typing import NDArray

from index.embedding import MINILM
from index.errors import IndexDamaged
from index.lexical import stems
from index.passages import Passage

_WORD = re.compile(r"[^\W_]{2,24}")
# Longer words, in bytes, are not kept.
_BYTES = 24
# A name is written as the corpus writes it where it does so this often.
_MOSTLY = 0.9
# A slip is mended in words of so many letters, in names of one more; into a word that the corpus lacks, of two more.
_LETTERS = 4
# A name that no other word is written like: BERT, TimeDial.
_COINED = re.compile(r".+[A-Z]")
# A letter is mistaken for one beside it on the keyboard.
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE = {
    letter: "".join(other for near in _ROWS[max(0, row - 1) : row + 2] for other in near[max(0, at - 1) : at + 2])
    for row, letters in enumerate(_ROWS)
    for at, letter in enumerate(letters)
}
_GENERAL = MINILM / "tokenizer.json"


def write(folder: Path, batches: Iterable[Sequence[Passage]]) -> None:
    """Write the words of passages and of their titles in `folder`, each with its count and its usual spelling.

    The whole words that the embedder's tokenizer knows are written too, with the count 0: they are English, no slips.
    """
    folder.mkdir()
    spellings: Counter[str] = Counter()
    for passages in batches:
        for passage in passages:
            spellings.update(_WORD.findall(f"{passage.paper.title} {passage.text}"))
    counts: Counter[str] = Counter(dict.fromkeys(_general(), 0))
    coined: Counter[str] = Counter()
    names: dict[str, str] = {}
    # The most frequent spelling of a name is met last.
    for spelling, count in sorted(spellings.items(), key=lambda pair: (pair[1], pair[0])):
        counts[spelling.lower()] += count
        if _COINED.match(spelling):
            coined[spelling.lower()] += count
            names[spelling.lower()] = spelling
    kept = sorted((word.encode(), word) for word in counts if len(word.encode()) <= _BYTES)
    spelt = [names[word] if word in coined and coined[word] >= _MOSTLY * counts[word] else word for _, word in kept]
    np.save(folder / "words.npy", np.array([key for key, _ in kept], f"S{_BYTES}"))
    np.save(folder / "spelt.npy", np.array([each.encode() for each in spelt], f"S{2 * _BYTES}"))
    stemmed = {stem.encode() for word in counts for stem in stems(word)}
    np.save(folder / "stems.npy", np.array(sorted(each for each in stemmed if len(each) <= _BYTES), f"S{_BYTES}"))
    np.save(folder / "counts.npy", np.array([counts[word] for _, word in kept], np.int32))


class Spelling:
    """The words of a corpus as it writes them."""

    def __init__(self, folder: Path) -> None:
        try:
            self._words, self._spelt, self._stems, self._counts = (
                np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r"))
                for name in ("words", "spelt", "stems", "counts")
            )
        except (OSError, ValueError) as error:
            raise IndexDamaged(f"The words in {folder} cannot be read ({error}).") from None

    def spelt(self, word: str, *, is_name: bool = False) -> str:
        """Return `word` as the corpus spells it.

        A name in lower case is written as the corpus mostly does (bert: BERT). A word that neither the corpus nor the
        embedder knows, in any form, becomes one that is a slip away (Damerau 1964): a letter left out, added, or
        mistaken for one beside it on the keyboard, or two swapped; of several the one with the same first letter, then the one that the corpus has most.
        What `is_name` becomes a name only. Any other word stays as it is.
        """
        lower = word.lower()
        if known := _places(self._words, [lower]):
            return self._usual(known[0]) if word == lower else word
        if (
            _places(self._stems, stems(lower))
            or len(word) < _LETTERS + (word != lower)
            or not word.isalpha()
            or word.isupper()
        ):
            return word
        near = [place for place in _places(self._words, _slips(lower)) if self._may_be(place, lower)]
        if is_name:
            near = [place for place in near if not self._usual(place).islower()]
        if not near:
            return word
        mended = self._usual(
            max(near, key=lambda place: (self._words[place][:1] == lower[0].encode(), self._counts[place]))
        )
        return mended.capitalize() if mended.islower() and word[0].isupper() else mended

    def writes(self, word: str) -> bool:
        """Whether a title or an abstract holds `word`, in any case."""
        return any(self._counts[place] for place in _places(self._words, [word.lower()]))

    def _may_be(self, place: int, word: str) -> bool:
        english = len(word) >= _LETTERS + 2 and self._words[place][:1] == word[0].encode()
        return bool(self._counts[place]) or english

    def _usual(self, place: int) -> str:
        return bytes(self._spelt[place]).decode()


def _places(known: NDArray[np.bytes_], words: Iterable[str]) -> list[int]:
    """Where those of `words` stand that are `known`."""
    keys = np.array([key for word in words if len(key := word.encode()) <= _BYTES], f"S{_BYTES}")
    places = np.searchsorted(known, keys)
    return [int(place) for place, key in zip(places, keys, strict=True) if place < len(known) and known[place] == key]


def _slips(word: str) -> Iterator[str]:
    """Words from which `word` is one slip away; not those of another ending, which may be meant."""
    for place, letter in enumerate(word):
        before, after = word[:place], word[place + 1 :]
        if after:
            yield before + after
            yield before + after[0] + letter + after[1:]
        yield from (before + added + letter + after for added in ascii_lowercase)
        yield from (before + meant + after for meant in _BESIDE.get(letter, ""))


def _general() -> Iterator[str]:
    vocabulary = json.loads(_GENERAL.read_bytes())["model"]["vocab"]
    return (word for word in vocabulary if word.isalpha())
