"""What a question asks of the record of the papers: who, when, where, how many, which is the newest.

A question is about the record if, beside the name or the topic of papers, it holds nothing but words of grammar and those
that a record is spoken of with. There is no list of phrasings: "GlowBERT authors" and "I want to know who the authors of
GlowBERT were" say the same words.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile
from typing import Literal

from assistant.question.asked import content_words
from index.records.facets import Field

Asked = Field | Literal["link", "notice"]
_Kind = Literal[
    "", "who", "when", "where", "get", "cite", "written", "author", "year", "venue", "link", "paper", "corpus", "new",
    "old", "many", "each", "most", "else", "number", "it", "said", "made", "notice",
]  # fmt: skip

_WORDS: Mapping[_Kind, str] = {
    "who": "who whom whose",
    "when": "when",
    "where": "where",
    "get": "read get download access obtain",
    "said": "find finds found report reports reported show shows showed conclude concludes concluded say says said state states "
    "stated argue argues argued claim claims claimed suggest suggests suggested discover discovered observe observed",
    "cite": "cite reference citation bibliographic bibliography",
    "written": "wrote write writes written writing authored coauthored co-authored publish publishes published publishing "
    "release released appear appears appeared came come printed",
    "made": "present presents presented propose proposed proposes introduce introduced introduces develop developed develops "
    "invented created",
    "author": "author authors coauthor coauthors co-author co-authors writer writers researcher researchers scientists",
    "year": "year years date dates dated",
    "venue": "venue venues journal journals conference conferences proceedings magazine outlet outlets periodical",
    "link": "doi dois link links url urls arxiv pmid id ids identifier identifiers address",
    "notice": "retracted retractions withdrawn",
    "paper": "paper papers article articles study studies publication publications work works abstract abstracts preprint "
    "preprints manuscript manuscripts research one ones entries records",
    "corpus": "corpus collection library index database archive here",
    "new": "newest latest youngest",
    "old": "oldest earliest",
    "each": "per each every",
    "most": "most prolific",
    "else": "else other others another",
    "number": "two three four five six seven eight nine ten",
    "it": "it its this that he she his her him their them they these those",
    "": "know known name named names list listed lists want wants need see look looked contain contains contained hold holds "
    "held include includes included exist exists existing got among across out total altogether overall together different "
    "distinct unique ok okay hi hello thanks also ever let cover covers covered distribution breakdown broken grouped "
    "sorted counts title titles anything something old recent available called entitled titled first back full complete whole set",
}
_KIND: Mapping[str, _Kind] = {word: kind for kind, said in _WORDS.items() for word in said.split()}
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_CONTRACTED = re.compile(r"['’](?:s|re|d|ll|ve|m)$", re.IGNORECASE)
_FIELDS: tuple[Field, ...] = ("author", "year", "venue")
# Who write and say, and so are not asked for.
_SUBJECT = re.compile(
    r"\b(?:do|does|did|has|have|had|can|could|should|would)(?: the| its)?(?: \w+)? authors?\b", re.IGNORECASE
)
_WHAT_DO = re.compile(r"\bwhat (?:else )?(?:do|does|did|has|have|had)\b", re.IGNORECASE)
_DENIES = re.compile(r"\b(?:no|not|never|without)\b|n['’]t\b", re.IGNORECASE)
# What follows is the topic of papers, whatever its words.
_ABOUT = re.compile(
    r"\b(?:papers?|articles?|stud(?:y|ies)|publications?|works?|abstracts?|preprints?|research) "
    r"(?:on|about|regarding|concerning|that|which|where|describing|dealing with|with|for) ",
    re.IGNORECASE,
)
_TOPIC_FOLLOWS = re.compile(r"\b(?:on|about|regarding|concerning)(?: the)?\s*$", re.IGNORECASE)
_PLURAL = re.compile(
    r"\b(?:papers|articles|studies|publications|works|abstracts|preprints|manuscripts|research|ones|entries|records)\b",
    re.IGNORECASE,
)
_BY_NUMBER = re.compile(
    r"\b(?:by|with) (?:the |their )?(?:number|counts?) of (?:their )?(?:papers|articles|studies|publications|works)\b",
    re.IGNORECASE,
)
_SEVERAL = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of the record, and of which papers: those on `topic`, or all if it is empty.

    `fields` of papers; or `counts` how many papers, authors, years or venues there are; or the papers `by` a field, with
    `top` only where it has most; or those first in `order`, `most` of them. It `speaks_of_papers`, of
    `several` unless it says one. `others` than those told of; `points` at something told before.
    """

    topic: str = ""
    fields: tuple[Asked, ...] = ()
    counts: Literal["", "paper", "author", "year", "venue"] = ""
    by: Field | None = None
    top: bool = False
    order: Literal["", "newest", "oldest"] = ""
    most: int = 0
    several: bool = False
    speaks_of_papers: bool = False
    others: bool = False
    points: bool = False


