"""The lines that were kept apart as papers and questions with their gold sentences."""

from collections.abc import Iterator
from pathlib import Path

from eval.questions import GoldQuestion
from index.papers import Paper
from training.taught import CLAIMS, Query, Split, Taught, read_taught


def gold(folder: Path, split: Split) -> tuple[tuple[Paper, ...], tuple[GoldQuestion, ...]]:
    """Return the papers of a split, and what is asked of them; nearly answered questions are not answerable."""
    taught = read_taught(folder, split)
    asked = [query for group in taught.groups for query in group.queries if query.kind not in CLAIMS]
    return tuple(taught.papers.values()), tuple(_questions(taught, asked))


def _questions(taught: Taught, asked: list[Query]) -> Iterator[GoldQuestion]:
    for number, query in enumerate(asked):
        words = [
            taught.papers[paper].abstract[begin:end]
            for paper, places in query.answers.items()
            for begin, end in (taught.sentences[paper][place] for place in places)
        ]
        yield GoldQuestion(
            id=f"{query.kind}-{number}",
            question=query.text,
            slice=query.kind,
            kind=query.kind,
            gold_papers=tuple(query.answers) if query.is_answered else (),
            gold_evidence=tuple(words) if query.is_answered else (),
            short_answers=(),
            answerable=query.is_answered,
            conversation=None,
        )
