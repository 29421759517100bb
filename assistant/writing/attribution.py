"""Draft text to claims, each tied to the offered sentences that it points at, or to the one that supports it best."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.question.asked import content_words, mentions
from assistant.reading.extractive import Said
from assistant.reading.grounding import Judge, Verdict, coverage
from assistant.writing.markers import LED, MARKERS_LAST, stands, without_markers
from assistant.writing.prompts import NOT_ANSWERED, without_hidden
from index.papers import normalise
from index.passages import Passage
from index.sentences import sentence_spans

# A text that never ends a sentence is cut at the first white space behind so many characters, or without any behind more.
_LONGEST, _TOO_LONG = 800, 2000
# So much of a sentence is looked at to see whether it has ended.
_LAST = 300
# Candidates that are held against a claim one by one, and the best of them together.
_HELD, _TOGETHER = 3, 2
# Of many sentences, one or another seems to support anything: it must hold this share of the content words of a claim that
# did not point at it, and more than one of them: a word in common is chance.
_LEAST_SHARED, _FEWEST_SHARED = 0.34, 2
_WIDE_STOPS = "。！？」』）"
_BEFORE_WORDS = f"{_WIDE_STOPS}”)]】］〕"
_ENDING = re.compile(r"""[.!?…。！？]["'’”)\]}」』*_]*$""")

