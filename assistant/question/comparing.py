"""The sides that a question compares."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.question.asked import WHETHER, content_words, is_coined, words
from assistant.types import Alike

_COMPARATIVE = (
    r"(?:better|best|worse|worst|more|most|less|least|fewer|superior|preferable"
    r"|(?:accurat|bigg|cheap|clos|deep|eas[iy]|fast|great|hard|health[iy]|heav[iy]|high|larg|long|low|new|old|saf|short|simpl|slow"
    r"|small|strong|weak|wid|young)e(?:r|st))"
)
# What is said on both sides of these is compared: at once, or where the question asks for a difference, or whether one is more than the other.
_SIDES = (
    re.compile(r"\s(?:vs\.?|versus|(?:as )?compared (?:to|with)|as opposed to)\s", re.IGNORECASE),
    re.compile(
        r"\b(?:compar(?:e|ing|ison)|contrast|distinguish|differ(?:s|ent|ences?)?|(?:which|either|neither|any) of)\b[^?]{0,80}?"
        r"(\s(?:and|with|to|against|from)\s)",
        re.IGNORECASE,
    ),
    re.compile(r"\sand\s(?=[^?]{0,60}\b(?:differ(?:ent|ences?)?|compared?)\b)", re.IGNORECASE),
    re.compile(rf"^\W*{WHETHER}[^?]{{0,150}}?(\sthan\s)", re.IGNORECASE),
    re.compile(
        rf"^\W*(?:which|what|who|{WHETHER})\b(?=[^?]{{0,150}}\b{_COMPARATIVE}\b)[^?]{{0,100}}?(\sor\s)", re.IGNORECASE
    ),
)
_OR = len(_SIDES) - 1
# Behind these stands a side alone, whatever its words.
_PHRASES = (1, 3)
_TITLE = re.compile(r"“([^“”]+)”")
# Words that stand right behind the one side and before the other.
_JOINING = ("or", "and", "vs", "versus")
_COMPARED_FOR = re.compile(r"\b(?:against|for|in|on|at|by|with|of) (?:\S+ ){0,2}\S+$", re.IGNORECASE)
_WORD = re.compile(r"\w(?:[\w.+/$^’'-]*\w)?")
_OWNING = re.compile(r"['’]s?$")
_COMPARING = words(
    """
    compare compares compared comparing comparison contrast difference differences differ differs different distinguish versus vs
    better worse best worst higher lower faster slower larger smaller stronger weaker greater fewer less more most least rather opposed
    superior inferior good against
    """
)
# A side has so many words at most; two sides that "or" joins are so alike; a longer question is more than a comparison.
_LONGEST, _ALIKE, _WORDS, _MOST = 3, 0.25, 25, 4


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared, and the other words of the question: in what."""

    sides: tuple[str, ...]
    about: str

    def query(self, side: str) -> str:
        """What is searched for one side."""
        return f"{side} {self.about}".strip()

    @property
    def heading(self) -> str:
        """All sides, as words."""
        return f"{', '.join(self.sides[:-1])} and {self.sides[-1]}"


def compared(query: str, alike: Alike) -> Comparison | None:
    """Return what `query` compares: of the words about "than", "or", "vs", those that are most `alike`; None if nothing. English."""
    if len(titles := tuple(dict.fromkeys(_TITLE.findall(query)))) > 1:
        return Comparison(titles, _rest(query, titles))
    if len(query.split()) > _WORDS:
        return None
    for kind, pattern in enumerate(_SIDES):
        if found := pattern.search(query):
            begin, end = found.span(1) if pattern.groups else found.span()
            joined = query[begin:end].strip().lower().rstrip(".") in _JOINING
            sides = _pair(
                query[:begin],
                query[end:],
                alike,
                _ALIKE if kind == _OR else -1.0,
                joined=joined,
                whole=kind in _PHRASES,
            )
            before = _listed_before(query[: query.find(sides[0])]) if sides else []
            return Comparison((*before[:_MOST], *sides), _rest(query, (*before, *sides))) if sides else None
    return None


def _pair(left: str, right: str, alike: Alike, least: float, *, joined: bool, whole: bool) -> tuple[str, ...]:
    """Of what ends, or if it is not `joined` to what follows, stands in `left`, and what begins `right`, `whole` or not, the two most alike."""
    runs, second = _runs(left), [*_begins(right)]
    if whole and second and not is_coined(phrase := max(second, key=len)):
        second = [phrase]
    first = (
        [*_stretches(runs[-1], at_end=True)]
        if joined and runs
        else [one for run in runs[:2] for one in _stretches(run)]
    )
    pairs = [(cosine, a, b) for b in second for a, cosine in zip(first, alike(b, first), strict=True)]
    best = max(pairs, default=None, key=lambda pair: pair[0])
    if not best or best[1].lower() == best[2].lower():
        return ()
    _, one, other = best
    if best[0] < least and not (is_coined(one) and is_coined(other)):
        return ()
    return (_whole(one, runs[-1:] if joined else runs), other)


def _begins(text: str) -> Iterator[str]:
    """The beginnings of the first words of `text` that are more than grammar; what is written like one name stays whole."""
    run = next(iter(_runs(text)), [])
    for count in range(1, min(len(run), _LONGEST) + 1):
        if not _goes_on(run, count):
            yield " ".join(run[:count])


def _stretches(run: Sequence[str], *, at_end: bool = False) -> Iterator[str]:
    """The stretches of `run`, or those at its end, that cut no name."""
    for begin in range(len(run)):
        for end in range(begin + 1, min(len(run), begin + _LONGEST) + 1):
            if not _goes_on(run, begin) and not _goes_on(run, end) and (end == len(run) or not at_end):
                yield " ".join(run[begin:end])


def _whole(side: str, runs: Sequence[Sequence[str]]) -> str:
    """`side` with the words before it: salt marshes, not marshes."""
    run = next(" ".join(run) for run in runs if side in " ".join(run))
    whole = run[: run.index(side) + len(side)]
    return whole if len(whole.split()) <= _LONGEST else side


def _goes_on(run: Sequence[str], place: int) -> bool:
    """Whether a name goes on at `place`: Llama 2, Vision Transformer."""
    return 0 < place < len(run) and run[place - 1][0].isupper() and (run[place][0].isupper() or run[place][0].isdigit())


def _runs(text: str) -> list[list[str]]:
    runs: list[list[str]] = [[]]
    last = 0
    for word in _WORD.finditer(text):
        is_side = content_words(word.group()) and word.group().lower() not in _COMPARING
        if runs[-1] and (not is_side or text[last : word.start()].strip()):
            runs.append([])
        if is_side:
            runs[-1].append(_OWNING.sub("", word.group()))
        last = word.end()
    return [run for run in runs if run]


def _listed_before(text: str) -> list[str]:
    """The sides that commas end in `text`: "black tea" of "compare black tea, "; not what something is compared for."""
    *listed, behind = text.split(",")
    ends = [runs[-1] for piece in listed if (runs := _runs(piece)) and not _COMPARED_FOR.search(piece)]
    return [" ".join(run[-_LONGEST:]) for run in ends] if not behind.strip() else []


def _rest(query: str, sides: Sequence[str]) -> str:
    for side in sides:
        query = query.replace(side, " ", 1)
    return " ".join(word for word in content_words(query) if word.lower() not in _COMPARING)
