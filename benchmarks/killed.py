"""Builds that are killed, at random moments and at chosen system calls, and resumed."""

import multiprocessing
import os
import random
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Literal, TypeVar

from benchmarks.invented import HashEmbedder, Stage, records_of, stage
from benchmarks.toll import State, Toll, toll_of, unreadable
from benchmarks.traced import Call, allow_tracing, calls_of, killing_at
from index.build import Stored, build
from index.errors import UserError
from index.vectors.embedding import Embedder, LocalEmbedder

Kind = Literal["at a moment", "at a moment of a first build", "at a system call", "at a moment, the real embedder"]
T = TypeVar("T")

REPOSITORY = Path(__file__).parent.parent
# In small batches a build has more to be interrupted in.
_BATCH, _KILLS = 16, 3
_PRELOADED = ["benchmarks.killed", "llama_index.core.schema", "llama_index.vector_stores.chroma"]


@dataclass(frozen=True, slots=True)
class Tried:
    """What the trials of one kind begin with: the folder of the index, how it came there, and how long a build takes."""

    kind: Kind
    begun: Path
    seconds: float
    calls: dict[str, list[Call]]


def run(trials: int, seed: int, workers: int = 2) -> dict[Kind, Toll]:
    """The toll of each kind of kill: of twenty trials one is with the real embedder and two are of a first build."""
    kinds = [_kind(number % 20) for number in range(trials)]
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), _start_worker) as pool:
        tolls = [*pool.map(_trial, kinds, [f"{seed}/{number}" for number in range(trials)])]
    return {kind: sum((t for t, k in zip(tolls, kinds, strict=True) if k == kind), Toll()) for kind in kinds}


def _kind(number: int) -> Kind:
    if number == 19:
        return "at a moment, the real embedder"
    if number in (4, 14):
        return "at a moment of a first build"
    return "at a system call" if number % 2 else "at a moment"


def _start_worker() -> None:
    # Builders are forked from a process that has imported everything: to import LlamaIndex takes seconds.
    os.environ["PYTHONPATH"] = str(REPOSITORY)
    multiprocessing.get_context("forkserver").set_forkserver_preload(_PRELOADED)


def _trial(kind: Kind, seed: str) -> Toll:
    """Build and kill, up to three times, then let the build end; look at the index after each."""
    chance = random.Random(seed)  # noqa: S311 - reproducible kills, no secret
    allowed: tuple[State, ...] = ("old", "new")
    toll = Toll(trials=1)
    with _copy(_tried(kind).begun) as root:
        for number in range(1 + chance.randrange(_KILLS)):
            hit, acknowledged = _interrupted(root, kind, chance)
            seen = _in_child(_looked, root, kind, allowed, acknowledged)
            found, allowed = (unreadable(seen), allowed) if isinstance(seen, str) else seen
            toll += replace(found, kills=int(hit), said=tuple(f"{seed}, kill {number}: {each}" for each in found.said))
        if failure := _in_child(_built, root, kind):
            toll += unreadable(f"{seed}, the build could not go on: {failure}")
        seen = _in_child(_looked, root, kind, ("new",), len(_stage(kind).told))
        found = unreadable(seen) if isinstance(seen, str) else seen[0]
    return toll + replace(found, said=tuple(f"{seed}, at the end: {each}" for each in found.said))


@cache
def _tried(kind: Kind) -> Tried:
    """Make the index before the build that is killed, then let that build run undisturbed and watch it."""
    # It is left to the system's own tidying: a worker has no end that it knows of.
    begun = Path(tempfile.mkdtemp(prefix="chaos-begun-"))
    if _stage(kind).old:
        failure = _in_child(_begun, begun, kind)
        assert not failure, failure
    with _copy(begun) as root:
        began = time.monotonic()
        failure = _in_child(_built, root, kind)
        seconds = time.monotonic() - began
        assert not failure, failure
    if kind != "at a system call":
        return Tried(kind, begun, seconds, {})
    with _copy(begun) as root:
        builder = _Builder(root, kind)
        return Tried(kind, begun, seconds, calls_of(builder.pid, root, builder.begin))


