"""A question in the spelling of the corpus that it is asked of."""

import re
from typing import Protocol

from assistant.question.asked import opens_sentence
from index.words.language import is_english

_WORD = re.compile(r"“[^”]*”|[^\W_]+")


class Spelling(Protocol):
    """A word to how a corpus spells it."""

    def spelt(self, word: str, *, is_name: bool = False) -> str:
        """Return `word` as the corpus spells it; one that it does not know, and is near to none it knows, as it is."""
        ...


def spelt(query: str, spelling: Spelling) -> str:
    """Return `query` with slips of the pen mended and names written as the corpus writes them; English alone.

    What stands in “quotes” stays as it is.
    """

    def mended(said: re.Match[str]) -> str:
        word = said.group()
        if word[0] == "“":
            return word
        return spelling.spelt(word, is_name=not word.islower() and not opens_sentence(query, said.start()))

    return _WORD.sub(mended, query) if is_english(query) else query
