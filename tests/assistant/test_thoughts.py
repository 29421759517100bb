"""What a model thinks, and what stands around its answer, is no part of it."""

import json
import time
from collections.abc import Iterable, Iterator
from random import Random

import pytest

from assistant.llm.action import LLMFailed
from assistant.llm.thoughts import Thoughts, without_unopened
from assistant.llm.wrapping import answer_text

ANSWER = "Reeds grow in water [2]. They are tall [1]."
THOUGHT = "Of use is [2], as the user asks about reeds. Sentence 2 matters, as <b> or [2] says.\nI should be brief.\n"
OPENED = [
    ("<think>", "</think>"),
    ("<think>", "</think></think>"),
    ("<think time=3>", "</think>"),
    ("<THINKING>", "</THINKING>"),
    ("<thought>", "</thought>"),
    ("<reasoning>", "</reasoning>"),
    ("<seed:think>", "</seed:think>"),
    ("<inner_monologue>", "</inner_monologue>"),
    ("[THINK]", "[/THINK]"),
    ("◁think▷", "◁/think▷"),
    ("<|begin_of_thought|>", "<|end_of_thought|>"),
    ("<|START_THINKING|>", "<|END_THINKING|><|START_RESPONSE|>"),
    ("<|inner_prefix|>", "<|inner_suffix|>"),
    ("<|im_start|>assistant\n<think>", "</think>"),
    ("<s><think>", "</think>"),
    ("<|channel|>analysis<|message|>", "<|end|><|start|>assistant<|channel|>final<|message|>"),
    ("<|start|>assistant<|channel|>analysis<|message|>", "<|channel|>final<|message|>"),
    ("<|channel|>analysis<|message|>", "<|end|><|start|>assistant<|channel|>commentary<|message|>So.<|end|>"),
    ("<|channel>thought\n", "<channel|>"),
    ("analysis", "assistantfinal"),
    ("Here is my thought process:\n", "Here is my response:\n"),
    ("<unused94>thought\n", "<unused95>"),
    ('<details type="reasoning" done="true">', "</details>"),
    ("Thinking...\n", "...done thinking.\n"),
    ("<think>a</think> <think>", "</think>"),
]
UNOPENED = ["</think>", "[/THINK]", "◁/think▷", "</thinking>", "<|end_of_thought|>", "<|channel|>final<|message|>"]
WRAPPED = [
    "{}<|im_end|>",
    "{}</s>",
    "{}<|eot_id|>",
    "{}<|endoftext|>\nHuman: And lilies?",
    "{}<|im_end|>\n<|im_start|>user\nAnd lilies?<|im_end|>\n<|im_start|>assistant\nThey float.",
    "{}<｜end▁of▁sentence｜>",
    "{}<end_of_turn>",
    "{}[/INST]",
    "<|start_header_id|>assistant<|end_header_id|>\n\n{}<|eot_id|>",
    "<|im_start|>assistant\n{}",
    "<answer>{}</answer>",
    "<|START_RESPONSE|>{}<|END_RESPONSE|>",
    "<|channel|>final<|message|>{}<|return|>",
]


