"""The events of an endpoint's reply, to its text: what a model thinks is left out, what never ends is stopped."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import Any

from assistant.messages import Finished
from assistant.refusals import Peer
from assistant.types import Usage

CAP = 64_000
BLOCK, TIMES = 200, 3
_THOUGHT = ("<think>", "</think>")
_DONE = "[DONE]"
_HALF = re.compile("[\ud800-\udbff]\\Z")


class Sign(Enum):
    """What shows that an endpoint is at work, though it has written nothing yet."""

    CONNECTED = "connected"
    THINKING = "thinking"


Part = str | Finished | Sign


def reply(events: Iterable[str], peer: Peer, cap: int = CAP) -> Iterator[Part]:
    """Yield the text in the data of server-sent events, then `Finished`; and once more if what was counted comes later.

    Raises `LLMFailed`: for what is no reply, has no text, says an error, ends before its `finish_reason`, is longer than
    `cap` bytes of UTF-8, or says the same 200 characters for the third time.
    """
    writing, said, usage, reason = Writing(peer, cap), False, None, ""
    for event in _parsed(events, peer):
        if event.get("error"):
            raise peer.said(event["error"])
        usage = usage_of(event.get("usage")) or usage
        if choice := _first(event):
            said = True
            yield from _written(choice.get("delta"), writing)
            if ended := choice.get("finish_reason"):
                reason = str(ended)
        if reason:
            yield from writing.ended(reason, usage)
    if not said:
        raise peer.nonsense()
    if not reason:
        raise peer.lost()


class Writing:
    """The text of one reply as it grows. `cap` is in bytes of UTF-8."""

    def __init__(self, peer: Peer, cap: int = CAP) -> None:
        self._peer = peer
        self._left = cap
        self._thoughts = _Thoughts()
        self._half = self._text = ""
        self._new: list[str] = []
        self._has_thought = False
        self._length = 0
        self._is_ended = False

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
        if not self._is_ended:
            self._is_ended = True
            yield from self._told(self._thoughts.rest() + _unicode(self._half))
        if reason.startswith("content_filter"):
            raise self._peer.filtered()
        if reason == "error":
            raise self._peer.lost()
        if not self._written().strip():
            raise self._peer.silent(thought=self._has_thought or self._thoughts.any)
        yield Finished(usage, cut_off=reason == "length")

    def _told(self, text: str) -> Iterator[str]:
        if not text:
            return
        fits = text.encode()[: self._left].decode(errors="ignore")
        self._left -= len(text.encode())
        self._new.append(fits)
        self._length += len(fits)
        if fits:
            yield fits
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


class _Thoughts:
    """Leaves out `<think>…</think>` at the beginning of a reply; further on, the words may be meant."""

    def __init__(self) -> None:
        self.any = self.inside = False
        self._begun = False
        self._held = ""

    def without(self, text: str) -> str:
        if self._begun:
            return text
        self._held += text
        opening, closing = _THOUGHT
        while True:
            if self.inside:
                _, found, behind = self._held.partition(closing)
                if not found:
                    # No more than the beginning of what closes the thought.
                    self._held = self._held[-len(closing) + 1 :]
                    return ""
                self.inside, self._held = False, behind
            ahead = self._held.lstrip()
            if opening.startswith(ahead[: len(opening)]) and len(ahead) < len(opening):
                return ""
            if not ahead.startswith(opening):
                return self.rest()
            self.any = self.inside = True
            self._held = ahead.removeprefix(opening)

    def rest(self) -> str:
        """What was held back, as it may have begun a thought, without white space before the first word."""
        text = "" if self.inside else self._held.lstrip()
        self._begun, self._held = True, ""
        return text


def usage_of(counted: object) -> Usage | None:
    """Return what an endpoint counted; None where it did not, or not in whole numbers."""
    if not isinstance(counted, Mapping):
        return None
    prompt, completion = counted.get("prompt_tokens"), counted.get("completion_tokens")
    if not isinstance(prompt, int) or not isinstance(completion, int):
        return None
    return Usage(prompt, completion, cost_usd=None)


def _parsed(events: Iterable[str], peer: Peer) -> Iterator[Mapping[str, Any]]:
    """The objects of a stream, up to its mark of the end. Raises `LLMFailed` at an event that is none."""
    any_parsed = False
    try:
        for data in events:
            if data.strip() == _DONE:
                return
            event = json.loads(data)
            if not isinstance(event, dict):
                raise TypeError
            any_parsed = True
            yield event
    except (ValueError, TypeError, RecursionError):
        raise (peer.lost() if any_parsed else peer.nonsense()) from None


def _first(event: Mapping[str, Any]) -> Mapping[str, Any] | None:
    choices = event.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    return first if isinstance(first, dict) else None


def _written(delta: object, writing: Writing) -> Iterator[str | Sign]:
    """What a delta adds to the text; what a model thinks comes in fields that are not standardised."""
    if not isinstance(delta, dict):
        return
    content = delta.get("content")
    if isinstance(content, list):
        content = "".join(str(part.get("text") or "") for part in content if isinstance(part, dict))
    if content and isinstance(content, str):
        yield from writing.take(content)
    if delta.get("reasoning_content") or delta.get("reasoning"):
        writing.thought()
        yield Sign.THINKING


def _unicode(text: str) -> str:
    """The text with halves of surrogate pairs joined, where JSON escapes had them apart, and lone ones replaced."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
