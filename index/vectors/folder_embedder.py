"""`FolderEmbedder`: an embedder of the user's, as an ONNX model and a tokenizer in a folder."""

import hashlib
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnxruntime.capi import onnxruntime_pybind11_state as raised
from tokenizers import Tokenizer

from index.errors import EmbedderFailed, ModelDamaged
from index.sentences import Span
from index.vectors.apart import with_parts
from index.vectors.embedding import Fingerprint, Parts, Sentences, Vectors, means_of_parts
from index.vectors.layout import Layout, layout

# All that onnxruntime raises for a model that it cannot load or run.
_RAISED = (
    *(raised.Fail, raised.InvalidArgument, raised.InvalidGraph, raised.InvalidProtobuf, raised.NoSuchFile),
    *(raised.NotImplemented, raised.RuntimeException, raised.EPFail, RuntimeError, ValueError),
)
# What a model is told of a text, by the names of its inputs.
_INPUTS = {"input_ids", "attention_mask", "token_type_ids", "position_ids"}
# What exporters call the output of the last layer; else it is the first that has three axes.
_TOKENS = ("last_hidden_state", "token_embeddings", "hidden_states")


class FolderEmbedder:
    """Embeds by an ONNX model in the layout of sentence-transformers; nothing in the folder is run but that graph.

    Pooling, prompts and length are what its files say, see `layout`; prefixes that are given come before its prompts. One
    text a run, `threads` of them side by side, so that a vector does not depend on its neighbours. Where the mean is pooled,
    a part has the mean over its own word pieces; else `sentences` says whether it is embedded by itself. Raises
    `ModelDamaged` naming the file that is missing or that is none.
    """

    def __init__(
        self,
        folder: Path,
        query_prefix: str | None = None,
        passage_prefix: str | None = None,
        sentences: Sentences = "calls",
        threads: int | None = None,
    ) -> None:
        self._layout = layout(folder)
        self._prefixes = self._layout.prefixes.but(query_prefix, passage_prefix)
        self._sentences: Sentences = "tokens" if self._layout.pooling == "mean" else sentences
        self._tokenizer, tokenizer = _tokenizer(self._layout)
        self._session = _session(self._layout.weights)
        self._inputs = [one.name for one in self._session.get_inputs()]
        self._output = _output(self._session, self._layout.weights)
        if unknown := {*self._inputs} - _INPUTS:
            raise ModelDamaged(
                f"The model {self._layout.weights} wants {', '.join(sorted(unknown))}, which is not known."
            )
        self._pool = ThreadPoolExecutor(threads or os.cpu_count() or 1, thread_name_prefix="embed")
        self._fingerprint = Fingerprint(
            name=self._layout.name,
            weights_sha256=_sha256(*sorted(self._layout.weights.parent.glob(f"{self._layout.weights.name}*"))),
            tokenizer_sha256=tokenizer,
            dimension=len(self._pooled(self._run("dimension")[0])),
            pooling=self._layout.pooling,
            prefix=self._prefixes.passage,
            max_tokens=self._layout.max_tokens,
            distance="cosine",
            query_prefix=self._prefixes.query,
            sentences=self._sentences,
        )

    @property
    def fingerprint(self) -> Fingerprint:
        """What the index remembers of this embedder."""
        return self._fingerprint

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a passage, shape (len(texts), dimension), float32."""
        found = [*self._pool.map(self._of_passage, texts)]
        return np.stack(found) if found else self._nothing

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a query, shape (len(texts), dimension)."""
        found = [*self._pool.map(self._of_query, texts)]
        return np.stack(found) if found else self._nothing

    def embed_with_parts(self, texts: Sequence[str], parts: Parts) -> tuple[Vectors, Vectors]:
        """Return one unit vector a passage, and one a part; a part beyond the last word piece is embedded by itself."""
        if self._sentences != "tokens":
            return with_parts(self.embed, texts, parts, self._sentences)
        if not texts:
            return self._nothing, self._nothing
        found = [*self._pool.map(self._with_parts, texts, parts)]
        return np.stack([vector for vector, _ in found]), np.concatenate([of_parts for _, of_parts in found])

    @property
    def _nothing(self) -> Vectors:
        return np.empty((0, self._fingerprint.dimension), np.float32)

    def _of_query(self, text: str) -> Vectors:
        return self._pooled(self._run(self._prefixes.query + text)[0])

    def _of_passage(self, text: str) -> Vectors:
        return self._pooled(self._run(self._prefixes.passage + text)[0])

    def _with_parts(self, text: str, parts: Sequence[Span]) -> tuple[Vectors, Vectors]:
        prefix = self._prefixes.passage
        tokens, offsets = self._run(prefix + text)
        if not parts:
            return self._pooled(tokens), self._nothing
        means = means_of_parts(tokens, offsets, [(len(prefix) + begin, len(prefix) + end) for begin, end in parts])
        each = [
            self._of_passage(text[begin:end]) if mean is None else mean
            for (begin, end), mean in zip(parts, means, strict=True)
        ]
        return self._pooled(tokens), np.stack(each)

    def _run(self, text: str) -> tuple[Vectors, Sequence[Span]]:
        """The vectors of the word pieces of a text, shape (pieces, dimension), and their spans."""
        read = self._tokenizer.encode(text)
        ids = np.array([read.ids], np.int64)
        told: Mapping[str, NDArray[np.int64]] = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "token_type_ids": np.zeros_like(ids),
            "position_ids": np.arange(ids.shape[1])[np.newaxis],
        }
        try:
            (tokens,) = self._session.run([self._output], {name: told[name] for name in self._inputs})
        except _RAISED as error:
            raise EmbedderFailed(f"The model {self._layout.weights} failed: {_line(error)}.") from None
        return np.asarray(tokens[0], np.float32), read.offsets

    def _pooled(self, tokens: Vectors) -> Vectors:
        match self._layout.pooling:
            case "cls":
                pooled = tokens[0]
            case "max":
                pooled = tokens.max(0)
            case "lasttoken":
                pooled = tokens[-1]
            case _:
                pooled = tokens.mean(0)
        length = np.linalg.norm(pooled)
        if not (np.isfinite(length) and length):
            raise EmbedderFailed(f"The model {self._layout.weights} gave a vector of no length, or of no numbers.")
        unit: Vectors = pooled / length
        return unit


