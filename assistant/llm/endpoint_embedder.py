"""`EndpointEmbedder`, an `Embedder` at an OpenAI-compatible endpoint: OpenAI, Ollama, vLLM, TEI, LM Studio, llama.cpp."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from assistant.llm.action import Action, Kind, LLMFailed
from assistant.llm.exchange import Exchange
from assistant.llm.retrying import BACKGROUND, PATIENCE, Patience, Retries
from index.errors import EmbedderFailed
from index.passages import cut_off, token_count
from index.vectors.apart import united, with_parts
from index.vectors.embedding import Fingerprint, Parts, Sentences, Vectors
from index.vectors.prefixes import NONE, Prefixes
from index.vectors.spent import Spent

OF_EMBEDDER = Kind("embedder", "SCHOLIAST_EMBED")
# Texts of one request; text-embeddings-inference takes no more unless it is told to.
_TEXTS = 32
# Other tokenizers make up to about a sixth more of English than the one that counts here.
_MARGIN = 0.85
_MILLION, _MOST_COUNTED = 1_000_000, 10**9
_GO_ON = "What was embedded is kept; the same command goes on from there"


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for a model at an endpoint.

    `dimensions` is asked for where it is given; `window` is how many tokens of a text the model reads, `request_tokens` how
    many one request may hold, `most_tokens` how many the passages of one run may cost, `price` that of a million in US
    dollars; `revision` is what its user calls this state of the model.
    """

    model: str
    dimensions: int | None = None
    prefixes: Prefixes = NONE
    revision: str = ""
    window: int = 512
    sentences: Sentences = "calls"
    request_tokens: int = 8192
    most_tokens: int | None = None
    price: float | None = None


