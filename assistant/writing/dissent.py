"""Papers that say no where others say yes: under a heading of their own."""

import re
from dataclasses import replace

from assistant.question.asked import WHETHER
from assistant.reading.cross_encoder import Pair
from assistant.reading.quote import Quote
from assistant.reading.reader import Reader
from assistant.writing.sections import Section

_ASKS_WHETHER = re.compile(rf"\W*{WHETHER}", re.IGNORECASE)
# So much surer the reader must be of yes than of no, or of no than of yes. On 112 questions of the development lines, ten of the twelve
# sentences that it takes for a no are one or say both, a fifth of all that are; and thirty of the 37 that it takes for a yes.
_YES, _NO = 0.6, 0.2
OTHERWISE = "Others say otherwise"


def dissent_apart(query: str, section: Section, reader: Reader) -> list[Section]:
    """Return a section, and in one behind it what says otherwise than its first quote that says yes or no, if `query` asks whether something is so."""
    quotes = section.draft.quotes
    if not _ASKS_WHETHER.match(query) or len(quotes) < 2:
        return [section]
    read = reader.read([Pair(query, quote.passage.text) for quote in quotes])
    says = {quote: _says(odds.supports - odds.against) for quote, odds in zip(quotes, read, strict=True)}
    first = next((each for each in says.values() if each), 0)
    papers = {quote.passage.paper for quote in quotes if says[quote] == first}
    apart = tuple(quote for quote in quotes if first and says[quote] == -first and quote.passage.paper not in papers)
    if not apart:
        return [section]
    return [
        _of(section, section.heading, tuple(one for one in quotes if one not in apart)),
        _of(section, OTHERWISE, apart),
    ]


def _says(sure: float) -> int:
    """One for yes, minus one for no, and nothing where it cannot be told."""
    return int(sure > _YES) - int(sure < -_NO)


def _of(section: Section, heading: str, quotes: tuple[Quote, ...]) -> Section:
    return replace(section, heading=heading, draft=replace(section.draft, quotes=quotes))
