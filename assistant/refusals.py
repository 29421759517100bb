"""What an endpoint says instead of an answer, as a fault and a sentence for people."""

import difflib
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any, Literal

from assistant.action import Fault, LLMFailed

Stage = Literal["connect_timeout", "first_token_timeout", "token_timeout"]

MOST = 300
_MOST_QUOTED, _MOST_READ = 120, 4000
# So many characters of a key in a row are as bad as all.
_OF_KEY = 8
_RETRIED = {408, 500, 502, 503, 504}
_CONTEXT = re.compile(
    r"context[ _](?:length|window|size)|maximum context|context_length_exceeded|too many (?:input )?tokens"
    r"|(?:prompt|input|request) is too (?:long|large)|max_model_len|reduce the length",
    re.IGNORECASE,
)
_WINDOW = re.compile(
    r"(?:context (?:length|window|size)|maximum)\D{0,40}?(\d[\d,]{2,9})(?= tokens)|n_ctx\D{1,4}(\d{3,9})", re.IGNORECASE
)
_QUOTA = re.compile(
    r"insufficient[ _](?:quota|funds|credits|balance)|exceeded your current quota|billing", re.IGNORECASE
)
_FILTERED = re.compile(r"content[ _](?:filter|policy|management)|responsible ?ai", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Peer:
    """An LLM as people are told of it, such as `The LLM at host:port`. Its key is masked in all that it says."""

    who: str
    model: str
    key: str = field(default="", repr=False)

    def refused(self, status: int, body: object, headers: Mapping[str, str], optional: Sequence[str] = ()) -> LLMFailed:
        """Return what a status that is no success means; `optional` are fields that a request may do without."""
        message, said = _said(body)
        after = retry_after(headers, time.time())
        quoted = self._quoted(message)
        by_status = {401: self.keyless, 403: self.keyless, 404: self.without_model, 407: self.behind_proxy}
        if status in by_status:
            return by_status[status]()
        if 300 <= status < 400:
            return self._failed(
                "redirect", "sends elsewhere, which is not followed; set SCHOLIAST_LLM_BASE_URL to where it is"
            )
        if special := self._special(status, said, after):
            return special
        if status in {400, 422} and any(name in said for name in optional):
            return self._failed("unsupported", f"does not take every field of the request{quoted}")
        if status in _RETRIED:
            return self._failed("overloaded", f"failed with status {status}{quoted}", retry_after=after)
        return self._failed("rejected", f"refused the request with status {status}{quoted}")

    def said(self, error: object) -> LLMFailed:
        """Return what an error within a stream means."""
        message, said = _said({"error": error})
        return self._special(0, said, None) or self._failed("overloaded", f"reported an error{self._quoted(message)}")

    def _special(self, status: int, said: str, after: float | None) -> LLMFailed | None:
        """What several statuses and codes stand for."""
        if status == 402 or _QUOTA.search(said):
            return self._failed("quota", "gives no answer: the quota of the key is used up")
        if status == 429 or "rate_limit" in said:
            when = f", and wants to be asked again in {_duration(after)}" if after is not None else ""
            return self._failed("rate_limited", f"is asked more often than it allows{when}", retry_after=after)
        if status == 413 or _CONTEXT.search(said):
            window = _WINDOW.search(said)
            tokens = int((window[1] or window[2]).replace(",", "")) if window else None
            return self._failed(
                "context", f"takes no prompt as long as this one with the model {self._name}", window=tokens
            )
        if _FILTERED.search(said):
            return self.filtered()
        return None

    def keyless(self) -> LLMFailed:
        """Return that it wants another key, or one at all."""
        wants = "refused the key" if self.key else "wants a key"
        return self._failed("key_refused", f"{wants}; set SCHOLIAST_LLM_API_KEY to one that it takes")

    def without_model(self, models: Sequence[str] = ()) -> LLMFailed:
        """Return that it does not have the model, but has these, as far as is known."""
        if not models:
            mend = "see SCHOLIAST_LLM_MODEL, and whether SCHOLIAST_LLM_BASE_URL is right, as far as /v1"
            return self._failed("no_model", f"has no model {self._name}, or no API at this address; {mend}")
        nearest = difflib.get_close_matches(self.model, models, n=4, cutoff=0)
        more = f" and {len(models) - len(nearest)} more" if len(models) > len(nearest) else ""
        has = ", ".join(self._clean(name, 40) for name in nearest)
        return self._failed("no_model", f"has no model {self._name}; it has {has}{more}")

    def unreachable(self, why: str) -> LLMFailed:
        """Return that no connection came about, or none that lasted to the first byte of a reply."""
        return self._failed("unreachable", f"is not reachable: {why}")

    def unsafe(self, why: str) -> LLMFailed:
        """Return that no secure connection came about."""
        return self._failed("tls", f"was not asked, as the connection is not secure: {self._clean(why, _MOST_QUOTED)}")

    def behind_proxy(self) -> LLMFailed:
        """Return that a proxy refused, or is none."""
        return self._failed(
            "proxy", "was not asked, as the proxy on the way cannot be used; see HTTPS_PROXY, HTTP_PROXY, ALL_PROXY"
        )

    def slow(self, fault: Stage, seconds: float) -> LLMFailed:
        """Return which deadline passed."""
        span = f"{seconds:.3g} s"
        told: dict[Stage, str] = {
            "connect_timeout": f"is not reachable: nothing answered within {span}",
            "first_token_timeout": f"wrote nothing for {span}",
            "token_timeout": f"stopped writing for {span} before its answer was whole",
        }
        return self._failed(fault, told[fault])

    def failed(self, why: str) -> LLMFailed:
        """Return that it raised something."""
        return self._failed("plugged", f"failed: {self._clean(why, _MOST_QUOTED)}")

    def nonsense(self) -> LLMFailed:
        """Return that the reply is none in the format of OpenAI."""
        return self._failed(
            "bad_response",
            "did not reply as the API of OpenAI does; see whether SCHOLIAST_LLM_BASE_URL is right, as far as /v1",
        )

    def lost(self) -> LLMFailed:
        """Return that the reply ended before its end."""
        return self._failed("incomplete", "broke off before its answer was whole")

    def silent(self, *, thought: bool) -> LLMFailed:
        """Return that the reply has no text."""
        return LLMFailed("no_answer", f"The model {self._name} {'thought, but ' if thought else ''}gave no answer.")

    def filtered(self) -> LLMFailed:
        """Return that a filter took the answer."""
        return self._failed("filtered", "gave no answer: it was refused by the provider's filter")

    def too_long(self) -> LLMFailed:
        """Return that the text would not end."""
        return LLMFailed("too_long", f"The model {self._name} wrote more than an answer may have, and was stopped.")

    def repeats(self) -> LLMFailed:
        """Return that the text went round in circles."""
        return LLMFailed("repeats", f"The model {self._name} repeated itself, and was stopped.")

    @property
    def _name(self) -> str:
        return self._clean(self.model, 60)

    def _failed(
        self, fault: Fault, predicate: str, *, retry_after: float | None = None, window: int | None = None
    ) -> LLMFailed:
        sentence = f"{self._clean(self.who, 100)} {predicate}"
        return LLMFailed(fault, f"{sentence[: MOST - 1]}.", retry_after=retry_after, window=window)

    def _quoted(self, said: str) -> str:
        words = self._clean(said, _MOST_QUOTED)
        return f": “{words}”" if words else ""

    def _clean(self, text: str, most: int) -> str:
        """At most so much of somebody's text, on one line, without the key and without what does not print."""
        for begin in range(len(self.key) - _OF_KEY + 1):
            text = text.replace(self.key[begin : begin + _OF_KEY], "•" * _OF_KEY)
        if self.key:
            text = text.replace(self.key, "•")
        line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
        return line if len(line) <= most else f"{line[: most - 1]}…"


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Return the seconds that the header Retry-After names, as a number or as a date; None where it says nothing."""
    value = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", value):
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - now)
    except (ValueError, OverflowError):
        return None


def _said(body: object) -> tuple[str, str]:
    """The message of an error, in whichever of the usual shapes it comes, and its codes with it; empty for a page."""
    inner: Any = (body.get("error") or body) if isinstance(body, Mapping) else ""
    if not isinstance(inner, Mapping):
        return str(inner)[:_MOST_READ], str(inner)[:_MOST_READ]
    message = next((one for name in ("message", "detail") if isinstance(one := inner.get(name), str)), "")
    told = {name: inner.get(name) for name in ("code", "type", "param", "n_ctx", "detail")}
    codes = [f"{name} {value}" for name, value in told.items() if isinstance(value, str | int | list)]
    return message[:_MOST_READ], " ".join([*codes, message])[:_MOST_READ]


def _duration(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} minutes" if seconds < 6000 else f"{seconds / 3600:.0f} hours"
