"""The vector index: Chroma, met through LlamaIndex; derived from the store and only ever read once it is built."""

import os
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

# Read by chromadb when it is imported; nothing leaves the machine whatever the user's environment says.
os.environ["ANONYMIZED_TELEMETRY"] = "False"

import chromadb
import chromadb.errors
import numpy as np
from chromadb.api.client import Client
from chromadb.config import Settings

from index.embedding import Vectors
from index.errors import IndexDamaged

if TYPE_CHECKING:
    from llama_index.vector_stores.chroma import ChromaVectorStore

COLLECTION, _DATABASE = "passages", "chroma.sqlite3"
# Chroma's own limit is 5,461; larger batches gain nothing past 1,000.
_BATCH = 1000
_HNSW = {"hnsw": {"space": "cosine", "max_neighbors": 32, "ef_construction": 200, "ef_search": 200}}


def write(folder: Path, batches: Iterable[tuple[Sequence[int], Vectors]]) -> int:
    """Make a new vector index in `folder` of row numbers and unit vectors; return how many."""
    from llama_index.core.schema import TextNode

    client = _client(folder)
    try:
        collection = client.create_collection(COLLECTION, embedding_function=None, configuration=_HNSW)  # type: ignore[arg-type]
        vector_store = _vector_store(collection)
        for rows, vectors in batches:
            for begin in range(0, len(rows), _BATCH):
                part = slice(begin, begin + _BATCH)
                vector_store.add(
                    [TextNode(id_=str(r), embedding=v.tolist()) for r, v in zip(rows[part], vectors[part], strict=True)]
                )
        return collection.count()
    finally:
        # Chroma remembers the clients of a process by their folder, which may be made again.
        client.close()


def is_readable(folder: Path) -> bool:
    """Whether the database of the vector index is one, told without opening it through Chroma, which would write."""
    try:
        database = sqlite3.connect(f"{(folder / _DATABASE).absolute().as_uri()}?mode=ro", uri=True)
        with closing(database):
            return bool(database.execute("PRAGMA quick_check").fetchone() == ("ok",))
    except sqlite3.DatabaseError:
        return False


class DenseIndex:
    """Nearest passages by cosine."""

    def __init__(self, folder: Path) -> None:
        # Chroma makes an empty database where it finds none.
        if not (folder / _DATABASE).exists():
            raise IndexDamaged(f"The vector index in {folder} cannot be opened (it has no files).")
        try:
            self._client = _client(folder)
            self._collection = self._client.get_collection(COLLECTION, embedding_function=None)
        except (chromadb.errors.ChromaError, ValueError) as error:
            raise IndexDamaged(f"The vector index in {folder} cannot be opened ({error}).") from None

    def search(self, vector: Vectors, k: int) -> dict[int, float]:
        """Return the row numbers of the `k` passages nearest to a unit vector, each with its cosine, best first."""
        found = self._collection.query(query_embeddings=vector[np.newaxis], n_results=k, include=["distances"])
        distances = found["distances"]
        assert distances is not None
        return {int(row): 1.0 - distance for row, distance in zip(found["ids"][0], distances[0], strict=True)}

    def count(self) -> int:
        """The number of passages."""
        return self._collection.count()

    def close(self) -> None:
        """Let go of the files."""
        self._client.close()


def _vector_store(collection: chromadb.Collection) -> "ChromaVectorStore":
    """LlamaIndex's Chroma store over `collection`, keeping ids and vectors alone.

    Text and metadata are the store's: with LlamaIndex's 1.7 kB of metadata a node, 100,000 passages took 240 CPU
    seconds and 1 GB; with ids and vectors alone, 110 and a tenth.
    """
    from llama_index.core.schema import BaseNode
    from llama_index.vector_stores.chroma import ChromaVectorStore

    class LeanChromaVectorStore(ChromaVectorStore):
        stores_text: bool = False

        def add(self, nodes: Sequence[BaseNode], **_: object) -> list[str]:
            ids = [node.node_id for node in nodes]
            vectors = np.array([node.get_embedding() for node in nodes], np.float32)
            self._collection.add(ids=ids, embeddings=vectors)
            return ids

    return LeanChromaVectorStore.from_collection(collection)


def _client(folder: Path) -> Client:
    client = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
    assert isinstance(client, Client)
    return client
