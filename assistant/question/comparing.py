"""The sides that a question compares."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from assistant.question.asked import WHETHER, content_words, is_coined, words
from assistant.types import Alike

_COMPARATIVE = (
    r"(?:better|best|worse|worst|more|most|less|least|fewer|superior|preferable"
    r"|(?:accurat|bigg|cheap|clos|deep|eas[iy]|fair|fast|great|hard|health[iy]|heav[iy]|high|larg|long|low|new|old|saf|short|simpl"
    r"|slow|small|strong|weak|wid|young)e(?:r|st))"
)
_ASKS = rf"(?:which|what|who|whose|how|why|when|where|{WHETHER})"


class _Between(NamedTuple):
    """Words that stand between two sides; whether the first side stands right before them."""

    words: re.Pattern[str]
    joins: bool


_BETWEEN = (
    _Between(re.compile(r"\s(?:vs\.?|versus|as opposed to)\s", re.IGNORECASE), joins=True),
    _Between(re.compile(r"\s(?:as )?compared (?:to|with)\s", re.IGNORECASE), joins=False),
    _Between(re.compile(r"\bdiffer(?:s|ent)?\b[^?]{0,80}?(\s(?:from|to)\s)", re.IGNORECASE), joins=False),
    _Between(
        re.compile(
            r"\b(?:compar(?:e|ing|ison)|contrast|distinguish|differences?|(?:which|either|neither|any) of)\b[^?]{0,80}?"
            r"(\s(?:and|with|to|against|from)\s)",
            re.IGNORECASE,
        ),
        joins=True,
    ),
    _Between(
        re.compile(r"\sand\s(?=[^?]{0,60}\b(?:differ(?:ent|ences?)?|compared?|each)\b)", re.IGNORECASE), joins=True
    ),
    _Between(re.compile(rf"\b{WHETHER}[^?]{{0,150}}?(\sthan\s)", re.IGNORECASE), joins=False),
    _Between(
        re.compile(rf"^\W*{_ASKS}(?=[^?]{{0,150}}\b{_COMPARATIVE}\b)[^?]{{0,100}}?(\sor\s)", re.IGNORECASE), joins=True
    ),
    _Between(re.compile(rf"^\W*(?!{_ASKS})[^?]{{2,100}}?(\sor\s)", re.IGNORECASE), joins=True),
)
_TITLE = re.compile(r"“([^“”]+)”")
_WORD = re.compile(r"[^\s,;:?!()“”\"]+|[,;:?!()“”\"]")
_OWNING = re.compile(r"['’]s?$")
_ENDS_COMPARED = re.compile(rf"{_COMPARATIVE}\Z", re.IGNORECASE)
_AUXILIARY = re.compile(rf"{WHETHER}\Z", re.IGNORECASE)
_INTERROGATIVE = re.compile(rf"{_ASKS}\Z", re.IGNORECASE)
_COMPARING = words(
    """
    compare compares compared comparing comparison contrast difference differences differ differs different distinguish versus vs
    better worse best worst higher lower faster slower larger smaller stronger weaker greater fewer less more most least rather opposed
    superior inferior good against between either neither any
    """
)
# Of one side alone, it is not asked whether something is so more than of the other, or differs.
_THAN = re.compile(r"\s+(?:better|worse|more|less|rather|differ(?:s|ent)?)\s*\Z", re.IGNORECASE)
# What something is compared in, or for, follows these.
_FOR = words("about against as at because by during for from if in into of on through to under when while with without")
_GRAMMAR = words(
    """
    is are was were do does did can could has have had will would should which what who whose how why where that and or than
    """
)
# Of what is compared, it is asked whether it does this; a side neither holds these nor ends in them.
_DOES = words(
    "help helps work works perform performs do does improve improves beat beats cover covers get gets need needs"
)
# A side has so many words at most; a longer question is more than a comparison, of so many sides more than two.
_LONGEST, _WORDS, _MOST = 7, 25, 4
# Beside how alike two sides are (their cosine), found on 45 questions: a side rather begins and ends where a phrase does, is
# rather long, and rather holds none of the words before what it is compared in.
_PHRASE, _EACH_WORD, _CROSSED, _SUBJECT = 0.2, 0.04, 0.3, 0.2


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared, and what is asked of each side alone: the question with that side in the place of the first, without the others."""

    sides: tuple[str, ...]
    queries: tuple[str, ...]

    @property
    def heading(self) -> str:
        """All sides, as words."""
        return f"{', '.join(self.sides[:-1])} and {self.sides[-1]}"


class _Side(NamedTuple):
    """A stretch of words that may be a side, and how much it is like one by itself."""

    words: str
    fit: float


