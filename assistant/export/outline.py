"""What an exported answer says, block by block, whatever it is written in."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from assistant.export.kept import Cited, Kept, KeptClaim, Quoted
from assistant.question.limits import described
from assistant.types import RECORD, Support, parted
from index.papers import normalise

Kind = Literal["question", "heading", "paragraph", "quote", "item"]

SUPPORT: dict[Support, str] = {
    "full": "supported by the cited words",
    "partial": "supported in part by the cited words",
    "none": "not supported by the cited words",
    "contradicted": "contradicted by the cited words",
    "unscored": "not checked against the cited words",
}


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of text on a line of its own, in one line; none of it is markup. `url` is an address behind it."""

    kind: Kind
    text: str
    url: str | None = None


def outline(answer: Kept) -> Iterator[Block]:
    """The question, what it was taken to mean, the claims with what they quote, how far it supports them, the references."""
    yield _block("question", answer.question)
    yield from _meant(answer)
    yield from _paragraphs(answer.notice)
    if answer.premise:
        yield _block("paragraph", "An abstract says otherwise than the question takes for granted.")
    # Without claims, the preface is what is said.
    yield from _paragraphs(answer.preface if answer.claims else answer.text)
    heading = ""
    for claim in answer.claims:
        if claim.heading and claim.heading != heading:
            yield _block("heading", claim.heading)
        heading = claim.heading
        yield from _claim(claim)
    yield from _paragraphs(*answer.missing)
    yield from (_block("paragraph", f"Struck: {struck.text} ({struck.why})") for struck in answer.struck)
    yield from _references(answer)


def _meant(answer: Kept) -> Iterator[Block]:
    if normalise(answer.query) != normalise(answer.question):
        yield from _paragraphs(answer.query and f"Taken to mean: {answer.query}")
    if answer.filters:
        yield _block("paragraph", f"Limited to papers {described(answer.filters)}.")


def _claim(claim: KeptClaim) -> Iterator[Block]:
    words, stop = parted(claim.text)
    marks = "".join(f"[{n}]" for n in dict.fromkeys(citation.n for citation in claim.citations))
    said = f"{words} {marks}{stop}" if marks else claim.text
    yield _block("paragraph", f"{said} ({_support(claim)})")
    for citation in claim.citations:
        if not claim.is_recorded and citation.quote.strip() not in ("", claim.text.strip()):
            yield _block("quote", f"[{citation.n}] “{citation.quote}”")


def _support(claim: KeptClaim) -> str:
    """How far the cited words support a claim, and what was done to it."""
    if claim.is_recorded:
        return RECORD
    if any(citation.quote.strip() == claim.text.strip() for citation in claim.citations):
        told = "verbatim"
    else:
        told = SUPPORT[claim.support] + ("" if claim.score is None else f", probability {claim.score:.2f}")
    return f"{told}; {claim.remark}" if claim.remark else told


def _references(answer: Kept) -> Iterator[Block]:
    if answer.papers:
        yield _block("heading", "References")
        for cited in answer.papers:
            yield _block("item", _reference(cited), cited.url)
    elif answer.nearest:
        yield _block("heading", "Nearest papers")
        yield from (_block("item", _nearest(quoted)) for quoted in answer.nearest)


def _reference(cited: Cited) -> str:
    notice = f"{cited.notice.upper()}:" if cited.notice else ""
    names = f"{', '.join(cited.authors)}." if cited.authors else ""
    title = cited.title if cited.title.endswith((".", "!", "?")) else f"{cited.title}."
    year = "" if cited.year is None else f"{cited.year}."
    return " ".join(filter(None, [f"[{cited.n}]", notice, names, title, year]))


def _nearest(quoted: Quoted) -> str:
    taken_back = " (RETRACTED)" if quoted.retracted else ""
    return f"{quoted.title}{taken_back}" + (f": “{quoted.quote}”" if quoted.quote else "")


def _paragraphs(*texts: str) -> Iterator[Block]:
    """Each line of each text, as people may have several in one."""
    return (_block("paragraph", line) for text in texts for line in text.splitlines() if line.strip())


def _block(kind: Kind, text: str, url: str | None = None) -> Block:
    return Block(kind, normalise(text), url and normalise(url))
