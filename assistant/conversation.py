"""The turns so far: which number each paper has, and what a follow-up asks when it must stand alone."""

import re
from collections import defaultdict
from dataclasses import dataclass, replace

from assistant.asked import asked, content_words
from assistant.lifting import Lifting, lifting
from assistant.types import Answer, Question
from index.papers import Paper, normalise

_ORDINALS = {"first": 0, "former": 0, "second": 1, "latter": -1, "third": 2, "fourth": 3, "fifth": 4, "last": -1}
_ORDINAL = re.compile(
    rf"\bthe ({'|'.join(_ORDINALS)})(?: one\b|(?: (?:paper|study|work|abstract|method|approach|model))?\b(?=\W*$|[?,.;’']|"
    r" (?:do|does|did|is|was|has|have|can|use|say|work|compare|report|claim|achieve|and|on|in|for|about)\b))",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(?:\b(?:paper|number|no\.) )?\[(\d{1,3})\]|\b(?:paper|number) (\d{1,3})\b", re.IGNORECASE)
_OTHERS = re.compile(r"\b(?:who|what|which|where|any(?:one|body|thing)?)\b.*\b(?:else|others?)\b", re.IGNORECASE)
_MORE = re.compile(
    r"\W*(?:(?:tell|show) me more|(?:any|some)?thing more|more|go on|more details?|elaborate)\b", re.IGNORECASE
)
_WHY = re.compile(
    r"\W*(?:and |but |so )?(why|how come|how so|how)(?: (?:is|was|are|were|does|do|did) (?:that|this|it|they|so)(?: so)?)?\W*",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"\W*(?:(?:and|but|or|also|then|so|ok(?:ay)?|now)[\s,]+)*(?:(?:what|how) (?:about|if)\s+|(?:and|but|or|also)\s+)",
    re.IGNORECASE,
)
_PLACES = "on|for|in|with|at|by|from|to|under|without|using|over|of|than|against"
_PLACED = re.compile(rf"({_PLACES})\s", re.IGNORECASE)
_ASKS = re.compile(
    r"\b(?:what|which|how|why|who|whose|where|when|do|does|did|is|are|was|were|has|have|had|can|could|will|would|should)\b",
    re.IGNORECASE,
)
_QUESTION_WORD = re.compile(
    r"\W*(?:(?:what|which|who|where|when|why)\b|how(?: (?:many|much|large|big|fast|long|often|far|high|small|well))?\b"
    r"|(?:does|do|did|is|are|was|were|can|could)\b)\s*",
    re.IGNORECASE,
)
_KINDS = (
    "papers?|stud(?:y|ies)|works?|methods?|models?|approach(?:es)?|systems?|data ?sets?|benchmarks?|techniques?|ideas?|"
    "architectures?|frameworks?|algorithms?|corpus|corpora|tasks?|problems?|tools?|metrics?|languages?"
)
_POINTS = re.compile(
    rf"\b(?:its|their|his|her)\b|\b(?:it|they|them|he|she)\b|\b(?:this|that|these|those|the same) (?:{_KINDS})\b"
    r"|\bthe (?:authors?|paper|study)\b(?! (?:of|that|by|on|about|which|who)\b)",
    re.IGNORECASE,
)
_WRITTEN = re.compile(r"\b(?:authors?|papers?|study|work|he|she|his|her)\b", re.IGNORECASE)
_OWNING = re.compile(r"its|their|his|her", re.IGNORECASE)
# In "is it possible to …" and "it is known that …", nothing is pointed at.
_EMPTY_IT = re.compile(
    r"\bit(?: (?:is|was|takes|makes|seems))?(?: \w+){0,2} (?:to|that|when|if|whether)\b", re.IGNORECASE
)
_DEFINES = re.compile(r"\W*(?:what|who) (?:is|are|was|were)\b|\W*(?:define|explain|which|list|find)\b", re.IGNORECASE)
_TITLE = re.compile(r"“[^”]*”")
# A question with so few words of its own leans on what came before.
_LEANING = 2
_FRAGMENT, _ELLIPSIS = 5, 8
_NOTHING = ("out_of_scope", "empty_question", "blocked")


class Numbering:
    """Numbers papers from 1 in the order of their first citation; a paper keeps its number through a conversation."""

    def __init__(self, question: Question) -> None:
        self._numbers = {paper.paper_id: n for answer in question.history for n, paper in answer.papers}

    def number(self, paper_id: str) -> int:
        """The number of a paper, the next one if it has none yet."""
        return self._numbers.setdefault(paper_id, max(self._numbers.values(), default=0) + 1)


class Conversations:
    """Several conversations side by side, each known by its name."""

    def __init__(self) -> None:
        self._answers: defaultdict[str, tuple[Answer, ...]] = defaultdict(tuple)

    def question(self, text: str, conversation: str | None) -> Question:
        """The question as the next turn of `conversation`; without one, it stands alone."""
        return Question(text, self._answers[conversation] if conversation is not None else ())

    def remember(self, answer: Answer, conversation: str | None) -> None:
        """Keep `answer` as the last turn of `conversation`."""
        if conversation is not None:
            self._answers[conversation] += (answer,)


@dataclass(frozen=True, slots=True)
class Standalone:
    """A question that needs no conversation: what is searched, and the ids of papers that were told of already.

    What it says of the `lifted` fields of a `Filter` is no filter.
    """

    query: str
    apart_from: frozenset[str] = frozenset()
    lifted: frozenset[str] = frozenset()


def standalone(question: Question) -> Standalone:
    """Return what `question` asks, with what it leans on put in: names, the last question's frame, a paper told of.

    English only. A question with words enough of its own is a new topic and is returned as it is. Whatever comes
    back is searched afresh: nothing of the last answer's passages goes into the next one.
    """
    text = normalise(question.text)
    if not question.history:
        return Standalone(text)
    # Nothing can lean on a turn that was about nothing in the corpus.
    before = next(
        (answer for answer in reversed(question.history) if answer.reason not in _NOTHING), question.history[-1]
    )
    if len(text.split()) <= _ELLIPSIS and _OTHERS.match(text) and len(content_words(text)) <= _LEANING:
        return _others(question)
    if lift := lifting(text):
        return _without_limits(lift, question, before)
    rewritten = (
        _with_paper(text, question)
        or _with_part(text, before)
        or _why(text, before)
        or _in_frame(text, before)
        or _with_antecedent(text, before)
        or _of_topic(text, before)
    )
    return Standalone(rewritten or text)


def _without_limits(lift: Lifting, question: Question, before: Answer) -> Standalone:
    """What is asked besides, or else the last question that had limits, without them."""
    if lift.rest:
        return replace(standalone(replace(question, text=lift.rest)), lifted=lift.lifted)
    limited = next((answer for answer in reversed(question.history) if answer.evidence.within), before)
    return Standalone(limited.evidence.query, lifted=lift.lifted)


def _others(question: Question) -> Standalone:
    """The last question that was not about one paper, apart from the papers told of since."""
    told: set[str] = set()
    for answer in reversed(question.history):
        told |= {paper.paper_id for _, paper in answer.papers}
        if not asked(answer.evidence.query).titles:
            break
    return Standalone(answer.evidence.query, frozenset(told))


def _with_paper(text: str, question: Question) -> str | None:
    """The paper that "the second one" or "[2]" means, by its title."""
    found = _NUMBERED.search(text) or _ORDINAL.search(text)
    paper = _meant(found, question) if found else None
    if not found or not paper:
        return None
    title = f"“{paper.title}”"
    said = f"{text[: found.start()]} {text[found.end() :]}"
    if content_words(_LEAD.sub("", said, count=1)) or asked(said).figure or _WHY.match(said):
        return _put(text, found, title)
    frame = question.history[-1].evidence.query
    if asked(frame).several:
        return f"What does {title} show?"
    return _TITLE.sub(title, frame) if _TITLE.search(frame) else f"{frame.rstrip(' ?.')}: {title}?"


def _with_part(text: str, before: Answer) -> str | None:
    """What "the second one" means where no paper does: one of the things that the last turn told of."""
    found, topic = _ORDINAL.search(text), _topic(before)
    return _put(text, found, f"{found.group()} of {topic}") if found and topic else None


def _meant(found: re.Match[str], question: Question) -> Paper | None:
    number = next((part for part in found.groups() if part), "")
    if number.isdigit():
        every = {n: paper for answer in question.history for n, paper in answer.papers}
        return every.get(int(number))
    # Of an answer that told of one paper, nobody asks for the second.
    told = max((answer.papers for answer in reversed(question.history)), key=lambda papers: min(len(papers), 2))
    place = _ORDINALS[number.lower()]
    return told[place][1] if -len(told) <= place < len(told) else None


def _why(text: str, before: Answer) -> str | None:
    found = _WHY.fullmatch(text)
    if not found:
        return None
    asks = "how" if found.group(1).lower() in {"how", "how so"} else "why"
    return f"{asks.capitalize()} {_QUESTION_WORD.sub('', before.evidence.query, count=1)}"


def _in_frame(text: str, before: Answer) -> str | None:
    """What "and on COCO?" asks: the last question, with this in the place of what stood there."""
    lead = _LEAD.match(text)
    rest = text[lead.end() if lead else 0 :].strip(" ?.!")
    if not rest or _ASKS.search(rest) or len(rest.split()) > _ELLIPSIS or not (lead or _PLACED.match(rest)):
        return None
    if _POINTS.fullmatch(rest):
        return None
    frame = before.evidence.query.rstrip(" ?.")
    if placed := _PLACED.match(rest):
        slots = [*re.finditer(rf"\b{placed.group(1)} .+?(?= (?:{_PLACES}|and|do|does|compared)\b|[,;]|$)", frame, re.I)]
        return f"{_put(frame, slots[-1], rest)}?" if slots else f"{frame} {rest}?"
    if slot := _alike(rest, frame, before):
        return f"{_put(frame, slot, rest)}?"
    return f"{frame}: {rest}?"


def _alike(rest: str, frame: str, before: Answer) -> re.Match[str] | None:
    """What in the last question is of the same sort as `rest`: a name for a name, "vision models" for "text models"."""
    names = asked(frame).names
    if asked(f"and {rest}").names and names:
        titles = " ".join(paper.title for _, paper in before.papers)
        name = next((name for name in names if name in titles), names[0])
        return re.search(rf"{re.escape(name)}", frame)
    return re.search(rf"(?:[\w-]+ )?\b{re.escape(rest.rsplit(maxsplit=1)[-1])}\b", frame, re.IGNORECASE)


def _with_antecedent(text: str, before: Answer) -> str | None:
    """What "how large is it?" asks, the name or the title in the place of the pronoun."""
    found = _POINTS.search(text)
    if not found or (found.group().lower() == "it" and _EMPTY_IT.match(text, found.start())):
        return None
    said = text[: found.start()]
    if asked(said).names or len(content_words(said)) > _LEANING:
        return None
    topic = (
        _called(before.papers[0][1]) if before.papers and _WRITTEN.search(found.group().split()[-1]) else _topic(before)
    )
    if not topic:
        return None
    rewritten = _put(text, found, f"{topic}’s" if _OWNING.fullmatch(found.group()) else topic)
    lead = _LEAD.match(rewritten)
    return rewritten[lead.end() if lead and _ASKS.search(rewritten) else 0 :]


def _of_topic(text: str, before: Answer) -> str | None:
    """What "limitations?" or "tell me more" asks, of the paper told of last."""
    topic = _topic(before)
    if not topic:
        return None
    if _MORE.match(text) and len(content_words(text)) <= _LEANING:
        return f"What else does {topic} show?"
    fragment = text.isascii() and len(text.split()) <= _FRAGMENT and len(content_words(text)) <= _LEANING
    if not fragment or asked(text).names or asked(text).several or _DEFINES.match(text):
        return None
    return f"{text.rstrip(' ?.')} of {topic}?"


def _topic(before: Answer) -> str | None:
    """What the last turn was about: a name that it asked about, else the paper that answered."""
    paper = next((paper for _, paper in before.papers), None)
    if before.reason == "not_in_abstracts":
        paper = next(iter(before.nearest), None)
    names = asked(before.evidence.query).names
    if named := next((name for name in names if not paper or name.lower() in paper.title.lower()), None):
        return named
    return _called(paper) if paper else None


def _called(paper: Paper) -> str:
    """The name that a title opens with, as in "STU-Net: Scalable …", else the whole title in quotation marks."""
    name, colon, _ = paper.title.partition(":")
    return name if colon and len(name.split()) == 1 and asked(f"is {name}").names else f"“{paper.title}”"


def _put(text: str, where: re.Match[str], words: str) -> str:
    return f"{text[: where.start()]}{words}{text[where.end() :]}"
