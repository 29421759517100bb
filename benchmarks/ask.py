"""What a question costs: cold against importing chromadb alone; warm, part by part, against embedding the question.

`python -m benchmarks.ask` builds an index of the sample corpus in a temporary folder and asks its development questions;
`python -m benchmarks.ask INDEX QUESTIONS` measures an index that exists.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from statistics import median, quantiles

from assistant.opening import open_assistant
from assistant.reading.reader import MOST_READ
from assistant.settings import read_settings
from assistant.types import Question
from benchmarks.pipeline import starter
from benchmarks.table import print_table
from eval.questions import SETS, read_questions
from index.build import build
from index.index import Index
from index.readers import Record, read_corpus
from index.vectors.embedding import LocalEmbedder

SAMPLE = Path(__file__).parent.parent / "index" / "sample" / "papers_page.txt"
_COLD_RUNS = 5
_QUESTION = "What mAP does OPEN get on the nuScenes test benchmark?"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("index", nargs="?", type=Path)
    parser.add_argument("questions", nargs="?", type=Path, default=SETS / "sample-dev.jsonl")
    given = parser.parse_args()
    asked = [question.question for question in read_questions(given.questions) if not question.conversation]
    with tempfile.TemporaryDirectory() as folder:
        root = given.index or Path(folder) / "index"
        if not given.index:
            build(root, read_corpus([str(SAMPLE)]), LocalEmbedder())
        _print_cold(root)
        print()
        costs = dict(_costs(root, asked, against_starter=not given.index))
        baseline = median(next(iter(costs.values())))
        print_table(
            (f"warm, milliseconds of CPU time, {len(asked)} questions", "p50", "p95", "p50, ratio"),
            [
                (name, f"{median(each):.2f}", f"{quantiles(each, n=20)[-1]:.2f}", f"{median(each) / baseline:.2f}")
                for name, each in costs.items()
            ],
        )


def _print_cold(root: Path) -> None:
    python = [sys.executable, "-c"]
    scholiast = str(Path(sys.executable).parent / "scholiast")
    commands = {
        "import chromadb (baseline)": [*python, "import chromadb"],
        "import the program": [*python, "import ui.cli"],
        "scholiast ask, from start to exit": [scholiast, "ask", _QUESTION, "--index", str(root)],
    }
    taken = {name: _median_seconds(command) for name, command in commands.items()}
    baseline = next(iter(taken.values()))
    print_table(
        ("cold, seconds of wall time", "median", "ratio"),
        [(name, f"{seconds:.2f}", f"{seconds / baseline:.2f}") for name, seconds in taken.items()],
    )


def _median_seconds(command: Sequence[str]) -> float:
    taken = []
    for _ in range(_COLD_RUNS):
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - the commands stand above
        taken.append(time.perf_counter() - began)
    return median(taken)


def _costs(root: Path, asked: Sequence[str], *, against_starter: bool) -> Iterator[tuple[str, list[float]]]:
    """For each part the CPU milliseconds of each question; what was embedded or read once is not again."""
    embedder = LocalEmbedder(threads=1)
    index, assistant = Index.open(root, embedder), open_assistant(read_settings(index=str(root)))
    embedded = [_cpu(partial(embedder.embed, [text])) for text in asked]
    yield "embed the question (baseline)", embedded
    first = [_cpu(partial(assistant.ask, Question(text))) for text in asked]
    for text in asked:
        index.search(text, MOST_READ)
    search = [_cpu(partial(index.search, text, MOST_READ)) for text in asked]
    again = [_cpu(partial(assistant.ask, Question(text))) for text in asked]
    yield "search the index", search
    once = zip(first, again, embedded, strict=True)
    yield "read passages closely", [whole - later - part for whole, later, part in once]
    yield "all else", [whole - part for whole, part in zip(again, search, strict=True)]
    yield "the whole answer", first
    if against_starter:
        papers = [record.paper for record in read_corpus([str(SAMPLE)]) if isinstance(record, Record)]
        engine = starter(papers, embedder)
        engine(asked[0])
        yield (
            "LlamaIndex's starter, its LLM answering at once",
            [_cpu(partial(engine, text)) for text in asked],
        )


def _cpu(action: Callable[[], object]) -> float:
    began = time.process_time()
    action()
    return 1000 * (time.process_time() - began)


if __name__ == "__main__":
    main()
