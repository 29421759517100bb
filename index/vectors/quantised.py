"""Vectors in a quarter of their bytes: eight bits a number, with a scale for each vector."""

import struct

import numpy as np

from index.vectors.embedding import Vectors

_HEAD = struct.Struct("<i")
_MOST = 127


def pack(vectors: Vectors) -> bytes:
    """Return vectors, shape (n, dimension), as bytes: n, a scale for each, and numbers of -127..127.

    What `unpack` gives differs from a unit vector by at most 1/254 of its largest number, in each number.
    """
    scales = np.abs(vectors).max(axis=1, initial=0.0).astype(np.float32)
    numbers = np.rint(vectors * (_MOST / np.maximum(scales, np.finfo(np.float32).tiny))[:, np.newaxis])
    return b"".join([_HEAD.pack(len(vectors)), (scales / _MOST).tobytes(), numbers.astype(np.int8).tobytes()])


def unpack(packed: bytes) -> Vectors:
    """Return the vectors that `pack` made into bytes, float32."""
    (count,) = _HEAD.unpack_from(packed)
    scales = np.frombuffer(packed, np.float32, count, _HEAD.size)
    numbers = np.frombuffer(packed, np.int8, offset=_HEAD.size + scales.nbytes).reshape(count, -1) if count else None
    return scales[:, np.newaxis] * numbers if numbers is not None else np.empty((0, 0), np.float32)
