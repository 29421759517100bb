"""Draft text to claims, each tied to the offered sentences that it points at, or to the one that supports it best."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.asked import content_words, mentions
from assistant.extractive import Said
from assistant.grounding import Judge, Verdict, coverage
from assistant.prompts import NOT_ANSWERED, without_hidden
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
# A range of more sentences points at nothing in particular.
_WIDEST = 20

_OPEN, _CLOSE = r"[\[［【〔]", r"[\]］】〕]"
_ONE = r"(?:(?:sentences?|sources?|refs?\.?|nos?\.?|s|#|\^)\s*)?-?\d{1,6}"
_MANY = rf"\s*{_ONE}(?:(?:\s*(?:,|;|/|&|\band\b|\bto\b|[-–—−:‑])){{1,2}}\s*{_ONE})*\s*(?:†[^\]］】〕\n]{{0,80}})?"
_SQUARE = re.compile(rf"{_OPEN}{{1,4}}{_MANY}{_CLOSE}{{1,4}}", re.IGNORECASE)
_ROUND = re.compile(rf"[(（]{_MANY}[)）]", re.IGNORECASE)
# Round brackets hold years and list numbers too: they cite at the end of a sentence alone.
_TAIL = rf"(?:\s*(?:{_SQUARE.pattern}|{_ROUND.pattern}))*\s*$"
_AT_END = re.compile(rf"(?:\s*{_ROUND.pattern})+(?=\s*(?:{_SQUARE.pattern}\s*)*[.!?…。]*[\"'”’]*\s*$)", re.IGNORECASE)
_MARKERS_LAST = re.compile(_TAIL, re.IGNORECASE)
_LED = re.compile(rf"\s*(?:[-*•]\s+)?(?:{_SQUARE.pattern}\s*)+", re.IGNORECASE)
_HALF = re.compile(rf"{_OPEN}{{1,4}}\s*s?\d[\d\s,;–-]*(?=$|[^\d\s,;–\]］】〕-])", re.IGNORECASE)
_PART = re.compile(r"(?:\s*(?:,|;|/|&|\band\b))+\s*", re.IGNORECASE)
_WIDE_STOPS = "。！？」』）"
_ENDING = re.compile(r"""[.!?…。！？]["'’”)\]}」』*_]*$""")

_LINKED = re.compile(r"!?\[([^\[\]]{0,300})\]\([^()\s]*[^()]{0,300}\)")
_URL = re.compile(
    r"(?:\b[a-z][a-z0-9+.-]{1,9}:/{1,2}|\bwww\.|\b(?:javascript|data|mailto):)[^\s<>\"”’)\]]+", re.IGNORECASE
)
_LEAD = re.compile(r"^\s*(?:(?:[-*•#>]+|\d{1,2}[.)])\s+)+|^\s*(?:[*_]{2})?answer(?:[*_]{2})?\s*:\s*", re.IGNORECASE)
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

    Read as pointing at a sentence are [3], [1,2], [1-3], [1][2], 【1†source】, [S3], full-width digits and, at the end of
    a sentence, (1). Addresses that stand in no offered sentence and the marks of Markdown are left out. A text without
    words is only a count of numbers that name nothing.
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
    begins_word = bool(held.strip()) and (held[-1].isspace() or held[-1] in f"{_WIDE_STOPS}”)]】］〕")
    if character.isspace() or character in "[［【〔(（" or not begins_word:
        return 0
    last = _MARKERS_LAST.search(held, max(0, len(held) - _LAST))
    assert last is not None
    led, body = _LED.match(held), held[: last.start()]
    if not body.strip():
        return 0
    end = last.start() if led and led.end() < len(body) else len(held)
    if "\n" in last.group() or (len(held) > _LONGEST and held[-1].isspace()):
        return end
    seen = body[-_LAST:]
    may_end = _ENDING.search(seen) and (not character.islower() or seen[-1] in _WIDE_STOPS)
    return end if may_end and sentence_spans(f"{seen} {character}")[-1][0] > len(seen) else 0


def _read(sentence: str, offered: Sequence[Passage]) -> Pointed:
    numbers: dict[int, None] = {}
    forged = 0

    def taken(found: re.Match[str]) -> str:
        nonlocal forged
        for number in _numbers(found.group()):
            if 1 <= number <= len(offered):
                numbers[number] = None
            else:
                forged += 1
        return " "

    def taken_if_offered(found: re.Match[str]) -> str:
        known = all(1 <= number <= len(offered) for number in _numbers(found.group()))
        return taken(found) if known else found.group()

    def without_target(found: re.Match[str]) -> str:
        label = found.group(1)
        return f"[{label}]" if re.fullmatch(_MANY, label, re.IGNORECASE) else label

    text = _LINKED.sub(without_target, without_hidden(sentence))
    text = _HALF.sub(taken, _SQUARE.sub(taken, _AT_END.sub(taken_if_offered, text)))
    text = _URL.sub(lambda found: found.group() if _stands(found.group(), offered) else " ", text)
    text = _GAP.sub("", " ".join(_STRONG.sub("", _LEAD.sub("", text)).split()))
    return Pointed(text.strip(), tuple(numbers), forged)


def _numbers(marker: str) -> Iterator[int]:
    for part in _PART.split(marker):
        digits = [int(number) for number in re.findall(r"\d+", part)]
        low, high = digits[0] if digits else 0, digits[-1] if digits else 0
        if re.search(r"(?<!\d)-\s*\d", part.lstrip("[［【〔(（ ")[:2]):
            yield -high
        elif len(digits) > 1 and 0 < high - low < _WIDEST and "†" not in part:
            yield from range(low, high + 1)
        else:
            yield from digits[:1] if "†" in part else digits


def _stands(url: str, offered: Sequence[Passage]) -> bool:
    return any(url.rstrip(".,;:!?") in one.text for one in offered)
