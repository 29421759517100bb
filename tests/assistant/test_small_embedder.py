"""The sample built and searched with the vectors of a real small model, served by llama.cpp on loopback: `make test-llm`."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest
from llama_index.core.base.embeddings.base import BaseEmbedding
from pydantic import PrivateAttr

from assistant.embedder_settings import open_embedder
from assistant.llm.llama_index_embedder import LlamaIndexEmbedder
from assistant.settings import read_settings
from index.build import BATCH_AWAY, BuildReport
from index.errors import EmbedderFailed, IndexMismatch
from index.index import Index
from index.readers import read_corpus
from index.vectors.embedding import Embedder
from tests.conftest import SAMPLE
from tests.index.told import build
from tests.llama_cpp import serving

pytestmark = pytest.mark.prepared

MODEL = "SmolLM2-135M"
# A processor reads a hundred tokens a second, and the vectors are of no use in any case.
SPARING = {"embed_window": 32, "embed_request_tokens": 1000, "embed_seconds": 300.0}
QUESTION, TITLE = "What is the curse of depth?", "The Curse of Depth in Large Language Models"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serving("embeds") as url:
        yield url


def of_endpoint(url: str, **given: Any) -> Embedder:
    return open_embedder(read_settings(embed_base_url=url, embed_model=MODEL, **{**SPARING, **given}))


def built(root: Path, by: Embedder) -> BuildReport:
    return build(root, read_corpus([str(SAMPLE)]), by, batch=BATCH_AWAY)


def assert_is_searched(root: Path, by: Embedder) -> None:
    index = Index.open(root, by)
    assert index.search(QUESTION, 1)[0].passage.paper.title == TITLE
    assert index.search(TITLE, 1, by="dense")
    (paper,) = index.called(TITLE)
    told = index.sentences(QUESTION, [paper])
    assert [hit.passage.text for hit in told] == sorted({hit.passage.text for hit in told}, key=paper.abstract.index)
    index.close()


def test_the_sample_is_built_stopped_gone_on_with_and_searched_at_an_endpoint(url: str, tmp_path: Path) -> None:
    root = tmp_path / "index"
    with pytest.raises(EmbedderFailed, match="the same command goes on from there"):
        built(root, of_endpoint(url, embed_tokens=10_000))
    by = of_endpoint(url, embed_price=0.02)
    report = built(root, by)
    assert (report.papers_added + report.papers_unchanged, report.rejected) == (77, 0)
    assert 0 < report.embedded < report.passages
    assert report.spent
    assert report.spent.tokens > 5_000
    assert report.spent.cost_usd == report.spent.tokens * 0.02 / 1_000_000
    assert_is_searched(root, by)
    with pytest.raises(IndexMismatch, match="Embed its papers anew with: scholiast build --reembed"):
        Index.open(root, of_endpoint(url, embed_query_prefix="query: "))
    sys.stdout.write(f"{report.passages} passages, {report.spent}, {report.seconds} s\n")


def test_the_sample_is_built_without_vectors_of_sentences(url: str, tmp_path: Path) -> None:
    by = of_endpoint(url, embed_sentences="none")
    assert built(tmp_path / "index", by).papers_added == 77
    assert_is_searched(tmp_path / "index", by)


class OfOpenAI(BaseEmbedding):
    """An embedding of LlamaIndex that asks the same server."""

    _client: openai.OpenAI = PrivateAttr()

    def __init__(self, url: str) -> None:
        super().__init__(model_name=MODEL, embed_batch_size=8)
        self._client = openai.OpenAI(base_url=url, api_key="none")

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        # As little of each as the other tests have the model read.
        asked = [text[:120] for text in texts]
        found = self._client.embeddings.create(model=MODEL, input=asked, encoding_format="float")
        return [one.embedding for one in found.data]

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)


def test_the_sample_is_built_with_an_embedding_of_llama_index(url: str, tmp_path: Path) -> None:
    by = LlamaIndexEmbedder(OfOpenAI(url), sentences="none")
    assert built(tmp_path / "index", by).papers_added == 77
    assert_is_searched(tmp_path / "index", by)
