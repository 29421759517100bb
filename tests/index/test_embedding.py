"""The local embedder, and the one that remembers."""

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import canaries
from index.embedding import (
    MINILM_SHA256,
    MODELS,
    Embedder,
    Fingerprint,
    LocalEmbedder,
    Remembering,
    Vectors,
)
from index.errors import ModelDamaged

MODEL = MODELS / "all-MiniLM-L6-v2-int8"
TEXTS = [
    "Large language models answer questions.",
    "x",
    "",
    "模型很好。",
    "A passage of several sentences. It goes on. And on, with figures such as 64.4% and names such as iDisc.",
    "😀",
]


class Counting:
    """The real embedder, which writes down every text that it embeds, but for those that an index is known by."""

    def __init__(self, embedder: Embedder, **fingerprint: str) -> None:
        self._embedder = embedder
        self.fingerprint: Fingerprint = replace(embedder.fingerprint, **fingerprint)  # type: ignore[arg-type]
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.embedded += [text for text in texts if text not in canaries.TEXTS]
        return self._embedder.embed(texts)


@pytest.fixture(scope="module")
def alone(embedder: LocalEmbedder) -> dict[str, bytes]:
    """The vector of each text, embedded alone."""
    return {text: embedder.embed([text])[0].tobytes() for text in TEXTS}


@settings(max_examples=15)
@given(texts=st.lists(st.sampled_from(TEXTS), min_size=2, max_size=8))
def test_a_vector_does_not_depend_on_its_neighbours(
    texts: list[str], embedder: LocalEmbedder, alone: dict[str, bytes]
) -> None:
    assert [vector.tobytes() for vector in embedder.embed(texts)] == [alone[text] for text in texts]


def test_a_vector_does_not_depend_on_the_number_of_threads(alone: dict[str, bytes]) -> None:
    for threads in (1, 3):
        assert [v.tobytes() for v in LocalEmbedder(threads=threads).embed(TEXTS)] == list(alone.values())


def test_vectors_have_unit_length(embedder: LocalEmbedder) -> None:
    vectors = embedder.embed(TEXTS)
    assert (vectors.shape, vectors.dtype.name) == ((len(TEXTS), 384), "float32")
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_no_texts_have_no_vectors(embedder: LocalEmbedder) -> None:
    vectors = embedder.embed([])
    assert (vectors.shape, vectors.dtype.name) == ((0, 384), "float32")


def test_texts_of_one_meaning_are_nearer_than_others(embedder: LocalEmbedder) -> None:
    cat, kitten, tax = embedder.embed(["A cat sleeps.", "The kitten is napping.", "Income tax law was amended."])
    assert cat @ kitten > 0.5 > cat @ tax


def test_a_text_above_the_limit_is_cut_not_refused(embedder: LocalEmbedder) -> None:
    words = ["word"] * 2_000
    one, other = embedder.embed([" ".join(words), " ".join([*words, "cat"])])
    assert one.tobytes() == other.tobytes()


def test_the_fingerprint_is_that_of_the_files(embedder: LocalEmbedder) -> None:
    assert embedder.fingerprint == Fingerprint(
        name="all-MiniLM-L6-v2-int8",
        weights_sha256=hashlib.sha256((MODEL / "minilm-int8.onnx").read_bytes()).hexdigest(),
        tokenizer_sha256=hashlib.sha256((MODEL / "tokenizer.json").read_bytes()).hexdigest(),
        dimension=384,
        pooling="mean",
        prefix="",
        max_tokens=256,
        distance="cosine",
    )


def test_a_fingerprint_is_one_canonical_line(embedder: LocalEmbedder) -> None:
    line = embedder.fingerprint.to_json()
    assert "\n" not in line
    assert line == replace(embedder.fingerprint).to_json()
    assert line != replace(embedder.fingerprint, prefix="query: ").to_json()


@pytest.mark.parametrize("name", list(MINILM_SHA256))
def test_an_altered_file_is_refused(tmp_path: Path, name: str) -> None:
    folder = Path(shutil.copytree(MODEL, tmp_path / "model"))
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    with pytest.raises(ModelDamaged, match=rf"{name} is not the one that was shipped\. Install Scholiast again\."):
        LocalEmbedder(folder)


@pytest.mark.parametrize("name", list(MINILM_SHA256))
def test_a_missing_file_is_refused(tmp_path: Path, name: str) -> None:
    (other,) = set(MINILM_SHA256) - {name}
    shutil.copy(MODEL / other, tmp_path)
    with pytest.raises(ModelDamaged, match=rf"{name} cannot be read \(No such file or directory\)"):
        LocalEmbedder(tmp_path)


def test_remembering_gives_the_same_vectors(embedder: LocalEmbedder, alone: dict[str, bytes]) -> None:
    remembering = Remembering(embedder)
    for texts in (TEXTS[:3], TEXTS, TEXTS[::-1], [TEXTS[0], TEXTS[0]]):
        assert [vector.tobytes() for vector in remembering.embed(texts)] == [alone[text] for text in texts]


def test_what_is_remembered_is_not_embedded_again(embedder: LocalEmbedder) -> None:
    counting = Counting(embedder)
    remembering = Remembering(counting)
    for texts in (["a", "b", "a"], ["b", "c"], ["a"]):
        remembering.embed(texts)
    assert sorted(counting.embedded) == ["a", "b", "c"]


def test_the_text_that_was_not_asked_for_longest_is_forgotten_first(embedder: LocalEmbedder) -> None:
    counting = Counting(embedder)
    remembering = Remembering(counting, size=2)
    for text in ("a", "b", "a", "c", "a", "b"):
        remembering.embed([text])
    assert counting.embedded == ["a", "b", "c", "b"]


def test_more_texts_than_are_remembered_are_embedded_all_the_same(
    embedder: LocalEmbedder, alone: dict[str, bytes]
) -> None:
    vectors = Remembering(embedder, size=2).embed(TEXTS)
    assert [vector.tobytes() for vector in vectors] == list(alone.values())


def test_remembering_nothing_is_no_vectors(embedder: LocalEmbedder) -> None:
    assert Remembering(embedder).embed([]).shape == (0, 384)


def test_remembering_has_the_fingerprint_of_what_it_remembers(embedder: LocalEmbedder) -> None:
    assert Remembering(Counting(embedder, name="other")).fingerprint.name == "other"
