"""The vector index: Chroma, met through LlamaIndex; derived from the store and only ever read once it is built."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, nullcontext, suppress
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING
from uuid import uuid4
from weakref import finalize

import numpy as np

from index.errors import IndexDamaged
from index.private import private_folder
from index.vectors import dense_chroma
from index.vectors.dense_server import CLOUD, CLOUD_LIMIT, client, quiet, reached
from index.vectors.embedding import Vectors

if TYPE_CHECKING:
    import chromadb
    from llama_index.vector_stores.chroma import ChromaVectorStore

COLLECTION, _DATABASE, _REMOTE, _TWINS = "passages", "chroma.sqlite3", "collection.json", "twins.npy"
# Chroma's own limit is 5,461; larger batches gain nothing past 1,000.
_BATCH = 1000
# The fewest vectors that Chroma writes out.
_WRITTEN = 2
HNSW = {"space": "cosine", "max_neighbors": 16, "ef_construction": 100, "ef_search": 200}


def write(
    folder: Path,
    batches: Iterable[tuple[Sequence[int], Vectors]],
    twins: Mapping[int, int] = MappingProxyType({}),
    server: str | None = None,
) -> None:
    """Make a new vector index in `folder` of row numbers and unit vectors, and seal it.

    Rows that are `twins` of another are remembered and not indexed: in the graph, equal vectors are neighbours of each
    other alone, and cut everything else off. With a `server`, the vectors go to a new collection there.
    """
    folder.mkdir()
    np.save(folder / _TWINS, np.array([*twins.items()], np.int64).reshape(-1, 2))
    batches = _without(batches, twins)
    if server:
        with reached(server):
            _fill(_new_collection(folder, server), batches, CLOUD_LIMIT if server == CLOUD else _BATCH)
        return
    try:
        _write_here(folder, batches)
    except (dense_chroma.chromadb.errors.InternalError, sqlite3.OperationalError) as error:
        raise OSError(str(error)) from None


def _write_here(folder: Path, batches: Iterable[tuple[Sequence[int], Vectors]]) -> None:
    local = _client(folder)
    try:
        # Each batch is written to the graph's files, so that nothing is left in Chroma's log. With one write at the end,
        # the log was held in memory too: twice as much, for a third more of the time.
        configuration = {"hnsw": {**HNSW, "sync_threshold": _WRITTEN}}
        collection = local.create_collection(COLLECTION, embedding_function=None, configuration=configuration)  # type: ignore[arg-type]
        _fill(collection, _none_alone(batches), 2 * _BATCH)
    finally:
        # Chroma remembers the clients of a process by their folder, which may be made again.
        local.close()
    with closing(sqlite3.connect(folder / _DATABASE)) as database:
        # The emptied log is most of the file.
        database.execute("VACUUM")


def is_whole(folder: Path, count: int) -> bool:
    """Whether a server still holds the `count` vectors of the index in `folder`; files are checked by their sha256."""
    if not _remembered(folder):
        return True
    try:
        return DenseIndex(folder).count() == count
    except IndexDamaged:
        return False


def drop(folder: Path) -> None:
    """Delete what the vector index in `folder` keeps on a server; what is there no more is no error."""
    if remote := _remembered(folder):
        with suppress(dense_chroma.chromadb.errors.NotFoundError), reached(remote["server"]):
            client(remote["server"]).delete_collection(remote["collection"])


class DenseIndex:
    """Nearest passages by cosine.

    Chroma writes to the files that it opens, even to read. So it gets a private copy of its database, which is small,
    and links to the graph, which it only reads: the index itself stays byte for byte as it was checked.
    """

    def __init__(self, folder: Path) -> None:
        self.twins = _grouped(folder)
        remote = _remembered(folder)
        self._server = remote["server"] if remote else None
        self._client: chromadb.api.ClientAPI
        self._tidied: finalize | None = None  # type: ignore[type-arg]
        with self._reached():
            if remote:
                self._client, self._collection = _served(remote)
            else:
                copy = private_folder()
                self._tidied = finalize(self, shutil.rmtree, copy, ignore_errors=True)
                self._client, self._collection = _opened(folder, copy)

    def search(self, vector: Vectors, k: int) -> dict[int, float]:
        """Return the row numbers of the `k` passages nearest to a unit vector, each with its cosine, best first.

        Of twins, it is the first that is found; `twins` names the others.

        Chroma Cloud gives 300 at most.
        """
        with self._reached():
            n = min(k, CLOUD_LIMIT) if self._server == CLOUD else k
            found = self._collection.query(query_embeddings=vector[np.newaxis], n_results=n, include=["distances"])
        distances = found["distances"]
        assert distances is not None
        return {int(row): 1.0 - distance for row, distance in zip(found["ids"][0], distances[0], strict=True)}

    def count(self) -> int:
        """The number of passages, twins included."""
        with self._reached():
            return self._collection.count() + sum(map(len, self.twins.values()))

    def close(self) -> None:
        """Let go of the files."""
        if self._tidied and isinstance(self._client, dense_chroma.chromadb.api.client.Client):
            self._client.close()
            self._tidied()

    def _reached(self) -> AbstractContextManager[None]:
        return reached(self._server) if self._server else nullcontext()


def _without(
    batches: Iterable[tuple[Sequence[int], Vectors]], twins: Mapping[int, int]
) -> Iterator[tuple[Sequence[int], Vectors]]:
    for rows, vectors in batches:
        places = [place for place, row in enumerate(rows) if row not in twins]
        if places:
            yield [rows[place] for place in places], vectors[places]


def _grouped(folder: Path) -> dict[int, tuple[int, ...]]:
    try:
        pairs = np.load(folder / _TWINS).tolist()
    except (OSError, ValueError) as error:
        raise IndexDamaged(f"The vector index in {folder} cannot be opened ({error}).") from None
    found: dict[int, list[int]] = {}
    for twin, first in pairs:
        found.setdefault(first, []).append(twin)
    return {first: tuple(each) for first, each in found.items()}


def _none_alone(batches: Iterable[tuple[Sequence[int], Vectors]]) -> Iterator[tuple[Sequence[int], Vectors]]:
    """The batches, one that holds a single vector joined to the one before: Chroma would leave it in its log."""
    held: tuple[Sequence[int], Vectors] | None = None
    for rows, vectors in batches:
        if held and len(rows) < _WRITTEN:
            held = ([*held[0], *rows], np.concatenate([held[1], vectors]))
            continue
        if held:
            yield held
        held = (rows, vectors)
    if held:
        yield held


def _new_collection(folder: Path, server: str) -> chromadb.Collection:
    name = f"scholiast-{uuid4().hex}"
    # Chroma Cloud has an index of its own kind, whose other settings it chooses.
    configuration = {"spann": {"space": "cosine"}} if server == CLOUD else {"hnsw": HNSW}
    collection = client(server).create_collection(name, embedding_function=None, configuration=configuration)  # type: ignore[arg-type]
    (folder / _REMOTE).write_text(json.dumps({"server": server, "collection": name}) + "\n")
    return collection


def _remembered(folder: Path) -> dict[str, str] | None:
    """The server and the collection of the index in `folder`; None where the vectors lie in the folder itself."""
    try:
        return dict(json.loads((folder / _REMOTE).read_text()))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise IndexDamaged(f"{folder / _REMOTE} cannot be read ({error}).") from None


def _served(remote: dict[str, str]) -> tuple[chromadb.api.ClientAPI, chromadb.Collection]:
    there = client(remote["server"])
    try:
        return there, there.get_collection(remote["collection"], embedding_function=None)
    except dense_chroma.chromadb.errors.NotFoundError:
        raise IndexDamaged(f"The Chroma server at {remote['server']} has lost the collection of the index.") from None


def _fill(collection: chromadb.Collection, batches: Iterable[tuple[Sequence[int], Vectors]], size: int) -> None:
    from llama_index.core.schema import TextNode

    vector_store = _vector_store(collection)
    for rows, vectors in batches:
        for begin in range(0, len(rows), size):
            part = slice(begin, begin + size)
            vector_store.add(
                # Unvalidated: to check 384 numbers of a node costs more than to index them.
                [
                    TextNode.model_construct(id_=str(r), embedding=v)
                    for r, v in zip(rows[part], vectors[part], strict=True)
                ]
            )


def _opened(folder: Path, copy: Path) -> tuple[chromadb.api.client.Client, chromadb.Collection]:
    try:
        _open_copy(folder, copy)
        local = _client(copy)
        return local, local.get_collection(COLLECTION, embedding_function=None)
    except (OSError, dense_chroma.chromadb.errors.ChromaError, ValueError) as error:
        shutil.rmtree(copy, ignore_errors=True)
        raise IndexDamaged(f"The vector index in {folder} cannot be opened ({error}).") from None


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


def _vector_store(collection: chromadb.Collection) -> ChromaVectorStore:
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
            vectors = np.stack([np.asarray(node.get_embedding(), np.float32) for node in nodes])
            self._collection.add(ids=ids, embeddings=vectors)
            return ids

    return LeanChromaVectorStore.from_collection(collection)


def _client(folder: Path) -> chromadb.api.client.Client:
    local = dense_chroma.chromadb.PersistentClient(str(folder), settings=quiet())
    assert isinstance(local, dense_chroma.chromadb.api.client.Client)
    return local
