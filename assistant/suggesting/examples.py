"""Questions that show what a corpus answers, and one that it must refuse."""

from collections.abc import Iterator, Sequence
from itertools import islice
from random import Random

from assistant.question.corpus import Corpus
from assistant.suggesting.names import name_of
from assistant.suggesting.proposing import (
    Proposed,
    beside,
    of_cost,
    of_paper,
    of_results,
    of_topic,
    on_data_of,
    title_or,
)
from assistant.suggesting.topics import near, tells_apart, topics
from assistant.suggesting.trying import Source, Trial
from assistant.types import Question
from index.papers import Paper

# Of wall time on a busy machine; on an idle one it takes a few.
SECONDS = 30.0
# Of so many papers, the first of a corpus, so many are looked at, beside so many that each finds.
_AMONG, _LOOKED_AT, _BESIDE = 3000, 60, 10
_SEED = 7
# A refusal is sure where the chance of an answer is no higher, and close to the corpus where a paper comes nearest.
_REFUSED = 0.25


def examples(source: Source, own: Sequence[str] = (), seconds: float = SECONDS) -> tuple[str, ...]:
    """Return at most four questions for a corpus: a plain one, one for a list, a comparison, and one that it refuses though it is close to it.

    Each was asked. They depend on the corpus alone, unless finding them takes longer than about so many `seconds`. A corpus that
    answers all of its `own`, written by hand, has those.
    """
    if own and not any(source.ask(Question(text)).abstained for text in own):
        return tuple(own)
    papers, corpus = _looked_at(source.corpus), source.corpus
    trial = Trial(source, Question(""), seconds)
    for proposed in (_plain(papers, trial), _lists(papers, corpus), _compared(papers, corpus)):
        trial.take(proposed, len(trial.taken) + 1)
    trial.take_refused(_unstated(papers, corpus), _REFUSED)
    return tuple(one.text for one in trial.taken)


def _looked_at(corpus: Corpus) -> list[Paper]:
    """Some papers of a corpus, the same each time; those that coin a name come first."""
    papers = [paper for paper in corpus.papers(most=_AMONG) if paper.abstract]
    some = Random(_SEED).sample(papers, min(len(papers), _LOOKED_AT))  # noqa: S311 - no secret
    return sorted(some, key=lambda paper: name_of(paper) is None)


def _plain(papers: Sequence[Paper], trial: Trial) -> Iterator[Proposed]:
    for paper in papers:
        yield from islice(trial.likely((*of_results(paper), *of_paper(paper, title_or(paper))), paper), 1)


def _lists(papers: Sequence[Paper], corpus: Corpus) -> Iterator[Proposed]:
    for paper in papers:
        found = topics(paper, _beside(paper, corpus))
        yield from islice((of_topic(paper, topic) for topic in found if tells_apart(topic, corpus)), 1)


def _compared(papers: Sequence[Paper], corpus: Corpus) -> Iterator[Proposed]:
    for paper in papers:
        if name_of(paper):
            yield from islice(beside(paper, near(paper.title, _beside(paper, corpus), corpus)), 1)


def _unstated(papers: Sequence[Paper], corpus: Corpus) -> Iterator[Proposed]:
    """What is not known to have been tried on the data of the papers near it, then what something cost."""
    for paper in papers:
        yield from on_data_of(paper, near(paper.title, _beside(paper, corpus), corpus))
    for paper in papers:
        yield from of_cost(paper)


def _beside(paper: Paper, corpus: Corpus) -> list[Paper]:
    found = dict.fromkeys(hit.passage.paper for hit in corpus.search(paper.title, _BESIDE))
    return [other for other in found if other != paper]
