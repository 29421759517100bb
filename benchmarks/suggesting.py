"""What suggestions are worth: `python -m benchmarks.suggesting`, or with `--index INDEX QUESTIONS`, as often as wanted.

After each question of a set, asked alone, up to three are suggested, within 1.5 s of two cores that have nothing else to do: as CPU
time over all threads, of which an answer takes 1.8 s in a second. Each is then asked as the page would ask it. Examples are found
for each corpus, as long as it takes.
"""

import argparse
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.assistant import Assistant
from assistant.llm.action import Action
from assistant.reading.cross_encoder import JUDGE, READER, CrossEncoder
from assistant.reading.grounding import CalibratedJudge
from assistant.suggesting.examples import examples
from assistant.suggesting.follow_ups import MOST, SECONDS, tried_after
from assistant.suggesting.trying import Source, Trial
from assistant.types import Question
from benchmarks.table import print_table
from eval.questions import SETS, read_questions
from index.build import build
from index.index import Index
from index.readers import read_corpus
from index.vectors.embedding import Embedder, LocalEmbedder

_CORPORA = {
    "sample": (Path(__file__).parents[1] / "index" / "sample" / "papers_page.txt", SETS / "sample-dev.jsonl"),
    "acl": (SETS / "acl-papers.jsonl.gz", SETS / "acl-dev.jsonl"),
}
# Seconds of CPU time in a second of two cores: the greater part of an answer is read on both.
_CORES = 1.8
_HITS = 10
# No example is cut off by the time that this machine takes.
_EXAMPLES = 600.0


@dataclass(frozen=True, slots=True)
class After:
    """What was suggested after a question: how many were, how many of them were right when asked, and in how many seconds."""

    answered: bool
    suggested: int
    right: int
    seconds: float


def main() -> None:
    """Print the tables, and what was suggested."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", nargs=2, action="append", default=[], metavar=("INDEX", "QUESTIONS"))
    parser.add_argument("--every", type=int, default=1, help="ask each so-manieth question of a set")
    given, embedder = parser.parse_args(), LocalEmbedder()
    rows, shown = list[tuple[str, ...]](), list[tuple[str, ...]]()
    with tempfile.TemporaryDirectory() as folder:
        for name, root, questions in _indexes(Path(folder), given.index, embedder):
            index = Index.open(root, embedder)
            after = [*_measured(index, questions, given.every)]
            rows += [_row(f"{name}, {kind}", [one for one in after if one.answered == is_so]) for kind, is_so in _KINDS]
            shown.append(_examples(name, index))
            index.close()
    print_table(("after", "n", "3", "2", "1", "0", "right when asked, %", "seconds, p50", "p95"), rows)
    print()
    print_table(("examples of", "n", "seconds of CPU time", "which"), shown)


_KINDS = (("answers", True), ("refusals", False))


def _indexes(folder: Path, given: list[list[str]], embedder: Embedder) -> Iterator[tuple[str, Path, Path]]:
    for name, (corpus, questions) in _CORPORA.items():
        build(folder / name, read_corpus([str(corpus)]), embedder)
        yield name, folder / name, questions
    for index, asked in given:
        yield Path(index).name, Path(index), Path(asked)


def _source(index: Index) -> Source:
    # Nothing is remembered from one to the next: each is new to who asks it.
    reader = CrossEncoder(READER)
    assistant = Assistant(lambda: index, CalibratedJudge(CrossEncoder(JUDGE)), reader, _HITS)
    return Source(index, reader, lambda question: assistant.ask(question, Action(requests=0)))


def _measured(index: Index, questions: Path, every: int) -> Iterator[After]:
    source = _source(index)
    for each in read_questions(questions)[::every]:
        asked = Question(each.question)
        answer = source.ask(asked)
        after = replace(asked, history=(answer,))
        begun = time.process_time()
        trial = Trial(source, after, SECONDS, lambda: time.process_time() / _CORES)
        taken = tried_after(answer, trial, MOST)
        seconds = (time.process_time() - begun) / _CORES
        print(f"{each.question}\n" + "".join(f"    {one.text}\n" for one in taken))
        told = [(one, source.ask(replace(after, text=one.text))) for one in taken]
        right = sum(
            not said.abstained and {*one.papers} <= {paper.paper_id for _, paper in said.papers} for one, said in told
        )
        yield After(not answer.abstained, len(taken), right, seconds)


def _row(name: str, after: list[After]) -> tuple[str, ...]:
    counts, suggested = Counter(one.suggested for one in after), sum(one.suggested for one in after)
    seconds = sorted(one.seconds for one in after)
    right = f"{100 * sum(one.right for one in after) / suggested:.1f}" if suggested else "–"
    late = f"{seconds[round(0.95 * (len(seconds) - 1))]:.2f}" if seconds else "–"
    middle = f"{statistics.median(seconds):.2f}" if seconds else "–"
    return name, str(len(after)), *(str(counts[n]) for n in (3, 2, 1, 0)), right, middle, late


def _examples(name: str, index: Index) -> tuple[str, ...]:
    begun = time.process_time()
    found = examples(_source(index), seconds=_EXAMPLES)
    return name, str(len(found)), f"{time.process_time() - begun:.1f}", " ".join(found)


if __name__ == "__main__":
    main()
