"""An embedder of the user's in a folder, laid out as sentence-transformers does; the shipped one's graph stands in for it."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.errors import ModelDamaged
from index.index import Index
from index.readers import read_corpus
from index.vectors import embedding
from index.vectors.embedding import MODEL, LocalEmbedder
from index.vectors.folder_embedder import FolderEmbedder
from tests.conftest import SAMPLE
from tests.index.told import build

TEXT = "Sleep of cats\nCats sleep most of the day. Dogs do not."
SENTENCES = ((14, 41), (42, 54))
KIND = "sentence_transformers.models."
MODULES = (("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize"))


def write(path: Path, said: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(said))


def laid_out(folder: Path, pooling: str = "mean_tokens", onnx: str = "onnx/model.onnx", **prompts: str) -> Path:
    """The shipped embedder as sentence-transformers would lay it out, with its tokens as an output."""
    write(
        folder / "modules.json",
        [{"idx": n, "name": str(n), "path": path, "type": KIND + kind} for n, (path, kind) in enumerate(MODULES)],
    )
    write(
        folder / "1_Pooling/config.json",
        {"word_embedding_dimension": 384, f"pooling_mode_{pooling}": True, "pooling_mode_sum": False},
    )
    write(folder / "sentence_bert_config.json", {"max_seq_length": 256, "do_lower_case": False})
    write(folder / "config_sentence_transformers.json", {"prompts": prompts, "similarity_fn_name": "cosine"})
    (folder / onnx).parent.mkdir(exist_ok=True)
    (folder / onnx).write_bytes((MODEL / "embedder-int8.onnx").read_bytes() + embedding._WITH_TOKENS)
    (folder / "tokenizer.json").write_bytes((MODEL / "tokenizer.json").read_bytes())
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return laid_out(tmp_path_factory.mktemp("models") / "mine")


def changed(folder: Path, tmp_path: Path, name: str, said: object) -> Path:
    """The folder with another content of one file, which is gone where that is None."""
    mine = tmp_path / "changed"
    for path in (one for one in folder.rglob("*") if one.is_file()):
        copied = mine / path.relative_to(folder)
        copied.parent.mkdir(parents=True, exist_ok=True)
        copied.symlink_to(path)
    (mine / name).unlink(missing_ok=True)
    if isinstance(said, bytes):
        (mine / name).write_bytes(said)
    elif said is not None:
        write(mine / name, said)
    return mine


def test_the_vectors_of_the_shipped_embedder_are_the_same_from_a_folder(folder: Path, embedder: LocalEmbedder) -> None:
    mine = FolderEmbedder(folder)
    texts, parts = [TEXT, "x", "word " * 300 + "Cats sleep."], [SENTENCES, (), [(1500, 1511)]]
    for ours, theirs in zip(mine.embed_with_parts(texts, parts), embedder.embed_with_parts(texts, parts), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)
    np.testing.assert_allclose(mine.embed(texts), embedder.embed(texts), atol=1e-5)
    np.testing.assert_allclose(mine.embed_queries([TEXT]), embedder.embed_queries([TEXT]), atol=1e-5)
    assert [each.shape for each in (mine.embed([]), *mine.embed_with_parts([], []))] == [(0, 384)] * 3


def test_its_fingerprint_holds_its_files_and_what_they_say(folder: Path, embedder: LocalEmbedder) -> None:
    mine, shipped = FolderEmbedder(folder).fingerprint, embedder.fingerprint
    assert (mine.name, mine.dimension, mine.pooling, mine.max_tokens, mine.sentences) == (
        "mine",
        384,
        "mean",
        256,
        "tokens",
    )
    assert mine.tokenizer_sha256 == shipped.tokenizer_sha256
    assert mine.weights_sha256 == hashlib.sha256((folder / "onnx/model.onnx").read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("pooling", "pooled"),
    [
        ("cls_token", lambda tokens: tokens[0]),
        ("max_tokens", lambda tokens: tokens.max(0)),
        ("lasttoken", lambda tokens: tokens[-1]),
        ("mean_tokens", lambda tokens: tokens.mean(0)),
    ],
)
def test_tokens_are_pooled_as_its_configuration_says(
    folder: Path, tmp_path: Path, pooling: str, pooled: Callable[[Any], Any]
) -> None:
    mine = FolderEmbedder(changed(folder, tmp_path, "1_Pooling/config.json", {f"pooling_mode_{pooling}": True}))
    tokens, _ = mine._run(TEXT)
    expected = pooled(tokens)
    np.testing.assert_allclose(mine.embed([TEXT])[0], expected / np.linalg.norm(expected), atol=1e-6)


def test_pooling_may_be_said_in_one_word(folder: Path, tmp_path: Path) -> None:
    said = {"embedding_dimension": 384, "pooling_mode": "cls", "include_prompt": True}
    assert FolderEmbedder(changed(folder, tmp_path, "1_Pooling/config.json", said)).fingerprint.pooling == "cls"


@pytest.mark.parametrize("sentences", ["calls", "none"])
def test_sentences_of_one_that_pools_no_mean_are_embedded_by_themselves_or_not_at_all(
    folder: Path, tmp_path: Path, sentences: Any
) -> None:
    cls = changed(folder, tmp_path, "1_Pooling/config.json", {"pooling_mode_cls_token": True})
    mine = FolderEmbedder(cls, sentences=sentences)
    vectors, parts = mine.embed_with_parts([TEXT], [SENTENCES])
    assert (vectors.shape, len(parts)) == ((1, 384), 2 if sentences == "calls" else 0)
    assert mine.fingerprint.sentences == sentences
    for part, (begin, end) in zip(parts, SENTENCES, strict=False):
        np.testing.assert_allclose(part, mine.embed([TEXT[begin:end]])[0], atol=1e-6)


def test_its_prompts_are_read_and_settings_come_before_them(folder: Path, tmp_path: Path) -> None:
    said = {"prompts": {"query": "Find: ", "document": "Text: "}}
    mine = changed(folder, tmp_path, "config_sentence_transformers.json", said)
    prompted, plain = FolderEmbedder(mine), FolderEmbedder(folder)
    assert (prompted.fingerprint.query_prefix, prompted.fingerprint.prefix) == ("Find: ", "Text: ")
    np.testing.assert_allclose(prompted.embed_queries(["cats"]), plain.embed_queries(["Find: cats"]), atol=1e-6)
    np.testing.assert_allclose(prompted.embed(["cats"]), plain.embed(["Text: cats"]), atol=1e-6)
    of_text, parts = prompted.embed_with_parts([TEXT], [SENTENCES])
    _, expected = plain.embed_with_parts([f"Text: {TEXT}"], [[(begin + 6, end + 6) for begin, end in SENTENCES]])
    np.testing.assert_allclose(parts, expected, atol=1e-6)
    np.testing.assert_allclose(of_text, plain.embed([f"Text: {TEXT}"]), atol=1e-6)
    without = FolderEmbedder(mine, "", "").fingerprint
    assert (without.query_prefix, without.prefix) == ("", "")


def test_known_prefixes_are_filled_in_by_the_name_of_the_folder(tmp_path: Path) -> None:
    assert FolderEmbedder(laid_out(tmp_path / "e5-small-v2")).fingerprint.query_prefix == "query: "


def test_the_model_may_lie_in_the_folder_itself_and_its_weights_beside_it(tmp_path: Path) -> None:
    mine = laid_out(tmp_path / "mine", onnx="model.onnx")
    alone = FolderEmbedder(mine).fingerprint.weights_sha256
    (mine / "model.onnx_data").write_bytes(b"more")
    more = FolderEmbedder(mine).fingerprint.weights_sha256
    (mine / "model.onnx_data").write_bytes(b"others")
    assert len({alone, more, FolderEmbedder(mine).fingerprint.weights_sha256}) == 3


@pytest.mark.parametrize("name", ["modules.json", "1_Pooling/config.json", "tokenizer.json"])
def test_a_file_that_is_missing_is_named(folder: Path, tmp_path: Path, name: str) -> None:
    mine = changed(folder, tmp_path, name, None)
    with pytest.raises(ModelDamaged, match=rf"The embedder's file {mine / name} is missing\."):
        FolderEmbedder(mine)


def test_what_may_be_missing_has_a_default(folder: Path, tmp_path: Path) -> None:
    mine = changed(folder, tmp_path, "sentence_bert_config.json", None)
    (mine / "config_sentence_transformers.json").unlink()
    said = FolderEmbedder(mine).fingerprint
    assert (said.max_tokens, said.prefix, said.query_prefix) == (512, "", "")


@pytest.mark.parametrize("unread", ["pytorch_model.bin", "model.safetensors"])
def test_without_an_onnx_model_nothing_else_is_loaded(folder: Path, tmp_path: Path, unread: str) -> None:
    mine = changed(folder, tmp_path, "onnx/model.onnx", None)
    (mine / unread).write_bytes(b"cos\nsystem\n(S'touch hacked'\ntR.")
    with pytest.raises(
        ModelDamaged,
        match=rf"has no onnx/model\.onnx and no model\.onnx\. {unread} is not read\. Export one: optimum-cli",
    ):
        FolderEmbedder(mine)
    assert not Path("hacked").exists()


DENSE = [*MODULES[:2], ("2_Dense", "Dense")]


def modules(*listed: tuple[object, str]) -> list[dict[str, object]]:
    return [{"path": path, "type": KIND + kind} for path, kind in listed]


@pytest.mark.parametrize(
    ("name", "said", "told"),
    [
        ("modules.json", modules(*DENSE), "lists the modules Transformer, Pooling, Dense; what is read is"),
        ("modules.json", modules(("", "Transformer")), "lists the modules Transformer; what is read is"),
        ("modules.json", [], "lists the modules none"),
        (
            "modules.json",
            [{"path": "", "type": "custom_st.Transformer"}, *modules(("1_Pooling", "Pooling"))],
            "lists the modules custom_st.Transformer, Pooling; what is read is",
        ),
        ("modules.json", {}, "is no list of modules"),
        ("modules.json", b"[" * 90_000, "cannot be read"),
        ("modules.json", b"\xff", "cannot be read"),
        (
            "modules.json",
            modules(("", "Transformer"), ("../..", "Pooling")),
            "names ../.., which lies outside of the folder",
        ),
        (
            "modules.json",
            modules(("/etc", "Transformer"), ("", "Pooling")),
            "names /etc, which lies outside of the folder",
        ),
        ("1_Pooling/config.json", {"pooling_mode_weightedmean_tokens": True}, "says a pooling that is not read"),
        ("1_Pooling/config.json", {"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": True}, "says a pooling"),
        ("1_Pooling/config.json", {"pooling_mode_mean_tokens": True, "include_prompt": False}, "says a pooling"),
        ("1_Pooling/config.json", {}, "says a pooling that is not read"),
        ("1_Pooling/config.json", [], "is no object of JSON"),
        ("tokenizer.json", {"version": "1.0"}, "is no tokenizer"),
        ("tokenizer.json", b"\x80\x04.", "is no tokenizer"),
        ("onnx/model.onnx", b"no model", "cannot be loaded"),
        ("onnx/model.onnx", b"", "cannot be loaded"),
    ],
)
def test_what_is_not_as_it_should_be_is_told_in_a_sentence(
    folder: Path, tmp_path: Path, name: str, said: object, told: str
) -> None:
    with pytest.raises(ModelDamaged) as raised:
        FolderEmbedder(changed(folder, tmp_path, name, said))
    assert told in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_model_without_an_output_of_tokens_is_told(folder: Path, tmp_path: Path) -> None:
    mine = changed(folder, tmp_path, "onnx/model.onnx", (MODEL / "embedder-int8.onnx").read_bytes())
    with pytest.raises(ModelDamaged, match="has no output of tokens, such as last_hidden_state, but embedding"):
        FolderEmbedder(mine)


def test_vectors_that_are_compared_otherwise_and_not_normalised_are_refused(folder: Path, tmp_path: Path) -> None:
    mine = changed(folder, tmp_path, "config_sentence_transformers.json", {"similarity_fn_name": "dot"})
    assert FolderEmbedder(mine)
    (mine / "modules.json").unlink()
    write(mine / "modules.json", modules(*MODULES[:2]))
    with pytest.raises(ModelDamaged, match="compared by dot, and no module normalises"):
        FolderEmbedder(mine)


def test_the_sample_is_built_and_searched_with_it(folder: Path, tmp_path: Path) -> None:
    mine = FolderEmbedder(folder)
    report = build(tmp_path / "index", read_corpus([str(SAMPLE)]), mine)
    assert report.papers_added == 77
    index = Index.open(tmp_path / "index", mine)
    (hit,) = index.search("What is the curse of depth?", 1)
    index.close()
    assert hit.passage.paper.title == "The Curse of Depth in Large Language Models"