def compared(query: str, alike: Alike) -> Comparison | None:
    """Return what `query` compares: of the phrases about "than", "or", "vs", those that are most `alike`; None if nothing. English."""
    if len(titles := tuple(dict.fromkeys(_TITLE.findall(query)))) > 1:
        rest = _rest(query, titles)
        return Comparison(titles, tuple(f"{title} {rest}".strip() for title in titles))
    if len(query.split()) > _WORDS:
        return None
    query = query.rstrip().removesuffix(".")
    for between in _BETWEEN:
        if found := between.words.search(query):
            begin, end = found.span(1) if between.words.groups else found.span()
            pair = _pair(query[:begin], query[end:], alike, joins=between.joins)
            if not pair:
                return None
            first = query.rfind(pair[0], 0, begin)
            listed = _listed_before(query[:first])[:_MOST]
            asked = query[: query.find(listed[0]) if listed else first]
            done = "" if between.joins else _THAN.sub("", query[first + len(pair[0]) : begin]).rstrip()
            rest = f"{done}{query[query.index(pair[1], end) + len(pair[1]) :]}"
            sides = (*listed, *pair)
            return Comparison(sides, tuple(" ".join(f"{asked}{side}{rest}".split()) for side in sides))
    return None


def _pair(left: str, right: str, alike: Alike, *, joins: bool) -> tuple[str, str] | None:
    """Of the stretches of `left`, at its end if that `joins` what follows, and those that begin `right`, the two most alike and most like sides."""
    firsts, seconds = [*_stretches(_words(left), at_end=joins)], [*_beginnings(_words(right))]
    pairs = (
        (cosine + one.fit + other.fit, one.words, other.words)
        for other in seconds
        for one, cosine in zip(firsts, alike(other.words, [first.words for first in firsts]), strict=True)
        if one.words.lower() != other.words.lower()
    )
    best = max(pairs, default=None)
    return (_OWNING.sub("", best[1]), _OWNING.sub("", best[2])) if best else None


def _beginnings(said: Sequence[str]) -> Iterator[_Side]:
    for end in range(1, min(len(said), _LONGEST) + 1):
        if _is_side(said, 0, end):
            yield _side(said, 0, end)


def _stretches(said: Sequence[str], *, at_end: bool) -> Iterator[_Side]:
    """The stretches of what is `said` that may be a side: those at its end, or those that begin where a phrase does."""
    for begin in range(len(said)):
        for end in range(begin + 1, min(len(said), begin + _LONGEST) + 1):
            fits = end == len(said) if at_end else _begins_phrase(said, begin)
            if fits and _is_side(said, begin, end):
                side = _side(said, begin, end)
                is_subject = begin > 0 and bool(_AUXILIARY.match(said[begin - 1]))
                yield side._replace(fit=side.fit + _SUBJECT * is_subject)


def _is_side(said: Sequence[str], begin: int, end: int) -> bool:
    """Whether a stretch is words alone, begins and ends as a side may, and cuts no name."""
    stretch = said[begin:end]
    return (
        bool(stretch)
        and all(word[0].isalnum() for word in stretch)
        and bool(content_words(stretch[-1]))
        and stretch[0].lower() not in _FOR | _GRAMMAR | _COMPARING
        and not (_ENDS_COMPARED.match(stretch[-1]) or stretch[-1].lower() in _COMPARING)
        and not any(_INTERROGATIVE.match(word) for word in stretch)
        and not (_goes_on(said, begin) or _goes_on(said, end))
    )


def _side(said: Sequence[str], begin: int, end: int) -> _Side:
    phrase = _begins_phrase(said, begin) + _ends_phrase(said, end)
    crossed = sum(word.lower() in _FOR - {"of"} | _DOES | _COMPARING for word in said[begin:end])
    return _Side(" ".join(said[begin:end]), _PHRASE * phrase + _EACH_WORD * (end - begin) - _CROSSED * crossed)


def _begins_phrase(said: Sequence[str], place: int) -> bool:
    return place == 0 or not said[place - 1][0].isalnum() or said[place - 1].lower() in _FOR | _GRAMMAR | _COMPARING


def _ends_phrase(said: Sequence[str], place: int) -> bool:
    return (
        place == len(said)
        or not said[place][0].isalnum()
        or said[place].lower() in _FOR | _GRAMMAR | _DOES
        or is_coined(said[place - 1])
        or bool(_ENDS_COMPARED.match(said[place]))
    )


def _goes_on(said: Sequence[str], place: int) -> bool:
    """Whether a name goes on at `place`: Llama 2, Vision Transformer."""
    if not 0 < place < len(said) or said[place - 1].lower() in _GRAMMAR | _COMPARING:
        return False
    return said[place - 1][0].isupper() and (said[place][0].isupper() or said[place][0].isdigit())


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _listed_before(text: str) -> list[str]:
    """The sides that commas end in `text`: "black tea" of "compare black tea, "; not what something is compared for."""
    *listed, behind = text.split(",")
    ends = [side for piece in listed if (side := _last_phrase(_words(piece)))]
    return ends if not behind.strip() else []


def _last_phrase(said: Sequence[str]) -> str:
    """The phrase that ends what is `said`; empty where something else is said to be for or in it."""
    begin = max((place for place in range(len(said)) if _begins_phrase(said, place)), default=0)
    is_object = begin > 0 and said[begin - 1].lower() in _FOR
    is_how = begin > 0 and bool(_ENDS_COMPARED.match(said[begin - 1]))
    return "" if is_object or is_how or not _is_side(said, begin, len(said)) else " ".join(said[begin:])


def _rest(query: str, sides: Sequence[str]) -> str:
    for side in sides:
        query = query.replace(side, " ", 1)
    return " ".join(word for word in content_words(query) if word.lower() not in _COMPARING)
