"""The sides that a question compares, and what is asked of each."""

import pytest

from assistant.question.comparing import compared
from assistant.types import Alike
from index.vectors.embedding import LocalEmbedder


@pytest.fixture(scope="module")
def alike(embedder: LocalEmbedder) -> Alike:
    def cosines(text: str, others: object) -> tuple[float, ...]:
        assert isinstance(others, list)
        vectors = embedder.embed([text, *others])
        return tuple(float(vector @ vectors[0]) for vector in vectors[1:])

    return cosines


@pytest.mark.parametrize(
    ("question", "sides", "queries"),
    [
        (
            "Do beavers lower floods more than willows?",
            ("beavers", "willows"),
            ("Do beavers lower floods?", "Do willows lower floods?"),
        ),
        (
            "pruning or distillation for small devices",
            ("pruning", "distillation"),
            ("pruning for small devices", "distillation for small devices"),
        ),
        (
            "Which is cheaper to run, LampNet or GlowBERT?",
            ("LampNet", "GlowBERT"),
            ("Which is cheaper to run, LampNet?", "Which is cheaper to run, GlowBERT?"),
        ),
        (
            "adapters vs full fine-tuning - which is more accurate?",
            ("adapters", "full fine-tuning"),
            ("adapters - which is more accurate?", "full fine-tuning - which is more accurate?"),
        ),
        (
            "How does HistRED differ from PolyNERE?",
            ("HistRED", "PolyNERE"),
            ("How does HistRED?", "How does PolyNERE?"),
        ),
        (
            "Compare black tea, green tea and coffee",
            ("black tea", "green tea", "coffee"),
            ("Compare black tea", "Compare green tea", "Compare coffee"),
        ),
        ("Compare LampNet and GlowBERT. ", ("LampNet", "GlowBERT"), ("Compare LampNet", "Compare GlowBERT")),
    ],
)
def test_each_side_is_asked_for_in_the_place_of_the_first(
    alike: Alike, question: str, sides: tuple[str, ...], queries: tuple[str, ...]
) -> None:
    comparison = compared(question, alike)
    assert comparison
    assert (comparison.sides, comparison.queries) == (sides, queries)


def test_a_side_may_be_a_phrase(alike: Alike) -> None:
    comparison = compared("a little hand labelled data or heaps of made-up data?", alike)
    assert comparison
    assert comparison.sides == ("a little hand labelled data", "heaps of made-up data")


@pytest.mark.parametrize("question", [", … lamps vs candles", "vs. , , lamps to candles vs oil", "than , or ,"])
def test_commas_around_nothing_break_nothing(alike: Alike, question: str) -> None:
    found = compared(question, alike)
    assert found is None or len(found.sides) == len(found.queries)


@pytest.mark.parametrize(
    "question",
    [
        "What is attention?",
        "How do people find hate speech that is not spelt out?",
        "Which papers are about depth or width?",
        "Is it possible to train deep networks without normalisation?",
    ],
)
def test_a_question_that_compares_nothing_has_no_sides(alike: Alike, question: str) -> None:
    assert compared(question, alike) is None
