"""What building an index costs: time against the embedder alone and LlamaIndex's pipeline, memory against a tenth.

`python -m benchmarks.build FILES` measures the first papers of any corpus; without FILES, the sample of 1,500 papers.
Each measurement runs in a process of its own.
"""

import argparse
import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, TypeVarTuple

import numpy as np

from benchmarks.corpora import SAMPLE, records
from benchmarks.invented import HashEmbedder
from benchmarks.table import print_table
from index.build import Deriving, build
from index.passages import cut, embedded_text
from index.sentences import Span
from index.vectors.embedding import Fingerprint, LocalEmbedder, Parts, Vectors

T = TypeVar("T")
Given = TypeVarTuple("Given")
_MEGABYTE = 1_000_000


class Metered:
    """The local embedder, on as many threads, with the CPU seconds that it took."""

    def __init__(self) -> None:
        self._local = LocalEmbedder(threads=1)
        self._threads = ThreadPoolExecutor(os.cpu_count())
        self.fingerprint: Fingerprint = self._local.fingerprint
        self.seconds = 0.0

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text, shape (len(texts), dimension)."""
        return self.embed_with_parts(texts, [()] * len(texts))[0]

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a query, which costs a build nothing."""
        return self._local.embed_queries(texts)

    def embed_with_parts(self, texts: Sequence[str], parts: Parts) -> tuple[Vectors, Vectors]:
        """Return one unit vector a text, and one a part."""
        if not texts:
            return self._local.embed_with_parts((), ())
        rows, of_parts, seconds = zip(*self._threads.map(self._one, texts, parts), strict=True)
        self.seconds += sum(seconds)
        return np.concatenate(rows), np.concatenate(of_parts)

    def _one(self, text: str, parts: Sequence[Span]) -> tuple[Vectors, Vectors, float]:
        began = time.thread_time()
        return *self._local.embed_with_parts([text], [parts]), time.thread_time() - began


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of wall time until all is embedded and stored, and in all; CPU seconds in the embedder and outside.

    Outside counts the whole process, imports too.
    """

    papers: int
    passages: int
    stored: float
    whole: float
    embedding: float
    outside: float


@dataclass(frozen=True, slots=True)
class Held:
    """Bytes: the peak while papers are stored, the peak in all, and what Chroma alone takes for as many vectors."""

    papers: int
    storing: int
    whole: int
    chroma: int


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.build", description=__doc__)
    parser.add_argument("files", nargs="*", default=[str(SAMPLE)])
    parser.add_argument("--timed", type=int, default=1_500, help="papers that are embedded, three times")
    parser.add_argument("--held", type=int, default=1_500, help="papers whose building is measured in memory")
    given = parser.parse_args()
    _print_time(given.files, given.timed)
    print()
    _print_memory(given.files, given.held)


def _print_time(files: Sequence[str], count: int) -> None:
    alone = _apart(_alone, files, count)
    rows = [
        ("the embedder alone (baseline)", alone, alone.stored),
        ("scholiast build, until all is stored", built := _apart(_built, files, count), built.stored),
        ("scholiast build, until it is searched", built, built.whole),
        ("IngestionPipeline into Chroma", ingested := _apart(_ingested, files, count), ingested.whole),
    ]
    print_table(
        (
            f"{built.papers} papers",
            "passages",
            "s",
            "throughput, ratio",
            "CPU s embedding",
            "CPU s else",
        ),
        [
            (
                name,
                f"{spent.passages}",
                f"{seconds:.1f}",
                f"{alone.stored / seconds:.2f}",
                f"{spent.embedding:.1f}",
                "" if spent is alone else f"{spent.outside:.2f}",
            )
            for name, spent, seconds in rows
        ],
    )
    ratio = ingested.outside / built.outside
    apiece = ratio * built.passages / ingested.passages
    print(f"\nCPU outside embedding, IngestionPipeline to scholiast build: {ratio:.2f}; for each passage: {apiece:.2f}")


def _print_memory(files: Sequence[str], count: int) -> None:
    few, many = (_memory(files, n) for n in (count // 10, count))
    print_table(
        ("peak of memory while building, MB", f"{few.papers} papers", f"{many.papers} papers", "ratio"),
        [
            _compared("while papers are embedded and stored", few.storing, many.storing),
            _compared("in all", few.whole, many.whole),
            _compared("what Chroma alone takes for as many vectors", few.chroma, many.chroma),
            _compared("in all, without that", few.whole - few.chroma, many.whole - many.chroma),
        ],
    )


def _memory(files: Sequence[str], count: int) -> Held:
    papers, passages, storing, whole = _apart(_held, files, count)
    return Held(papers, storing, whole, chroma=_apart(_chroma_alone, passages))


def _compared(name: str, few: int, many: int) -> tuple[str, str, str, str]:
    return name, f"{few / _MEGABYTE:.0f}", f"{many / _MEGABYTE:.0f}", f"{many / few:.2f}"


def _apart(task: Callable[[*Given, Path], T], *given: *Given) -> T:
    """What `task` returns for what it is given and a folder, in a process of its own."""
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process,
    ):
        return process.submit(task, *given, Path(folder)).result()


def _alone(files: Sequence[str], count: int, _: Path) -> Spent:
    texts = [embedded_text(passage) for record in records(files, count) for passage in cut(record.paper)]
    embedder = Metered()
    began = time.perf_counter()
    embedder.embed(texts)
    seconds = time.perf_counter() - began
    return Spent(count, len(texts), seconds, seconds, embedder.seconds, 0.0)


def _built(files: Sequence[str], count: int, folder: Path) -> Spent:
    embedder, stored = Metered(), 0.0

    def note(event: object) -> None:
        nonlocal stored
        if isinstance(event, Deriving):
            stored = time.perf_counter() - began

    began = time.perf_counter()
    report = build(folder / "index", records(files, count), embedder, on_event=note)
    whole, cpu = time.perf_counter() - began, time.process_time()
    return Spent(report.papers_read, report.passages, stored, whole, embedder.seconds, cpu - embedder.seconds)


def _ingested(files: Sequence[str], count: int, folder: Path) -> Spent:
    # Not at the top: the process that measures scholiast must not have what only the baseline needs.
    from benchmarks.pipeline import ingest

    embedder = Metered()
    began = time.perf_counter()
    passages = ingest((record.paper for record in records(files, count)), embedder, folder)
    whole, cpu = time.perf_counter() - began, time.process_time()
    return Spent(count, passages, whole, whole, embedder.seconds, cpu - embedder.seconds)


def _held(files: Sequence[str], count: int, folder: Path) -> tuple[int, int, int, int]:
    storing = 0

    def note(event: object) -> None:
        nonlocal storing
        if isinstance(event, Deriving):
            storing = _peak()

    report = build(folder / "index", records(files, count), HashEmbedder(), on_event=note)
    return report.papers_read, report.passages, storing, _peak()


def _chroma_alone(passages: int, folder: Path) -> int:
    from benchmarks.pipeline import collection, fill

    empty = collection(folder)
    before = _peak()
    fill(empty, passages, HashEmbedder().fingerprint.dimension)
    return _peak() - before


def _peak() -> int:
    """The most memory that this process held, bytes; what getrusage says includes the process that forked it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return 1024 * next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


if __name__ == "__main__":
    main()
