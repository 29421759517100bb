"""Which part of a long sentence tells what was asked."""

import re
from collections.abc import Iterator
from dataclasses import replace

from assistant.reading.cross_encoder import Pair
from assistant.reading.quote import Quote
from assistant.reading.reader import Reader
from index.passages import Passage, embedded_span, embedded_text

# A longer sentence is quoted whole, but nobody reads it whole.
_LONG = 60
# A clause ends before a comma's next word, or a word that opens another; of fewer words it is none by itself.
_ENDS = re.compile(
    r"(?<=[,;:])\s+|\s+(?=(?:and|but|while|whereas|which|because|since|although|though|where|so that|by)\b)"
)
_LEAST = 5


def with_telling_part(query: str, quote: Quote, reader: Reader) -> Quote:
    """Return a quote; if it is long, with the clause of it that answers `query` best, as the reader finds."""
    if len(quote.passage.text.split()) <= _LONG:
        return quote
    clauses = tuple(_clauses(quote.passage))
    spans = tuple(embedded_span(quote.passage, clause) for clause in clauses)
    (odds,) = reader.read([Pair(query, embedded_text(quote.passage), spans)])
    _, place = max((answers, -place) for place, answers in enumerate(odds.sentences))
    return replace(quote, part=clauses[-place])


def _clauses(passage: Passage) -> Iterator[Passage]:
    begin = 0
    for end in (*(found.start() for found in _ENDS.finditer(passage.text)), len(passage.text)):
        if len(passage.text[begin:end].split()) >= _LEAST or end == len(passage.text):
            start = begin + len(passage.text[begin:end]) - len(passage.text[begin:end].lstrip())
            yield Passage(passage.paper, passage.start + start, passage.start + end)
            begin = end
