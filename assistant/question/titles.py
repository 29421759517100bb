"""Which papers a question names by their titles, whole or by the name that a title opens with."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.question.record import is_vocabulary
from index.papers import Paper

_WORD = re.compile(r"[^\W_]+")
_HEAD = re.compile(r"[:–—?!]|\s-\s")
_ABOUT = re.compile(r"\b(?:on|about)(?: the)? $", re.IGNORECASE)
_QUOTES = "“”\"'‘’"
_OWN = re.compile(r"^['’]s?\b")
# So many words of a title are enough to know it by.
_WORDS = 3


@dataclass(frozen=True, slots=True)
class Titled:
    """The papers that a question names, and the question without their name."""

    papers: tuple[Paper, ...]
    rest: str


def titled(question: str, papers: Iterable[Paper]) -> Titled | None:
    """Return those of `papers` whose name in `question` is longest; None if it names none of them."""
    spans = [found.span() for found in _WORD.finditer(question)]
    asked = [_folded(question[start:end]) for start, end in spans]
    best: tuple[int, int] = (0, 0)
    named: list[Paper] = []
    for paper in papers:
        for words in _names(paper.title):
            place = _place(words, asked)
            if place is None or len(words) < best[1] or not _is_name(question, spans[place], words):
                continue
            if (place, len(words)) != best:
                best, named = (place, len(words)), []
            named.append(paper)
            break
    if not named:
        return None
    start, end = spans[best[0]][0], spans[sum(best) - 1][1]
    before, behind = question[:start].rstrip(_QUOTES), _OWN.sub("", question[end:]).lstrip(_QUOTES)
    return Titled(tuple(dict.fromkeys(named)), f"{before} {behind}")


def _names(title: str) -> Iterator[tuple[str, ...]]:
    """The words of a title, of what stands before its colon, and of its beginning, the longest first."""
    whole = _words(title)
    head = _words(_HEAD.split(title, maxsplit=1)[0])
    beginnings = (whole[:count] for count in range(len(whole) - 1, _WORDS - 1, -1))
    yield from sorted({name for name in (whole, head, *beginnings) if name}, key=len, reverse=True)


def _is_name(question: str, span: tuple[int, int], words: Sequence[str]) -> bool:
    """Whether `words` are a name there: more than words of a record, and not the one word of a topic."""
    if is_vocabulary(" ".join(words)):
        return False
    return len(words) > 1 or not _ABOUT.search(question[: span[0]])


def _place(words: Sequence[str], asked: Sequence[str]) -> int | None:
    """Where `words` stand among those of a question, in a row."""
    first, count = words[0], len(words)
    places = (place for place, word in enumerate(asked) if word == first)
    return next((place for place in places if tuple(asked[place : place + count]) == tuple(words)), None)


def _words(text: str) -> tuple[str, ...]:
    return tuple(_folded(found) for found in _WORD.findall(text))


def _folded(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold()
