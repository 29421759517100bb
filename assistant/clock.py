"""Wall time by step of one question."""

from dataclasses import replace
from time import perf_counter

from assistant.types import Timings


class Clock:
    """Wall time by step, from its making."""

    def __init__(self) -> None:
        self._began = self._last = perf_counter()
        self._timings = Timings()

    def lap(self, step: str) -> None:
        """Give the time since the last lap to `step`."""
        now = perf_counter()
        spent = getattr(self._timings, step) + 1000 * (now - self._last)
        self._timings = replace(self._timings, **{step: spent})
        self._last = now

    def timings(self) -> Timings:
        """The laps so far, and the total."""
        return replace(self._timings, total=1000 * (perf_counter() - self._began))
