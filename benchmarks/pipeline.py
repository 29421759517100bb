"""The baseline of building: LlamaIndex's `IngestionPipeline` into Chroma, as its documentation sets it up."""

from collections.abc import Iterable
from itertools import islice
from pathlib import Path

import chromadb
from chromadb.config import Settings
from llama_index.core.embeddings import BaseEmbedding
from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.schema import Document
from llama_index.vector_stores.chroma import ChromaVectorStore
from pydantic import PrivateAttr

from index import dense
from index.build import BATCH
from index.embedding import Embedder
from index.papers import Paper

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


def ingest(papers: Iterable[Paper], embedder: Embedder, folder: Path) -> int:
    """Split abstracts at the embedder's length, embed them and write them to a new collection; return the passages."""
    client = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
    # The same graph as scholiast's, which finds more than Chroma's own settings and costs more.
    collection = client.create_collection("passages", embedding_function=None, configuration={"hnsw": dense.HNSW})  # type: ignore[arg-type]
    store = ChromaVectorStore.from_collection(collection)
    splitter = SentenceSplitter(chunk_size=embedder.fingerprint.max_tokens, chunk_overlap=0)
    pipeline = IngestionPipeline(transformations=[splitter, _Embedding(embedder)], vector_store=store)
    documents = map(_document, papers)
    # In one run, Chroma refuses more nodes than 5,461.
    return sum(len(pipeline.run(documents=several)) for several in iter(lambda: [*islice(documents, _A_RUN)], []))


def _document(paper: Paper) -> Document:
    metadata = {"title": paper.title, "paper_id": paper.paper_id, "year": paper.year, "url": paper.url}
    left_out = [*_METADATA_NOT_EMBEDDED]
    return Document(text=paper.abstract, id_=paper.paper_id, metadata=metadata, excluded_embed_metadata_keys=left_out)
