"""What of a claim stands nowhere in what was read: numbers and names, looked at letter by letter."""

import re
from collections.abc import Iterable, Sequence

from assistant.question.asked import is_coined, mentions
from index.passages import Passage

# A number that stands by itself: not that of 3D, A100 or 16.9ms.
_NUMBER = re.compile(r"(?<![\w.-])\d+(?:[.,]\d+)*(?![A-Za-z\d])")
_ANY_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_WORD = re.compile(r"[^\s,;:()\[\]?!“”\"]+")
_JOINED = re.compile(r"[-/–—]")
# One thing in other units: a share and its percentage, seconds and milliseconds.
_SCALES = (1.0, 100.0, 0.01, 1000.0, 0.001)


def unfounded(claim: str, read: Sequence[Passage]) -> tuple[str, ...]:
    """Return the numbers and coined names of `claim` that stand in none of the abstracts and titles that were `read`.

    A number stands there if one that does is the same at the precision of the claim, or in another unit; a name in any spelling of
    `mentions`, or as the first letters of words that follow one another.
    """
    text = "\n".join({f"{one.paper.title}\n{one.paper.abstract}": None for one in read})
    return (*_numbers(claim, text), *_names(claim, text))


def _numbers(claim: str, text: str) -> Iterable[str]:
    known = [value for number in _ANY_NUMBER.findall(text) if (value := _value(number)) is not None]
    for number in _NUMBER.findall(claim):
        value = _value(number)
        if value is not None:
            precision = 0.5 * 10 ** -len(number.replace(",", "").partition(".")[2]) + 1e-9
            if not any(abs(other * scale - value) <= precision for other in known for scale in _SCALES):
                yield number


def _names(claim: str, text: str) -> Iterable[str]:
    firsts = "".join(word[0] for word in re.findall(r"[A-Za-z]+", text)).lower()
    for found in _WORD.findall(claim):
        word = re.sub(r"['’]s?$", "", found.strip(".'’"))
        parts = [word] if not _JOINED.search(word) or mentions(text, word) else _JOINED.split(word)
        for part in parts:
            named = part[:1].isalpha() and is_coined(part)
            if named and not mentions(text, part) and part.lower().removesuffix("s") not in firsts:
                yield part


def _value(number: str) -> float | None:
    try:
        return float(number.replace(",", ""))
    except ValueError:
        return None
