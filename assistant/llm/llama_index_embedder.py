"""`LlamaIndexEmbedder`: any `BaseEmbedding` of LlamaIndex behind the plug-point of an embedder."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from functools import cached_property
from typing import Protocol, TypeVar

import numpy as np

from assistant.llm.refusals import Peer
from index.errors import EmbedderFailed
from index.vectors.apart import united, with_parts
from index.vectors.embedding import Fingerprint, Parts, Sentences, Vectors
from index.vectors.prefixes import NONE, Prefixes

T = TypeVar("T")

# Texts that it is given at once; it makes requests of its own size of them.
_TEXTS = 64


class EmbedsTexts(Protocol):
    """What is asked of a `BaseEmbedding` of LlamaIndex."""

    def get_text_embedding_batch(self, texts: list[str]) -> list[list[float]]:
        """Return a vector for each text."""
        ...

    def get_query_embedding(self, query: str) -> list[float]:
        """Return the vector of a query."""
        ...


class LlamaIndexEmbedder:
    """Embeds with an embedding of LlamaIndex, in Python: `build(root, records, LlamaIndexEmbedder(HuggingFaceEmbedding(…)))`.

    Vectors are checked and made unit vectors. Most of LlamaIndex's embeddings put instructions of their own before queries
    and texts; `prefixes` are for those that do not. `revision` is what you call this state of the model. Each call may take
    `seconds`. Raises `EmbedderFailed`, whatever LlamaIndex raises.
    """

    def __init__(
        self,
        embedding: EmbedsTexts,
        prefixes: Prefixes = NONE,
        revision: str = "",
        sentences: Sentences = "calls",
        seconds: float = 600.0,
    ) -> None:
        self._embedding = embedding
        self._prefixes = prefixes
        self._revision = revision
        self._sentences = sentences
        self._seconds = seconds
        key = getattr(embedding, "api_key", None)
        self._model = str(getattr(embedding, "model_name", type(embedding).__name__))
        self._peer = Peer(
            f"The embedding {type(embedding).__name__} of LlamaIndex", self._model, key if isinstance(key, str) else ""
        )
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="embedding")

    @property
    def fingerprint(self) -> Fingerprint:
        """What the index remembers of this embedder."""
        return Fingerprint(
            name=self._model,
            weights_sha256="",
            tokenizer_sha256="",
            dimension=self._dimension,
            pooling="of LlamaIndex",
            prefix=self._prefixes.passage,
            max_tokens=0,
            distance="cosine",
            query_prefix=self._prefixes.query,
            revision=self._revision,
            sentences=self._sentences,
        )

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a passage, shape (len(texts), dimension), float32."""
        told = [self._prefixes.passage + text for text in texts]
        batches = [told[begin : begin + _TEXTS] for begin in range(0, len(told), _TEXTS)]
        found = [self._united(self._embedding.get_text_embedding_batch, batch, len(batch)) for batch in batches]
        return np.concatenate(found) if found else np.empty((0, self._dimension), np.float32)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a query, shape (len(texts), dimension); LlamaIndex is asked for one after the other."""
        told = [self._prefixes.query + text for text in texts]
        if not told:
            return np.empty((0, self._dimension), np.float32)
        return self._united(lambda queries: [*map(self._embedding.get_query_embedding, queries)], told, len(told))

    def embed_with_parts(self, texts: Sequence[str], parts: Parts) -> tuple[Vectors, Vectors]:
        """Return what `embed` returns, and for each part, unless none is wanted, the vector of its words alone."""
        return with_parts(self.embed, texts, parts, self._sentences)

    @cached_property
    def _dimension(self) -> int:
        return len(self.embed_queries(["dimension"])[0])

    def _united(self, ask: Callable[[T], list[list[float]]], told: T, count: int) -> Vectors:
        asking: Future[list[list[float]]] = self._threads.submit(ask, told)
        try:
            failed = asking.exception(self._seconds)
        except TookTooLong:
            raise EmbedderFailed(f"{self._peer.who} gave no vectors within {self._seconds:.4g} s.") from None
        if isinstance(failed, Exception):
            raise EmbedderFailed(self._peer.failed(f"{type(failed).__name__}: {failed}").sentence) from None
        try:
            return united(asking.result(), count)
        except ValueError as wrong:
            raise EmbedderFailed(f"{self._peer.who} gave {wrong}, where one vector a text is wanted.") from None
