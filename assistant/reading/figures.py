"""Which sentence gives the figure that a question asks for."""

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.question.asked import Asked, asked, holds_figure, holds_share, mentions
from assistant.reading.quote import Quote, sentence_ahead

_STANDS_FOR = re.compile(r"\b(?:it|they|them|these|those|of which|each|both)\b", re.IGNORECASE)


def with_figure_first(query: str, ranked: Sequence[Quote]) -> tuple[Quote, ...]:
    """Return `ranked` with the first sentence of the best paper in front that gives the figure `query` asks for, if one does."""
    wanted = asked(query)
    if ranked and wanted.figure and not gives_figure(wanted, ranked[0]):
        own = [quote for quote in ranked if quote.passage.paper == ranked[0].passage.paper]
        if given := next((quote for quote in own if gives_figure(wanted, quote)), None):
            return (replace(given, score=ranked[0].score), *(quote for quote in ranked if quote is not given))
    return tuple(ranked)


def gives_figure(wanted: Asked, quote: Quote) -> bool:
    """Whether a sentence holds a figure, a share where one is asked for, and names what is counted, itself or by a pronoun."""
    text = quote.passage.text
    if not holds_figure(text) or (wanted.share and not holds_share(text)):
        return False
    meant = f"{_before(quote)} {text}" if _STANDS_FOR.search(text) else text
    return not wanted.counted or any(mentions(meant, word) for word in wanted.counted)


def _before(quote: Quote) -> str:
    ahead = sentence_ahead(quote)
    return ahead.text if ahead else ""
