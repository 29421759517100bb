"""Whether a text is in English."""

import re

# Words that any English text of some length is full of, and few of which are words of another language.
_ENGLISH = "the of and to with for was were is are that by from this which we on as it not be been have has their these"
_WORDS = frozenset(_ENGLISH.split())
_WORD = re.compile(r"[^\W\d_]+")
_FEWEST_WORDS, _SMALLEST_SHARE = 8, 0.12


def is_english(text: str) -> bool:
    """Whether at least every eighth word of `text` is one without which English is not written; fewer than eight tell nothing."""
    words = _WORD.findall(text.casefold())
    return len(words) < _FEWEST_WORDS or sum(map(_WORDS.__contains__, words)) >= _SMALLEST_SHARE * len(words)
