"""The local embedder, and the one that remembers."""

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import ModelDamaged
from index.vectors import canaries
from index.vectors.embedding import (
    MODEL,
    MODEL_SHA256,
    Embedder,
    Fingerprint,
    LocalEmbedder,
    Parts,
    Vectors,
)

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

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self.embed(texts)

    def embed_with_parts(self, texts: Sequence[str], parts: Parts) -> tuple[Vectors, Vectors]:
        return self.embed(texts), self._embedder.embed_with_parts(texts, parts)[1]


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
        name="scholiast-embedder-int8",
        weights_sha256=hashlib.sha256((MODEL / "embedder-int8.onnx").read_bytes()).hexdigest(),
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


@pytest.mark.parametrize("other", [{"query_prefix": "query: "}, {"revision": "v2"}, {"sentences": "none"}])
def test_a_field_that_was_added_is_written_where_it_says_something_alone(
    embedder: LocalEmbedder, other: dict[str, str]
) -> None:
    before = {"name", "weights_sha256", "tokenizer_sha256", "dimension", "pooling", "prefix", "max_tokens", "distance"}
    assert json.loads(embedder.fingerprint.to_json()).keys() == before
    changed = replace(embedder.fingerprint, **other)  # type: ignore[arg-type]
    assert json.loads(changed.to_json()).keys() == before | other.keys()


def test_a_query_of_the_shipped_embedder_is_read_as_a_passage_is(embedder: LocalEmbedder) -> None:
    assert embedder.embed_queries(TEXTS).tobytes() == embedder.embed(TEXTS).tobytes()


@pytest.mark.parametrize("name", list(MODEL_SHA256))
def test_an_altered_file_is_refused(tmp_path: Path, name: str) -> None:
    folder = Path(shutil.copytree(MODEL, tmp_path / "model"))
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    with pytest.raises(ModelDamaged, match=rf"{name} is not the one that was shipped\. Install Scholiast again\."):
        LocalEmbedder(folder)


@pytest.mark.parametrize("name", list(MODEL_SHA256))
def test_a_missing_file_is_refused(tmp_path: Path, name: str) -> None:
    (other,) = set(MODEL_SHA256) - {name}
    shutil.copy(MODEL / other, tmp_path)
    with pytest.raises(ModelDamaged, match=rf"{name} cannot be read \(No such file or directory\)"):
        LocalEmbedder(tmp_path)


TITLED = "Sleep of cats\nCats sleep most of the day. Dogs do not. 猫は眠る。"
SENTENCES = ((14, 41), (42, 53), (54, 59))


def test_a_text_has_the_same_vector_with_its_parts_and_without(embedder: LocalEmbedder) -> None:
    vectors, parts = embedder.embed_with_parts([TITLED, TEXTS[0]], [SENTENCES, ()])
    assert vectors.tobytes() == embedder.embed([TITLED, TEXTS[0]]).tobytes()
    assert (parts.shape, parts.dtype.name) == ((3, 384), "float32")
    np.testing.assert_allclose(np.linalg.norm(parts, axis=1), 1, atol=1e-5)


def test_the_whole_as_a_part_is_nearly_the_text(embedder: LocalEmbedder) -> None:
    # The text's own vector counts the pieces that mark its begin and its end too.
    vectors, parts = embedder.embed_with_parts([TEXTS[4]], [[(0, len(TEXTS[4]))]])
    assert vectors[0] @ parts[0] > 0.98


def test_a_part_is_nearest_to_the_question_that_it_answers(embedder: LocalEmbedder) -> None:
    _, parts = embedder.embed_with_parts([TITLED], [SENTENCES])
    cats, dogs = (parts @ embedder.embed([question])[0] for question in ("How long do cats sleep?", "And dogs?"))
    assert (cats.argmax(), dogs.argmax()) == (0, 1)


def test_parts_come_in_the_order_of_their_texts(embedder: LocalEmbedder) -> None:
    texts = [TITLED, TEXTS[4], TEXTS[0]]
    spans = [SENTENCES, [(0, 31), (32, 44)], []]
    _, together = embedder.embed_with_parts(texts, spans)
    alone = [embedder.embed_with_parts([text], [own])[1] for text, own in zip(texts, spans, strict=True)]
    assert together.tobytes() == np.concatenate(alone).tobytes()


def test_a_part_beyond_the_last_word_piece_is_embedded_by_itself(embedder: LocalEmbedder) -> None:
    text = "word " * 300 + "Cats sleep."
    _, (part,) = embedder.embed_with_parts([text], [[(1500, 1511)]])
    assert part.tobytes() == embedder.embed(["Cats sleep."])[0].tobytes()
