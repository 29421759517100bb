"""Whether a text is in English: by its words and, where those are not known, by their letters."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path

from index.words.letters import Letters, english, english_words

# The frequent words of English and of thirty other languages, and what English has borrowed from them; a line each.
_LANGUAGES = Path(__file__).parent / "languages" / "words.txt"
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_QUOTED = re.compile(r"“[^”]*”|«[^»]*»|„[^“”]*[“”]|\"[^\"]*\"")
# Letters of other scripts than the Latin one. Single Greek letters stand in formulas.
_SCRIPTS = re.compile(
    "[\u0370-\u03ff\u1f00-\u1fff]{3,}"
    "|[\u0400-\u1dff\u2c80-\u2fff\u3040-\u9fff\ua000-\uabff\uac00-\ud7ff\uf900-\ufaff\ufb1d-\ufdff\ufe70-\ufefc\U00020000-\U0003ffff]+"
)
_OPENS_IN_SPANISH = re.compile(r"\W*[¿¡]")
# Half of the words of a text are frequent ones of its language; of the others in English, most are known.
_FREQUENT, _KNOWN, _UNKNOWN = 0.5, 0.4, 0.1
# What one word says at most, in natural logarithms; one known by its letters alone; a name or a single letter; a letter of
# another script.
_MOST, _BY_LETTERS, _BARELY, _A_LETTER = 4.0, 1.5, 0.75, 0.75
# Evidence that a question is foreign must reach this. Found on English questions and titles of papers.
_FOREIGN = 2.0
# So many words, and so many letters of one, tell the language of any question.
_ENOUGH, _LONGEST = 40, 40


@dataclass(frozen=True, slots=True)
class _Language:
    frequent: frozenset[str]
    letters: Letters

    def likelihood(self, word: str) -> float:
        frequent = _FREQUENT / len(self.frequent) if word in self.frequent else 0.0
        return math.log(frequent + (1 - _FREQUENT) * math.exp(self.letters.likelihood(word)))

    def against(self, word: str, in_english: float) -> float:
        """How much more likely a word is in this language than in English, in natural logarithms."""
        lower = word.lower()
        is_english = lower in _languages()[0].frequent
        if is_english or (lower in self.frequent and len(word) > 1):
            return max(-_MOST, min(_MOST, self.likelihood(lower) - in_english))
        least = _MOST if lower in english_words() else _BY_LETTERS
        most = _BARELY if word[0].isupper() or len(word) == 1 else _BY_LETTERS
        return max(-least, min(most, self.likelihood(lower) - in_english))


@lru_cache(64)
def is_english(query: str) -> bool:
    """Whether `query`, or the beginning of a longer text, is in English: unless its words, titles in quotation marks apart, speak for another language.

    A naive Bayes classifier over words: each is one of the frequent words of a language, or is built of letters as its
    words are (Dunning 1994). Names and terms say little, so that a question of nothing else is English.
    """
    asked = _QUOTED.sub(" ", query)
    text = asked if any(c.isalpha() for c in asked) else query
    text = text.lower() if text.isupper() else text
    if _OPENS_IN_SPANISH.match(query):
        return False
    other = _A_LETTER * sum(map(len, _SCRIPTS.findall(text)))
    words = tuple(islice(_words(_SCRIPTS.sub(" ", text)), _ENOUGH))
    in_english = [_in_english(word.lower()) for word in words]
    evidence = (sum(map(language.against, words, in_english)) for language in _languages()[1:])
    return other + max(evidence) < _FOREIGN


def is_of_other_script(text: str) -> bool:
    """Whether most letters of `text` are of another script than the Latin one."""
    return 2 * sum(map(len, _SCRIPTS.findall(text))) > sum(c.isalpha() for c in text)


def _in_english(word: str) -> float:
    frequent = _languages()[0].frequent
    chance = _UNKNOWN * math.exp(english().likelihood(word))
    chance += _FREQUENT / len(frequent) if word in frequent else 0.0
    chance += _KNOWN / len(english_words()) if word in english_words() else 0.0
    return math.log(chance)


def _words(text: str) -> Iterator[str]:
    """The words that can tell a language, not BERT or GPT; "l'effet" is two, but "doesn't" is one."""
    for found in _WORD.finditer(_borrowed().sub(" ", text)):
        word = found.group()
        if word.lower() in _languages()[0].frequent or not any(c.isupper() for c in word[1:]):
            yield from (part[:_LONGEST] for part in re.split("['’]", word))


@cache
def _languages() -> tuple[_Language, ...]:
    """English, then the others."""
    lines = dict(line.split(": ", 1) for line in _LANGUAGES.read_text(encoding="utf-8").splitlines())
    del lines["Borrowed"]
    spoken = [
        [part for word in _WORD.findall(line.lower()) for part in re.split("['’]", word)] for line in lines.values()
    ]
    return tuple(_Language(frozenset(words), Letters(words)) for words in spoken)


@cache
def _borrowed() -> re.Pattern[str]:
    line = next(line for line in _LANGUAGES.read_text(encoding="utf-8").splitlines() if line.startswith("Borrowed: "))
    phrases = "|".join(map(re.escape, line.removeprefix("Borrowed: ").split("; ")))
    return re.compile(rf"(?<!\w)(?:{phrases})(?!\w)", re.IGNORECASE)
