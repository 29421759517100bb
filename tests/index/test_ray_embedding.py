"""Embedding on Ray: two workers on this machine."""

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from index.errors import UserError
from index.vectors.embedding import LocalEmbedder
from index.vectors.ray_embedding import RayEmbedder, in_order
from tests.conftest import SAMPLE

pytestmark = [pytest.mark.long, pytest.mark.filterwarnings("ignore")]
TEXTS = [f"Text number {number} says something of its own." for number in range(70)]


JOIN = """
from index.errors import UserError
from index.vectors.ray_embedding import RayEmbedder
try:
    RayEmbedder().embed(["x"])
except UserError as error:
    print(error)
"""


def test_a_cluster_that_is_not_there_is_one_sentence() -> None:
    # In a process of its own: Ray reads how it is to be reached when it is imported.
    environment = {**os.environ, "RAY_ADDRESS": "127.0.0.1:1", "PYTHONPATH": str(SAMPLE.parents[2])}
    done = subprocess.run([sys.executable, "-c", JOIN], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.startswith("The Ray cluster at 127.0.0.1:1 cannot be joined")


@pytest.fixture(scope="module")
def on_ray() -> Iterator[RayEmbedder]:
    with RayEmbedder(workers=2) as embedder:
        yield embedder


def test_vectors_from_two_workers_are_those_of_this_process_bit_for_bit_and_in_order(
    on_ray: RayEmbedder, embedder: LocalEmbedder
) -> None:
    assert on_ray.workers == 2
    assert on_ray.fingerprint == embedder.fingerprint
    assert on_ray.embed(TEXTS).tobytes() == embedder.embed(TEXTS).tobytes()


def test_no_texts_are_no_vectors(on_ray: RayEmbedder) -> None:
    assert on_ray.embed([]).shape == (0, 384)


def packed(*numbers: float) -> bytes:
    return np.array(numbers, np.float32).tobytes()


def test_blocks_are_put_in_order_and_a_missing_vector_is_noticed() -> None:
    blocks: list[dict[str, Any]] = [
        {"ordinal": np.array([2, 0]), "vector": np.array([[2.0], [0.0]], np.float32), "parts": [packed(4.0, 5.0), b""]},
        {"ordinal": np.array([1]), "vector": np.array([[1.0]], np.float32), "parts": [packed(3.0)]},
    ]
    vectors, parts = in_order(blocks, 3, 1)
    assert (vectors.tolist(), parts.tolist()) == ([[0.0], [1.0], [2.0]], [[3.0], [4.0], [5.0]])
    with pytest.raises(UserError, match="vectors for 2 of 3 texts"):
        in_order(blocks[:1], 3, 1)
