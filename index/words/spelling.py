"""How a corpus spells its words, to mend slips of the pen in a question; derived from the store."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from string import ascii_lowercase

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexDamaged
from index.passages import Passage
from index.words.letters import english, english_words
from index.words.lexical import stems

_WORD = re.compile(r"[^\W_]{2,24}")
# Longer words, in bytes, are not kept.
_BYTES = 24
# A name is written as the corpus writes it where it does so this often.
_MOSTLY = 0.9
# A slip is mended in words of so many letters, in names of one more.
_LETTERS = 4
# What stands before a word of so many letters is a prefix, if so many words have it.
_STEM, _PREFIXED = 4, 4
# The natural logarithms of how likely a slip is somewhere in a word: a double letter or one made double, two letters
# swapped, one left out, one added, one mistaken for a certain other.
_DOUBLE, _SWAPPED, _LEFT_OUT, _ADDED, _MISTAKEN = -3.0, -3.5, -5.0, -7.0, -6.0
# A slip must be so much likelier than the word as it stands: a wrong mend asks another question. Found on eight thousand words
# that a corpus lacks, of which this leaves all but one in two hundred.
_SURELY = math.log(20)
# A name that no other word is written like: BERT, TimeDial.
_COINED = re.compile(r".+[A-Z]")
# A letter is mistaken for one beside it on the keyboard.
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_BESIDE = {
    letter: "".join(other for near in _ROWS[max(0, row - 1) : row + 2] for other in near[max(0, at - 1) : at + 2])
    for row, letters in enumerate(_ROWS)
    for at, letter in enumerate(letters)
}


def write(folder: Path, batches: Iterable[Sequence[Passage]]) -> None:
    """Write the words of passages and of their titles in `folder`, each with its count and its usual spelling.

    The whole words that the embedder's tokenizer knows are written too, with the count 0: they are English, no slips.
    """
    folder.mkdir()
    spellings: Counter[str] = Counter()
    for passages in batches:
        for passage in passages:
            spellings.update(_WORD.findall(f"{passage.paper.title} {passage.text}"))
    english_kept, english_stems = _english()
    counts: Counter[str] = Counter(dict.fromkeys(english_words(), 0))
    coined: Counter[str] = Counter()
    names: dict[str, str] = {}
    # The most frequent spelling of a name is met last.
    for spelling, count in sorted(spellings.items(), key=lambda pair: (pair[1], pair[0])):
        counts[spelling.lower()] += count
        if _COINED.match(spelling):
            coined[spelling.lower()] += count
            names[spelling.lower()] = spelling
    added = counts.keys() - english_words()
    kept = sorted([*english_kept, *_kept(added)])
    spelt = [names[word] if word in coined and coined[word] >= _MOSTLY * counts[word] else word for _, word in kept]
    np.save(folder / "words.npy", np.array([key for key, _ in kept], f"S{_BYTES}"))
    np.save(folder / "spelt.npy", np.array([each.encode() for each in spelt], f"S{2 * _BYTES}"))
    np.save(folder / "stems.npy", np.array(sorted(english_stems | _stemmed(added)), f"S{_BYTES}"))
    np.save(folder / "counts.npy", np.array([counts[word] for _, word in kept], np.int32))


@cache
def _english() -> tuple[tuple[tuple[bytes, str], ...], frozenset[bytes]]:
    """What of English is the same in every corpus: most of the words, where that is small."""
    return tuple(_kept(english_words())), _stemmed(english_words())


def _kept(words: Iterable[str]) -> list[tuple[bytes, str]]:
    return sorted((word.encode(), word) for word in words if len(word.encode()) <= _BYTES)


def _stemmed(words: Iterable[str]) -> frozenset[bytes]:
    stemmed = (stem.encode() for word in words for stem in stems(word))
    return frozenset(stem for stem in stemmed if len(stem) <= _BYTES)


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
        embedder knows, in any form, becomes one that is a slip away (Damerau 1964), if that is likelier than that the word
        is meant: one that is new to the corpus (Kernighan, Church and Gale 1990). What `is_name` becomes a name only. Any
        other word stays as it is.
        """
        lower = word.lower()
        if known := _places(self._words, [lower]):
            return self._usual(known[0]) if word == lower else word
        if (
            _places(self._stems, stems(lower))
            or not _LETTERS + (word != lower) <= len(word) <= _BYTES
            or not word.isalpha()
            or word.isupper()
        ):
            return word
        is_name = is_name or not word[1:].islower()
        # ConvNet is not ConvNeXt: in a name, no letter is missing or taken for another one.
        least = -math.inf if word[1:].islower() else _SWAPPED - math.log(len(word))
        slips = {meant: slip for meant, slip in _slips(lower).items() if slip >= least}
        near = {place: self._chance(place) + slips[self._key(place)] for place in _places(self._words, slips)}
        if is_name:
            near = {place: chance for place, chance in near.items() if not self._usual(place).islower()}
        if not near or max(near.values()) <= self._as_it_is(lower) + _SURELY:
            return word
        mended = self._usual(max(near, key=lambda place: near[place]))
        return mended.capitalize() if mended.islower() and word[0].isupper() else mended

    def writes(self, word: str) -> bool:
        """Whether a title or an abstract holds `word`, in any case."""
        return any(self._counts[place] for place in _places(self._words, [word.lower()]))

    def _chance(self, place: int) -> float:
        """The logarithm of the probability that a word that is meant is the one at `place`."""
        if count := self._counts[place]:
            return math.log(count / self._total)
        return math.log(self._unseen / len(english_words()))

    def _as_it_is(self, word: str) -> float:
        """The logarithm of the probability that a word is meant that neither the corpus nor the embedder knows.

        It is as its letters are, or a prefix with a word that is known.
        """
        prefixed = (
            _prefixes()[word[:end]] + self._chance(known[0])
            for end in range(1, len(word) - _STEM + 1)
            if word[:end] in _prefixes() and (known := _places(self._words, [word[end:]]))
        )
        return math.log(self._unseen) + max([english().likelihood(word), *prefixed])

    @cached_property
    def _total(self) -> int:
        return max(int(self._counts.sum(dtype=np.int64)), 1)

    @cached_property
    def _unseen(self) -> float:
        """The probability that a word is new to the corpus: the share of those that it has once (Good 1953)."""
        return (int((self._counts == 1).sum()) + 1) / (self._total + 1)

    def _key(self, place: int) -> str:
        return bytes(self._words[place]).decode()

    def _usual(self, place: int) -> str:
        return bytes(self._spelt[place]).decode()


