"""An index and an embedder, or rules, that do not belong together: noticed when it is opened and when it is built."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.invented import HashEmbedder, paper
from index import made_with
from index.errors import IndexDamaged, IndexMismatch
from index.index import Index
from index.vectors.embedding import Fingerprint, LocalEmbedder, Vectors
from tests.index.told import build

PAPERS = [paper(number) for number in range(6)]


class Other(HashEmbedder):
    """The embedder of the index, changed in what it says of itself, or in what it does."""

    def __init__(self, change: Callable[[Vectors], Vectors] = np.asarray, dimension: int = 32, **said: object) -> None:
        super().__init__(dimension)
        self.fingerprint: Fingerprint = replace(self.fingerprint, **said)  # type: ignore[arg-type]
        self._change = change

    def embed(self, texts: Sequence[str]) -> Vectors:
        return self._change(super().embed(texts))


OTHERS = {
    "another model of another dimension": Other(dimension=48, name="other", weights_sha256="1" * 64),
    "another model of the same dimension": Other(np.negative, name="other", weights_sha256="1" * 64),
    "other weights under the same name": Other(np.negative, weights_sha256="1" * 64),
    "quantised weights": Other(lambda vectors: np.round(vectors, 1), weights_sha256="2" * 64),
    "another prefix": Other(prefix="passage: "),
    "another prefix of queries": Other(query_prefix="query: "),
    "another revision": Other(revision="2"),
    "other sentence vectors": Other(sentences="calls"),
    "no normalisation, not said": Other(lambda vectors: vectors * 3),
    "another distance": Other(distance="l2"),
    "another length": Other(max_tokens=512),
    "another tokenizer": Other(tokenizer_sha256="3" * 64),
    "truncated vectors, not said": Other(lambda vectors: np.where(np.arange(32) < 16, vectors, 0)),
    "other vectors, not said": Other(lambda vectors: np.roll(vectors, 1, axis=1)),
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    build(tmp_path / "index", PAPERS, HashEmbedder())
    return tmp_path / "index"


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_another_embedder_is_noticed_when_the_index_is_opened_and_when_it_is_built(root: Path, other: Other) -> None:
    with pytest.raises(IndexMismatch, match=f"Embed its papers anew with: scholiast build --reembed --index {root}"):
        Index.open(root, other)
    with pytest.raises(IndexMismatch, match=f"Embed its papers anew with: scholiast build --reembed --index {root}"):
        build(root, PAPERS, other)
    index = Index.open(root, HashEmbedder())
    assert len(index.search("abstract", 30)) > 5
    index.close()


def test_other_rules_of_passages_are_noticed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(made_with, "RULES", "other rules")
    with pytest.raises(IndexMismatch, match=r"the index has sentences/1.*this program other rules"):
        Index.open(root, HashEmbedder())
    with pytest.raises(IndexMismatch, match="other rules"):
        build(root, PAPERS, HashEmbedder())


def test_a_missing_manifest_is_noticed(root: Path) -> None:
    next(root.glob("generations/*/manifest.json")).unlink()
    with pytest.raises(IndexDamaged, match="scholiast doctor"):
        Index.open(root, HashEmbedder())


def test_both_sides_are_named(root: Path) -> None:
    with pytest.raises(IndexMismatch) as caught:
        Index.open(root, Other(max_tokens=512))
    sides = [json.loads(side) for side in re.findall(r"\{.*?\}", str(caught.value))]
    assert [side["max_tokens"] for side in sides] == [256, 512]


@pytest.mark.parametrize("threads", [1, 2])
def test_the_same_embedder_is_never_taken_for_another(sample_index: Path, threads: int) -> None:
    for _ in range(5):
        Index.open(sample_index, LocalEmbedder(threads=threads)).close()
