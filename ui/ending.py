"""A program that is told to end takes its temporary files with it."""

import os
import signal
from types import FrameType

from index import private


def end_tidily() -> None:
    """From now on, SIGTERM and SIGHUP remove the temporary files before they end the process as they always do."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        # Whoever runs this by nohup wants it to go on.
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _end)


def _end(number: int, _: FrameType | None) -> None:
    private.clear()
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
    # The first process of a container is spared by its own signal.
    os._exit(128 + number)
