"""Disks that are full, and files that may not grow."""

import json
import re
import resource
import shutil
import subprocess
from collections.abc import Iterable
from functools import partial
from pathlib import Path

import pytest

from index.papers import Paper
from index.vectors.embedding import LocalEmbedder
from tests.index.test_build import OLD, found
from tests.index.test_embedding import Counting
from tests.index.told import PROGRAM, build, in_a_mount_namespace

pytestmark = pytest.mark.long

FULL_DISK = """
    say() { echo "$1 $?: $(cat out err)"; }
    mount -t tmpfs -o size=16m tmpfs "$1" || exit 77
    scholiast=$2 small=$3 large=$4
    "$scholiast" build "$small" --index "$1/i" >out 2>err; say built
    for room in 400K 1400K; do
        head -c 100M /dev/zero >"$1/fill" 2>err
        truncate -s "-$room" "$1/fill"
        "$scholiast" build "$large" --index "$1/i" >out 2>err; say full
        cat "$1/fill" /dev/zero >"$1/more" 2>err
        "$scholiast" search cats -k 1 --index "$1/i" >out 2>err; say searched
        rm "$1/fill" "$1/more"
    done
    "$scholiast" build "$large" --index "$1/i" --json >out 2>err; say resumed
    "$scholiast" doctor --index "$1/i" >out 2>err; say examined
    ls -A "$1/i" "$1/i/generations"
"""


def many(count: int) -> list[Paper]:
    return [
        Paper.from_source(f"Title {n}", f"An abstract of words, number {n}.", paper_id=f"n{n}") for n in range(count)
    ]


def corpus(path: Path, papers: Iterable[Paper]) -> Path:
    records = ({"paper_id": p.paper_id, "title": p.title, "abstract": p.abstract} for p in papers)
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records))
    return path


def limited(limit: int, *arguments: object) -> "subprocess.CompletedProcess[str]":
    """Run the program where no file may grow beyond `limit` bytes."""
    return subprocess.run(
        [PROGRAM, *map(str, arguments)],
        preexec_fn=partial(resource.setrlimit, resource.RLIMIT_FSIZE, (limit, limit)),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "index"


def test_a_full_disk_costs_neither_the_old_index_nor_what_was_embedded(tmp_path: Path) -> None:
    small, large = corpus(tmp_path / "small.jsonl", [OLD]), corpus(tmp_path / "large.jsonl", many(250))
    (tmp_path / "disk").mkdir()
    done = in_a_mount_namespace(FULL_DISK, tmp_path / "disk", PROGRAM, small, large)
    lines = [line for line in done.stdout.splitlines() if line]
    said = {name: [line for line in lines if line.startswith(name)] for name in ("full", "searched", "resumed")}
    storing, deriving = said["full"]
    assert re.fullmatch(r"full 1: \S+/store.sqlite cannot be used \(.*\)\. .* run the command again\.", storing)
    assert re.fullmatch(r"full 1: The derived indexes cannot be written .* up to \d+ MB .*again\.", deriving)
    assert said["searched"] == ["searched 0: 1. 1.000  On sleep"] * 2
    resumed = json.loads(said["resumed"][0].removeprefix("resumed 0: "))
    assert (resumed["papers_unchanged"], resumed["embedded"]) == (250, 0)
    assert sum("sound: " in line for line in lines) == 5
    assert not any(".building" in line or "Traceback" in line for line in lines)


@pytest.mark.parametrize("limit", [1_000, 40_000, 400_000])
def test_a_store_that_may_not_grow_ends_a_build_in_one_sentence(
    root: Path, tmp_path: Path, embedder: LocalEmbedder, limit: int
) -> None:
    build(root, [OLD], embedder)
    large = corpus(tmp_path / "large.jsonl", many(200))
    done = limited(limit, "build", large, "--index", root)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1), done.stderr
    assert "store.sqlite cannot be used" in done.stderr
    assert found(root, embedder, "cats", "lexical") == {OLD.abstract}
    report = build(root, many(200), embedder, str(large))
    assert (report.passages, report.papers_unchanged + report.papers_added) == (201, 200)
    assert len(found(root, embedder, "abstract")) == 201


def test_derived_indexes_that_cannot_be_written_are_made_by_the_next_build(
    root: Path, tmp_path: Path, embedder: LocalEmbedder
) -> None:
    large = corpus(tmp_path / "large.jsonl", many(200))
    build(root, many(200), embedder, str(large))
    shutil.rmtree(root / "generations")
    done = limited(300_000, "build", large, "--index", root)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1), done.stderr
    assert f"The derived indexes cannot be written in {root}/generations (" in done.stderr
    assert list((root / "generations").iterdir()) == []
    counting = Counting(embedder)
    build(root, many(200), counting, str(large))
    assert (counting.embedded, len(found(root, embedder, "abstract"))) == ([], 200)
