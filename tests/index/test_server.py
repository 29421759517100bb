"""Vectors on a Chroma server: a real one, on loopback."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import chromadb
import pytest

from index.build import BuildReport
from index.doctor import examine
from index.errors import IndexDamaged, IndexMismatch, IndexUnreachable, SettingsError
from index.index import Index
from index.papers import Paper
from index.vectors.dense_server import CLOUD, client, is_server
from index.vectors.embedding import LocalEmbedder
from tests.index.told import build
from tests.ui.browser import free_port

PAPERS = [Paper.from_source(f"On animal {n}", f"Animal {n} sleeps on mat {n}.", paper_id=f"n{n}") for n in range(30)]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Chroma server that runs as long as this module's tests."""
    port = free_port()
    program = Path(sys.executable).parent / "chroma"
    command = [
        str(program),
        "run",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--path",
        str(tmp_path_factory.mktemp("served")),
    ]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 60
    while True:
        try:
            client(address).heartbeat()
            break
        except ValueError:
            assert server.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.2)
    yield address
    server.terminate()
    server.wait()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "store"


def built(root: Path, address: str, embedder: LocalEmbedder, count: int) -> BuildReport:
    return build(root, PAPERS[:count], embedder, server=address)


def collections(address: str) -> set[str]:
    return {collection.name for collection in client(address).list_collections()}


def first(index: Index, query: str) -> str:
    return index.search(query, 1)[0].passage.paper.paper_id


def test_the_vectors_lie_on_the_server_and_everything_else_here(
    root: Path, address: str, embedder: LocalEmbedder
) -> None:
    before = collections(address)
    assert built(root, address, embedder, 20).passages == 20
    (name,) = collections(address) - before
    assert client(address).get_collection(name, embedding_function=None).count() == 20
    assert not list(root.rglob("chroma.sqlite3"))
    index = Index.open(root, embedder)
    assert [first(index, f"animal {n} mat {n}") for n in (3, 11)] == ["n3", "n11"]
    index.close()


def test_readers_of_the_old_collection_go_on_and_the_one_before_is_deleted(
    root: Path, address: str, embedder: LocalEmbedder
) -> None:
    before = collections(address)
    built(root, address, embedder, 5)
    reader = Index.open(root, embedder)
    for count in (6, 7, 8):
        built(root, address, embedder, count)
        if count == 6:
            assert len(reader.search("animal", 30)) == 5
    assert len(collections(address) - before) == 2
    newest = Index.open(root, embedder)
    assert len(newest.search("animal", 30)) == 8


def test_building_again_changes_nothing(root: Path, address: str, embedder: LocalEmbedder) -> None:
    built(root, address, embedder, 5)
    before = collections(address)
    assert built(root, address, embedder, 5).papers_unchanged == 5
    assert collections(address) == before


def test_a_collection_that_somebody_deleted_is_made_anew_by_doctor_without_embedding(
    root: Path, address: str, embedder: LocalEmbedder
) -> None:
    before = collections(address)
    built(root, address, embedder, 5)
    (name,) = collections(address) - before
    client(address).delete_collection(name)
    with pytest.raises(IndexDamaged, match=r"has lost the collection .*scholiast doctor"):
        Index.open(root, embedder)
    assert [finding.state for finding in examine(root, embedder)] == ["sound", "sound", "mended", "sound", "sound"]
    index = Index.open(root, embedder)
    assert first(index, "animal 3 mat 3") == "n3"


def test_a_server_that_is_not_there_is_one_sentence(root: Path, embedder: LocalEmbedder) -> None:
    with pytest.raises(
        IndexUnreachable, match=r"The Chroma server at http://127.0.0.1:9 cannot be used .*run the command again"
    ):
        built(root, "http://127.0.0.1:9", embedder, 2)


def test_an_index_stays_on_the_server_that_it_was_made_on(root: Path, address: str, embedder: LocalEmbedder) -> None:
    built(root, address, embedder, 2)
    with pytest.raises(IndexMismatch, match="server"):
        build(root, PAPERS, embedder)


def test_chroma_cloud_needs_a_key(root: Path, embedder: LocalEmbedder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHROMA_API_KEY", raising=False)
    with pytest.raises(SettingsError, match="CHROMA_API_KEY"):
        built(root, CLOUD, embedder, 2)


@pytest.mark.parametrize(
    ("where", "expected"),
    [("http://127.0.0.1:8000", True), ("https://x.org", True), (CLOUD, True), ("/a/folder", False), ("C:/x", False)],
)
def test_an_address_is_told_from_a_folder(where: str, expected: bool) -> None:  # noqa: FBT001
    assert is_server(where) is expected


def test_every_client_has_its_telemetry_off(address: str) -> None:
    assert client(address).get_settings().anonymized_telemetry is False
    assert chromadb.config.Settings().anonymized_telemetry is False
