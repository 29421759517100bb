"""A reader that lives through builds."""

from pathlib import Path
from threading import Event, Thread

from index.following import Following
from index.index import Index
from index.papers import Paper
from index.vectors.embedding import LocalEmbedder
from tests.index.told import build


def paper(number: int) -> Paper:
    return Paper.from_source("On sleep", f"Cats sleep on mat {number}.", paper_id="1")


def following(root: Path, embedder: LocalEmbedder) -> Following:
    return Following(root, lambda: Index.open(root, embedder))


def found(retriever: Following) -> list[str]:
    return [hit.passage.text for hit in retriever.newest().search("where do cats sleep", 5)]


def test_a_reader_finds_what_was_built_after_it_was_opened(tmp_path: Path, embedder: LocalEmbedder) -> None:
    build(tmp_path, [paper(0)], embedder)
    reader = following(tmp_path, embedder)
    for number in (1, 2, 3):
        build(tmp_path, [paper(number)], embedder)
        assert found(reader) == [f"Cats sleep on mat {number}."]
    reader.close()


def test_a_reader_keeps_its_index_where_the_new_one_cannot_be_read(tmp_path: Path, embedder: LocalEmbedder) -> None:
    build(tmp_path, [paper(0)], embedder)
    reader = following(tmp_path, embedder)
    (tmp_path / "CURRENT").write_text("000009\n")
    assert found(reader) == ["Cats sleep on mat 0."]
    (tmp_path / "CURRENT").unlink()
    assert found(reader) == ["Cats sleep on mat 0."]
    reader.close()


def test_readers_see_one_whole_index_or_the_other_while_builds_go_on(tmp_path: Path, embedder: LocalEmbedder) -> None:
    build(tmp_path, [paper(0)], embedder)
    reader = following(tmp_path, embedder)
    seen: list[list[str]] = []
    done = Event()

    def read() -> None:
        while not done.is_set():
            seen.append(found(reader))

    threads = [Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for number in range(1, 6):
        build(tmp_path, [paper(number)], embedder)
    done.set()
    for thread in threads:
        thread.join()
    assert {len(texts) for texts in seen} == {1}
    assert found(reader) == ["Cats sleep on mat 5."]
    reader.close()