_URL = re.compile(
    r"(?:\b[a-z][a-z0-9+.-]{1,9}:/{1,2}|\bwww\.|\b(?:javascript|data|mailto):)[^\s<>\"”’)\]]+", re.IGNORECASE
)
_LEAD = re.compile(
    r"^\s*(?:(?:[-*•#>]+|\d{1,2}[.)])\s+)+|^\s*(?:[*_]{2})?(?:(?:final )?answer|response|assistant|model|ai)(?:[*_]{2})?\s*:\s*",
    re.IGNORECASE,
)
_STRONG = re.compile(r"\*\*|__|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)")
_GAP = re.compile(r"\s+(?=[.,;:!?…。])|(?<=[(（])\s+|[(（]\s*[)）]")
_ASKS = re.compile(r"""[?？]["'’”)\]]*$""")
# What is left of a list of sources once its numbers are gone, and whatever only announces something.
_IDLE = re.compile(r"\W*(?:(?:sources?|references?|citations?|cited|sentences?|and|answer|note)\b\W*)*$", re.IGNORECASE)
_REFUSES = re.compile(
    rf"{NOT_ANSWERED}|\b(?:sentences?|abstracts?|context|passages?|text|excerpts?|information|papers?|sources?|documents?)\b"
    r"[^.;]{0,60}?\b(?:(?:do|does|did)(?: not|n['’]t)|cannot|can['’]t|no)\b[^.;]{0,30}\b(?:answer|mention|contain|state|say|"
    r"provide|include|specify|address|discuss|give|information|indicate|describe)"
    r"|\bnot (?:explicitly |directly |specifically )?(?:mentioned|stated|provided|specified|given|answered|addressed|discussed"
    r"|found|available)\b[^.;]{0,20}\b(?:in|by) (?:the|any|these|those)\b"
    r"|\bI (?:do not|don['’]t|cannot|can['’]t|am (?:not able|unable)|could not)\b"
    r"|^\W*(?:there is )?no (?:information|mention|sentence|abstract)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Pointed:
    """A sentence of a draft without its markers, the numbers that it points at, in order, and how many others it named.

    Numbers count the offered sentences from 1; the others name none of them.
    """

    text: str
    numbers: tuple[int, ...] = ()
    forged: int = 0

    @property
    def refuses(self) -> bool:
        """Whether it says that the sentences hold no answer, which no citation can show."""
        return bool(_REFUSES.search(self.text))

    @property
    def asks(self) -> bool:
        """Whether it is a question, which small models repeat."""
        return bool(_ASKS.search(self.text))

    @property
    def is_whole(self) -> bool:
        """Whether a stop ends it."""
        return bool(_ENDING.search(self.text))


def pointed(pieces: Iterable[str], offered: Sequence[Passage]) -> Iterator[Pointed]:
    """Yield the sentences of a text as they become whole, whatever pieces it comes in.

    Read as pointing at a sentence are [3], [1,2], [1-3], [1][2], [^1], 【1†source】, [S3], full-width digits, a number
    above the line, "according to sentence 3" and, at the end of a sentence, (1). Addresses that stand in no offered
    sentence and the marks of Markdown are left out. A text without words is only a count of numbers that name nothing.
    """
    for sentence in _whole(pieces):
        read = _read(sentence, offered)
        if not _IDLE.fullmatch(read.text) and not read.text.endswith(":"):
            yield read
        elif read.forged:
            yield replace(read, text="")


def attributed(claim: str, offered: Sequence[Passage], said: Said, judge: Judge) -> tuple[tuple[Passage, ...], Verdict]:
    """Return which of `offered` support `claim` best, and how well: the best one alone, or two of them together.

    Candidates are ranked by the words of the claim that they hold and by their cosine with it; `judge` decides. Where none
    supports it, the one that speaks most clearly against it is returned.
    """
    papers = list({one.paper.paper_id: one.paper for one in offered}.values())
    near = {(hit.passage.paper.paper_id, hit.passage.start): hit.score for hit in said.sentences(claim, papers)}
    ranked = sorted(
        (one for one in offered if _is_near(claim, one.text)),
        key=lambda one: -coverage(claim, one.text) - near.get((one.paper.paper_id, one.start), 0.0),
    )[:_HELD]
    tried = [(one,) for one in ranked] + ([tuple(ranked[:_TOGETHER])] if len(ranked) >= _TOGETHER else [])
    verdicts = [(passages, judge.support(claim, passages)) for passages in tried]
    verdicts = verdicts or [((), judge.support(claim, ()))]
    best = max(verdicts, key=lambda one: one[1].score or 0.0)
    return best if best[1].support != "none" else max(verdicts, key=lambda one: one[1].against or 0.0)


def _is_near(claim: str, text: str) -> bool:
    """Whether `text` holds `claim` as it stands, or enough of its content words."""
    words = content_words(claim)
    shared = sum(mentions(text, word) for word in words)
    return normalise(claim) in text or (shared >= _FEWEST_SHARED and shared / len(words) >= _LEAST_SHARED)


def _whole(pieces: Iterable[str]) -> Iterator[str]:
    """The sentences of a text, each with its markers. Decided character by character, so that pieces are all one."""
    held = ""
    for piece in pieces:
        for character in piece:
            if cut := _cut(held, character):
                yield held[:cut]
                held = held[cut:]
            held = _joined(held, character)
    if held.strip():
        yield held


def _joined(held: str, character: str) -> str:
    """Both; of white space, one character is kept, the end of a line if there is one in it."""
    if not character.isspace():
        return held + character
    white = "\n" if "\n" in (held[-1:], character) else " "
    return (held[:-1] if held[-1:].isspace() else held) + white


def _cut(held: str, character: str) -> int:
    """Where the sentence that is `held` ends, if it is whole and `character` begins the words of another; else 0.

    Markers between the two belong to the first, unless that one began with its own.
    """
    if len(held) >= _TOO_LONG:
        return len(held)
    before = held[-1:]
    begins_word = before.isspace() or before in _BEFORE_WORDS
    if not begins_word or character.isspace() or character in "[［【〔(（" or not held.strip():
        return 0
    last = MARKERS_LAST.search(held, max(0, len(held) - _LAST))
    assert last is not None
    led, body = LED.match(held), held[: last.start()]
    if not body.strip():
        return 0
    end = last.start() if led and led.end() < len(body) else len(held)
    if "\n" in last.group() or (len(held) > _LONGEST and held[-1].isspace()):
        return end
    seen = body[-_LAST:]
    may_end = _ENDING.search(seen) and (not character.islower() or seen[-1] in _WIDE_STOPS)
    return end if may_end and sentence_spans(f"{seen} {character}")[-1][0] > len(seen) else 0


def _read(sentence: str, offered: Sequence[Passage]) -> Pointed:
    text, numbers, forged = without_markers(without_hidden(sentence), offered)
    text = _URL.sub(lambda found: found.group() if stands(found.group(), offered) else " ", text)
    text = _GAP.sub("", " ".join(_STRONG.sub("", _LEAD.sub("", text)).split()))
    return Pointed(text.strip(), numbers, forged)