def _places(known: NDArray[np.bytes_], words: Iterable[str]) -> list[int]:
    """Where those of `words` stand that are `known`."""
    keys = np.array([key for word in words if len(key := word.encode()) <= _BYTES], f"S{_BYTES}")
    places = np.searchsorted(known, keys)
    return [int(place) for place, key in zip(places, keys, strict=True) if place < len(known) and known[place] == key]


def _slips(word: str) -> Mapping[str, float]:
    """The words from which `word` is one slip away, each with the logarithm of the probability of that slip.

    Not those of another first letter, which is seldom mistaken, or another ending, which may be meant.
    """
    found: dict[str, float] = {}
    for meant, slip in _slipped(word):
        if meant[:1] == word[0]:
            found[meant] = max(slip - math.log(len(word)), found.get(meant, -math.inf))
    return found


def _slipped(word: str) -> Iterator[tuple[str, float]]:
    for place, letter in enumerate(word[1:], 1):
        before, after = word[:place], word[place + 1 :]
        if letter == word[place - 1]:
            yield before + after, _DOUBLE
        elif after:
            yield before + after, _ADDED
        if after and after[0] != letter:
            yield before + after[0] + letter + after[1:], _SWAPPED
        for added in ascii_lowercase:
            yield before + added + letter + after, _DOUBLE if added in {letter, word[place - 1]} else _LEFT_OUT
        yield from ((before + meant + after, _MISTAKEN) for meant in _BESIDE.get(letter, "") if meant != letter)


@cache
def _prefixes() -> Mapping[str, float]:
    """What English words have before other words, each with the logarithm of the share of those that have it."""
    words = english_words()
    found = Counter(word[:end] for word in words for end in range(1, len(word) - _STEM + 1) if word[end:] in words)
    return {prefix: math.log(count / len(words)) for prefix, count in found.items() if count >= _PREFIXED}
