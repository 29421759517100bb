"""`Retries`: the one owner of retries, and the circuit that leaves an endpoint alone which keeps failing."""

import random
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from assistant.llm.action import OF_LLM, Action, Fault, Kind, LLMFailed
from assistant.llm.messages import LLM, Finished, Message

T = TypeVar("T")

TRIES = 3
MOST_WAITED_FOR = 10.0
FAILURES, WITHIN, ALONE = 5, 30.0, 15.0
# Seconds: the shortest pause, and the longest before an endpoint is asked again that is not there, as whoever asks is to
# know within two seconds.
_SHORTEST, _UNREACHABLE = 0.5, 0.9
_RETRIED: frozenset[Fault] = frozenset({"unreachable", "overloaded", "rate_limited", "unsupported"})
_UNWELL: frozenset[Fault] = frozenset(
    {
        "unreachable",
        "connect_timeout",
        "tls",
        "proxy",
        "rate_limited",
        "overloaded",
        "bad_response",
        "incomplete",
        "first_token_timeout",
        "token_timeout",
    }
)
# These say nothing of the endpoint.
_OURS: frozenset[Fault] = frozenset({"stopped", "deadline", "requests_spent", "circuit_open"})


@dataclass(frozen=True, slots=True)
class Patience:
    """How often something is asked at most, and the seconds of the longest pause, its own and one that it asks for.

    Where nobody waits for it, `also` are faults after which it is asked again too.
    """

    tries: int = TRIES
    longest: float = 4.0
    most_waited_for: float = MOST_WAITED_FOR
    also: frozenset[Fault] = frozenset()


PATIENCE = Patience()
# Of what goes on in the background, such as a build.
BACKGROUND = Patience(
    6, 30.0, 60.0, frozenset({"connect_timeout", "incomplete", "first_token_timeout", "token_timeout", "rate_limited"})
)


class Retries:
    """Asks again where that may help: before the first part of what comes back, and so often at most.

    After a pause with full jitter, longer each time, or the one that the endpoint asks for (Brooker 2015, Exponential
    Backoff and Jitter). Once it has failed 5 times within 30 s, nobody asks it for 15 s, and then one alone to begin with
    (Nygard 2007, Circuit Breaker). `jitter` returns a number between two; `clock` counts seconds.
    """

    def __init__(
        self,
        jitter: Callable[[float, float], float] = random.uniform,
        clock: Callable[[], float] = time.monotonic,
        kind: Kind = OF_LLM,
    ) -> None:
        self._jitter = jitter
        self._circuit = _Circuit(clock, kind)

    def parts(self, ask: Callable[[], Iterable[T]], action: Action, patience: Patience = PATIENCE) -> Iterator[T]:
        """Yield what `ask` yields. Raises `LLMFailed` as it does, and at once while the endpoint is left alone."""
        for tries in range(1, patience.tries + 1):
            self._circuit.enter()
            begun = False
            try:
                for part in ask():
                    if not begun:
                        begun = True
                        self._circuit.close()
                    yield part
            except LLMFailed as failed:
                # Who waits as long as is asked for may be told so often.
                if failed.fault != "rate_limited" or failed.fault not in patience.also:
                    self._circuit.failed(failed)
                is_last = begun or tries == patience.tries or self._circuit.is_open
                pause = None if is_last else self._pause(failed, tries, action, patience)
                if pause is None:
                    raise
            else:
                self._circuit.succeeded()
                return
            action.pause(pause)

    def whole(self, ask: Callable[[], T], action: Action, patience: Patience = PATIENCE) -> T:
        """Return what `ask` returns, such as `Exchange.post`. Raises as `parts` does."""
        (found,) = self.parts(lambda: (ask(),), action, patience)
        return found

    def _pause(self, failed: LLMFailed, tries: int, action: Action, patience: Patience) -> float | None:
        """Seconds before it is asked again; None if that does not help, or cannot be waited for."""
        asked_for = failed.retry_after
        may_help = failed.fault in _RETRIED | patience.also
        if not may_help or (asked_for or 0) > patience.most_waited_for or not action.requests_left:
            return None
        if failed.fault == "rate_limited" and asked_for is None and "rate_limited" not in patience.also:
            return None
        if failed.fault == "unsupported":
            pause = 0.0
        elif failed.fault == "unreachable":
            pause = self._jitter(_SHORTEST, _UNREACHABLE)
        elif asked_for is not None:
            pause = asked_for + self._jitter(0, _SHORTEST)
        else:
            pause = self._jitter(_SHORTEST, min(patience.longest, _SHORTEST * 4**tries))
        return pause if pause < action.seconds_left else None


class Retrying:
    """An `LLM` that asks another one again where that may help, as `Retries` does: at most twice."""

    def __init__(
        self,
        llm: LLM,
        jitter: Callable[[float, float], float] = random.uniform,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._llm = llm
        self._retries = Retries(jitter, clock)

    def stream(self, messages: Sequence[Message], action: Action) -> Iterator[str | Finished]:
        """Yield what the LLM yields. Raises `LLMFailed` as it does, and at once while the endpoint is left alone."""
        yield from self._retries.parts(lambda: self._llm.stream(messages, action), action)


class _Circuit:
    """Open once there were `FAILURES` `WITHIN` so many seconds: for `ALONE` seconds, and then for all but one."""

    def __init__(self, clock: Callable[[], float], kind: Kind) -> None:
        self._kind = kind
        self._clock = clock
        self._lock = threading.Lock()
        self._failures: deque[float] = deque(maxlen=FAILURES)
        self._until = 0.0
        self._why = ""

    @property
    def is_open(self) -> bool:
        return bool(self._why)

    def enter(self) -> None:
        with self._lock:
            now = self._clock()
            if not self._why:
                return
            if now < self._until:
                alone = f"The {self._kind.name} is left alone for {self._until - now:.0f} s, as it failed {FAILURES} times: "
                raise LLMFailed("circuit_open", alone + self._why[: 300 - len(alone)])
            self._until = now + ALONE

    def failed(self, failed: LLMFailed) -> None:
        with self._lock:
            if failed.fault in _OURS:
                return
            if failed.fault not in _UNWELL:
                self._why = ""
                return
            now = self._clock()
            self._failures.append(now)
            if self._why or (len(self._failures) == FAILURES and now - self._failures[0] <= WITHIN):
                self._why, self._until = failed.sentence, now + ALONE

    def close(self) -> None:
        with self._lock:
            self._why = ""

    def succeeded(self) -> None:
        with self._lock:
            self._failures.clear()
