"""The `Embedder` plug-point, and the local embedder that works with no key and no network."""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.errors import ModelDamaged
from index.sentences import Span

Vectors = NDArray[np.float32]
Parts = Sequence[Sequence[Span]]
# How a sentence gets its vector: from the tokens of its text, as a text of its own, or not at all.
Sentences = Literal["tokens", "calls", "none"]

MODEL = Path(__file__).parent / "models" / "scholiast-embedder-int8"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
MODEL_SHA256 = {
    "embedder-int8.onnx": "36fbaaea09618876b0d1a2ad26ff88db00fb67b6e228e89aea6e007fc11e6e0a",
    "tokenizer.json": TOKENIZER_SHA256,
}


# Not written into a manifest where they have these values, so that an index from before there were such fields is the same.
DEFAULTS: Mapping[str, object] = {"query_prefix": "", "revision": "", "sentences": "tokens"}


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What must be the same for two vectors to be comparable.

    `prefix` stands before each passage, `query_prefix` before each query. Of a model that somebody else runs the files are
    not known, and both sha256 empty; `revision` is then what its user calls this state of it.
    """

    name: str
    weights_sha256: str
    tokenizer_sha256: str
    dimension: int
    pooling: str
    prefix: str
    max_tokens: int
    distance: str
    query_prefix: str = ""
    revision: str = ""
    sentences: Sentences = "tokens"

    def to_json(self) -> str:
        """One canonical line, as it stands in a manifest."""
        said = {name: value for name, value in asdict(self).items() if DEFAULTS.get(name) != value}
        return json.dumps(said, sort_keys=True)


class Embedder(Protocol):
    """Texts to vectors. Passages and queries may be told apart by what the model reads before them."""

    @property
    def fingerprint(self) -> Fingerprint:
        """What the index remembers of this embedder."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a passage, shape (len(texts), dimension), float32."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a query, shape (len(texts), dimension), float32."""
        ...

    def embed_with_parts(self, texts: Sequence[str], parts: Parts) -> tuple[Vectors, Vectors]:
        """Return what `embed` returns, and one unit vector a part, shape (number of all parts, dimension), in order.

        `parts` are character spans, for each text its own. Where the fingerprint says `sentences="none"`, no part has a
        vector.
        """
        ...


# The output of the last layer, declared as an output of the model beside its vector: the field `graph` (7) of a
# ModelProto, in it `output` (12) with the `name` (1). Protocol buffers merge messages that are written one after another.
_TOKENS = b"l5h2"
_WITH_TOKENS = bytes([7 << 3 | 2, len(_TOKENS) + 4, 12 << 3 | 2, len(_TOKENS) + 2, 1 << 3 | 2, len(_TOKENS)]) + _TOKENS


class LocalEmbedder:
    """Our own embedder (MODEL_CARD.md), int8, by onnxruntime: 384 dimensions, mean pooling, at most 256 word pieces.

    One text a run: the scale of dynamic int8 depends on the batch, so in a batch a text's vector would depend on its
    neighbours. Texts run side by side on `threads` threads instead. A part of a text is embedded as it was read within
    the text: its vector is the mean over its own word pieces (late chunking, Günther et al. 2024). Raises `ModelDamaged` if a file is not the one
    whose sha256 stands in this module.
    """

    def __init__(self, folder: Path = MODEL, threads: int | None = None) -> None:
        weights, tokenizer = (verified(folder / name, sha256) for name, sha256 in MODEL_SHA256.items())
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            weights + _WITH_TOKENS, options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = Tokenizer.from_buffer(tokenizer)
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(self.fingerprint.max_tokens)
        self._pool = ThreadPoolExecutor(threads or os.cpu_count() or 1, thread_name_prefix="embed")

    @property
    def fingerprint(self) -> Fingerprint:
        """What the index remembers of this embedder."""
        return Fingerprint(
            name="scholiast-embedder-int8",
            weights_sha256=MODEL_SHA256["embedder-int8.onnx"],
            tokenizer_sha256=MODEL_SHA256["tokenizer.json"],
            dimension=384,
            pooling="mean",
            prefix="",
            max_tokens=256,
            distance="cosine",
        )

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text, shape (len(texts), 384), float32."""
        return self.embed_with_parts(texts, [()] * len(texts))[0]

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a query, shape (len(texts), 384); one is read as a passage is."""
        return self.embed(texts)

    def embed_with_parts(self, texts: Sequence[str], parts: Parts) -> tuple[Vectors, Vectors]:
        """Return one unit vector a text, and one a part; a part beyond the last word piece is embedded by itself."""
        if not texts:
            return self._nothing, self._nothing
        found = [*(map if len(texts) < 2 else self._pool.map)(self._run, texts, parts)]
        return np.stack([vector for vector, _ in found]), np.concatenate([of_parts for _, of_parts in found])

    @property
    def _nothing(self) -> Vectors:
        return np.empty((0, self.fingerprint.dimension), np.float32)

    def _run(self, text: str, parts: Sequence[Span]) -> tuple[Vectors, Vectors]:
        read = self._tokenizer.encode(text)
        ids = np.array([read.ids], np.int64)
        vectors, tokens = self._session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        if not parts:
            return vectors[0], self._nothing
        means = means_of_parts(tokens[0], read.offsets, parts)
        return vectors[0], np.stack(
            [
                self._run(text[begin:end], ())[0] if mean is None else mean
                for (begin, end), mean in zip(parts, means, strict=True)
            ]
        )


def means_of_parts(tokens: Vectors, offsets: Sequence[Span], parts: Sequence[Span]) -> tuple[Vectors | None, ...]:
    """Return for each part of a text, as a unit vector, the mean over the word pieces that lie in it, None where none does.

    `tokens` are their vectors, shape (pieces, dimension), `offsets` their spans (late chunking, Günther et al. 2024).
    """
    begins, ends = np.array(offsets).T
    owns = ((begins >= begin) & (ends <= end) & (begins < ends) for begin, end in parts)
    means = (tokens[own].mean(0) if own.any() else None for own in owns)
    return tuple(None if mean is None else mean / np.linalg.norm(mean) for mean in means)


def verified(path: Path, sha256: str) -> bytes:
    """Return what a shipped file holds. Raises `ModelDamaged` if it cannot be read or its sha256 is another."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelDamaged(
            f"The model file {path} cannot be read ({error.strerror}). Install Scholiast again."
        ) from None
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ModelDamaged(f"The model file {path} is not the one that was shipped. Install Scholiast again.")
    return content
