"""The sample ranked by a real server of llama.cpp on loopback: `make test-llm`; its small model was not taught to rank."""

from pathlib import Path

import pytest

from assistant.llm.action import Action
from assistant.opening import open_assistant
from assistant.ranker_settings import open_ranker
from assistant.settings import read_settings
from assistant.types import Question
from tests.llama_cpp import serving

pytestmark = pytest.mark.prepared

TEXTS = ("Cats sleep.", "Dogs run far and bark.", "Bees fly.")


def test_passages_are_ranked_at_llama_cpp(sample_index: Path) -> None:
    with serving("ranks") as url:
        ranker = open_ranker(read_settings(rerank_url=url), None, None)
        assert ranker
        found = ranker.ranked("Who runs?", TEXTS, Action())
        assert sorted(found.places) == [0, 1, 2]
        assert found.places == ranker.ranked("Who runs?", TEXTS, Action()).places
        settings = read_settings(index=sample_index, rerank_url=f"{url}/rerank", rerank_seconds=100.0)
        answer = open_assistant(settings).ask(Question("What is the curse of depth?"))
    assert [(step.name, step.told) for step in answer.steps] == [("Ranked by the reranker", "20 passages")]
    assert len(answer.evidence.hits) == 10
