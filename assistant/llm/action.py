"""`Action`: how long one thing that a person asked for may take, and how often an endpoint may be asked for it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Literal

Fault = Literal[
    "unreachable",  # refused, or a name that nobody knows
    "connect_timeout",
    "tls",
    "proxy",
    "redirect",
    "key_refused",
    "no_model",
    "rate_limited",
    "quota",
    "context",  # the prompt does not fit the model's window
    "filtered",
    "rejected",  # any other status that blames the request
    "unsupported",  # an optional field of the request, which the next request leaves out
    "overloaded",  # 408 and 5xx
    "bad_response",
    "no_answer",
    "incomplete",
    "first_token_timeout",
    "token_timeout",
    "deadline",
    "too_long",
    "repeats",
    "circuit_open",
    "requests_spent",
    "stopped",
    "plugged",  # whatever an LLM of LlamaIndex raises
]


@dataclass(frozen=True, slots=True)
class Kind:
    """What is asked at an endpoint, as people are told of it, and how the names of its settings begin.

    `address` is how the name of the setting of its address ends, `api` what it is to reply as.
    """

    name: str
    settings: str
    address: str = "BASE_URL"
    api: str = "the API of OpenAI"


OF_LLM = Kind("LLM", "SCHOLIAST_LLM")


class LLMFailed(Exception):
    """An LLM gave no answer, or not a whole one; what it wrote so far was yielded before.

    `sentence` tells a person why, in at most 300 characters and without a key. `retry_after` is the seconds after which
    the endpoint wants to be asked again, and `window` the tokens that it says its model takes, where it said so.
    """

    def __init__(
        self, fault: Fault, sentence: str, *, retry_after: float | None = None, window: int | None = None
    ) -> None:
        super().__init__(sentence)
        self.fault = fault
        self.sentence = sentence
        self.retry_after = retry_after
        self.window = window


class Action:
    """One thing that a person asked for: `seconds` from its making, `requests` to an LLM, and a way to stop it.

    `kind` is what is asked where that is no LLM. `away` stands around all that is waited for at an endpoint, so that others may
    compute meanwhile. Any thread may call any method. `clock` counts seconds; `sleep` is for tests that must not wait.
    """

    def __init__(
        self,
        seconds: float = 120.0,
        requests: int = 3,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] | None = None,
        kind: Kind = OF_LLM,
        away: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        self.away = away
        self._kind = kind
        self._seconds = seconds
        self._clock = clock
        self._ends = clock() + seconds
        self._requests = requests
        self._stopped = threading.Event()
        self._sleep = sleep or self._stopped.wait
        self._lock = threading.Lock()
        self._open: list[Callable[[], None]] = []

    @property
    def seconds_left(self) -> float:
        """How long it may still take; zero once it has taken too long."""
        return max(0.0, self._ends - self._clock())

    @property
    def requests_left(self) -> int:
        """How many requests it may still cost."""
        return self._requests

    @property
    def is_stopped(self) -> bool:
        """Whether somebody called `stop`."""
        return self._stopped.is_set()

    def now(self) -> float:
        """Seconds on its clock."""
        return self._clock()

    def stop(self) -> None:
        """End it: what is open at the endpoint is closed at once, and nothing more is asked."""
        self._stopped.set()
        with self._lock:
            closing = tuple(self._open)
        for close in closing:
            close()

    def check(self) -> None:
        """Raise `LLMFailed` if it was stopped or has taken too long."""
        if self.is_stopped:
            raise LLMFailed("stopped", "The answer was stopped.")
        if not self.seconds_left:
            raise self.late()

    def late(self) -> LLMFailed:
        """Return that it has taken too long."""
        return LLMFailed(
            "deadline", f"The {self._kind.name} did not finish within {self._seconds:.4g} s, and was stopped."
        )

    def take_request(self) -> None:
        """Count a request that is about to be sent. Raises `LLMFailed` if none is left, and as `check` does."""
        self.check()
        with self._lock:
            if not self._requests:
                raise LLMFailed("requests_spent", f"The {self._kind.name} was asked as often as one question may cost.")
            self._requests -= 1

    def pause(self, seconds: float) -> None:
        """Wait. Raises `LLMFailed` as `check` does, and as soon as it is stopped."""
        with self.away():
            self._sleep(min(seconds, self.seconds_left))
        self.check()

    @contextmanager
    def within(self, seconds: float, requests: int, kind: Kind) -> Iterator["Action"]:
        """Have one of its own for something on the way, which ends no later than this one and stops with it.

        Its `requests` are not counted here. Raises `LLMFailed` as `check` does.
        """
        own = Action(min(seconds, self.seconds_left), requests, self._clock, kind=kind, away=self.away)
        with self.closing(own.stop):
            yield own

    @contextmanager
    def closing(self, close: Callable[[], None]) -> Iterator[None]:
        """Have `stop` call `close`, from its own thread, for as long as the context lasts."""
        with self._lock:
            self._open.append(close)
        try:
            self.check()
            yield
        finally:
            with self._lock:
                self._open.remove(close)
