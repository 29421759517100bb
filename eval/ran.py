"""A set asked of every engine that the settings name, with its closed-book control."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.assistant import Assistant
from assistant.embedder_settings import open_embedder
from assistant.opening import open_assistant, open_index, open_judge, open_llm
from assistant.reading.cross_encoder import READER, CrossEncoder
from assistant.settings import Settings
from eval.closed_book import Unread, known_to, leaking
from eval.kept import Json, made_of
from eval.measures import by_slice, figures
from eval.questions import GoldQuestion
from eval.report import Run
from eval.run import Outcome, run
from index.papers import Paper


@dataclass(frozen=True, slots=True)
class Ran:
    """A run of one engine over one set: its figures, what came of each question, and what made it.

    `leaks` says of each question that is answered without abstracts why, by its id; `papers` are those of the corpus by
    theirs; below the chance `answer_above` questions were refused.
    """

    name: str
    engine: str
    run: Run
    outcomes: tuple[Outcome, ...]
    leaks: Mapping[str, str]
    papers: Mapping[str, Paper]
    made: Json
    answer_above: float


def engines(settings: Settings) -> Mapping[str, Settings]:
    """The settings of each engine by its name: without an LLM, then, if one is set, with it."""
    alone = {"extractive": settings.model_copy(update={"llm_model": None})}
    return alone | ({settings.llm_model: settings} if settings.llm_model else {})


def ran(
    name: str, questions: Sequence[GoldQuestion], settings: Settings, on_answer: Callable[[Outcome], None]
) -> Iterator[Ran]:
    """Ask the `questions` of the set `name` of each of the `engines`. Raises the errors of `Index.open` and of `run`."""
    embedder = open_embedder(settings)
    index = open_index(settings, embedder)
    names, papers = index.names(), {paper.paper_id: paper for paper in index.papers()}
    judge, reader = open_judge(settings), CrossEncoder(READER, settings.threads)
    unread = Assistant(lambda: Unread(index), judge, reader, settings.hits, settings.answer_above)
    leaks = leaking(run(unread, questions, names))
    for engine, each in engines(settings).items():
        outcomes = run(open_assistant(each), questions, names, on_answer)
        llm = open_llm(each)
        yield Ran(
            name,
            engine,
            (figures(outcomes), by_slice(outcomes)),
            outcomes,
            leaks if llm is None else {**known_to(llm, engine, questions), **leaks},
            papers,
            made_of(name, engine, each, embedder.fingerprint, [*papers.values()], outcomes),
            each.answer_above,
        )
    index.close()
