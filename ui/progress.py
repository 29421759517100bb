"""How far a build or an eval is, on stderr: a bar on a terminal, now and then a line elsewhere."""

import sys
import time
from types import TracebackType

from tqdm import tqdm

from index.build import Deriving, Event, Stored
from index.readers import Meter
from index.reembedding import EmbeddedAnew
from index.vectors.spent import Metered
from ui.terminal import visible

# Seconds between two lines where there is no terminal.
_EVERY = 10.0


class Progress:
    """Shows what `build` reports: papers a second, time left, rejected records, remarks; and what a `metered` embedder cost."""

    def __init__(self, meter: Meter, metered: Metered | None = None) -> None:
        self._meter = meter
        self._metered = metered
        self._began = self._shown = time.monotonic()
        self._bar = tqdm(
            total=None,
            bar_format="{desc} {percentage:3.0f}%|{bar}| {postfix}",
            file=sys.stderr,
            disable=not sys.stderr.isatty(),
            leave=False,
            dynamic_ncols=True,
        )

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._bar.close()

    def show(self, event: Event) -> None:
        """Show one event."""
        match event:
            case Stored(records):
                self._advance("Reading and embedding", records, self._meter.share)
            case EmbeddedAnew(papers, of):
                self._advance("Embedding anew", papers, papers / of)
                if papers == of:
                    # What is read after it goes at a pace of its own.
                    self._began = time.monotonic()
            case Deriving(passages):
                self._bar.clear()
                if passages > 5000:
                    print(f"Everything is embedded. Making the indexes of {passages} passages …", file=sys.stderr)
            case _:
                self._bar.clear()
                print(visible(str(event)), file=sys.stderr)

    def _advance(self, doing: str, papers: int, share: float | None) -> None:
        seconds = max(time.monotonic() - self._began, 1e-6)
        line = f"{papers} papers, {papers / seconds:.0f} papers/s{_spent(self._metered)}{_left(share, seconds)}"
        if not self._bar.disable:
            self._bar.total, self._bar.n = 1000, round(1000 * (share or 0))
            self._bar.set_description_str(doing, refresh=False)
            self._bar.set_postfix_str(line)
        elif time.monotonic() - self._shown >= _EVERY:
            self._shown = time.monotonic()
            print(line, file=sys.stderr, flush=True)


def _spent(metered: Metered | None) -> str:
    """What the embedder cost so far."""
    if metered is None:
        return ""
    spent = metered.spent
    return f", {spent.tokens} tokens" + ("" if spent.cost_usd is None else f", {spent.cost_usd:.4f} US dollars")


def _left(share: float | None, seconds: float) -> str:
    """How long the rest takes at the pace so far."""
    if not share:
        return ""
    left = round(seconds / share - seconds)
    return f", {left // 3600}:{left % 3600 // 60:02}:{left % 60:02} left"


class Asking:
    """Shows how many questions of an eval are answered, and the time left."""

    def __init__(self, name: str, questions: int) -> None:
        self._name = name
        self._shown = time.monotonic()
        self._bar = tqdm(
            total=questions, desc=name, unit=" questions", file=sys.stderr, disable=not sys.stderr.isatty(), leave=False
        )
        self._count, self._all = 0, questions

    def __enter__(self) -> "Asking":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._bar.close()

    def answered(self, _: object) -> None:
        """Count one more."""
        self._count += 1
        self._bar.update()
        if self._bar.disable and time.monotonic() - self._shown >= _EVERY:
            self._shown = time.monotonic()
            print(f"{self._name}: {self._count} of {self._all} questions answered", file=sys.stderr, flush=True)
