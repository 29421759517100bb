"""The bad inputs that need a process, an embedder or a second build of their own."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from benchmarks.invented import HashEmbedder, paper
from index.errors import EmbedderFailed
from index.index import Index
from index.store.generations import current
from index.vectors.embedding import Vectors
from tests.conftest import SAMPLE
from tests.index.told import PROGRAM, build

pytestmark = pytest.mark.long

READ = """
import json, sys
from pathlib import Path
from index.readers import Rejected, read_corpus
rejected = [str(r.code) for r in read_corpus(sys.argv[1:]) if isinstance(r, Rejected)]
# What getrusage calls the peak includes the process that this one was forked from.
peak = next(line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(json.dumps([rejected, int(peak) // 1024]))
"""


class Failing(HashEmbedder):
    """An embedder that goes wrong in a way of its own."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self._kind = kind

    def embed(self, texts: Sequence[str]) -> Vectors:
        vectors = super().embed(texts)
        # The known texts of an index are drawn right: it begins well and goes wrong later.
        if any(text.startswith("Cats sleep") for text in texts):
            return vectors
        wrong: dict[str, Vectors] = {
            "NaN": np.full_like(vectors, np.nan),
            "infinite": np.full_like(vectors, np.inf),
            "zero": np.zeros_like(vectors),
            "another dimension": vectors[:, :16],
            "too few": vectors[1:],
        }
        return wrong[self._kind]


def test_b04_a_line_of_a_gigabyte_is_rejected_without_being_held(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    with path.open("wb") as stream:
        stream.write(b'{"title": "A title", "abstract": "' + b"a" * 100_000)
        stream.truncate(1 << 30)
    environment = {**os.environ, "PYTHONPATH": str(SAMPLE.parents[2])}
    command = [sys.executable, "-c", READ, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    rejected, megabytes = json.loads(done.stdout)
    assert len(rejected) == 1
    assert megabytes < 300


@pytest.mark.parametrize("kind", ["NaN", "infinite", "zero", "another dimension", "too few"])
def test_b55_an_embedder_that_fails_is_loud_and_nothing_of_its_batch_counts(tmp_path: Path, kind: str) -> None:
    build(tmp_path / "index", [paper(1)], HashEmbedder())
    with pytest.raises(EmbedderFailed, match="Nothing of this batch was stored"):
        build(tmp_path / "index", [paper(2), paper(3)], Failing(kind))
    index = Index.open(tmp_path / "index", HashEmbedder())
    assert {hit.passage.paper.paper_id for hit in index.search("abstract", 10)} == {"1"}
    index.close()
    assert build(tmp_path / "index", [paper(2), paper(3)], HashEmbedder()).papers_added == 2


def test_b56_and_b59_more_records_than_chroma_takes_at_once_and_the_same_again(tmp_path: Path) -> None:
    papers = [paper(number) for number in range(5_462)]
    first = build(tmp_path / "index", papers, HashEmbedder(), batch=1000)
    manifest = current(tmp_path / "index")[1]
    assert first.papers_added == manifest.papers == 5_462
    again = build(tmp_path / "index", papers, HashEmbedder(), batch=1000)
    assert (again.embedded, again.papers_unchanged) == (0, 5_462)
    assert current(tmp_path / "index")[1] == manifest


def scholiast(*arguments: object, **options: object) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, check=False, **options)  # type: ignore[call-overload,no-any-return]


def test_b60_a_corpus_that_shrinks_is_pruned_when_asked_twice(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.jsonl"
    records = [
        json.dumps({"title": p.title, "abstract": p.abstract, "paper_id": p.paper_id}) for p in map(paper, range(10))
    ]
    corpus.write_text("\n".join(records))
    arguments = ("build", corpus, "--index", tmp_path / "index", "--json")
    assert scholiast(*arguments).returncode == 0
    corpus.write_text("\n".join(records[:5]))
    refused = scholiast(*arguments, "--prune")
    assert refused.returncode == 1
    assert b"Add --yes" in refused.stderr
    report = json.loads(scholiast(*arguments, "--prune", "--yes").stdout.splitlines()[-1])
    assert (report["papers_removed"], report["papers_unchanged"]) == (5, 5)


def test_b61_a_closed_standard_input_is_one_sentence(tmp_path: Path) -> None:
    command = f"exec {PROGRAM} build - --index {tmp_path / 'index'} <&-"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1


def test_b62_locale_time_zone_and_utf_8_mode_change_nothing(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text(
        '{"title": "Über Schlaf", "abstract": "Größe und Maß sind naïve Wörter — 深層学習."}\n', encoding="utf-8"
    )
    outputs = []
    for number, changed in enumerate(({}, {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "TZ": ""})):
        environment = {**os.environ, **changed}
        root = tmp_path / str(number)
        assert scholiast("build", corpus, "--index", root, env=environment).returncode == 0
        outputs.append(scholiast("search", "Schlaf", "--index", root, env=environment).stdout)
    assert outputs[0] == outputs[1]
    assert "Größe" in outputs[0].decode()


def test_b63_where_nothing_more_can_be_written_the_old_index_answers(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text("\n".join(json.dumps({"title": p.title, "abstract": p.abstract}) for p in map(paper, range(300))))
    root = tmp_path / "index"
    assert scholiast("build", SAMPLE, "--index", root).returncode == 0
    before = scholiast("search", "sleep", "--index", root).stdout

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_200_000, 1_200_000))

    done = scholiast("build", corpus, "--index", root, preexec_fn=limit)
    assert done.returncode == 1, done.stderr
    assert b"Traceback" not in done.stderr
    assert scholiast("search", "sleep", "--index", root).stdout == before
    assert scholiast("build", corpus, "--index", root).returncode == 0
