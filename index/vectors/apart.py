"""What embedders share that give a text one vector, and its tokens none."""

from collections.abc import Callable, Sequence

import numpy as np

from index.vectors.embedding import Parts, Sentences, Vectors

# Shorter than this, a vector has no direction that could be told from noise.
_SHORTEST = 1e-12


def united(found: object, count: int) -> Vectors:
    """Return `count` vectors, made unit vectors, shape (count, dimension), float32.

    Raises `ValueError`, which says in words what `found` is instead.
    """
    try:
        vectors = np.asarray(found, np.float64)
    except (ValueError, TypeError):
        raise ValueError("vectors of different dimensions, or no numbers") from None
    if vectors.ndim != 2 or not vectors.size:
        raise ValueError("something else")
    if len(vectors) != count:
        raise ValueError(f"{len(vectors)} vectors for {count} texts")
    if not np.isfinite(vectors).all():
        raise ValueError("a vector with a number that is not finite")
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if lengths.min() < _SHORTEST:
        raise ValueError("a vector of zeros")
    unit: Vectors = (vectors / lengths).astype(np.float32)
    return unit


def with_parts(
    embed: Callable[[Sequence[str]], Vectors], texts: Sequence[str], parts: Parts, sentences: Sentences
) -> tuple[Vectors, Vectors]:
    """Return what `embed` returns for texts, and for their parts, each as a text of its own; or none for `sentences="none"`."""
    of_parts = [text[begin:end] for text, spans in zip(texts, parts, strict=True) for begin, end in spans]
    vectors = embed([*texts, *(of_parts if sentences == "calls" else ())])
    return vectors[: len(texts)], vectors[len(texts) :]