def _tokenizer(said: Layout) -> tuple[Tokenizer, str]:
    content = said.tokenizer.read_bytes()
    try:
        tokenizer = Tokenizer.from_buffer(content)
    except (ValueError, TypeError) as error:
        raise ModelDamaged(f"The embedder's file {said.tokenizer} is no tokenizer ({_line(error)}).") from None
    tokenizer.no_padding()
    tokenizer.enable_truncation(said.max_tokens)
    return tokenizer, hashlib.sha256(content).hexdigest()


def _session(weights: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        # By its path, for what a large model keeps in files beside it.
        return onnxruntime.InferenceSession(str(weights), options, providers=["CPUExecutionProvider"])
    except _RAISED as error:
        raise ModelDamaged(f"The embedder's file {weights} cannot be loaded ({_line(error)}).") from None


def _output(session: onnxruntime.InferenceSession, weights: Path) -> str:
    names: Mapping[str, Sequence[object] | None] = {one.name: one.shape for one in session.get_outputs()}
    found = [name for name in _TOKENS if name in names] + [
        name for name, shape in names.items() if len(shape or ()) == 3
    ]
    if not found:
        raise ModelDamaged(
            f"The model {weights} has no output of tokens, such as {_TOKENS[0]}, but {', '.join(names)}. Export it with: "
            "optimum-cli export onnx --task feature-extraction --model MODEL FOLDER"
        )
    return found[0]


def _sha256(*paths: Path) -> str:
    """One sha256 over the model and what lies beside it under its name, which are the rest of its weights."""
    digests = [_digest(path) for path in paths]
    return digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200].rstrip(".")