class _Builder:
    """A child that builds, once it is told to begin."""

    def __init__(self, root: Path, kind: Kind) -> None:
        processes = multiprocessing.get_context("forkserver")
        gate, self._gate = processes.Pipe(duplex=False)
        self._acknowledged, acknowledging = processes.Pipe(duplex=False)
        self._child = processes.Process(target=_build_aloud, args=(root, kind, gate, acknowledging))
        self._child.start()
        gate.close()
        acknowledging.close()
        assert self._child.pid is not None
        self.pid = self._child.pid

    def begin(self) -> None:
        self._gate.send(None)

    def kill(self, seconds: float) -> None:
        self._child.join(seconds)
        self._child.kill()

    def end(self) -> tuple[bool, int]:
        """Whether it was killed, and how many records it said are on disk."""
        self._child.join()
        return self._child.exitcode == -signal.SIGKILL, max(_received(self._acknowledged), default=0)


def _interrupted(root: Path, kind: Kind, chance: random.Random) -> tuple[bool, int]:
    tried = _tried(kind)
    builder = _Builder(root, kind)
    if tried.calls:
        call = chance.choice(tried.calls[chance.choice(sorted(tried.calls))])
        with killing_at(call, builder.pid):
            builder.begin()
    else:
        builder.begin()
        builder.kill(chance.uniform(0, tried.seconds))
    return builder.end()


def _build_aloud(root: Path, kind: Kind, gate: Connection, acknowledging: Connection) -> None:
    allow_tracing()
    gate.recv()
    said = 0

    def acknowledge(event: object) -> None:
        nonlocal said
        if isinstance(event, Stored) and event.records > said:
            said = event.records
            acknowledging.send(said)

    build(root, _stage(kind).records, _embedder(kind), sure=True, batch=_BATCH, on_event=acknowledge)


def _begun(root: Path, kind: Kind) -> str:
    # Two builds, so that the next one has an old generation to throw away.
    for count in (1, None):
        build(root, records_of(_stage(kind).old[:count]), _embedder(kind))
    return ""


def _built(root: Path, kind: Kind) -> str:
    try:
        build(root, _stage(kind).records, _embedder(kind), sure=True, batch=_BATCH)
    except UserError as error:
        return str(error)
    return ""


def _looked(root: Path, kind: Kind, allowed: tuple[State, ...], acknowledged: int) -> tuple[Toll, tuple[State, ...]]:
    return toll_of(root, _stage(kind), _embedder(kind), allowed, acknowledged)


@cache
def _stage(kind: Kind) -> Stage:
    size = 40 if kind == "at a moment, the real embedder" else 200
    return stage(1, size, empty=kind == "at a moment of a first build")


def _embedder(kind: Kind) -> Embedder:
    return LocalEmbedder(threads=1) if kind == "at a moment, the real embedder" else HashEmbedder()


def _in_child(task: Callable[..., T], *given: object) -> T | str:
    """What `task` returns, or how the child that it ran in died: Chroma ends the process on some damaged files."""
    processes = multiprocessing.get_context("forkserver")
    answer, answering = processes.Pipe(duplex=False)
    child = processes.Process(target=_answer, args=(answering, task, *given))
    child.start()
    answering.close()
    answered: list[T] = [*_received(answer)]
    child.join()
    return answered[0] if answered else f"a child died with {child.exitcode}"


def _answer(answering: Connection, task: Callable[..., object], *given: object) -> None:
    answering.send(task(*given))


def _received(connection: Connection) -> Iterator[T]:
    while True:
        try:
            yield connection.recv()
        except EOFError:
            return


@contextmanager
def _copy(folder: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="chaos-") as room:
        yield Path(shutil.copytree(folder, Path(room) / "index"))
