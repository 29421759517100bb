"""`Retrying`: the one owner of retries, and the circuit that leaves an endpoint alone which keeps failing."""

import random
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence

from assistant.llm.action import Action, Fault, LLMFailed
from assistant.llm.messages import LLM, Finished, Message

TRIES = 3
MOST_WAITED_FOR = 10.0
FAILURES, WITHIN, ALONE = 5, 30.0, 15.0
# Seconds: the shortest pause, the longest one, and the longest before an endpoint is asked again that is not there, as
# whoever asks is to know within two seconds.
_SHORTEST, _LONGEST, _UNREACHABLE = 0.5, 4.0, 0.9
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


class Retrying:
    """An `LLM` that asks another one again where that may help: before its first token, at most twice.

    After a pause with full jitter, longer each time, or the one that the endpoint asks for (Brooker 2015, Exponential
    Backoff and Jitter). Once it has failed 5 times within 30 s, nobody asks it for 15 s, and then one alone to begin with
    (Nygard 2007, Circuit Breaker). `jitter` returns a number between two; `clock` counts seconds.
    """

    def __init__(
        self,
        llm: LLM,
        jitter: Callable[[float, float], float] = random.uniform,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._llm = llm
        self._jitter = jitter
        self._circuit = _Circuit(clock)

    def stream(self, messages: Sequence[Message], action: Action) -> Iterator[str | Finished]:
        """Yield what the LLM yields. Raises `LLMFailed` as it does, and at once while the endpoint is left alone."""
        for tries in range(1, TRIES + 1):
            self._circuit.enter()
            begun = False
            try:
                for part in self._llm.stream(messages, action):
                    if not begun:
                        begun = True
                        self._circuit.close()
                    yield part
            except LLMFailed as failed:
                self._circuit.failed(failed)
                pause = None if begun or tries == TRIES or self._circuit.is_open else self._pause(failed, tries, action)
                if pause is None:
                    raise
            else:
                self._circuit.succeeded()
                return
            action.pause(pause)

    def _pause(self, failed: LLMFailed, tries: int, action: Action) -> float | None:
        """Seconds before it is asked again; None if that does not help, or cannot be waited for."""
        asked_for = failed.retry_after
        if failed.fault not in _RETRIED or (asked_for or 0) > MOST_WAITED_FOR or not action.requests_left:
            return None
        if failed.fault == "rate_limited" and asked_for is None:
            return None
        if failed.fault == "unsupported":
            pause = 0.0
        elif failed.fault == "unreachable":
            pause = self._jitter(_SHORTEST, _UNREACHABLE)
        elif asked_for is not None:
            pause = asked_for + self._jitter(0, _SHORTEST)
        else:
            pause = self._jitter(_SHORTEST, min(_LONGEST, _SHORTEST * 4**tries))
        return pause if pause < action.seconds_left else None


class _Circuit:
    """Open once there were `FAILURES` `WITHIN` so many seconds: for `ALONE` seconds, and then for all but one."""

    def __init__(self, clock: Callable[[], float]) -> None:
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
                alone = f"The LLM is left alone for {self._until - now:.0f} s, as it failed {FAILURES} times: "
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
