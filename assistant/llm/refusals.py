"""What an endpoint says instead of an answer, as a fault and a sentence for people."""

import difflib
import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any, Literal

from assistant.llm.action import OF_LLM, Fault, Kind, LLMFailed
from assistant.llm.masking import Mask

Stage = Literal["connect_timeout", "first_token_timeout", "token_timeout"]

MOST = 300
_MOST_QUOTED, _MOST_READ = 120, 4000
# Where an error has its words, and where its codes.
_WORDS = ("message", "msg", "detail", "error", "errors", "error_description", "reason", "metadata", "raw", "details")
_CODES = ("code", "type", "param", "status", "n_ctx", "loc")
_DEEPEST, _WIDEST = 8, 20
# What goes on being so, of the statuses that blame the endpoint.
_NEVER = {501, 505}
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
_FILTERED = re.compile(r"content[ _](?:filter|policy|management)|responsible ?ai|moderation|flagged", re.IGNORECASE)
_OF_KEYS = re.compile(r"\bkeys?\b|api_?key|credential|authenti|unauthori|bearer|\blog ?in\b", re.IGNORECASE)
_BAD_KEY = re.compile(
    r"api[ _-]?key\b.{0,40}(?:not (?:valid|found)|invalid|incorrect|missing|required|expired)"
    r"|(?:invalid|incorrect|missing|expired|no)[ _](?:valid )?api[ _-]?key",
    re.IGNORECASE,
)
_NO_WORDS = frozenset({"", "forbidden", "access denied", "permission denied", "access forbidden"})
# What a request may do without: how an error names it, and the statuses with which it is refused.
_DISPENSABLE = {
    "stream": (re.compile(r"\bstream(?:s|ed|ing)?\b", re.IGNORECASE), {400, 422, 501}),
    "stream_options": (re.compile(r"stream_options|include_usage"), {400, 422}),
    "temperature": (re.compile(r"temperature"), {400, 422}),
    "system": (
        re.compile(r"\broles?\b|\bsystem[ _](?:role|message|prompt|instruction)|developer instruction", re.IGNORECASE),
        {400, 422, 500},
    ),
}
_UNNAMED = re.compile(
    r"(?:invalid|malformed|bad) (?:request|parameter|argument|input|body)|not permitted"
    r"|(?:unknown|unrecognized|unexpected|unsupported|extra)\b.{0,30}\b(?:field|param|arg|input|propert|key)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Peer:
    """An LLM as people are told of it, such as `The LLM at host:port`. Its key is masked in all that it says.

    Whatever else has an endpoint is of another `kind`, and has settings of its own.
    """

    who: str
    model: str
    key: str = field(default="", repr=False)
    kind: Kind = OF_LLM
    mask: Mask = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Make the mask of the key."""
        object.__setattr__(self, "mask", Mask(self.key))

    def refused(self, status: int, body: object, headers: Mapping[str, str], optional: Sequence[str] = ()) -> LLMFailed:
        """Return what a status that is no success means; `optional` is what a request may do without, see `left_out`."""
        message, said = _said(body)
        quoted = self._quoted(message)
        after = retry_after(headers, time.time())
        if plain := self._by_status(status, message, said, quoted) or self._special(status, said, quoted, after):
            return plain
        if left_out(status, body, optional):
            return self._failed("unsupported", f"does not take every field of the request{quoted}")
        if status == 408 or (500 <= status < 600 and status not in _NEVER):
            return self._failed("overloaded", f"failed with status {status}{quoted}", retry_after=after)
        return self._rejected(status, quoted)

    def _by_status(self, status: int, message: str, said: str, quoted: str) -> LLMFailed | None:
        """What a status stands for, whatever is said beside it."""
        if status == 401 or (status == 403 and (message.strip(" .!").lower() in _NO_WORDS or _OF_KEYS.search(said))):
            return self.keyless(quoted)
        if status == 404:
            return self.without_model(body=message)
        if status == 407:
            return self.behind_proxy()
        if 300 <= status < 400:
            return self._failed(
                "redirect", f"sends elsewhere, which is not followed; set {self._address} to where it is"
            )
        return None

    def said(self, error: object) -> LLMFailed:
        """Return what an error within a stream means."""
        message, said = _said({"error": error})
        code = error.get("code") if isinstance(error, Mapping) else None
        status = code if isinstance(code, int) and 400 <= code < 600 else 0
        quoted = self._quoted(message)
        return self._special(status, said, quoted, None) or self._failed("overloaded", f"reported an error{quoted}")

    def _special(self, status: int, said: str, quoted: str, after: float | None) -> LLMFailed | None:
        """What several statuses and codes stand for."""
        if status == 402 or _QUOTA.search(said):
            return self._failed("quota", f"gives no answer, as the quota of the key is used up{quoted}")
        if status == 429 or "rate_limit" in said:
            when = f", and wants to be asked again in {_duration(after)}" if after is not None else ""
            told = f"is asked more often than it allows{quoted}{when}"
            return self._failed("rate_limited", told, retry_after=after)
        if status == 413 or _CONTEXT.search(said):
            window = _WINDOW.search(said)
            tokens = int((window[1] or window[2]).replace(",", "")) if window else None
            return self._failed(
                "context", f"takes no prompt as long as this one with the model {self._name}", window=tokens
            )
        if _FILTERED.search(said):
            return self.filtered(quoted)
        return self.keyless(quoted) if _BAD_KEY.search(said) else None

    def _rejected(self, status: int, quoted: str) -> LLMFailed:
        return self._failed("rejected", f"refused the request with status {status}{quoted}")

    def keyless(self, quoted: str = "") -> LLMFailed:
        """Return that it wants another key, or one at all."""
        wants = "refused the key" if self.key else "wants a key"
        return self._failed("key_refused", f"{wants}{quoted}; set {self._setting('API_KEY')} to one that it takes")

    def without_model(self, models: Sequence[str] = (), body: object = None) -> LLMFailed:
        """Return that it does not have the model, but has these, as far as is known; `body` is what it said.

        Where it has the model, it refused the request for some other reason.
        """
        quoted = self._quoted(_said(body)[0])
        if any(one.removeprefix("models/").removesuffix(":latest") == self.model for one in models):
            return self._rejected(404, quoted)
        if not models:
            mend = f"see {self._setting('MODEL')}, and whether {self._address} is right, as far as /v1"
            lacks = f"no model {self._name}, or " if self.model else ""
            return self._failed("no_model", f"has {lacks}no API at this address{quoted}; {mend}")
        nearest = difflib.get_close_matches(self.model, models, n=4, cutoff=0)
        more = f" and {len(models) - len(nearest)} more" if len(models) > len(nearest) else ""
        has = ", ".join(self._clean(name, 40) for name in nearest)
        return self._failed("no_model", f"has no model {self._name}{quoted}; it has {has}{more}")

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
        """Return that the reply is none in the format that is wanted."""
        return self._failed(
            "bad_response",
            f"did not reply as {self.kind.api} does; see whether {self._address} is right, as far as /v1",
        )

    def lost(self) -> LLMFailed:
        """Return that the reply ended before its end."""
        return self._failed("incomplete", "broke off before its answer was whole")

    def silent(self, *, thought: bool) -> LLMFailed:
        """Return that the reply has no text."""
        return LLMFailed("no_answer", f"The model {self._name} {'thought, but ' if thought else ''}gave no answer.")

    def filtered(self, quoted: str = "") -> LLMFailed:
        """Return that a filter took the answer."""
        return self._failed("filtered", f"gave no answer, as the provider's filter refused it{quoted}")

    def too_long(self) -> LLMFailed:
        """Return that the text would not end."""
        return LLMFailed("too_long", f"The model {self._name} wrote more than an answer may have, and was stopped.")

    def repeats(self) -> LLMFailed:
        """Return that the text went round in circles."""
        return LLMFailed("repeats", f"The model {self._name} repeated itself, and was stopped.")

    @property
    def _name(self) -> str:
        return self._clean(self.model, 60)

    @property
    def _address(self) -> str:
        return self._setting(self.kind.address)

    def _setting(self, name: str) -> str:
        return f"{self.kind.settings}_{name}"

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
        masked = self.mask.masked(text[:_MOST_READ])
        line = " ".join("".join(c if c.isprintable() else " " for c in masked).split())
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


def left_out(status: int, body: object, optional: Sequence[str]) -> tuple[str, ...]:
    """Return what of `optional` a refusal names: of `stream`, `stream_options`, `temperature` and the role `system`.

    Where it only says that something in the request is not known, all fields that nothing depends on.
    """
    said = _said(body)[1]
    known = [name for name in optional if status in _DISPENSABLE[name][1]]
    named = [name for name in known if _DISPENSABLE[name][0].search(said)]
    unnamed = [name for name in known if name in {"stream_options", "temperature"} and _UNNAMED.search(said)]
    return tuple(named or unnamed)


def fault_in(event: Mapping[str, Any]) -> object:
    """Return the error that an event of a reply is or holds, in one of the usual shapes; None where it is none."""
    if event.get("error") or "choices" in event:
        return event.get("error")
    is_error = event.get("object") == "error" or event.get("type") == "error"
    return event if is_error or isinstance(event.get("message") or event.get("detail"), str) else None


def _said(body: object) -> tuple[str, str]:
    """The message of an error, in whichever of the usual shapes it comes, and its codes with it; empty for a page."""
    parts = [*_parts(body, 0)]
    message = ": ".join(dict.fromkeys(text for name, text in parts if not name))
    codes = [f"{name} {text}" for name, text in parts if name]
    return message[:_MOST_READ], " ".join([*codes, message])[:_MOST_READ]


def _parts(value: object, depth: int) -> Iterator[tuple[str, str]]:
    """The sentences in a value, outermost first, and its codes, which have a name; JSON in a text is read as well."""
    if depth > _DEEPEST:
        return
    if isinstance(value, str):
        inner = _parsed(value)
        if inner is not None:
            yield from _parts(inner, depth + 1)
        elif not value.lstrip().startswith(("<", "{", "[")) and value.strip():
            yield "", value[:_MOST_READ]
    elif isinstance(value, list):
        for one in value[:_WIDEST]:
            yield from _parts(one, depth + 1)
    elif isinstance(value, Mapping):
        yield from ((name, text) for name in _CODES if (text := _code(value.get(name))))
        for name in _WORDS:
            yield from _parts(value.get(name), depth + 1)


def _code(value: object) -> str:
    parts = value[:_WIDEST] if isinstance(value, list) else [value]
    return " ".join(str(one)[:_MOST_QUOTED] for one in parts if isinstance(one, str | int | float))


def _parsed(text: str) -> object:
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _duration(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} minutes" if seconds < 6000 else f"{seconds / 3600:.0f} hours"
