"""The verb that runs evals that others made, from files that the user has: `eval benchmark`."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from assistant.embedder_settings import open_embedder
from assistant.opening import open_assistant, open_index, open_judge
from assistant.reading.cross_encoder import READER, CrossEncoder
from assistant.settings import Settings, read_settings
from eval import report
from eval.foreign import FORMATS, read_foreign
from eval.foreign.records import Foreign
from eval.foreign.running import answer_figures, claim_figures, retrieval_figures
from eval.intervals import Figure
from index.build import build
from index.errors import QuestionSetError
from index.papers import Paper
from index.readers import Meter, Record
from index.store.generations import is_index
from ui.progress import Progress
from ui.terminal import visible
from ui.verbs.options import AsJson


def benchmark(
    path: Annotated[Path, typer.Argument(metavar="PATH", help=f"A file or a folder of {', '.join(FORMATS)}.")],
    index: Annotated[
        str | None,
        typer.Option(
            "--index",
            metavar="FOLDER",
            help="Where the index of its papers is, or is built and kept; by default it is built and thrown away.",
        ),
    ] = None,
    count: Annotated[
        int | None, typer.Option(min=1, help="Ask at most so many of the questions, the first ones.")
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Run an eval that others published over its own papers: their measures beside ours, without an LLM.

    Of BEIR, and of SciFact, nDCG@10 and recall@100; of SciFact its F1 over abstracts and sentences; of the others, our answers.
    """
    foreign = read_foreign(path, count)
    if foreign.without_gold:
        told = f"{foreign.without_gold} questions are left out: nothing says which of the papers answers them."
        print(told, file=sys.stderr)
    if not any(one.gold_papers for one in foreign.questions):
        raise QuestionSetError(
            f"{path} has no question that says which of the papers answers it: nothing can be scored."
        )
    with _indexed(foreign.papers, path, index) as settings:
        found = _figures(foreign, settings)
    runs: dict[str, report.Run] = {"extractive": (found, {})}
    if as_json:
        print(json.dumps(report.record(foreign.name, "extractive", runs["extractive"]), ensure_ascii=False))
    else:
        print(visible(report.table(foreign.name, runs)))


def _figures(foreign: Foreign, settings: Settings) -> Sequence[Figure]:
    opened = open_index(settings, open_embedder(settings))
    found = retrieval_figures(foreign, opened)
    if foreign.evidence:
        reader, judge = CrossEncoder(READER, settings.threads), open_judge(settings)
        return (*found, *claim_figures(foreign, opened, reader, judge))
    # Thousands of queries are searched for in minutes, and answered in hours.
    return found if foreign.is_ranking else (*found, *answer_figures(foreign, open_assistant(settings), opened)[2:])


@contextmanager
def _indexed(papers: Sequence[Paper], path: Path, where: str | None) -> Iterator[Settings]:
    """The settings of an index of `papers`, built where there is none."""
    with TemporaryDirectory() as folder:
        settings = read_settings(index=where or folder).model_copy(update={"llm_model": None})
        if not is_index(settings.root):
            records = (Record(paper, path.name, number) for number, paper in enumerate(papers, 1))
            with Progress(Meter(), None) as progress:
                build(settings.root, records, open_embedder(settings), sources=[str(path)], on_event=progress.show)
        yield settings