class EndpointEmbedder:
    """Embeds by `POST /embeddings` through an `Exchange`, in batches, each asked again where that may help.

    Whoever waits for a query waits less long than a build. Vectors are checked, put in order and made unit vectors. Any
    thread may call any method. Raises `EmbedderFailed`, which says in a sentence why there are no vectors, and how to go
    on where passages were embedded.
    """

    def __init__(self, exchange: Exchange, terms: Terms) -> None:
        self._exchange = exchange
        self._terms = terms
        self._retries = Retries(kind=OF_EMBEDDER)
        self._lock = threading.Lock()
        self._requests = self._tokens = 0

    @property
    def fingerprint(self) -> Fingerprint:
        """What the index remembers of this embedder; where no dimensions were asked for, the endpoint is asked once."""
        terms = self._terms
        return Fingerprint(
            name=terms.model,
            weights_sha256="",
            tokenizer_sha256="",
            dimension=self._dimension,
            pooling="of the endpoint",
            prefix=terms.prefixes.passage,
            max_tokens=terms.window,
            distance="cosine",
            query_prefix=terms.prefixes.query,
            revision=terms.revision,
            sentences=terms.sentences,
        )

    @property
    def spent(self) -> Spent:
        """What it cost since it was made."""
        with self._lock:
            return Spent(self._requests, self._tokens, self._cost(self._tokens))

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a passage, shape (len(texts), dimension), float32."""
        return self._embedded([self._terms.prefixes.passage + text for text in texts], BACKGROUND)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a query, shape (len(texts), dimension), float32."""
        return self._embedded([self._terms.prefixes.query + text for text in texts], PATIENCE)

    def embed_with_parts(self, texts: Sequence[str], parts: Parts) -> tuple[Vectors, Vectors]:
        """Return what `embed` returns, and for each part, unless none is wanted, the vector of its words alone."""
        try:
            return with_parts(self.embed, texts, parts, self._terms.sentences)
        except EmbedderFailed as failed:
            raise EmbedderFailed(f"{failed} {_GO_ON}.") from None

    @cached_property
    def _dimension(self) -> int:
        return self._terms.dimensions or self.embed_queries(["dimension"]).shape[1]

    def _embedded(self, texts: Sequence[str], patience: Patience) -> Vectors:
        found = [self._asked(batch, patience) for batch in self._batches(texts)]
        return np.concatenate(found) if found else np.empty((0, self._dimension), np.float32)

    def _batches(self, texts: Sequence[str]) -> Iterator[Sequence[str]]:
        batch, held = list[str](), 0
        for text in map(self._fitting, texts):
            tokens = token_count(text)
            if batch and (len(batch) == _TEXTS or held + tokens > self._terms.request_tokens):
                yield batch
                batch, held = [], 0
            batch.append(text)
            held += tokens
        if batch:
            yield batch

    def _fitting(self, text: str) -> str:
        return cut_off(text, round(_MARGIN * self._terms.window))

    def _asked(self, texts: Sequence[str], patience: Patience) -> Vectors:
        estimate = sum(map(token_count, texts))
        self._take(estimate, is_limited=patience is BACKGROUND)
        action = Action(patience.tries * self._exchange.pace.first_token, patience.tries + 1, kind=OF_EMBEDDER)
        asked: dict[str, Any] = {"model": self._terms.model, "input": [*texts], "encoding_format": "float"}
        if self._terms.dimensions:
            asked["dimensions"] = self._terms.dimensions
        try:
            said = self._retries.whole(lambda: self._exchange.post("/embeddings", asked, action), action, patience)
        except LLMFailed as failed:
            self._count(-estimate, requests=1)
            if failed.fault != "context":
                raise EmbedderFailed(failed.sentence) from None
            if len(texts) == 1:
                raise EmbedderFailed(self._too_long(estimate)) from None
            half = len(texts) // 2
            return np.concatenate([self._asked(texts[:half], patience), self._asked(texts[half:], patience)])
        self._count(_counted(said, estimate) - estimate, requests=1)
        return self._checked(said, len(texts))

    def _checked(self, said: Mapping[str, Any], count: int) -> Vectors:
        try:
            vectors = united(_in_order(said, count), count)
        except ValueError as wrong:
            raise EmbedderFailed(
                f"{self._exchange.peer.who} gave {wrong}, where one vector a text is wanted. See whether "
                f"{OF_EMBEDDER.settings}_MODEL names an embedder, and {OF_EMBEDDER.settings}_BASE_URL its address, as far as /v1."
            ) from None
        wanted = self._terms.dimensions
        if wanted and vectors.shape[1] != wanted:
            raise EmbedderFailed(
                f"{self._exchange.peer.who} gave vectors of {vectors.shape[1]} dimensions, not the {wanted} that were asked "
                f"for. Set {OF_EMBEDDER.settings}_DIMENSIONS to {vectors.shape[1]}, or name a model that can shorten its vectors."
            )
        return vectors

    def _take(self, tokens: int, *, is_limited: bool) -> None:
        """Count what is about to be spent, so that two threads spend no more together than one may."""
        most = self._terms.most_tokens
        with self._lock:
            if is_limited and most is not None and self._tokens + tokens > most:
                cost = self._cost(self._tokens)
                told = f" for {cost:.4f} US dollars" if cost is not None else ""
                raise EmbedderFailed(
                    f"The budget of {most} tokens of this run is spent: the embedder read {self._tokens} in "
                    f"{self._requests} requests{told}, and the next one has {tokens}. {OF_EMBEDDER.settings}_TOKENS sets another."
                )
            self._tokens += tokens

    def _count(self, tokens: int, *, requests: int) -> None:
        with self._lock:
            self._tokens += tokens
            self._requests += requests

    def _cost(self, tokens: int) -> float | None:
        return None if self._terms.price is None else tokens * self._terms.price / _MILLION

    def _too_long(self, tokens: int) -> str:
        return (
            f"{self._exchange.peer.who} takes no text as long as one of {tokens} tokens. Set {OF_EMBEDDER.settings}_WINDOW, "
            f"which is {self._terms.window}, to the tokens that its model reads."
        )


def _in_order(said: Mapping[str, Any], count: int) -> list[Any]:
    """The vectors of a reply in the order of the texts. Raises `ValueError` where it has none."""
    found = said.get("data")
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise ValueError("no vectors")
    if len(found) != count:
        raise ValueError(f"{len(found)} vectors for {count} texts")
    if any("index" in one for one in found):
        places = [one.get("index") for one in found]
        if any(type(place) is not int for place in places) or sorted(places) != [*range(count)]:
            raise ValueError("vectors that are not numbered as the texts are")
        found = sorted(found, key=lambda one: one["index"])
    return [one.get("embedding") for one in found]


def _counted(said: Mapping[str, Any], estimate: int) -> int:
    """The tokens that the endpoint counted; the estimate where it did not."""
    usage = said.get("usage")
    counted = (usage.get("prompt_tokens") or usage.get("total_tokens")) if isinstance(usage, Mapping) else None
    return counted if type(counted) is int and 0 < counted <= _MOST_COUNTED else estimate
