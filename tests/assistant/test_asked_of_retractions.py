"""Questions about what was retracted, over a real index of two invented papers."""

import pytest

from assistant.assistant import Assistant
from assistant.reading.cross_encoder import CrossEncoder
from assistant.reading.grounding import CalibratedJudge
from assistant.types import RECORD, Question
from index.index import Index
from index.papers import Paper
from index.vectors.embedding import LocalEmbedder
from tests.index.told import build


@pytest.fixture(scope="module")
def assistant(
    tmp_path_factory: pytest.TempPathFactory, embedder: LocalEmbedder, judge: CalibratedJudge, reader: CrossEncoder
) -> Assistant:
    root = tmp_path_factory.mktemp("bread")
    abstract = "Stones make good bread, as a picture of a loaf shows."
    bread = Paper.from_source("Bread and salt", "Bread with less salt rises faster. We baked 60 loaves of bread.")
    build(root, [bread, Paper.from_source("Bread from stones", abstract, retracted=True)], embedder)
    index = Index.open(root, embedder)
    return Assistant(lambda: index, judge, reader, k=5)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Which papers are retracted?", "1 paper is retracted or withdrawn"),
        ("How many papers have been withdrawn?", "1 paper is retracted or withdrawn"),
        ("Is Bread from stones retracted?", "“Bread from stones” is retracted, as its source says [1]."),
        ("Has Bread and salt been retracted?", "“Bread and salt” is by no source said to be retracted [1]."),
    ],
)
def test_what_was_taken_back_is_told_from_the_record(assistant: Assistant, question: str, text: str) -> None:
    answer = assistant.ask(Question(question))
    assert text in answer.text
    assert answer.engine == RECORD


def test_papers_that_are_not_retracted_are_the_others(assistant: Assistant) -> None:
    answer = assistant.ask(Question("papers that are not retracted"))
    assert [paper.title for _, paper in answer.papers] == ["Bread and salt"]
    assert "apart from those that are retracted or withdrawn (1 paper)" in answer.text
