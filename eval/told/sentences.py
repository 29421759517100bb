"""The sentences of a text, each with what it cites: by markers, or by spans of characters."""

import re
from collections.abc import Iterator, Mapping, Sequence

from eval.told.answers import Cited, Sentence, Source
from index.papers import normalise
from index.sentences import sentence_spans

# A citation and the characters of a text that it stands at.
Spanned = tuple[int, int, Cited]

_NUMBERS = re.compile(r"\s*\[(?:source |doc(?:ument)? )?(\d{1,3}(?:\s*[,;–-]\s*(?:source )?\d{1,3})*)\]", re.IGNORECASE)
# What stands in a text for a citation and is no word of it.
_MARKER = re.compile(r"\s*(?:\[[^\[\]]*\]|【[^】]*】|\(?\[[^\[\]]*\]\([^()\s]*\)\)?|[⁰¹²³⁴-⁹]+)\s*\Z")
_LINE = re.compile(r"[^\n]+")
_ORNAMENT = re.compile(r"\s*(?:[-*•>]\s+|\d{1,2}[.)]\s+)*")
_HEADING = re.compile(r"\s*#{1,6}\s")
_LIST = re.compile(r"^\W*(?:sources|references|bibliography|citations|works cited)\W*$", re.IGNORECASE | re.MULTILINE)
_LISTED = re.compile(r"^\W{0,3}(\d{1,3})[\]).:]*\s+(.+)$", re.MULTILINE)
_ADDRESS = re.compile(r"https?://[^\s<>()\[\]]+")


def marked(text: str, sources: Mapping[int, Source]) -> tuple[Sentence, ...]:
    """The sentences of a text with markers such as `[1]` or `[1, 3]`, by the numbers of its sources.

    A marker belongs to the sentence that it stands in, or right behind; a number of no source is cited as none. What
    follows a line such as `References:` is no sentence.
    """
    text = body(text)
    spans = [
        (found.start(), found.end(), Cited(sources.get(number)))
        for found in _NUMBERS.finditer(text)
        for number in numbers(found[1])
    ]
    return spanned(text, spans)


def spanned(text: str, cited: Sequence[Spanned]) -> tuple[Sentence, ...]:
    """The sentences of a text of which spans of characters are cited.

    A span that is a marker belongs to the sentence that it stands in, or right behind, and is taken out; a span of words to each
    sentence that it touches.
    """
    cuts = _apart(text, cited)
    begins, ends = [0, *(end for _, end in cuts)], [*(start for start, _ in cuts), len(text)]
    bare = "".join(text[begin:end] for begin, end in zip(begins, ends, strict=True))
    found = [*_spans(bare)]
    held: dict[int, list[Cited]] = {place: [] for place in range(len(found))}
    for start, end, one in cited:
        for place in _touched(found, _left(cuts, start), _left(cuts, end)):
            held[place].append(one)
    return tuple(
        Sentence(_plain(bare[start:end]), tuple(dict.fromkeys(held[place]))) for place, (start, end) in enumerate(found)
    )


def body(text: str) -> str:
    """A text without the list of sources at its end."""
    found = _LIST.search(text)
    return text[: found.start()] if found else text


def listed(text: str) -> dict[int, Source]:
    """The sources that a text lists at its end, by their numbers."""
    found = _LIST.search(text)
    lines = _LISTED.findall(text[found.end() :]) if found else []
    return {int(number): Source(_names(line)) for number, line in lines}


def numbers(told: str) -> tuple[int, ...]:
    """The numbers of a marker; `1-3` stands for three."""
    parts = [[int(number) for number in re.findall(r"\d+", part)] for part in re.split(r"[,;]", told)]
    return tuple(number for part in parts for number in range(part[0], part[-1] + 1))


def _names(line: str) -> tuple[str, ...]:
    title = _ADDRESS.sub("", line).strip(' \t.,;:–—-()[]*"“”')
    return tuple(dict.fromkeys((*_ADDRESS.findall(line), title, line.strip())))


def _apart(text: str, cited: Sequence[Spanned]) -> list[tuple[int, int]]:
    """The spans of the markers of a text, none of which overlap, each with the spaces before it."""
    found: list[tuple[int, int]] = []
    for start, end in sorted({(start, end) for start, end, _ in cited if _MARKER.fullmatch(text[start:end])}):
        begin = found[-1][1] if found else 0
        if start >= begin:
            found.append((begin + len(text[begin:start].rstrip(" ")), end))
    return found


def _left(cuts: Sequence[tuple[int, int]], place: int) -> int:
    """Where a character of a text stands once these spans are cut out."""
    return place - sum(min(place, end) - start for start, end in cuts if start < place)


def _spans(text: str) -> Iterator[tuple[int, int]]:
    for line in _LINE.finditer(text):
        if _HEADING.match(line[0]):
            continue
        begin = line.start() + len(_ORNAMENT.match(line[0])[0])  # type: ignore[index]
        for start, end in sentence_spans(text[begin : line.end()]):
            if any(map(str.isalnum, text[begin + start : begin + end])):
                yield begin + start, begin + end


def _touched(spans: Sequence[tuple[int, int]], start: int, end: int) -> Iterator[int]:
    """The places of the sentences that a span touches; of an empty span, the one it stands in or right behind."""
    if start < end:
        touched = [place for place, (begin, stop) in enumerate(spans) if begin < end and start < stop]
        if touched:
            yield from touched
            return
    before = [place for place, (begin, _) in enumerate(spans) if begin < start]
    if spans:
        yield before[-1] if before else 0


def _plain(text: str) -> str:
    return normalise(re.sub(r"(\*\*|__|`)", "", text))
