"""Whom a question names as an author: names that the records of the corpus bear and its abstracts do not use as words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.question.asked import content_words
from index.filters import Filter, words
from index.words.language import is_english

_LETTER = r"[^\W\d_]"
_WORD = re.compile(rf"{_LETTER}[\w.’'-]*")
_YEAR = r"((?:19|20)\d\d)[a-z]?"
_PAPERS = (
    r"(?:papers?|works?|stud(?:y|ies)|articles?|publications?|abstracts?|research|findings?|results?|publish(?:ed|es)?|"
    r"writes?|wrote|written|authored)"
)
_PARTICLES = ("de", "da", "di", "del", "van", "von", "der", "den", "la", "le", "bin", "al")
_NAME = rf"{_LETTER}[\w.’'-]*(?: (?:(?:{'|'.join(_PARTICLES)})\b ?)*{_LETTER}[\w.’'-]*){{0,3}}"
_CAPITALS = rf"[A-Z](?:{_LETTER}|[’'-])+(?: [A-Z](?:{_LETTER}|[’'-])+){{0,2}}"
_LONGEST = 4
_BETWEEN = re.compile(r"(?:,? (?:and|&) |, | or )$")
_EITHER = re.compile(r"\bor\b", re.IGNORECASE)
_INITIALS = re.compile(r"(?:\b[A-Z]\.[ -]?){1,3}$")
_OWN = re.compile(r"['’]s?$")
# What stands before an author, and is cut away with the name.
_BEFORE = re.compile(r"\b(?:(?:according|due|thanks) to|by)(?: the)? $", re.IGNORECASE)
_BEFORE_CITED = re.compile(r"\b(?:(?:according|due|thanks) to|by|in|from|of)(?: the)? $", re.IGNORECASE)
_ARTICLE = re.compile(r"\b(?:an?|the|this|that|each|every) $", re.IGNORECASE)
_STOPS = re.compile(r"[\s,:;-]*")
_PAPERS_BY = re.compile(rf"\b{_PAPERS}(?: {_LETTER}+)? by $", re.IGNORECASE)
_DID = re.compile(r"\b(?:did|does|do|has|have|had) $", re.IGNORECASE)
# What stands behind an author: "et al.", a year, or both; and that it is owned by them or that they wrote.
_BEHIND = re.compile(rf"(,? et al\b\.?|,? and (?:colleagues|co-?workers|others)\b)?(?:['’]s?)?(?:,? \(?{_YEAR}\b\)?)?")
_WROTE = re.compile(rf" (?:{_LETTER}+ )?{_PAPERS}\b", re.IGNORECASE)
_STRANGER = re.compile(
    rf"\b{_PAPERS}(?: {_LETTER}+)? by ({_NAME})|\b(?:did|does|do|has|have) ({_NAME}) (?=publish|writ|wrote|author)"
    rf"|((?-i:{_CAPITALS})) et al\b|((?-i:{_CAPITALS})),? \({_YEAR}\)",
    re.IGNORECASE,
)
# A question that is nothing but a citation.
_CITATION = re.compile(rf"\W*({_CAPITALS})(?: (?:and|&) ({_CAPITALS}))?,? \(?{_YEAR}\)?\W*")
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")


class People(Protocol):
    """What the records of a corpus say of its authors."""

    def called(self, name: str) -> tuple[str, ...]:
        """The authors, folded, whose names hold every word of `name`."""
        ...

    def count(self, within: Filter) -> int:
        """How many papers `within` lets through."""
        ...


class Vocabulary(Protocol):
    """The words of a corpus."""

    def writes(self, word: str) -> bool:
        """Whether a title or an abstract holds `word`, in any case."""
        ...


@dataclass(frozen=True, slots=True)
class Said:
    """Authors whom a question names at `start` to `end`, together or one or the other, and the year beside them, if any."""

    start: int
    end: int
    names: tuple[str, ...]
    together: bool
    year: int | None


@dataclass(frozen=True, slots=True)
class _Run:
    """Consecutive words that the name of an author holds."""

    start: int
    end: int
    text: str
    surname: bool


def authors_in(question: str, people: People, vocabulary: Vocabulary) -> Said | None:
    """Return the first authors whom `question` names, outside of the titles that it quotes; None if it names none."""
    text = _QUOTED.sub(lambda quoted: " " * len(quoted.group()), question)
    for group in _groups(text, people):
        start, end = group[0].start, group[-1].end
        behind = _BEHIND.match(text, end)
        assert behind is not None
        if _are_meant(text, group, behind, vocabulary):
            before = _INITIALS.search(text[:start])
            start = before.start() if before else start
            lead = (_BEFORE_CITED if behind.group(1) or behind.group(2) else _BEFORE).search(text[:start])
            start, end = lead.start() if lead else start, behind.end()
            names = tuple(run.text for run in group)
            either = _EITHER.search(text[group[0].end : group[-1].start])
            together = len(names) > 1 and not either and bool(people.count(Filter(coauthors=names)))
            year = int(behind.group(2)) if behind.group(2) else None
            # Of "According to X, …", the comma goes too.
            stops = _STOPS.match(text, end) if not start else None
            return Said(start, stops.end() if stops else end, names, together, year)
    return None


def cited_stranger(question: str, people: People, vocabulary: Vocabulary) -> str:
    """Return whom a citation like "Stone and Miller 2020" names that wrote no paper of the corpus; empty if nobody."""
    cited = _CITATION.fullmatch(question)
    names = [name for name in cited.groups()[:2] if name] if cited else []
    unknown = (name for name in names if not people.called(name) and not any(map(vocabulary.writes, name.split())))
    return next(unknown, "")


def stranger(question: str, vocabulary: Vocabulary) -> str:
    """Return whom `question` names as an author by the way it speaks of them, though no paper is theirs; empty if nobody."""
    for said in _STRANGER.finditer(question):
        name = next(name for name in said.groups() if name)
        capitals = [word for word in name.split() if word[0].isupper() and content_words(word)]
        by_year = name == said.group(4)
        if capitals and name[0].isupper() and not (by_year and any(map(vocabulary.writes, _WORD.findall(name)))):
            return " ".join(capitals)
    return ""


def _groups(text: str, people: People) -> Iterator[list[_Run]]:
    """The names in `text`, those together that "and", "or" or a comma joins."""
    group: list[_Run] = []
    for run in _runs(text, people):
        if group and not _BETWEEN.fullmatch(text[group[-1].end : run.start]):
            yield group
            group = []
        group.append(run)
    if group:
        yield group


def _runs(text: str, people: People) -> Iterator[_Run]:
    found, place = [*_WORD.finditer(text)], 0
    for number, word in enumerate(found):
        if word.start() < place:
            continue
        if run := next(_longest(text, found[number : number + _LONGEST], people), None):
            place = run.end
            yield run


def _longest(text: str, found: Sequence[re.Match[str]], people: People) -> Iterator[_Run]:
    """The longest words from the first on that are of one name; neither the first nor the last is a word of grammar."""
    for count in range(len(found), 0, -1):
        start, end = found[0].start(), found[count - 1].end()
        run = _OWN.sub("", text[start:end].rstrip("."))
        ends = (found[0].group(), run.rsplit(maxsplit=1)[-1])
        if "  " in run or len(run) == 1 or {*run.casefold().split()} <= {*_PARTICLES}:
            continue
        if not all(content_words(word) or word.casefold() in _PARTICLES for word in ends):
            continue
        if called := people.called(run):
            own = words(run)
            yield _Run(
                start, start + len(run), run, any(set(name.replace(",", " ").split()[-1:]) & own for name in called)
            )


def _are_meant(text: str, group: Sequence[_Run], behind: re.Match[str], vocabulary: Vocabulary) -> bool:
    """Whether a name is one here: as it is spoken of, or because it can be nothing else."""
    before = text[: group[0].start]
    capital = all(one.text.split()[-1][0].isupper() for one in group)
    if _PAPERS_BY.search(before) or (behind.group(1) and group[-1].surname):
        return True
    owns = bool(re.match(r"['’]s?", text[group[-1].end :])) or bool(_DID.search(before))
    spoken = _BEFORE.search(before) or behind.group(2) or (owns and _WROTE.match(text, behind.end()))
    if spoken and all(one.surname for one in group) and (capital or behind.group(2)):
        return True
    if _ARTICLE.search(before) and not _WROTE.match(text, behind.end()):
        return False
    return is_english(text) and any(_is_no_word(run, vocabulary) for run in group)


def _is_no_word(run: _Run, vocabulary: Vocabulary) -> bool:
    """Whether `run` is a whole name, or a surname that no abstract uses as a word."""
    parts = run.text.split()
    if len(parts) > 1 and all(part[0].isupper() for part in parts if part not in _PARTICLES):
        return True
    return run.surname and not any(
        vocabulary.writes(part) for word in parts for part in re.findall(r"[^\W_]+", word) if word not in _PARTICLES
    )
