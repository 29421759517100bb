"""Who is answered now and who waits: a room with a place for each core, entered in the order of coming."""

import threading
import time
from collections import deque
from collections.abc import Callable
from enum import Enum, auto
from types import TracebackType

# Seconds for which a question holds a place, until some have been measured, and how much each of those counts from then on.
_USUAL, _NEWEST = 1.0, 0.1
_NUMBERS = "No One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve".split()


class Full(Exception):
    """Nobody more may wait; `sentence` says so, and after how long it is worth asking again."""

    def __init__(self, seconds: float) -> None:
        self.sentence = (
            "Too many questions are being answered for yours to wait here. It stays in the box: ask it again in "
            f"{_about(seconds)}."
        )
        super().__init__(self.sentence)


class _State(Enum):
    COMING = auto()
    CALLED = auto()
    COMPUTING = auto()
    AWAY = auto()
    RETURNING = auto()
    GONE = auto()


class Room:
    """As many `places` as may compute at once, for at most `most` questions that compute, wait, or wait for an endpoint.

    Whoever comes back from an endpoint is next, then who came first. `clock` counts seconds; any thread may call any method.
    """

    def __init__(self, places: int, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._places = places
        self._most = most
        self._clock = clock
        self._lock = threading.Lock()
        self._all = self._taken = 0
        self._coming: deque[Place] = deque()
        self._returning: deque[Place] = deque()
        self._usual = _USUAL

    @property
    def is_free(self) -> bool:
        """Whether a place is free, and nobody waits for one."""
        with self._lock:
            return self._taken < self._places and not (self._coming or self._returning)

    def enter(self) -> "Place":
        """Return a place that is waited for. Raises `Full` where too many wait."""
        with self._lock:
            if self._all >= self._most:
                raise Full(self._seconds(len(self._coming)))
            self._all += 1
            place = Place(self)
            self._coming.append(place)
            self._call()
        return place

    def _seconds(self, before: int) -> float:
        """About how long somebody waits with so many `before` them who wait, too."""
        return (before + 1) * self._usual / self._places

    def _call(self) -> None:
        while self._taken < self._places and (waiting := self._returning or self._coming):
            place = waiting.popleft()
            place.state = _State.CALLED if waiting is self._coming else _State.COMPUTING
            place.since = self._clock()
            self._taken += 1
            place.called.set()

    def _free(self, place: "Place") -> None:
        self._taken -= 1
        if place.state is _State.COMPUTING:
            self._usual += _NEWEST * (self._clock() - place.since - self._usual)
        self._call()


class Place:
    """One question's place in a room. As a context it is computed in: what is done there takes a core."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self.state = _State.COMING
        self.called = threading.Event()
        self.since = 0.0

    def wait(self, seconds: float) -> bool:
        """Wait at most so long; whether the place may be used."""
        return self.called.wait(seconds)

    @property
    def told(self) -> str:
        """How many questions come before, and about how long that takes; nothing once the place may be used."""
        with self._room._lock:
            if self.state is not _State.COMING:
                return ""
            waiting = self._room._coming.index(self)
            before = waiting + self._room._taken
            number = _NUMBERS[before] if before < len(_NUMBERS) else str(before)
            verb = "question is" if before == 1 else "questions are"
            return f"{number} {verb} before yours; {_about(self._room._seconds(waiting))}."

    def away(self) -> "_Away":
        """Leave the place to others for as long as the context lasts, and wait for it at its end."""
        return _Away(self)

    def withdraw(self) -> None:
        """Want no more: whoever computes goes at the end of it, everybody else at once."""
        with self._room._lock:
            if self.state is not _State.COMPUTING:
                self._go()

    def __enter__(self) -> None:
        with self._room._lock:
            if self.state is _State.CALLED:
                self.state = _State.COMPUTING
                self.since = self._room._clock()

    def __exit__(self, *_: object) -> None:
        with self._room._lock:
            self._go()

    def step_out(self) -> None:
        """Give the place to who is next."""
        with self._room._lock:
            if self.state is _State.COMPUTING:
                self._room._free(self)
                self.state = _State.AWAY
                self.called.clear()

    def step_in(self) -> None:
        """Wait for a place again, before all who have had none."""
        with self._room._lock:
            if self.state is _State.AWAY:
                self.state = _State.RETURNING
                self._room._returning.append(self)
                self._room._call()
        self.called.wait()

    def _go(self) -> None:
        room, was = self._room, self.state
        if was is _State.GONE:
            return
        if was in {_State.CALLED, _State.COMPUTING}:
            room._free(self)
        for waiting in (room._coming, room._returning):
            if self in waiting:
                waiting.remove(self)
        self.state = _State.GONE
        room._all -= 1
        # Whoever waits for it in another thread goes on without one, to its end.
        self.called.set()


class _Away:
    def __init__(self, place: Place) -> None:
        self._place = place

    def __enter__(self) -> None:
        self._place.step_out()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # A generator that is closed computes no more.
        if kind is not GeneratorExit:
            self._place.step_in()


def _about(seconds: float) -> str:
    whole = max(1, round(seconds))
    return f"about {whole} second{'' if whole == 1 else 's'}"
