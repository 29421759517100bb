"""An embedding of LlamaIndex behind the plug-point."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.embeddings import MockEmbedding

from assistant.llm.llama_index_embedder import LlamaIndexEmbedder
from benchmarks.invented import HashEmbedder, paper
from index.errors import EmbedderFailed, IndexMismatch
from index.index import Index
from index.vectors.prefixes import Prefixes
from tests.index.told import build

KEY = "sk-canary-0123456789abcdef"


class Hashing(BaseEmbedding):
    """One as users write it: the vectors of a hash, three times as long."""

    def _vector(self, text: str) -> list[float]:
        found: list[float] = (3 * HashEmbedder().embed([text])[0]).tolist()
        return found

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._vector(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._vector(text)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._vector(query)


class Gives:
    """Gives what it is told to, or raises it."""

    api_key = KEY

    def __init__(self, vectors: Any) -> None:
        self._vectors = vectors

    def get_text_embedding_batch(self, texts: list[str]) -> Any:  # noqa: ARG002
        if isinstance(self._vectors, BaseException):
            raise self._vectors
        return self._vectors

    def get_query_embedding(self, query: str) -> Any:  # noqa: ARG002
        return self._vectors


def test_texts_and_queries_are_embedded_as_unit_vectors() -> None:
    embedder = LlamaIndexEmbedder(Hashing(model_name="hashing"), Prefixes("query: ", "passage: "), "7")
    texts = [f"text {number}" for number in range(100)]
    expected = HashEmbedder().embed([f"passage: {text}" for text in texts])
    np.testing.assert_allclose(embedder.embed(texts), expected, atol=1e-6)
    np.testing.assert_allclose(embedder.embed_queries(["Why?"]), HashEmbedder().embed(["query: Why?"]), atol=1e-6)
    said = embedder.fingerprint
    assert (said.name, said.dimension, said.revision, said.prefix) == ("hashing", 32, "7", "passage: ")
    assert embedder.embed([]).shape == (0, 32)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (RuntimeError(f"wrong key {KEY}"), "failed: RuntimeError: wrong key "),
        ([[1.0]], "gave 1 vectors for 2 texts"),
        ([[1.0], [float("nan")]], "gave a vector with a number that is not finite"),
        ([[1.0], [0.0]], "gave a vector of zeros"),
        (None, "gave something else, where one vector a text is wanted"),
    ],
)
def test_whatever_it_raises_or_gives_is_vectors_or_a_sentence(given: object, told: str) -> None:
    with pytest.raises(EmbedderFailed) as raised:
        LlamaIndexEmbedder(Gives(given)).embed(["a", "b"])
    assert str(raised.value).startswith(f"The embedding Gives of LlamaIndex {told}")
    assert "canary" not in str(raised.value)


def test_one_that_never_answers_is_not_waited_for() -> None:
    over = threading.Event()

    class Waits(Gives):
        def get_text_embedding_batch(self, texts: Sequence[str]) -> Any:  # noqa: ARG002
            over.wait(10)

    with pytest.raises(EmbedderFailed, match=r"gave no vectors within 0\.1 s"):
        LlamaIndexEmbedder(Waits(None), seconds=0.1).embed(["a"])
    over.set()


@pytest.mark.parametrize("sentences", ["calls", "none"])
def test_an_index_is_built_and_searched_with_it(tmp_path: Path, sentences: Any) -> None:
    embedder = LlamaIndexEmbedder(Hashing(model_name="hashing"), sentences=sentences)
    assert build(tmp_path / "index", [paper(number) for number in range(9)], embedder).papers_added == 9
    index = Index.open(tmp_path / "index", embedder)
    assert len(index.search("abstract", 5)) == 5
    index.close()
    with pytest.raises(IndexMismatch, match="the index has hashing, this program unknown"):
        Index.open(tmp_path / "index", LlamaIndexEmbedder(MockEmbedding(embed_dim=32)))
