"""Whether a sentence gives the figure that a question asks for."""

import re

from assistant.question.asked import Asked, holds_figure, holds_share, mentions
from assistant.reading.quote import Quote, sentence_ahead

_STANDS_FOR = re.compile(r"\b(?:it|they|them|these|those|of which|each|both)\b", re.IGNORECASE)


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
