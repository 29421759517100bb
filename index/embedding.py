"""The `Embedder` plug-point, and the local embedder that works with no key and no network."""

import hashlib
import json
import os
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from typing import Protocol

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.errors import ModelDamaged

Vectors = NDArray[np.float32]

MODELS = Path(__file__).parent / "models"
MINILM_SHA256 = {
    "minilm-int8.onnx": "6e229024be6112c2190784f3ed964b78cc14c8d5dbd06e2018f30c457309c82d",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What must be the same for two vectors to be comparable."""

    name: str
    weights_sha256: str
    tokenizer_sha256: str
    dimension: int
    pooling: str
    prefix: str
    max_tokens: int
    distance: str

    def to_json(self) -> str:
        """One canonical line, as it stands in a manifest."""
        return json.dumps(asdict(self), sort_keys=True)


class Embedder(Protocol):
    """Texts to vectors."""

    @property
    def fingerprint(self) -> Fingerprint:
        """What the index remembers of this embedder."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text, shape (len(texts), dimension), float32."""
        ...


class LocalEmbedder:
    """all-MiniLM-L6-v2, quantised to int8, by onnxruntime: 384 dimensions, mean pooling, at most 256 word pieces.

    One text a run: the scale of dynamic int8 depends on the batch, so in a batch a text's vector would depend on its
    neighbours. Texts run side by side on `threads` threads instead. Raises `ModelDamaged` if a file is not the one
    whose sha256 stands in this module.
    """

    def __init__(self, folder: Path = MODELS / "all-MiniLM-L6-v2-int8", threads: int | None = None) -> None:
        weights, tokenizer = (_verified(folder / name, sha256) for name, sha256 in MINILM_SHA256.items())
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_buffer(tokenizer)
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(self.fingerprint.max_tokens)
        self._pool = ThreadPoolExecutor(threads or os.cpu_count() or 1, thread_name_prefix="embed")

    @property
    def fingerprint(self) -> Fingerprint:
        """What the index remembers of this embedder."""
        return Fingerprint(
            name="all-MiniLM-L6-v2-int8",
            weights_sha256=MINILM_SHA256["minilm-int8.onnx"],
            tokenizer_sha256=MINILM_SHA256["tokenizer.json"],
            dimension=384,
            pooling="mean",
            prefix="",
            max_tokens=256,
            distance="cosine",
        )

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text, shape (len(texts), 384), float32."""
        rows = map(self._run, texts) if len(texts) < 2 else self._pool.map(self._run, texts)
        return np.stack([*rows]) if texts else np.empty((0, self.fingerprint.dimension), np.float32)

    def _run(self, text: str) -> Vectors:
        ids = np.array([self._tokenizer.encode(text).ids], np.int64)
        outputs = self._session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        vector: Vectors = outputs[0][0]
        return vector


class Remembering:
    """An `Embedder` that keeps the vectors of the last `size` texts, for the sentences of papers asked about again."""

    def __init__(self, embedder: Embedder, size: int = 20_000) -> None:
        self._embedder = embedder
        self._size = size
        self._known: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = Lock()

    @property
    def fingerprint(self) -> Fingerprint:
        """The fingerprint of the embedder inside."""
        return self._embedder.fingerprint

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return the same vectors as the embedder inside, computing only those it does not remember."""
        with self._lock:
            found = {text: self._known[text] for text in texts if text in self._known}
        new = [text for text in dict.fromkeys(texts) if text not in found]
        found |= zip(new, self._embedder.embed(new), strict=True)
        with self._lock:
            for text, vector in found.items():
                self._known[text] = vector
                self._known.move_to_end(text)
            while len(self._known) > self._size:
                self._known.popitem(last=False)
        return np.stack([found[text] for text in texts]) if texts else self._embedder.embed(())


def _verified(path: Path, sha256: str) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelDamaged(
            f"The embedder's file {path} cannot be read ({error.strerror}). Install Scholiast again."
        ) from None
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ModelDamaged(f"The embedder's file {path} is not the one that was shipped. Install Scholiast again.")
    return content
