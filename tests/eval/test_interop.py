"""The retriever and the answerer with LlamaIndex's evaluators, answers as samples of others, and the Python of docs/evals.md."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from llama_index.core.base.response.schema import Response
from llama_index.core.evaluation import FaithfulnessEvaluator, RetrieverEvaluator
from llama_index.core.llms import CompletionResponse, CustomLLM, LLMMetadata

from assistant.assistant import Assistant
from assistant.reading.cross_encoder import CrossEncoder
from assistant.reading.grounding import CalibratedJudge
from assistant.types import Answer, Question
from eval.as_llama_index import ScholiastRetriever, query_engine
from eval.questions import SETS, GoldQuestion, read_questions
from eval.samples import llama_index_sample, ragas_sample
from index.index import Index
from index.vectors.embedding import LocalEmbedder
from tests.test_architecture import ROOT

DOCS = ROOT / "docs" / "evals.md"
# The fields of ragas' `SingleTurnSample` that are written, each with the type of what it holds.
RAGAS = {
    "user_input": str,
    "response": str,
    "reference": str,
    "retrieved_contexts": list,
    "retrieved_context_ids": list,
    "reference_contexts": list,
    "reference_context_ids": list,
}


class Says(CustomLLM):
    """An LLM of LlamaIndex that says one thing, and keeps what it was asked."""

    word: str
    asked: list[str]

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata()

    def complete(self, prompt: str, formatted: bool = False, **_: Any) -> CompletionResponse:  # noqa: ARG002, FBT001, FBT002
        self.asked.append(prompt)
        return CompletionResponse(text=self.word)

    def stream_complete(self, prompt: str, formatted: bool = False, **_: Any) -> Any:  # noqa: FBT001, FBT002
        yield self.complete(prompt, formatted)


@pytest.fixture(scope="module")
def index(sample_index: Path, embedder: LocalEmbedder) -> Iterator[Index]:
    opened = Index.open(sample_index, embedder)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def assistant(index: Index, judge: CalibratedJudge, reader: CrossEncoder) -> Assistant:
    return Assistant(lambda: index, judge, reader, 10)


@pytest.fixture(scope="module")
def question() -> GoldQuestion:
    return read_questions(SETS / "sample-dev.jsonl")[0]


@pytest.fixture(scope="module")
def answer(assistant: Assistant, question: GoldQuestion) -> Answer:
    return assistant.ask(Question(question.question))


def test_the_retriever_is_measured_by_the_evaluator_of_llama_index(index: Index, question: GoldQuestion) -> None:
    evaluator = RetrieverEvaluator.from_metric_names(["hit_rate", "mrr"], retriever=ScholiastRetriever(index, k=5))
    gold = [index.names()[name] for name in question.gold_papers]
    found = evaluator.evaluate(query=question.question, expected_ids=gold)
    assert found.metric_vals_dict == {"hit_rate": 1.0, "mrr": 1.0}
    assert len(found.retrieved_ids) == len({*found.retrieved_ids}) == 5
    assert evaluator.evaluate(query=question.question, expected_ids=["none"]).metric_vals_dict["hit_rate"] == 0.0


@pytest.mark.parametrize(("word", "passing"), [("YES", True), ("NO", False)])
def test_an_answer_is_judged_by_the_evaluator_of_llama_index_by_what_it_quotes(
    assistant: Assistant, question: GoldQuestion, word: str, *, passing: bool
) -> None:
    llm = Says(word=word, asked=[])
    response = query_engine(assistant).query(question.question)
    assert isinstance(response, Response)
    assert FaithfulnessEvaluator(llm=llm).evaluate_response(response=response).passing is passing
    assert any(node.node.get_content() in prompt for prompt in llm.asked for node in response.source_nodes)


def test_a_refusal_is_a_response_without_sources(assistant: Assistant) -> None:
    response = query_engine(assistant).query("Who won the 1998 football World Cup?")
    assert response.source_nodes == []
    assert response.metadata
    assert response.metadata["abstained"] is True


def test_an_answer_has_the_shape_of_a_sample_of_ragas(answer: Answer, question: GoldQuestion) -> None:
    sample = ragas_sample(answer, question)
    assert {name: type(value) for name, value in sample.items()} == RAGAS
    assert "[1]" not in sample["response"]
    assert len(sample["retrieved_contexts"]) == len(sample["retrieved_context_ids"]) > 0
    assert {*ragas_sample(answer)} == {*RAGAS} - {"reference", "reference_contexts", "reference_context_ids"}


def test_an_answer_is_a_sample_that_evaluators_of_llama_index_take(answer: Answer, question: GoldQuestion) -> None:
    sample = llama_index_sample(answer, question)
    found = FaithfulnessEvaluator(llm=Says(word="YES", asked=[])).evaluate(**sample)
    assert (found.passing, found.query, found.response) == (True, question.question, sample["response"])
    assert found.contexts == sample["contexts"]
    assert sample["reference"] == question.gold_evidence[0]
    assert "reference" not in llama_index_sample(answer)


@pytest.mark.parametrize("snippet", re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL))
def test_the_python_of_the_page_runs(snippet: str, sample_index: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", snippet],
        env={**os.environ, "PYTHONPATH": str(ROOT), "SCHOLIAST_INDEX": str(sample_index)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    for written in tmp_path.glob("ragas.jsonl"):
        assert len(written.read_text().splitlines()) == 3
