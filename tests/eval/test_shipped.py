"""The corpora of the shipped sets, indexed once."""

from pathlib import Path

from eval.questions import read_questions
from eval.shipped import SHIPPED, index_of
from index.build import Deriving, Event
from index.index import Index
from index.readers import Meter
from index.vectors.embedding import LocalEmbedder


def test_a_shipped_corpus_is_indexed_once_and_holds_the_gold_papers_of_its_set(
    tmp_path: Path, embedder: LocalEmbedder
) -> None:
    events: list[Event] = []
    sample = SHIPPED[0]
    roots = {index_of(sample.corpus, tmp_path, embedder, Meter(), events.append) for _ in range(2)}
    assert len(roots) == 1
    assert len([each for each in events if isinstance(each, Deriving)]) == 1
    index = Index.open(roots.pop(), embedder)
    names = index.names()
    assert all(gold in names for question in read_questions(sample.questions) for gold in question.gold_papers)
    index.close()
