"""Vectors of queries that are embedded once."""

from collections.abc import Sequence

from benchmarks.invented import HashEmbedder
from index.vectors.embedding import Vectors
from index.vectors.remembered import Remembered


class Counted:
    """Embeds, and writes down what it was given in each call."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []

    def __call__(self, texts: Sequence[str]) -> Vectors:
        self.calls.append([*texts])
        return HashEmbedder().embed(texts)


def test_queries_of_one_call_are_embedded_together_and_each_once() -> None:
    counted = Counted()
    remembered = Remembered(counted, 10)
    vectors = remembered(["a", "b", "a"])
    assert [vector.tobytes() for vector in vectors] == [
        each.tobytes() for each in HashEmbedder().embed(["a", "b", "a"])
    ]
    remembered(["b", "c", "a"])
    remembered(["a"])
    assert counted.calls == [["a", "b"], ["c"]]
    assert remembered([]) == ()


def test_the_last_ones_are_remembered() -> None:
    counted = Counted()
    remembered = Remembered(counted, 2)
    for text in "abacab":
        remembered([text])
    assert counted.calls == [["a"], ["b"], ["c"], ["b"]]


def test_more_than_are_remembered_may_be_asked_at_once() -> None:
    remembered = Remembered(Counted(), 2)
    assert len(remembered("abcdef")) == 6
