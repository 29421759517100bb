"""Reads and builds mutants of all sample files, and counts tracebacks, slow ones, memory, and sums that do not add up.

Run it with `python -m benchmarks.fuzz --count 5000 --seed 1`. What a reader refuses in a sentence is no fault.
"""

import argparse
import json
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from benchmarks.invented import HashEmbedder
from benchmarks.mutated import Mutant, mutant
from index.build import BuildReport, build
from index.errors import UserError
from index.readers import read_corpus
from index.store.store import Store

# Of CPU time, for a file of some kilobytes.
SLOW = 1.0
_TOGETHER = 25


@dataclass(slots=True)
class Counts:
    """What became of the mutants, and each fault in a line or with its traceback."""

    mutants: int = 0
    refused: int = 0
    papers: int = 0
    rejected: int = 0
    tracebacks: int = 0
    slow: int = 0
    wrong_sums: int = 0
    slowest: float = 0.0
    megabytes: int = 0
    said: list[str] = field(default_factory=list)


def run(count: int, seed: int) -> Counts:
    """Read `count` mutants one by one, and build those that are not refused, some together."""
    counts = Counts()
    with tempfile.TemporaryDirectory() as folder:
        for begin in range(seed, seed + count, _TOGETHER):
            mutants = [mutant(number) for number in range(begin, min(begin + _TOGETHER, seed + count))]
            corpus = Path(folder) / str(begin)
            corpus.mkdir()
            readable = [path for path in _written(mutants, corpus) if _reads(path, counts)]
            _builds(readable, corpus / "index", counts)
    status = Path("/proc/self/status")
    if status.exists():
        peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        counts.megabytes = int(peak.split()[1]) // 1024
    return counts


def _written(mutants: Sequence[Mutant], corpus: Path) -> Iterator[str]:
    for one in mutants:
        path = corpus / one.name
        path.write_bytes(one.content)
        yield str(path)


class _Watched:
    """Notes what is raised within it, and how long it takes; `refused` where that is a sentence for the user."""

    def __init__(self, name: str, counts: Counts, most: float = SLOW) -> None:
        self._name, self._counts, self._most = name, counts, most
        self.refused = False

    def __enter__(self) -> "_Watched":
        self._began = time.process_time()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> bool:
        took = time.process_time() - self._began
        self._counts.slowest = max(self._counts.slowest, took)
        if took > self._most:
            self._counts.slow += 1
            self._counts.said.append(f"{self._name}: {took:.1f} s")
        self.refused = error is not None
        if error is not None and not isinstance(error, UserError):
            self._counts.tracebacks += 1
            self._counts.said.append(f"{self._name}: {''.join(traceback.format_exception(kind, error, at))}")
        return isinstance(error, Exception)


def _reads(path: str, counts: Counts) -> bool:
    """Whether a file is read to its end, or its records are refused one by one."""
    counts.mutants += 1
    with _Watched(path, counts) as watched:
        for _ in read_corpus([path]):
            pass
    counts.refused += watched.refused
    return not watched.refused


def _builds(paths: Sequence[str], root: Path, counts: Counts) -> None:
    with _Watched(f"{paths}", counts, _TOGETHER * SLOW) as watched:
        report = build(root, read_corpus(paths), HashEmbedder())
    if watched.refused:
        return
    counts.papers += report.papers_added
    counts.rejected += report.rejected
    if not _adds_up(report, root):
        counts.wrong_sums += 1
        counts.said.append(f"{paths}: {report}")


def _adds_up(report: BuildReport, root: Path) -> bool:
    store = Store.open(root / "store.sqlite")
    held = store.counts().papers
    store.close()
    told = report.papers_added + report.papers_updated + report.papers_unchanged + report.rejected
    # An update may make one paper of two.
    return report.papers_read == told and held <= report.papers_added - report.papers_removed


def main() -> None:
    """Print the counts; exit with 1 if there is a fault."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz")
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    counts = run(asked.count, asked.seed)
    told = {name: getattr(counts, name) for name in Counts.__slots__}
    if asked.json:
        print(json.dumps(told))
    else:
        print("| what | count |\n| --- | ---: |")
        print(*(f"| {name.replace('_', ' ')} | {value} |" for name, value in told.items() if name != "said"), sep="\n")
        print(*counts.said, sep="\n")
    sys.exit(bool(counts.said))


if __name__ == "__main__":
    main()
