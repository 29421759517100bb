"""What a question costs: cold against importing chromadb alone, warm against embedding the question.

Run it with `python -m benchmarks.ask`; it builds an index of the sample corpus in a temporary folder.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from assistant.settings import open_assistant, read_settings
from assistant.types import Question
from eval.questions import SETS, read_questions
from index.build import build
from index.embedding import LocalEmbedder
from index.readers import read_corpus

SAMPLE = Path(__file__).parent.parent / "index" / "sample" / "papers_page.txt"
_COLD_RUNS = 5
_QUESTION = "What mAP does OPEN get on the nuScenes test benchmark?"


def main() -> None:
    """Print both tables."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "index"
        embedder = LocalEmbedder()
        report = build(root, read_corpus([str(SAMPLE)]), embedder)
        print(f"build: {report.papers_read} papers, {report.passages} passages in {report.seconds:.1f} s\n")
        _print_table("cold, seconds of wall time", _cold(root))
        print()
        _print_table("warm, milliseconds of wall time", _warm(root, embedder))


def _cold(root: Path) -> list[tuple[str, float]]:
    python = [sys.executable, "-c"]
    commands = {
        "import chromadb (baseline)": [*python, "import chromadb"],
        "import the program": [*python, "import ui.cli"],
        "scholiast ask, from start to exit": [
            str(Path(sys.executable).parent / "scholiast"),
            "ask",
            _QUESTION,
            "--index",
            str(root),
        ],
    }
    return [(name, _median_seconds(command)) for name, command in commands.items()]


def _median_seconds(command: Sequence[str]) -> float:
    def once() -> None:
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - the commands stand above

    return median(_seconds(once) for _ in range(_COLD_RUNS))


def _seconds(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def _warm(root: Path, embedder: LocalEmbedder) -> list[tuple[str, float]]:
    assistant = open_assistant(read_settings(index=str(root)))
    questions = [question.question for question in read_questions(SETS / "sample-dev.jsonl")]
    embedding = [1000 * _seconds(lambda text=text: embedder.embed([text])) for text in questions]  # type: ignore[misc]
    first = [assistant.ask(Question(text)).timings for text in questions]
    again = [assistant.ask(Question(text)).timings for text in questions]
    return [
        ("embed the question (baseline)", median(embedding)),
        ("retrieve", median(timings.retrieve for timings in first)),
        ("answer, sentences embedded for the first time", median(timings.answer for timings in first)),
        ("total, first time", median(timings.total for timings in first)),
        ("answer, sentences remembered", median(timings.answer for timings in again)),
        ("total, again", median(timings.total for timings in again)),
    ]


def _print_table(unit: str, rows: Sequence[tuple[str, float]]) -> None:
    print(f"| {unit} | median | ratio |\n| --- | ---: | ---: |")
    for name, value in rows:
        print(f"| {name} | {value:.2f} | {value / rows[0][1]:.2f} |")


if __name__ == "__main__":
    main()
