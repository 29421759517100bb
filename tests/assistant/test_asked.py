"""What a question asks for, read from its words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.question.asked import asked, holds_figure, mentions


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Does Mamba match Transformers on language modelling?", ("Mamba", "Transformers")),
        ("what accuracy on CIFAR100 can plain perceptrons reach?", ("CIFAR100",)),
        ("Mamba or what?", ()),
        ("How fast is GPT-4? Is it 3D?", ("GPT-4",)),
        ("Which Papers Treat Depth In Language Models?", ()),
        ("why do deep layers matter?", ()),
    ],
)
def test_names_are_words_that_can_only_be_names(question: str, names: tuple[str, ...]) -> None:
    assert asked(question).names == names


@pytest.mark.parametrize(
    ("question", "counted"),
    [
        ("How many parameters does TiO-Depth have?", ("parameters",)),
        ("how many noisy labels are there?", ("noisy", "labels")),
        ("By how much does it improve?", ()),
        ("Why is the number of experts in WideNet small?", ("experts",)),
    ],
)
def test_a_count_names_what_it_counts(question: str, counted: tuple[str, ...]) -> None:
    assert asked(question).figure
    assert asked(question).counted == counted


@pytest.mark.parametrize("question", ["Which papers treat depth?", "What does each of them widen?", "Compare X and Y."])
def test_a_question_about_several_papers_is_recognised(question: str) -> None:
    assert asked(question).several


@pytest.mark.parametrize("question", ["Who wrote this paper?", "In which year was it?", "What venue is OPEN from?"])
def test_a_question_about_the_record_of_a_paper_is_recognised(question: str) -> None:
    assert asked(question).record


@pytest.mark.parametrize("text", ["reaches 64.4% NDS", "a 2.5x gain", "half of the layers", "76.34 minutes", "50\\%"])
def test_a_figure_is_a_number_in_digits_or_words(text: str) -> None:
    assert holds_figure(text)


@pytest.mark.parametrize(
    "text", ["Consist3D makes assets", "on A100 GPUs", "FlashAttention-2 is fast", "two-in-one", "that (1) depth"]
)
def test_a_number_in_a_name_or_of_a_list_is_no_figure(text: str) -> None:
    assert not holds_figure(text)


def test_a_mention_ignores_case_hyphens_and_plurals() -> None:
    assert mentions("the DeepSpeed Ulysses system", "DeepSpeed-Ulysses")
    assert mentions("a transformer", "Transformers")
    assert not mentions("a transformer", "Mamba")


@given(st.text(max_size=300))
def test_any_text_can_be_read_as_a_question(text: str) -> None:
    wanted = asked(text)
    assert all(name in text for name in wanted.names)
    assert holds_figure(text) in {True, False}
