"""The events of an endpoint's reply, to its text: what a model thinks is left out, what never ends is stopped."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import Any

from assistant.llm.messages import Finished
from assistant.llm.refusals import Peer, fault_in
from assistant.llm.sse import DONE
from assistant.llm.thoughts import Thoughts
from assistant.types import Usage

CAP = 64_000
BLOCK, TIMES = 200, 3
# Where a choice has its text, if it has any.
_FORMS = ("delta", "message", "text")
_HALF = re.compile("[\ud800-\udbff]\\Z")
_THINKS = re.compile("think|thought|reason", re.IGNORECASE)
# What endpoints call an end that is none of the model's own, and what they say where there is no end yet.
_CUT_OFF = frozenset({"length", "max_tokens", "max_length", "model_length"})
_FILTERED = re.compile("content_?filter|safety|recitation|prohibited|blocklist|sensitive", re.IGNORECASE)
_NO_REASON = frozenset({"", "null", "none"})
# More tokens than any text has, and more digits than any such number.
_MOST_COUNTED, _MOST_DIGITS = 10**9, 20
_JSON = json.JSONDecoder(parse_int=lambda digits: int(digits) if len(digits) <= _MOST_DIGITS else float(digits))
_END: Mapping[str, Any] = {}


class Sign(Enum):
    """What shows that an endpoint is at work, though it has written nothing yet."""

    CONNECTED = "connected"
    THINKING = "thinking"


Part = str | Finished | Sign


def reply(events: Iterable[str], peer: Peer, cap: int = CAP) -> Iterator[Part]:
    """Yield the text in the data of server-sent events, then `Finished`; and once more if what was counted comes later.

    Raises `LLMFailed`: for what is no reply, has no text, says an error, ends before its `finish_reason` and its mark of
    the end, is longer than `cap` bytes of UTF-8, or says the same 200 characters for the third time.
    """
    writing, form, usage, reason = Writing(peer, cap), "", None, ""
    said = False
    for event in _parsed(events, peer):
        choice = _first(event)
        if error := fault_in(event) or choice.get("error"):
            raise peer.said(error)
        usage = _counted(event, choice) or usage
        if choice:
            # Some repeat the whole behind its parts, in another form.
            form = form or next((name for name in _FORMS if choice.get(name)), "")
            said = True
            yield from _written({"content": choice.get(form)} if form == "text" else choice.get(form), writing)
            reason = _reason(choice) or reason
        if said and (reason or event is _END):
            yield from writing.ended(reason, usage)
    if not said:
        raise peer.nonsense()
    if not writing.is_ended:
        raise peer.lost()


class Writing:
    """The text of one reply as it grows. `cap` is in bytes of UTF-8."""

    def __init__(self, peer: Peer, cap: int = CAP) -> None:
        self._peer = peer
        self._left = cap
        self._thoughts = Thoughts()
        self._masking = peer.mask.stream()
        self._half = self._text = ""
        self._new: list[str] = []
        self._has_thought = False
        self._length = 0
        self.is_ended = False

    def take(self, content: str) -> Iterator[str | Sign]:
        """Yield what of the next `content` is text. Raises `LLMFailed` for too much of it, or too much of the same."""
        whole = self._half + content
        self._half = whole[-1:] if _HALF.search(whole) else ""
        yield from self._told(self._thoughts.without(_unicode(whole.removesuffix(self._half))))
        if self._thoughts.inside:
            yield Sign.THINKING

    def thought(self) -> None:
        """Take note that the model thinks, apart from what it writes."""
        self._has_thought = True

    def ended(self, reason: str, usage: Usage | None) -> Iterator[str | Finished]:
        """Yield what is left of the text, and the end. Raises `LLMFailed` if there is no text, or it was filtered."""
        if not self.is_ended:
            self.is_ended = True
            yield from self._told(self._thoughts.rest() + _unicode(self._half), is_last=True)
        if _FILTERED.match(reason):
            raise self._peer.filtered()
        if reason == "error":
            raise self._peer.lost()
        if not self._written().strip():
            raise self._peer.silent(thought=self._has_thought or self._thoughts.any)
        yield Finished(usage, cut_off=reason.lower() in _CUT_OFF)

    def _told(self, text: str, *, is_last: bool = False) -> Iterator[str]:
        fits = text.encode()[: self._left].decode(errors="ignore")
        self._left -= len(text.encode())
        shown = self._masking.take(fits)
        if is_last or self._left < 0:
            shown += self._masking.rest()
        self._new.append(shown)
        self._length += len(shown)
        if shown:
            yield shown
        if self._left < 0:
            raise self._peer.too_long()
        # Not at each piece, so that time is linear.
        if self._length - len(self._text) >= BLOCK // 2:
            written = self._written()
            if len(written) >= BLOCK * TIMES and written.count(written[-BLOCK:]) >= TIMES:
                raise self._peer.repeats()

    def _written(self) -> str:
        self._text += "".join(self._new)
        self._new.clear()
        return self._text


def usage_of(counted: object) -> Usage | None:
    """Return what an endpoint counted; None where it did not, or not in numbers that tokens can have."""
    if not isinstance(counted, Mapping):
        return None
    tokens = [counted.get(name) for name in ("prompt_tokens", "completion_tokens")]
    if not all(_is_count(one) for one in tokens):
        return None
    prompt, completion = map(int, tokens)  # type: ignore[arg-type]
    return Usage(prompt, completion, cost_usd=None)


def _is_count(value: object) -> bool:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return 0 <= value <= _MOST_COUNTED and float(value).is_integer()


def _counted(event: Mapping[str, Any], choice: Mapping[str, Any]) -> Usage | None:
    """What was counted, wherever it stands: in an event, in a choice, or in what an endpoint adds to either."""
    beside = event.get("x_groq")
    places = (event, choice, beside if isinstance(beside, dict) else {})
    return next((usage for place in places if (usage := usage_of(place.get("usage")))), None)


def _parsed(events: Iterable[str], peer: Peer) -> Iterator[Mapping[str, Any]]:
    """The objects of a stream, up to its mark of the end, which is `_END`. Raises `LLMFailed` at an event that is none."""
    any_parsed = False
    try:
        for data in events:
            bare = data.strip("\ufeff \t\r\n")
            if bare == DONE:
                yield _END
                return
            if not bare:
                continue  # it keeps the connection alive
            event = _JSON.decode(bare)
            if not isinstance(event, dict):
                raise TypeError
            any_parsed = True
            yield event
    except (ValueError, TypeError, RecursionError):
        raise (peer.lost() if any_parsed else peer.nonsense()) from None


def _first(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """The first of the answers that were asked for, which is one; others that came are not read."""
    choices = event.get("choices")
    ours = (one for one in choices if isinstance(one, dict)) if isinstance(choices, list) else ()
    return next((one for one in ours if one.get("index") in {None, 0}), {})


def _reason(choice: Mapping[str, Any]) -> str:
    reason = choice.get("finish_reason")
    return "" if reason is None or str(reason).lower() in _NO_REASON else str(reason)


def _written(fields: object, writing: Writing) -> Iterator[str | Sign]:
    """What a delta or a message adds to the text; what a model thinks comes in fields that are not standardised."""
    if not isinstance(fields, dict):
        return
    content = fields.get("content")
    if isinstance(content, list):
        content = "".join(map(_text_of, content))
    if content and isinstance(content, str):
        yield from writing.take(content)
    if any(value and _THINKS.search(name) for name, value in fields.items()):
        writing.thought()
        yield Sign.THINKING


def _text_of(part: object) -> str:
    """The text of a part of a message, unless it is a thought."""
    if not isinstance(part, dict) or _THINKS.search(str(part.get("type"))) or part.get("thought"):
        return ""
    text = part.get("text")
    return text if isinstance(text, str) else ""


def _unicode(text: str) -> str:
    """The text with halves of surrogate pairs joined, where JSON escapes had them apart, and lone ones replaced."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
