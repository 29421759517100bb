"""An endpoint on loopback that embeds over HTTP as OpenAI's does, by the shipped embedder or by a hash."""

from collections.abc import Callable, Sequence

import numpy as np

from benchmarks.invented import HashEmbedder
from index.vectors.embedding import Vectors
from tests.faults import Body, Exchange, Reply

Embed = Callable[[Sequence[str]], Vectors]


def embeds(embed: Embed | None = None, *, counted: bool = True, shuffled: bool = False, length: float = 3.0) -> Reply:
    """Return a reply with a vector for each text that was sent: not of unit length, and in any order where `shuffled`."""
    by = embed or HashEmbedder().embed

    def reply(exchange: Exchange) -> None:
        texts: list[str] = exchange.request.body["input"]
        data = [
            {"object": "embedding", "index": place, "embedding": (length * vector).tolist()}
            for place, vector in enumerate(by(texts))
        ]
        said: Body = {"object": "list", "data": data[::-1] if shuffled else data, "model": "small"}
        exchange.status(200, {**said, "usage": {"prompt_tokens": tokens(texts)}} if counted else said)

    return reply


def gives(*vectors: object, **said: object) -> Reply:
    """Return a reply with these vectors, whatever was sent; or with whatever else is said."""
    data = [{"index": place, "embedding": vector} for place, vector in enumerate(vectors)]
    return lambda exchange: exchange.status(200, {"data": data, **said})


def tokens(texts: Sequence[str]) -> int:
    """How many tokens such an endpoint counts: one for each word."""
    return sum(len(text.split()) for text in texts)


def shortened(texts: Sequence[str]) -> Vectors:
    """Vectors of eight numbers."""
    found: Vectors = np.ascontiguousarray(HashEmbedder().embed(texts)[:, :8])
    return found