@dataclass(frozen=True, slots=True)
class _Said:
    """A word, where it stands, and what it has to do with a record: "" for grammar, None for nothing."""

    text: str
    start: int
    end: int
    kind: _Kind | None


def wanted(text: str, *, titled: bool = False) -> Wanted | None:
    """Return what `text` asks of the record; None if it asks something else. English only.

    `titled` says that the name of a paper was taken out of `text`.
    """
    if asks_what_they_say(text) or _DENIES.search(text):
        return None
    said = _read(text)
    foreign = [place for place, word in enumerate(said) if word.kind is None]
    outside = [*said[: foreign[0]], *said[foreign[-1] + 1 :]] if foreign else said
    topic = _topic(text, said[foreign[0]], said[foreign[-1]]) if foreign else ""
    kinds = {word.kind for word in outside}
    plural = bool(_PLURAL.search(" ".join(word.text for word in outside)))
    subject = bool(_SUBJECT.search(text))
    others = "else" in kinds or (titled and plural and subject and "written" in kinds)
    order, most = _order(outside)
    by, top = _by(outside, kinds)
    found = Wanted(
        topic=topic,
        fields=_fields(kinds - {"author"} if subject else kinds, titled=titled, others=others),
        counts=_counts(said),
        by=by,
        top=top,
        order=order,
        most=most,
        several=plural or "paper" not in kinds,
        speaks_of_papers="paper" in kinds or bool(topic and _TOPIC_FOLLOWS.search(text[: text.find(topic)])),
        others=others,
        points="it" in kinds and not topic,
    )
    asks = found.fields or found.counts or found.by or found.order
    return found if asks or (found.speaks_of_papers and not topic) else None


def is_of_record(text: str) -> bool:
    """Whether `text` asks for what the record of a paper says, or of all papers; how many there are on a topic is no such thing."""
    want = wanted(text)
    return bool(want and (want.fields or want.by or want.order or (want.counts and not want.topic)))


def asks_what_they_say(text: str) -> bool:
    """Whether `text` asks what some papers or their authors found or said, on a topic or at all."""
    asked_of = ([word.kind for word in _read(text[asking.end() :])] for asking in _WHAT_DO.finditer(text))
    near = {"said", "made", "paper", "author", "", "it", "else"}
    return any(not {"said", "made"}.isdisjoint(takewhile(near.__contains__, kinds)) for kinds in asked_of)


def may_ask(text: str) -> bool:
    """Whether `text` holds a word by which something is asked of the record of a paper that it names."""
    asking = {"who", "when", "where", "cite", "author", "year", "venue", "link", "written", "made", "notice"}
    return any(word.kind in asking for word in _read(text))


def is_vocabulary(text: str) -> bool:
    """Whether `text` holds nothing but words of grammar and those that a record is spoken of with."""
    return all(word.kind is not None for word in _read(text))


