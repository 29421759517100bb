"""The baselines: LlamaIndex as its documentation sets it up, for building an index and for asking it."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
from chromadb.config import Settings
from llama_index.core import VectorStoreIndex
from llama_index.core.embeddings import BaseEmbedding
from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.llms import CompletionResponse, CompletionResponseGen, CustomLLM, LLMMetadata, MockLLM
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.query_engine import CitationQueryEngine
from llama_index.core.schema import Document
from llama_index.vector_stores.chroma import ChromaVectorStore
from pydantic import PrivateAttr

from assistant.llm.action import Action
from assistant.llm.messages import LLM, Message
from index.build import BATCH
from index.papers import Paper
from index.vectors import dense
from index.vectors.embedding import Embedder

_A_RUN = 1000
_METADATA_NOT_EMBEDDED = ("paper_id", "year", "url")


class _Embedding(BaseEmbedding):
    """An `Embedder` as LlamaIndex calls one."""

    _embedder: Embedder = PrivateAttr()

    def __init__(self, embedder: Embedder) -> None:
        super().__init__(model_name=embedder.fingerprint.name, embed_batch_size=BATCH)
        self._embedder = embedder

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        found: list[list[float]] = self._embedder.embed(texts).tolist()
        return found

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embeddings([query])[0]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


class _Asking(CustomLLM):
    """An `LLM` as LlamaIndex calls one."""

    _llm: LLM = PrivateAttr()

    def __init__(self, llm: LLM) -> None:
        super().__init__()
        self._llm = llm

    @property
    def metadata(self) -> LLMMetadata:
        """What fits into a prompt."""
        return LLMMetadata(context_window=16_384, model_name="scripted")

    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:  # noqa: ARG002, FBT001, FBT002
        """Ask, and take the whole reply."""
        pieces: Iterator[object] = self._llm.stream([Message("user", prompt)], Action())
        return CompletionResponse(text="".join(piece for piece in pieces if isinstance(piece, str)))

    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponseGen:  # noqa: FBT001, FBT002
        """Ask; the whole reply comes at once."""
        yield self.complete(prompt, formatted, **kwargs)


def ingest(papers: Iterable[Paper], embedder: Embedder, folder: Path) -> int:
    """Split abstracts at the embedder's length, embed them and write them to a new collection; return the passages."""
    splitter = SentenceSplitter(chunk_size=embedder.fingerprint.max_tokens, chunk_overlap=0)
    store = ChromaVectorStore.from_collection(collection(folder))
    pipeline = IngestionPipeline(transformations=[splitter, _Embedding(embedder)], vector_store=store)
    documents = map(_document, papers)
    # In one run, Chroma refuses more nodes than 5,461.
    return sum(len(pipeline.run(documents=several)) for several in iter(lambda: [*islice(documents, _A_RUN)], []))


def starter(papers: Iterable[Paper], embedder: Embedder) -> Callable[[str], object]:
    """LlamaIndex's starter over `papers`: its index in memory, its query engine, and an LLM that answers at once."""
    index = VectorStoreIndex.from_documents([*map(_document, papers)], embed_model=_Embedding(embedder))
    return index.as_query_engine(llm=MockLLM(max_tokens=1)).query


def citing(papers: Iterable[Paper], embedder: Embedder, llm: LLM, k: int) -> Callable[[str], dict[str, Any]]:
    """LlamaIndex's `CitationQueryEngine` over `papers`, reading `k` passages: a question to its response as JSON."""
    index = VectorStoreIndex.from_documents([*map(_document, papers)], embed_model=_Embedding(embedder))
    engine = CitationQueryEngine.from_args(index, _Asking(llm), similarity_top_k=k)

    def asked(question: str) -> dict[str, Any]:
        response = engine.query(question)
        nodes = [node.model_dump(mode="json") for node in response.source_nodes]
        return {"question": question, "response": str(response), "source_nodes": nodes}

    return asked


def fill(empty: chromadb.Collection, count: int, dimension: int) -> None:
    """Add `count` vectors drawn at random to a collection, and nothing else."""
    drawn = np.random.default_rng(0)
    for begin in range(0, count, _A_RUN):
        ids = [str(row) for row in range(begin, min(begin + _A_RUN, count))]
        empty.add(ids=ids, embeddings=drawn.standard_normal((len(ids), dimension), np.float32))


def collection(folder: Path) -> chromadb.Collection:
    """A new collection in `folder`, of the same graph as scholiast's: Chroma's own finds less and costs less."""
    client = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
    return client.create_collection("passages", embedding_function=None, configuration={"hnsw": dense.HNSW})  # type: ignore[arg-type]


def _document(paper: Paper) -> Document:
    metadata = {"title": paper.title, "paper_id": paper.paper_id, "year": paper.year, "url": paper.url}
    left_out = [*_METADATA_NOT_EMBEDDED]
    return Document(text=paper.abstract, id_=paper.paper_id, metadata=metadata, excluded_embed_metadata_keys=left_out)