def splits(text: str) -> Iterator[list[str]]:
    """The pieces that a text may come in: two, cut anywhere; single letters; and a hundred times some, of any length."""
    chance = Random(text)
    somewhere = (chance.choices(range(len(text) + 1), k=chance.randint(0, 10)) for _ in range(100))
    for cuts in [*([place] for place in range(len(text) + 1)), range(len(text)), *map(sorted, somewhere)]:
        yield [text[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]


def read(pieces: Iterable[str]) -> str:
    """The answer, as what reads replies and what reads drafts leave it."""
    thoughts = Thoughts()
    seen = [*map(thoughts.without, pieces)]
    return "".join(answer_text([*seen, thoughts.rest()])).strip()


@pytest.mark.parametrize(("opening", "closing"), OPENED)
def test_a_thought_is_cut_in_every_shape_and_wherever_it_is_split(opening: str, closing: str) -> None:
    for pieces in splits(f"{opening}{THOUGHT}{closing}{ANSWER}"):
        assert read(pieces) == ANSWER


@pytest.mark.parametrize("closing", UNOPENED)
def test_so_is_one_that_nobody_opened(closing: str) -> None:
    for pieces in splits(f"{THOUGHT}{closing}\n\n{ANSWER}"):
        assert read(pieces) == ANSWER


@pytest.mark.parametrize("wrapped", WRAPPED)
def test_what_a_chat_template_leaks_is_cut_and_whatever_comes_behind_the_turn(wrapped: str) -> None:
    for pieces in splits(wrapped.format(ANSWER)):
        assert read(pieces) == ANSWER


@pytest.mark.parametrize(
    "text",
    [
        "Models write <think> and </think> [1].",
        "It rests [2]. Models end a thought with </think>, as is known [1].",
        "Thinking is hard [1].",
        "Analysis shows that reeds grow [1].",
        "Here is my answer [1].",
        "<thin ice> and p < 0.05 or [3, 4] hold [1].",
        "[Reasoning] helps [1].",
        "{x | x > 0} is a set [1].",
        "`code` stands [1].",
    ],
)
def test_what_only_looks_like_a_mark_is_text(text: str) -> None:
    for pieces in splits(text):
        assert read(pieces) == text


def test_an_answer_that_points_at_a_sentence_is_not_held_back() -> None:
    def pieces() -> Iterator[str]:
        yield "Reeds grow in water [2]. They"
        pytest.fail("the first sentence was held back")

    assert next(without_unopened(pieces())) == "Reeds grow in water [2]. They"


def test_what_was_held_back_is_told_before_a_fault() -> None:
    def pieces() -> Iterator[str]:
        yield "Reeds grow. They are"
        raise LLMFailed("incomplete", "It broke off.")

    told: list[str] = []
    with pytest.raises(LLMFailed):
        told.extend(without_unopened(pieces()))
    assert told == ["Reeds grow. They are"]
    assert [*without_unopened(["Reeds grow. They are", " tall."])] == ["Reeds grow. They are tall."]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"answer": ANSWER}, ANSWER),
        ({"thought": "The user asks.", "answer": ANSWER}, ANSWER),
        ({"response": ANSWER, "confidence": 0.9, "sure": True}, ANSWER),
        ({"answer": "Reeds grow in water.", "citations": [2, "3"]}, "Reeds grow in water. [2] [3]"),
        ({"answer": ["Reeds grow [2].", "They are tall [1]."]}, "Reeds grow [2].\nThey are tall [1]."),
        ({"sentences": [{"text": "Reeds grow.", "sources": [2]}]}, "Reeds grow. [2]"),
        ([{"claim": "Reeds grow.", "sentence_ids": [2]}, {"claim": "So.", "refs": 1}], "Reeds grow. [2]\nSo. [1]"),
    ],
)
@pytest.mark.parametrize("around", ["{}", "```json\n{}\n```", "\n {}\nI hope this helps."])
def test_json_that_nobody_asked_for_is_read(value: object, text: str, around: str) -> None:
    for pieces in splits(around.replace("{}", json.dumps(value))):
        assert read(pieces) == text


def test_json_that_was_cut_off_or_is_none_is_read_as_far_as_it_goes() -> None:
    assert read(['{"answer": "Reeds grow in water [2]. They are']) == "Reeds grow in water [2]. They are"
    assert read(['{"answer": "Reeds grow\nin water [2]."}']) == "Reeds grow\nin water [2]."
    assert read(["{reeds} grow [2]."]) == "{reeds} grow [2]."
    assert read(["[" + '{"answer": ' * 5000]).startswith('[{"answer"')


@pytest.mark.parametrize("part", ["<", "[", "word ", ". ", "\n", "{", "<think>", "<|", "</think>", "◁", "`", "a. B "])
def test_sixty_kilobytes_of_anything_are_read_in_seconds(part: str) -> None:
    began = time.process_time()
    read([part] * (60_000 // len(part)))
    read([part * (60_000 // len(part))])
    assert time.process_time() - began < 10