def _read(text: str) -> list[_Said]:
    words = [*_WORD.finditer(text)]
    said = [_Said(found.group(), found.start(), found.end(), _kind(found.group())) for found in words]
    for place in range(len(said) - 1):
        word, following = said[place : place + 2]
        pair, kind = f"{word.text} {following.text}".casefold(), word.kind
        if pair in {"how many", "number of", "count of", "count the", "count all"}:
            kind = "many"
        elif pair == "most recent":
            kind = "new"
        elif word.text.casefold() == "first" and following.kind == "paper":
            kind = "old"
        elif pair in {"how old", "how recent"}:
            kind = "when"
        elif pair in {"it work", "it works", "they work"}:
            # A verb, and no paper.
            said[place + 1] = replace(following, kind=None)
        elif word.text.isdigit() and following.kind in {"new", "old"}:
            kind = "number"
        said[place] = _Said(word.text, word.start, word.end, kind)
    return said


def _kind(word: str) -> _Kind | None:
    word = _CONTRACTED.sub("", word)
    lower = word.casefold()
    return _KIND.get(lower, None if content_words(word) else "")


def _topic(text: str, first: _Said, last: _Said) -> str:
    about = _ABOUT.search(text[: first.start])
    return text[about.end() if about else first.start : last.end]


def _fields(kinds: set[_Kind | None], *, titled: bool, others: bool) -> tuple[Asked, ...]:
    if "cite" in kinds:
        return (*_FIELDS, "link")
    speaks, gets = titled or not kinds.isdisjoint({"written", "made"}), bool(kinds & {"get", "said"})
    asked: dict[Asked, bool] = {
        "author": "author" in kinds
        or ("who" in kinds and (speaks or "paper" in kinds))
        or (others and "written" in kinds),
        "year": "year" in kinds or ("when" in kinds and speaks),
        "venue": "venue" in kinds or ("where" in kinds and speaks and not gets),
        "link": "link" in kinds or ("where" in kinds and gets),
        "notice": "notice" in kinds,
    }
    return tuple(field for field, is_asked in asked.items() if is_asked)


def _counts(said: Sequence[_Said]) -> Literal["", "paper", "author", "year", "venue"]:
    """What "how many" counts: the next word that is not grammar, if it is of the record."""
    place = next((place for place, word in enumerate(said) if word.kind == "many"), None)
    if place is None:
        return ""
    counted = next((word.kind for word in said[place + 2 :] if word.kind != ""), None)
    return counted if counted in {"paper", "author", "year", "venue"} else ""


def _by(outside: Sequence[_Said], kinds: set[_Kind | None]) -> tuple[Field | None, bool]:
    """By which field papers are counted, and whether only the most is asked for."""
    if _BY_NUMBER.search(" ".join(word.text for word in outside)):
        return next((field for field in _FIELDS if field in kinds), None), False
    for before, word in pairwise([word for word in outside if word.text.casefold() != "the"]):
        if word.kind in _FIELDS and (before.kind == "each" or before.text.casefold() in {"by", "across", "over"}):
            return word.kind, False
    if "most" in kinds and not kinds.isdisjoint({"paper", "written", "author"}):
        for field, asking in zip(_FIELDS, ("who", "when", "where"), strict=True):
            if field in kinds or asking in kinds:
                return field, True
    return None, False


def _order(outside: Sequence[_Said]) -> tuple[Literal["", "newest", "oldest"], int]:
    """What comes first, and how many: one, as many as the question says, or five of several."""
    for place, word in enumerate(outside):
        if word.kind in {"new", "old"}:
            near = [*outside[max(0, place - 1) : place], *outside[place + 1 : place + 2]]
            number = next((each.text.casefold() for each in near if each.kind == "number"), "")
            several = bool(_PLURAL.search(" ".join(each.text for each in outside[place + 1 : place + 4])))
            written = int(number) if number.isdigit() else _SEVERAL.index(number) + 2 if number else 0
            return ("newest" if word.kind == "new" else "oldest"), written or (5 if several else 1)
    return "", 0
