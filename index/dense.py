"""The vector index: Chroma, met through LlamaIndex; derived from the store and only ever read once it is built."""

import os
import shutil
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
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
_HNSW = {"space": "cosine", "max_neighbors": 32, "ef_construction": 200, "ef_search": 200}


def write(folder: Path, batches: Iterable[tuple[Sequence[int], Vectors]], count: int) -> None:
    """Make a new vector index in `folder` of row numbers and unit vectors, `count` of them, and seal it."""
    from llama_index.core.schema import TextNode

    client = _client(folder)
    try:
        # Everything is written to the graph's files by the last batch, so that nothing is left in Chroma's log.
        configuration = {"hnsw": {**_HNSW, "sync_threshold": max(2, count)}}
        collection = client.create_collection(COLLECTION, embedding_function=None, configuration=configuration)  # type: ignore[arg-type]
        vector_store = _vector_store(collection)
        for rows, vectors in batches:
            for begin in range(0, len(rows), _BATCH):
                part = slice(begin, begin + _BATCH)
                vector_store.add(
                    [TextNode(id_=str(r), embedding=v.tolist()) for r, v in zip(rows[part], vectors[part], strict=True)]
                )
    finally:
        # Chroma remembers the clients of a process by their folder, which may be made again.
        client.close()
    with closing(sqlite3.connect(folder / _DATABASE)) as database:
        # The emptied log is most of the file.
        database.execute("VACUUM")


class DenseIndex:
    """Nearest passages by cosine.

    Chroma writes to the files that it opens, even to read. So it gets a private copy of its database, which is small,
    and links to the graph, which it only reads: the index itself stays byte for byte as it was checked.
    """

    def __init__(self, folder: Path) -> None:
        self._copy = TemporaryDirectory(prefix="scholiast-", ignore_cleanup_errors=True)
        try:
            _open_copy(folder, Path(self._copy.name))
            self._client = _client(Path(self._copy.name))
            self._collection = self._client.get_collection(COLLECTION, embedding_function=None)
        except (OSError, chromadb.errors.ChromaError, ValueError) as error:
            self._copy.cleanup()
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
        self._copy.cleanup()


def _open_copy(folder: Path, copy: Path) -> None:
    shutil.copyfile(folder / _DATABASE, copy / _DATABASE)
    for graph in filter(Path.is_dir, folder.iterdir()):
        (copy / graph.name).mkdir()
        # A graph of a single vector is never written out, and Chroma then writes to its files.
        written = (graph / "index_metadata.pickle").exists()
        for file in graph.iterdir():
            target = copy / graph.name / file.name
            if written:
                target.symlink_to(file.absolute())
            else:
                shutil.copyfile(file, target)


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
