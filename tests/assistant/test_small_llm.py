"""The whole chain with a real small model, served on loopback: `make test-llm`."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.opening import open_assistant
from assistant.settings import read_settings
from assistant.types import Answer, Question
from tests.llama_cpp import serving

QUESTIONS = (
    "What is the curse of depth?",
    "Does scaling the datastore help language models?",
    "How much of the latency comes from decoding and moving data?",
)

pytestmark = pytest.mark.prepared


@pytest.fixture(scope="module")
def assistant(sample_index: Path) -> Iterator[Assistant]:
    with serving("writes") as url:
        settings = read_settings(
            index=sample_index, llm_base_url=url, llm_model="SmolLM2-135M", llm_window=2048, llm_first_token=100.0
        )
        yield open_assistant(settings)


@pytest.mark.parametrize("question", QUESTIONS)
def test_whatever_a_small_model_writes_each_claim_is_cited_and_checked(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(Question(question))
    assert_is_sound(answer)
    # Where the first search is unsure, it is asked what else to search.
    assert answer.usage.requests in {1, 2}
    assert answer.usage.prompt_tokens > 500
    assert answer.usage.completion_tokens > 0
    assert answer.engine == "SmolLM2-135M" or answer.abstained or "quoted instead" in answer.notice
    sys.stdout.write(f"{question}\n{answer.engine}: {answer.text}\n")


def assert_is_sound(answer: Answer) -> None:
    assert answer.claims or answer.reason == "not_in_abstracts"
    for claim in answer.claims:
        assert claim.citations
        assert claim.support != "unscored"
        for citation in claim.citations:
            passage = citation.passage
            assert passage.text == passage.paper.abstract[passage.start : passage.end] != ""
