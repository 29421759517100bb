"""A follow-up that is put in the place of a part of the last question: "and on COCO?", "what about tea?", "no, I meant tea"."""

import re
from collections.abc import Sequence

from assistant.question.asked import asked, content_words
from assistant.question.subject import subject_of
from assistant.types import Alike, Answer
from index.papers import normalise

LEAD = re.compile(
    r"\W*(?:(?:and|but|or|also|then|so|ok(?:ay)?|now)[\s,]+)*(?:(?:what|how) (?:about|if)\s+|(?:and|but|or|also)\s+"
    r"|(?:only|just|especially)\s+(?:the (?:ones? )?)?"
    r"|(?:(?:no|nope|sorry|actually)\b[\s,.:;–-]*)?(?:i|we) mean[t]?[\s,:]+|(?:no|nope|sorry|actually),\s*)",
    re.IGNORECASE,
)
_PLACES = "on|for|in|with|at|by|from|to|under|without|using|over|of|than|against"
# What the words before a verb such as these are put behind "did" ends before it.
_VERBS = "find|found|show|shows|report|reports|say|says|conclude|concludes"
_PLACED = re.compile(rf"({_PLACES})\s", re.IGNORECASE)
ASKS = re.compile(
    r"\b(?:what|which|how|why|who|whose|where|when|do|does|did|is|are|was|were|has|have|had|can|could|will|would|should)\b",
    re.IGNORECASE,
)
_KINDS = (
    "papers?|stud(?:y|ies)|works?|methods?|models?|approach(?:es)?|systems?|data ?sets?|benchmarks?|techniques?|ideas?|"
    "architectures?|frameworks?|algorithms?|corpus|corpora|tasks?|problems?|tools?|metrics?|languages?"
)
POINTS = re.compile(
    rf"\b(?:its|their|his|her)\b|\b(?:it|they|them|he|she)\b|\b(?:this|that|these|those|the same) (?:{_KINDS})\b"
    r"|\bthe (?:authors?|paper|study)\b(?! (?:of|that|by|on|about|which|who)\b)",
    re.IGNORECASE,
)
_ADDED = re.compile(r"\W*(?:and|also|only|just|especially)\b(?!.*\babout\b)", re.IGNORECASE)
# A word of the last question is so like another that this one is put in its place.
_LIKE = 0.4
# A question with so few words of its own leans on what came before; no longer one is a part of another.
LEANING = 2
ELLIPSIS = 8


def nothing_alike(text: str, others: Sequence[str]) -> tuple[float, ...]:  # noqa: ARG001
    """Where nothing is known of what words mean, none are alike."""
    return tuple(0.0 for _ in others)


def frame_of(before: Answer) -> str:
    """The last question, without what only narrowed the question before it down."""
    query, narrowing = (said.rstrip(" ?.") for said in (before.evidence.query, normalise(before.question)))
    return query.removesuffix(f", {narrowing}")


def in_frame(text: str, before: Answer, alike: Alike) -> str | None:
    """What "and on COCO?" asks: the last question, with this in the place of what stood there."""
    lead = LEAD.match(text)
    rest = text[lead.end() if lead else 0 :].strip(" ?.!")
    if not rest or ASKS.search(rest) or len(rest.split()) > ELLIPSIS or not (lead or _PLACED.match(rest)):
        return None
    if POINTS.fullmatch(rest):
        return None
    frame = frame_of(before)
    if placed := _PLACED.match(rest):
        slots = [
            *re.finditer(
                rf"\b{placed.group(1)} .+?(?= (?:{_PLACES}|{_VERBS}|and|do|does|compared)\b|[,;]|$)", frame, re.I
            )
        ]
        return f"{put(frame, slots[-1], rest)}?" if slots else f"{frame} {rest}?"
    if slot := _alike(rest, frame, before):
        return f"{put(frame, slot, rest)}?"
    if slot := _nearest(rest, frame, alike):
        return f"{put(frame, slot, rest)}?"
    # What is like nothing in the last question is another topic, unless it is added to it.
    return f"{frame}, {rest}?" if lead and _ADDED.match(lead.group()) else rest


def _nearest(rest: str, frame: str, alike: Alike) -> re.Match[str] | None:
    """What in the last question is replaced by `rest`: what it told of, or the word that is most like it."""
    subject = subject_of(frame)
    if not subject.asks and (subject.is_ordered or subject.is_bare):
        return re.search(re.escape(subject.text), frame)
    words = content_words(frame)
    if not words or len(content_words(rest)) > LEANING:
        return None
    cosine, word = max(zip(alike(rest, words), words, strict=True))
    return re.search(re.escape(word), frame) if cosine >= _LIKE else None


def _alike(rest: str, frame: str, before: Answer) -> re.Match[str] | None:
    """What in the last question is of the same sort as `rest`: a name for a name, "vision models" for "text models"."""
    names = asked(frame).names
    if asked(f"and {rest}").names and names:
        titles = " ".join(paper.title for _, paper in before.papers)
        name = next((name for name in names if name in titles), names[0])
        return re.search(rf"{re.escape(name)}", frame)
    return re.search(rf"(?:[\w-]+ )?\b{re.escape(rest.rsplit(maxsplit=1)[-1])}\b", frame, re.IGNORECASE)


def put(text: str, where: re.Match[str], words: str) -> str:
    """`text` with `words` in the place of `where`."""
    return f"{text[: where.start()]}{words}{text[where.end() :]}"
