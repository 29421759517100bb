"""A sentence that is quoted, and the neighbours that it needs to be understood."""

import re
from dataclasses import dataclass, replace

from index.papers import Paper
from index.passages import Passage, sentences

# A sentence that opens so leans on the one before it; "this paper" does not.
_LEANING = re.compile(
    r"(?:It|They|Its|Their|These|Those|Both|Such|The (?:former|latter|aforementioned)|This(?! (?:paper|work|study|article|survey|thesis|report|"
    r"tutorial|position|dissertation|research)\b)"
    r"|However|Nevertheless|Nonetheless|Yet|But|Still|Instead|Conversely|Therefore|Thus|Hence|Consequently"
    r"|Similarly|Likewise|Otherwise|In contrast|By contrast|On the (?:other hand|contrary)|As a (?:result|consequence)|In this (?:way|case)"
    r"|For this reason|To (?:this|that) end)\b"
)
# What was done, not what came of it.
_DID = re.compile(
    r"(?:(?:Here|First|To this end|In this (?:paper|work|study|trial)),? )?We (?:also |then |first )?"
    r"(?!(?:find|found|show|showed|demonstrate|observe|report|confirm|conclude|prove|see|saw|identif|reveal|discover|establish|verif|"
    r"argue|achieve|obtain|improve|outperform)(?:y|d|ed|ied|s)?\b)\w+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of an abstract and how well it fits the question.

    The score is no probability: it rests on the `similarity`, the cosine with the question, and, where the sentence was read
    closely, on `answers`, the log odds that it answers. `also` says the same in other papers. Of a long one, `part` tells.
    """

    passage: Passage
    score: float
    answers: float | None = None
    similarity: float = 0.0
    also: tuple[Passage, ...] = ()
    part: Passage | None = None


def with_antecedent(quote: Quote) -> Quote:
    """Return a quote; with the sentence before it if it leans on that: it opens with a pronoun, or goes on from what was said."""
    if not _LEANING.match(quote.passage.text):
        return quote
    before = sentence_ahead(quote)
    return replace(quote, passage=Passage(quote.passage.paper, before.start, quote.passage.end)) if before else quote


def says_what_was_done(quote: Quote) -> bool:
    """Whether the last sentence of a quote says what was done, and not what came of it."""
    said = [*sentences(quote.passage)]
    return bool(said) and bool(_DID.match(said[-1].text))


def with_finding(quote: Quote, *, of_it: bool = False) -> Quote:
    """Return a quote; with the sentence behind it if it says what was done, as that says what came of it.

    With `of_it`, only if that goes on about the same: "It is 3 m."
    """
    if not says_what_was_done(quote):
        return quote
    paper = quote.passage.paper
    after = next((one for one in sentences(_whole(paper)) if one.start >= quote.passage.end), None)
    if not after or (of_it and not _LEANING.match(after.text)):
        return quote
    return replace(quote, passage=Passage(paper, quote.passage.start, after.end))


def sentence_ahead(quote: Quote) -> Passage | None:
    """The sentence before a quote."""
    before = [one for one in sentences(_whole(quote.passage.paper)) if one.end <= quote.passage.start]
    return before[-1] if before else None


def _whole(paper: Paper) -> Passage:
    return Passage(paper, 0, len(paper.abstract))
