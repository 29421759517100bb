"""What is worth knowing of a paper that was kept: text that misleads, hides, instructs, or was taken back."""

import re
import unicodedata
from collections.abc import Iterator

from index.papers import Paper

_SHORT_WORDS, _SHORT_CHARACTERS = 5, 40
# Control characters, marks that reorder text, zero-width characters and invisible tags; joiners within words are meant.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\U000e0000-\U000e007f]"
)
_INSTRUCTION = re.compile(
    r"\b(ignore|disregard|forget)\b.{0,40}\b(instructions?|prompts?|above|previous)\b|\bsystem prompt\b"
    r"|\byou are (now )?an? (ai|assistant|language model)\b|<\|?(system|im_start)\|?>",
    re.IGNORECASE,
)
_LATIN_WORD_PART = re.compile(r"[a-z]", re.IGNORECASE)
_LOOKALIKE = re.compile(r"[\u0370-\u03ff\u0400-\u04ff]")


def remarks_on(paper: Paper) -> Iterator[tuple[str, str]]:
    """Yield code and reason of each remark: SHORT, HIDDEN, SUSPECT, LOOKALIKE, SCRIPT, NOTICE."""
    text = f"{paper.title} {paper.abstract}"
    if len(paper.abstract.split()) < _SHORT_WORDS and len(paper.abstract) < _SHORT_CHARACTERS:
        yield "SHORT", f"the abstract is {paper.abstract!r}"
    if hidden := len(_HIDDEN.findall(text)) + text.count("\ufffd"):
        yield "HIDDEN", f"{hidden} characters cannot be seen or read; they are never shown"
    if _INSTRUCTION.search(text):
        yield "SUSPECT", "the text speaks to a program; it is treated as text like any other"
    if not text.isascii():
        yield from _of_script(paper)
    if notice := paper.notice:
        yield "NOTICE", f"the paper is {notice}" if paper.retracted else f"this reads as a {notice}"


def _of_script(paper: Paper) -> Iterator[tuple[str, str]]:
    mixed = [word for word in paper.title.split() if _is_mixed(word)]
    if mixed:
        yield "LOOKALIKE", f"{mixed[0]!r} mixes letters of two scripts that look alike"
    foreign = {c for c in {*paper.abstract} if c.isalpha() and not unicodedata.name(c, "").startswith("LATIN")}
    if foreign and sum(map(foreign.__contains__, paper.abstract)) * 2 > sum(map(str.isalpha, paper.abstract)):
        yield "SCRIPT", "most letters are not Latin; the local embedder reads English"


def _is_mixed(word: str) -> bool:
    """Whether Greek or Cyrillic letters stand between Latin ones in one run of letters (`α-divergence` is meant)."""
    return any(
        len(run) > 2 and _LATIN_WORD_PART.search(run) and _LOOKALIKE.search(run)
        for run in re.findall(r"[^\W\d_]+", word)
    )
