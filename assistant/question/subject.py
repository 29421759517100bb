"""What a text that orders or only names something is about: "summarise X", "tell me about X", "X", the title X."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from assistant.question.asked import asked, content_words, letters, words
from index.papers import Paper
from index.words.language import is_english

_ORDERS = words(
    """
    summarise summarize summarizing summarising summary summaries tldr tl;dr explain describe outline overview gist introduction intro
    discuss review sketch abstract findings finding results result conclusion conclusions contribution contributions point points takeaway
    takeaways tell talk learn hear read details information info background rundown synopsis
    """
)
_SUMS_UP = words(
    "summarise summarize summarizing summarising summary summaries tldr tl;dr explain describe outline overview gist discuss review"
)
_TELLS = words("about find finds found show shows say says conclude concludes report reports do argue argues")
_FINDS = words("find found show conclude report")
_FRAME = _ORDERS | words(
    """
    a an the of on for about from in to and with me us you i we i'd we'd let's please can could would will give show write provide get
    make want like need know known is are was were does did do what there have any more brief short quick main key most
    important general basic briefly paper papers study article publication work titled called named entitled corpus literature
    research abstracts say says else there's something anything everything
    """
)
_AFTER = _TELLS | words("please briefly paper study article for to me us tldr summary overview explained")
_ASKING = words("what which who whose where when why how do does did is are was were can could has have")
_LENGTH = re.compile(
    r"\s(?:in|with) (?:\w+ ){0,3}(?:sentences?|words?|lines?|terms|points|brief|short|detail)\W*$", re.IGNORECASE
)
_WORD = re.compile(r"“[^“”]+”|\"[^\"]+\"|‘[^‘’]+’|(?<!\w)'[^']+'(?!\w)|\S+")
_AROUND = " .,;:!?“”\"‘’'()"
# A bare subject is no longer; a longer text says something about it.
_SHORT = 3
# A title is meant by what is so like it, letter by letter.
_LIKE, _LETTERS, _MOST_LETTERS = 0.88, 8, 300
_TITLE_WORDS = 2


@dataclass(frozen=True, slots=True)
class Subject:
    """What is to be told of; whether the text orders that, names no more than it, or asks something."""

    text: str
    is_ordered: bool
    is_bare: bool
    asks: bool


def subject_of(query: str) -> Subject:
    """Read what `query` is about: what is left of it without the words that order or ask. English."""
    short = _LENGTH.sub("", query)
    said = [(word.start(), word.end(), word.group().strip(_AROUND).lower()) for word in _WORD.finditer(short)]
    begin, end = 0, len(said)
    while begin < end and (said[begin][2] in _FRAME or (begin and said[begin][2] in _TELLS)):
        begin += 1
    while end > begin and (said[end - 1][2] in _AFTER or not said[end - 1][2]):
        end -= 1
    around = {word for _, _, word in (*said[:begin], *said[end:])}
    text = short[said[begin][0] : said[end - 1][1]].strip(_AROUND) if begin < end else ""
    asks = bool(said) and said[0][2] in _ASKING
    ends = said[-1][2] if said else ""
    opens = text.split()[0].lower() if text else ""
    ordered = bool(around & _ORDERS) or (asks and ("about" in around or ends in _FINDS))
    plain = (
        is_english(query) and not asks and not asked(query).figure and not asked(query).several and opens not in _ASKING
    )
    return Subject(
        text,
        is_ordered=bool(content_words(text)) and ordered and opens not in _ASKING and not asked(text).figure,
        is_bare=plain and 0 < len(content_words(query)) <= _SHORT,
        asks=asks,
    )


def orders_alone(text: str) -> bool:
    """Whether `text` orders to sum something up, and says no more of what that is than "the paper"."""
    said = {word.group().strip(_AROUND).lower() for word in _WORD.finditer(text)}
    return bool(said & _SUMS_UP) and not content_words(subject_of(text).text)


def titled(query: str, subject: Subject, papers: Iterable[Paper]) -> Paper | None:
    """Return the paper whose title `query` is, or is a slip or two away from, but for words that order or ask; None without one."""
    # What asks is a title only to the letter: "Does X help?" is not "X does not help".
    least = 1.0 if subject.asks else _LIKE
    best = max(
        ((_likeness(query, subject.text, paper), -place, paper) for place, paper in enumerate(papers)), default=None
    )
    return best[2] if best and best[0] >= least else None


def holds_title(query: str, title: str) -> bool:
    """Whether `query` names the paper called `title`: in quotation marks, or where the title has several words."""
    count = len(content_words(title))
    if count > _TITLE_WORDS or f"“{title}”" in query:
        return letters(title) in letters(query)
    return count == _TITLE_WORDS and title in query


def _likeness(query: str, subject: str, paper: Paper) -> float:
    main, colon, _ = paper.title.partition(":")
    titles = (paper.title, main) if colon else (paper.title,)
    return max(
        _like(letters(text)[:_MOST_LETTERS], letters(title)[:_MOST_LETTERS])
        for text in (query, subject)
        for title in titles
    )


def _like(text: str, title: str) -> float:
    if not text or not title:
        return 0.0
    if text == title:
        return 1.0
    if min(len(text), len(title)) < _LETTERS:
        return 0.0
    matcher = SequenceMatcher(None, text, title, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= _LIKE and matcher.quick_ratio() >= _LIKE else 0.0
