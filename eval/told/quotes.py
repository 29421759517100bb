"""Whether quoted words stand in the paper that is cited for them, in another, in pieces, or nowhere."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Literal

from eval.told.corpus import Corpus
from index.papers import Paper, normalise

QuoteKind = Literal["verbatim", "misplaced", "respelt", "stitched", "misattributed", "fabricated"]

_WORD = re.compile(r"\w+")
_ELLIPSIS = re.compile(r"\A(?:\[?(?:…|\.\.\.)\]?\s*)+|(?:\s*\[?(?:…|\.\.\.)\]?)+\Z")
# Shorter pieces would make almost any sentence out of an abstract.
_PIECE = 3


def quote_kind(
    quote: str, cited: Sequence[Paper], corpus: Corpus, start: int | None = None, end: int | None = None
) -> QuoteKind:
    """What a quote is; with several papers cited for it, what it is of the one that it fits best.

    `verbatim`: it stands in a cited abstract, and between its offsets where they are told. `misplaced`: it stands elsewhere
    in it. `respelt`: its words stand there one after another, in other letters or with other signs. `misattributed`: it stands in the abstract of
    another paper than those cited. `stitched`: its words stand in order in several pieces of a cited abstract, each of three
    words or more. `fabricated`: none of these. An ellipsis at either end is no part of it. Where nothing is cited, whatever stands in some abstract is verbatim.
    """
    words = _ELLIPSIS.sub("", normalise(quote))
    if any(words in paper.abstract for paper in cited):
        at = start is None or end is None or any(normalise(quote) == paper.abstract[start:end] for paper in cited)
        return "verbatim" if at else "misplaced"
    counts = [pieces(words, paper.abstract) for paper in cited]
    if 1 in counts:
        return "respelt"
    if corpus.holding(words):
        return "misattributed" if cited else "verbatim"
    return "stitched" if any(counts) else "fabricated"


def pieces(quote: str, abstract: str) -> int:
    """In how many pieces the words of a quote stand in an abstract, in order: 1, 2 for several, 0 for not at all.

    Letters count without case or compatibility forms, signs not at all. Each of several pieces has three words or more.
    """
    said, told = _words(quote), _words(abstract)
    if not said:
        return 0
    if any(told[place : place + len(said)] == said for place in range(len(told) - len(said) + 1)):
        return 1
    # Of the words up to each place, where in the abstract the last piece ends at the earliest.
    ends: dict[int, int] = {0: 0}
    for done in range(len(said) - _PIECE + 1):
        if done not in ends:
            continue
        for place in range(ends[done], len(told) - _PIECE + 1):
            alike = _alike(said, told, done, place)
            for length in range(_PIECE, alike + 1):
                ends[done + length] = min(ends.get(done + length, len(told)), place + length)
    return 2 if len(said) in ends else 0


def _alike(said: Sequence[str], told: Sequence[str], done: int, place: int) -> int:
    length = 0
    while done + length < len(said) and place + length < len(told) and said[done + length] == told[place + length]:
        length += 1
    return length


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
