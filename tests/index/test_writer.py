"""Embedding in the background, storing in order; what is kept of a build that is stopped."""

import json
import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from threading import Event
from typing import TextIO

import pytest

from index.errors import CorpusError
from index.papers import Paper
from index.store.store import Store
from index.vectors.embedding import LocalEmbedder, Vectors
from tests.index.test_build import counts, living, numbered
from tests.index.test_embedding import Counting
from tests.index.told import build
from tests.preloaded import MAIN, PROGRAM, running, scholiast


class Uneven(Counting):
    """The real embedder, the later batches done before the first."""

    later = Event()

    def embed(self, texts: Sequence[str]) -> Vectors:
        if any("Abstract number 0." in text for text in texts):
            assert self.later.wait(10)
        vectors = super().embed(texts)
        if any("Abstract number 4." in text for text in texts):
            self.later.set()
        return vectors


class Failing(Counting):
    """The real embedder, which cannot embed one text."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        if any("Abstract number 6." in text for text in texts):
            raise RuntimeError("cannot embed this")
        return super().embed(texts)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "index"


def in_order(root: Path) -> list[str]:
    """The ids of the papers in the order in which they were stored."""
    store = Store.open(root / "store.sqlite")
    rows = store.rows("SELECT paper_id FROM papers ORDER BY row")
    store.close()
    return [paper_id for (paper_id,) in rows]


def test_papers_are_stored_in_the_order_in_which_they_came(root: Path, embedder: LocalEmbedder) -> None:
    build(root, numbered(12), Uneven(embedder), batch=4)
    assert in_order(root) == [f"n{number}" for number in range(12)]


@pytest.mark.parametrize("batch", [1, 2, 5, 64])
def test_every_vector_is_stored_with_its_own_passage(root: Path, embedder: LocalEmbedder, batch: int) -> None:
    papers = [*numbered(11), Paper.from_source("Long", "A sentence of some words. " * 120, paper_id="long")]
    build(root, papers, embedder, batch=batch)
    store = Store.open(root / "store.sqlite")
    for _, passages, vectors in store.living():
        texts = [f"{passage.paper.title}\n{passage.text}" for passage in passages]
        assert embedder.embed(texts).tobytes() == vectors.tobytes()
    store.close()


def test_a_batch_is_stored_whole_or_not_at_all(root: Path, embedder: LocalEmbedder) -> None:
    with pytest.raises(RuntimeError, match="cannot embed this"):
        build(root, numbered(20), Failing(embedder), batch=4)
    assert in_order(root) == ["n0", "n1", "n2", "n3"]
    counting = Counting(embedder)
    assert build(root, numbered(20), counting, batch=4).papers_added == 16
    assert len(counting.embedded) == 16


@pytest.mark.parametrize("read", [0, 3, 4, 5, 11, 12])
def test_what_was_handed_to_the_embedder_is_kept_when_the_reader_fails(
    root: Path, embedder: LocalEmbedder, read: int
) -> None:
    def failing() -> Iterator[Paper]:
        yield from numbered(read)
        raise CorpusError("the disk was pulled out")

    with pytest.raises(CorpusError, match="pulled out"):
        build(root, failing(), embedder, batch=4)
    assert in_order(root) == [f"n{number}" for number in range(read - read % 4)]


def test_a_paper_that_changes_while_its_batch_is_embedded_is_changed_after_it(
    root: Path, embedder: LocalEmbedder
) -> None:
    versions = [Paper.from_source("On sleep", f"Version {number}.", year=2000, doi="10.1/a") for number in range(5)]
    for number, paper in enumerate(versions):
        # Each version comes from a source of its own, in one build; other papers stand between.
        build(root, [paper, *numbered(3)], embedder, f"first {number}", batch=2)
    assert living(root)["10.1/a"] == "Version 4."


def corpus(path: Path, count: int) -> Path:
    path.write_text(
        "".join(json.dumps({"title": f"Paper {n}", "abstract": f"Abstract {n}. " * 40}) + "\n" for n in range(count))
    )
    return path


@contextmanager
def started(root: Path, corpus: Path, errors: Path) -> Iterator[tuple[ForkServerProcess, TextIO]]:
    """A build that has stored its first papers, and what it says on stdout."""
    with running(MAIN, [PROGRAM, "build", str(corpus), "--index", str(root)], os.environ, errors) as (child, said):
        for _ in range(6000):
            if (root / "store.sqlite").exists() and stored(root):
                break
            Event().wait(0.01)
        else:
            raise AssertionError(errors.read_text())
        yield child, said


def stored(root: Path) -> int:
    try:
        store = Store.open(root / "store.sqlite")
        papers = store.counts().papers
        store.close()
    except Exception as error:  # noqa: BLE001 - the store is being made
        assert "store.sqlite" in str(error), error  # noqa: PT017 - a count is awaited
        return 0
    return papers


def test_ctrl_c_keeps_what_was_embedded_and_the_same_command_goes_on(root: Path, tmp_path: Path) -> None:
    papers = corpus(tmp_path / "papers.jsonl", 1200)
    with started(root, papers, tmp_path / "errors") as (child, said):
        os.kill(child.pid or 0, signal.SIGINT)
        child.join(60)
        assert (child.exitcode, said.read()) == (130, "")
    stopped = "Stopped. What was embedded is kept; the same command goes on from there.\n"
    assert (tmp_path / "errors").read_text() == stopped
    kept = stored(root)
    assert 0 < kept < 1200
    assert kept % 64 == 0
    short = corpus(tmp_path / "papers.jsonl", kept + 10)
    report = json.loads(scholiast("build", short, "--index", root, "--json").stdout)
    assert (report["papers_unchanged"], report["papers_added"], report["embedded"]) == (kept, 10, 10)


def test_ctrl_c_twice_corrupts_nothing(root: Path, tmp_path: Path, embedder: LocalEmbedder) -> None:
    papers = corpus(tmp_path / "papers.jsonl", 1200)
    with started(root, papers, tmp_path / "errors") as (child, _):
        for _ in range(2):
            os.kill(child.pid or 0, signal.SIGINT)
            Event().wait(0.03)
        child.join(60)
        assert child.exitcode
    kept = stored(root)
    assert kept % 64 == 0
    store = Store.create_or_open(root / "store.sqlite")
    assert store.rows("PRAGMA integrity_check") == [("ok",)]
    store.close()
    records = [Paper.from_source(f"Paper {n}", f"Abstract {n}. " * 40) for n in range(kept)]
    counting = Counting(embedder)
    assert counts(build(root, records, counting, str(papers))) == {
        "papers_read": kept,
        "papers_unchanged": kept,
        "passages": kept,
    }
    assert counting.embedded == []
