"""What a follow-up asks when it must stand alone."""

import re
from dataclasses import dataclass, replace

from assistant.question.asked import asked, content_words, mentions
from assistant.question.frame import ASKS, ELLIPSIS, LEAD, LEANING, POINTS, frame_of, in_frame, nothing_alike, put
from assistant.question.lifting import Lifting, lifting
from assistant.question.negation import counted, listed_in, refined
from assistant.question.record import wanted as of_record
from assistant.question.subject import holds_title
from assistant.types import RECORD, Alike, Answer, Question
from index.papers import Paper, normalise

_ORDINALS = {"first": 0, "former": 0, "second": 1, "latter": -1, "third": 2, "fourth": 3, "fifth": 4, "last": -1}
_ORDINAL = re.compile(
    rf"\bthe ({'|'.join(_ORDINALS)})(?: one\b|(?: (?:paper|study|work|abstract|method|approach|model))?\b(?=\W*$|[?,.;’']|"
    r" (?:do|does|did|is|was|has|have|can|use|say|work|compare|report|claim|achieve|and|on|in|for|about)\b))",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(?:\b(?:paper|number|no\.) )?\[(\d{1,3})\]|\b(?:paper|number) (\d{1,3})\b", re.IGNORECASE)
_OTHERS = re.compile(r"\b(?:who|what|which|where|any(?:one|body|thing)?)\b.*\b(?:else|others?)\b", re.IGNORECASE)
# What else somebody wrote is another question than what else answers the last one.
_WROTE = re.compile(r"\b(?:wrote|writ\w+|publish\w*|author\w*)\b", re.IGNORECASE)
_MORE = re.compile(
    r"\W*(?:(?:tell|show) me more|(?:any|some)?thing more|more|go on|more details?|elaborate)\b", re.IGNORECASE
)
_WHY = re.compile(
    r"\W*(?:and |but |so )?(why|how come|how so|how)(?: (?:is|was|are|were|does|do|did) (?:that|this|it|they|so)(?: so)?)?\W*",
    re.IGNORECASE,
)
_OF_THEM = re.compile(
    r"\b(?:(?P<which>which|either|neither|both|any) of (?:the two|the three|the both|both|them|these|those)|which one|(?P<verb>compare|contrast|between)"
    r" (?:them|these|those|both|the two)(?: two)?)\b",
    re.IGNORECASE,
)
_QUESTION_WORD = re.compile(
    r"\W*(?:(?:what|which|who|where|when|why)\b|how(?: (?:many|much|large|big|fast|long|often|far|high|small|well))?\b"
    r"|(?:does|do|did|is|are|was|were|can|could)\b)\s*",
    re.IGNORECASE,
)
_WRITTEN = re.compile(r"\b(?:authors?|papers?|study|work|he|she|his|her)\b", re.IGNORECASE)
_SOMEONE = re.compile(r"\b(?:he|she|him|his|hers?)\b", re.IGNORECASE)
_OWNING = re.compile(r"its|their|his|her", re.IGNORECASE)
# In "is it possible to …" and "it is known that …", nothing is pointed at.
_EMPTY_IT = re.compile(
    r"\bit(?: (?:is|was|takes|makes|seems))?(?: \w+){0,2} (?:to|that|when|if|whether)\b", re.IGNORECASE
)
_DEFINES = re.compile(r"\W*(?:what|who) (?:is|are|was|were)\b|\W*(?:define|explain|list|find)\b", re.IGNORECASE)
_TITLE = re.compile(r"“[^”]*”")
# Of a question about one paper, its title holds so much.
_MOSTLY = 0.75
_NOTHING = ("out_of_scope", "empty_question", "blocked")


@dataclass(frozen=True, slots=True)
class Standalone:
    """A question that needs no conversation: what is searched, and the ids of papers that were told of already.

    What it says of the `lifted` fields of a `Filter` is no filter. `unresolved` are the words that lean on nothing that was said. What may
    lean on the last turn or not, `otherwise` asks by itself.
    """

    query: str
    apart_from: frozenset[str] = frozenset()
    lifted: frozenset[str] = frozenset()
    unresolved: str = ""
    otherwise: str = ""


def standalone(question: Question, alike: Alike = nothing_alike) -> Standalone:
    """Return what `question` asks, with what it leans on put in: names, the last question's frame, a paper told of.

    What is asked of something else is asked of what is most `alike` in the last question. English only. A question with words enough of its own is a new topic and is returned as it is. Whatever comes
    back is searched afresh: nothing of the last answer's passages goes into the next one.
    """
    text = normalise(question.text)
    if not question.history:
        return Standalone(text)
    if talked := [answer for answer in question.history if not answer.is_talk]:
        question = replace(question, history=tuple(talked))
    # Nothing can lean on a turn that was about nothing in the corpus.
    before = next(
        (answer for answer in reversed(question.history) if answer.reason not in _NOTHING), question.history[-1]
    )
    is_short = len(text.split()) <= ELLIPSIS and len(content_words(text)) <= LEANING
    if is_short and _OTHERS.match(text) and not _WROTE.search(text):
        return _others(question)
    if lift := lifting(text):
        return _without_limits(lift, question, before)
    query = before.evidence.query
    of_list = _first_of(query, text) or refined(query, text) or counted(query, text, of_all=before.engine == RECORD)
    return Standalone(of_list) if of_list else _leaning(text, question, before, alike, is_short=is_short)


def points_at_paper(question: Question) -> bool:
    """Whether `question` means a paper that an answer before it cited, by its number or its place: "the second one"."""
    found = _NUMBERED.search(question.text) or _ORDINAL.search(question.text)
    return bool(question.history and found and _meant(found, question))


def _leaning(text: str, question: Question, before: Answer, alike: Alike, *, is_short: bool) -> Standalone:
    """`text` with what it leans on put in, if it leans on anything."""
    if is_short and (points := _points_at_nothing(text, question)):
        return Standalone(text, unresolved=points)
    rewritten = (
        _of_them(text, question)
        or _with_paper(text, question)
        or _with_part(text, before)
        or _why(text, before)
        or in_frame(text, before, alike)
        or _with_antecedent(text, before)
        or _of_topic(text, before)
    )
    if not rewritten and is_short and (topic := _leant_on(text, before)):
        return Standalone(f"{topic}: {text}", otherwise=text)
    return Standalone(rewritten or text)


def _without_limits(lift: Lifting, question: Question, before: Answer) -> Standalone:
    """What is asked besides, or else the last question that had limits, without them."""
    if lift.rest:
        return replace(standalone(replace(question, text=lift.rest)), lifted=lift.lifted)
    limited = next((answer for answer in reversed(question.history) if answer.evidence.within), before)
    return Standalone(limited.evidence.query, lifted=lift.lifted)


def _first_of(query: str, text: str) -> str | None:
    """What "the newest one?" asks of the papers that `query` asked for."""
    asks, papers = of_record(text), listed_in(query)
    if not (asks and asks.order and papers) or asks.topic or asks.fields:
        return None
    if _WRITTEN.search(text) or _ORDINAL.search(text):
        return None
    one = f"paper {papers.partition(' ')[2]}" if asks.most == 1 else papers
    return f"Which is the {asks.order} {one}?" if asks.most == 1 else f"Which are the {asks.most} {asks.order} {one}?"


def _others(question: Question) -> Standalone:
    """The last question that was not about one paper, apart from the papers told of since."""
    told: set[str] = set()
    for answer in reversed(question.history):
        told |= {paper.paper_id for _, paper in answer.papers}
        if not asked(answer.evidence.query).titles:
            break
    return Standalone(answer.evidence.query, frozenset(told))


def _points_at_nothing(text: str, question: Question) -> str:
    """What in `text` means someone or something that no turn spoke of: "his" of no author, "the fourth one" of one paper."""
    if (someone := _SOMEONE.search(text)) and not _WROTE.search(text) and not of_record(text):
        return someone.group()
    found = _NUMBERED.search(text) or _ORDINAL.search(text)
    said = f"{text[: found.start()]} {text[found.end() :]}" if found else text
    is_alone = bool(found) and not content_words(LEAD.sub("", said, count=1)) and not asked(said).figure
    return found.group() if found and is_alone and not _meant(found, question) else ""


def _of_them(text: str, question: Question) -> str | None:
    """What "which of the two is larger?" asks, with what the last answers were about in their place."""
    found = _OF_THEM.search(text)
    if not found:
        return None
    last = [called(paper) for _, paper in question.history[-1].papers]
    every = last if len(last) > 1 else [topic for one in reversed(question.history) if (topic := _topic(one))]
    told = [*dict.fromkeys(every)][:LEANING]
    return (
        put(
            text,
            found,
            f"{found['verb'] or found['which'] or 'which'}{'' if found['verb'] else ' of'} {' and '.join(reversed(told))}",
        )
        if len(told) > 1
        else None
    )


def _with_paper(text: str, question: Question) -> str | None:
    """The paper that "the second one" or "[2]" means, by its title."""
    found = _NUMBERED.search(text) or _ORDINAL.search(text)
    paper = _meant(found, question) if found else None
    if not found or not paper:
        return None
    title = f"“{paper.title}”"
    said = f"{text[: found.start()]} {text[found.end() :]}"
    if content_words(LEAD.sub("", said, count=1)) or asked(said).figure or _WHY.match(said):
        return put(text, found, title)
    frame = question.history[-1].evidence.query
    if asked(frame).several:
        return f"What does {title} show?"
    return _TITLE.sub(title, frame) if _TITLE.search(frame) else f"{frame.rstrip(' ?.')}: {title}?"


def _with_part(text: str, before: Answer) -> str | None:
    """What "the second one" means where no paper does: one of the things that the last turn told of."""
    found, topic = _ORDINAL.search(text), _topic(before)
    return put(text, found, f"{found.group()} of {topic}") if found and topic else None


def _meant(found: re.Match[str], question: Question) -> Paper | None:
    number = next((part for part in found.groups() if part), "")
    if number.isdigit():
        every = {n: paper for answer in question.history for n, paper in answer.papers}
        return every.get(int(number))
    # Of an answer that told of one paper, nobody asks for the second.
    told = max((answer.papers for answer in reversed(question.history)), key=lambda papers: min(len(papers), 2))
    if len(told) < 2:
        told = tuple(sorted({n: (n, paper) for answer in question.history for n, paper in answer.papers}.values()))
    place = _ORDINALS[number.lower()]
    return told[place][1] if -len(told) <= place < len(told) else None


def _why(text: str, before: Answer) -> str | None:
    found = _WHY.fullmatch(text)
    if not found:
        return None
    asks = "how" if found.group(1).lower() in {"how", "how so"} else "why"
    return f"{asks.capitalize()} {_QUESTION_WORD.sub('', before.evidence.query, count=1)}"


def _with_antecedent(text: str, before: Answer) -> str | None:
    """What "how large is it?" asks, the name or the title in the place of the pronoun."""
    found = POINTS.search(text)
    if not found or (found.group().lower() == "it" and _EMPTY_IT.match(text, found.start())):
        return None
    said = text[: found.start()]
    if asked(said).names or len(content_words(said)) > LEANING:
        return None
    topic = (
        called(before.papers[0][1]) if before.papers and _WRITTEN.search(found.group().split()[-1]) else _topic(before)
    )
    if not topic:
        return None
    rewritten = put(text, found, f"{topic}’s" if _OWNING.fullmatch(found.group()) else topic)
    lead = LEAD.match(rewritten)
    return rewritten[lead.end() if lead and ASKS.search(rewritten) else 0 :]


def _of_topic(text: str, before: Answer) -> str | None:
    """What "limitations?" or "tell me more" asks, of the paper told of last."""
    topic = _topic(before)
    if topic and _MORE.match(text) and len(content_words(text)) <= LEANING:
        return f"What else does {topic} show?"
    fragment = text.isascii() and len(text.split()) <= ELLIPSIS and len(content_words(text)) <= LEANING
    if not fragment or ASKS.search(text) or asked(text).names or asked(text).several or _DEFINES.match(text):
        return None
    if topic and _is_about_one(before):
        return f"{text.rstrip(' ?.')} of {topic}?"
    return f"{frame_of(before)}, {text.rstrip(' ?.')}?"


def _leant_on(text: str, before: Answer) -> str | None:
    """What a short question with no name of its own may be about: what the last turn was about."""
    if asked(text).names or asked(text).lists or _DEFINES.match(text) or not text.isascii():
        return None
    return _topic(before)


def _is_about_one(before: Answer) -> bool:
    """Whether the last turn asked about one paper: most of what it names stands in the title of the first that answered."""
    words = content_words(before.evidence.query)
    title = next((paper.title for _, paper in before.papers), "")
    return bool(title) and sum(mentions(title, word) for word in words) >= _MOSTLY * len(words)


def _topic(before: Answer) -> str | None:
    """What the last turn was about: a name that it asked about, else the paper that answered."""
    paper = next((paper for _, paper in before.papers), None)
    if before.reason == "not_in_abstracts":
        paper = next((closest.paper for closest in before.nearest), None)
    if paper and (before.engine == RECORD or holds_title(before.evidence.query, paper.title)):
        return called(paper)
    names = asked(before.evidence.query).names
    if named := next((name for name in names if not paper or name.lower() in paper.title.lower()), None):
        return named
    return called(paper) if paper else None


def called(paper: Paper) -> str:
    """The name that a title opens with, as in "STU-Net: Scalable …", else the whole title in quotation marks."""
    name, colon, _ = paper.title.partition(":")
    return name if colon and len(name.split()) == 1 and asked(f"is {name}").names else f"“{paper.title}”"
