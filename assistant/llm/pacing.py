"""Deadlines for a reply that is read on a thread of its own, so that nothing it does can keep a person waiting."""

import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType

from assistant.llm.action import Action, LLMFailed
from assistant.llm.messages import Finished
from assistant.llm.refusals import Peer, Stage
from assistant.llm.reply import Part, Sign

# A way to read a reply, which is told what to call once there is a connection.
Read = Callable[[Callable[[], None]], Iterator[Part]]


@dataclass(frozen=True, slots=True)
class Pace:
    """How long each stage may take, in seconds; the whole of it has the deadline of its `Action`.

    `tail` is for what is counted after the text is whole, which is done without where it does not come.
    """

    connect: float = 3.0
    first_token: float = 20.0
    between_tokens: float = 15.0
    tail: float = 1.0


PACE = Pace()


def paced(
    read: Read,
    close: Callable[[], None],
    told: Callable[[Exception], LLMFailed | None],
    peer: Peer,
    action: Action,
    pace: Pace,
) -> Iterator[str | Finished]:
    """Yield the text that `read` yields, as it comes, then the last `Finished`.

    `close` makes `read` end from another thread; it is called at the end, at `Action.stop` and when a deadline passes.
    `told` says what an exception of `read` means, or None for a bug, which is raised as it is. Raises `LLMFailed`.
    """
    handed: queue.SimpleQueue[Part | Exception | None] = queue.SimpleQueue()

    def end() -> None:
        close()
        handed.put(None)

    thread = threading.Thread(target=_hand_over, args=(read, handed), name="llm", daemon=True)
    with action.closing(end), action.away():
        thread.start()
        try:
            yield from _in_time(handed, told, peer, action, pace)
        finally:
            close()


def _in_time(
    handed: "queue.SimpleQueue[Part | Exception | None]",
    told: Callable[[Exception], LLMFailed | None],
    peer: Peer,
    action: Action,
    pace: Pace,
) -> Iterator[str | Finished]:
    limit, finished = pace.connect, None
    stage: Stage = "connect_timeout"
    while True:
        left = action.seconds_left
        part = _next(handed, min(limit, left))
        if action.is_stopped:
            action.check()
        match part:
            case str():
                action.check()
                yield part
                limit, stage = pace.between_tokens, "token_timeout"
            case Sign.CONNECTED:
                limit, stage = pace.first_token, "first_token_timeout"
            case Sign.THINKING:
                limit, stage = pace.between_tokens, "token_timeout"
            case Finished():
                limit, finished = pace.tail, part
            case _ if finished:
                yield finished
                return
            case _Late() if left <= limit:
                raise action.late()
            case _Late():
                raise peer.slow(stage, limit)
            case Exception():
                raise _bare(told(part)) or part


def _bare(failed: LLMFailed | None) -> LLMFailed | None:
    """The same without what led to it, in which there may be a key."""
    if failed:
        failed.__cause__ = failed.__context__ = failed.__traceback__ = None
    return failed


class _Late:
    """Nothing came in time."""


def _next(handed: "queue.SimpleQueue[Part | Exception | None]", seconds: float) -> Part | Exception | _Late | None:
    try:
        return handed.get(timeout=seconds)
    except queue.Empty:
        return _Late()


def _hand_over(read: Read, handed: "queue.SimpleQueue[Part | Exception | None]") -> None:
    with _Handing(handed):
        for part in read(lambda: handed.put(Sign.CONNECTED)):
            handed.put(part)


class _Handing:
    """Hands on how a thread ends, so that whoever waits for it raises what it raised."""

    def __init__(self, handed: "queue.SimpleQueue[Part | Exception | None]") -> None:
        self._handed = handed

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self._handed.put(error if isinstance(error, Exception) else None)
        return isinstance(error, Exception)
