"""The events of a reply, to its text."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.llm.action import LLMFailed
from assistant.llm.messages import Finished
from assistant.llm.refusals import Peer
from assistant.llm.reply import Sign, reply
from assistant.llm.sse import events
from assistant.types import Usage
from benchmarks.misbehaving import chunk
from tests.faults import taken

PEER = Peer("The LLM at host:1", "small")
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
STOP = chunk({}, "stop")


def said(*events: Any, cap: int = 64_000) -> Iterator[Any]:
    return reply((event if isinstance(event, str) else json.dumps(event) for event in events), PEER, cap)


def text(*contents: str) -> str:
    return "".join(part for part in said(*(chunk({"content": one}) for one in contents), STOP) if isinstance(part, str))


def fault(*events: Any, cap: int = 64_000) -> tuple[str, str]:
    """What was yielded before a fault, and the fault."""
    yielded, end = taken(said(*events, cap=cap))
    assert isinstance(end, LLMFailed)
    return yielded, end.fault


@given(st.lists(TEXT, max_size=8).filter(lambda texts: bool("".join(texts).strip())))
def test_the_text_is_what_was_sent_without_the_white_space_before_it(texts: list[str]) -> None:
    whole = "".join(texts)
    assert "<think>" not in whole
    assert text(*texts) == whole.lstrip()


@given(st.lists(TEXT, max_size=5), st.data())
def test_any_split_of_the_bytes_gives_the_same_text(texts: list[str], data: st.DataObject) -> None:
    chunks = [*(chunk({"content": one}) for one in ["It is ", *texts]), STOP]
    sent = "".join(f"data: {json.dumps(one, ensure_ascii=False)}\n\n" for one in chunks).encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(sent)), max_size=10)))
    pieces = [sent[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(sent)], strict=True)]
    assert taken(reply(events(pieces), PEER)) == ("It is " + "".join(texts), Finished())


@given(st.data(), TEXT, TEXT.filter(lambda answer: bool(answer.strip())))
def test_a_thought_is_left_out_wherever_it_is_split(data: st.DataObject, thought: str, answer: str) -> None:
    whole = f"\n<think>{thought}</think>\n{answer}"
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=6)))
    pieces = [whole[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    assert text(*pieces) == answer.lstrip()


def test_what_looks_like_a_thought_further_on_is_text() -> None:
    assert text("Models write <think>", " and </think>.") == "Models write <think> and </think>."
    assert text("<thin ice>") == "<thin ice>"
    assert text("<thi") == "<thi"


def test_several_thoughts_are_left_out() -> None:
    assert text("<think>a</think> <think>b</think>  Yes.") == "Yes."


def test_thoughts_show_that_the_model_is_at_work() -> None:
    events = [
        chunk({"reasoning_content": "hm"}),
        chunk({"content": "<think>hm"}),
        chunk({"content": "</think>Yes."}),
        STOP,
    ]
    assert list(said(*events)) == [Sign.THINKING, Sign.THINKING, "Yes.", Finished()]


def test_a_model_that_only_thinks_is_told_apart_from_one_that_says_nothing() -> None:
    for event in (chunk({"reasoning_content": "hm"}), chunk({"content": "<think>hm"})):
        with pytest.raises(LLMFailed, match="The model small thought, but gave no answer"):
            list(said(event, STOP))
    with pytest.raises(LLMFailed, match="The model small gave no answer"):
        list(said(STOP))


def test_halves_of_a_character_are_joined_and_lone_ones_replaced() -> None:
    assert text("\ud83e", "\uddec") == "🧬"
    assert text("a\ud83e", "b", "\uddec", "c\ud83e") == "a\ufffdb\ufffdc\ufffd"


def test_parts_of_text_are_text() -> None:
    parts = [{"type": "thinking"}, {"type": "text", "text": "Yes"}, 3, {"type": "text", "text": None}]
    assert list(said(chunk({"content": parts}), STOP)) == ["Yes", Finished()]


def test_what_was_counted_may_come_with_the_end_or_after_it() -> None:
    usage = {"prompt_tokens": 21, "completion_tokens": 7, "details": {"x": 1}}
    counted = Finished(Usage(21, 7, cost_usd=None))
    content = chunk({"content": "Yes."})
    assert list(said(content, {**STOP, "usage": usage}))[-1] == counted
    assert list(said(content, STOP, {"choices": [], "usage": usage}, "[DONE]"))[-1] == counted
    assert list(said(content, STOP, {"choices": [], "usage": {"prompt_tokens": "many"}}))[-1] == Finished()


@pytest.mark.parametrize("reason", ["length", "max_tokens", "MAX_TOKENS"])
def test_a_text_that_the_endpoint_cut_off_is_marked(reason: str) -> None:
    assert list(said(chunk({"content": "Half"}, reason))) == ["Half", Finished(cut_off=True)]


@pytest.mark.parametrize("reason", [None, "", "null"])
def test_a_reply_without_a_finish_reason_is_whole_if_it_has_the_mark_of_the_end(reason: str | None) -> None:
    assert fault(chunk({"content": "Half"}, reason)) == ("Half", "incomplete")
    assert list(said(chunk({"content": "Whole"}, reason), "[DONE]")) == ["Whole", Finished()]


@pytest.mark.parametrize(
    "choice",
    [
        {"message": {"role": "assistant", "content": "Yes."}},
        {"text": "Yes."},
        {"index": 0, "delta": {"content": "Yes."}},
    ],
)
def test_the_text_may_come_in_a_message_or_bare(choice: dict[str, Any]) -> None:
    assert list(said({"choices": [{**choice, "finish_reason": "stop"}]})) == ["Yes.", Finished()]


def test_a_whole_that_is_repeated_behind_its_parts_is_read_once() -> None:
    whole = {"choices": [{"index": 0, "message": {"content": "Yes."}, "finish_reason": "stop"}]}
    assert list(said(chunk({"content": "Yes."}), whole)) == ["Yes.", Finished()]


def test_answers_that_nobody_asked_for_are_left_out() -> None:
    others = [{"index": n, "delta": {"content": "Other."}, "finish_reason": "stop"} for n in (2, 1)]
    both = {"choices": [*others, {"index": 0, "delta": {"content": "Yes."}}]}
    assert list(said({"choices": others}, both, {"choices": others}, "[DONE]")) == ["Yes.", Finished()]


@pytest.mark.parametrize("event", ["", " ", "\n"])
def test_what_keeps_a_connection_alive_is_left_out(event: str) -> None:
    assert list(said(event, chunk({"content": "Yes."}), event, STOP)) == ["Yes.", Finished()]


@pytest.mark.parametrize(
    "counted",
    [-1, True, 1.5, float("nan"), float("inf"), 10**300, "12", None, [1]],
)
def test_what_tokens_cannot_be_is_no_count(counted: object) -> None:
    usage = {"prompt_tokens": counted, "completion_tokens": 1}
    assert list(said(chunk({"content": "Yes."}), STOP, {"choices": [], "usage": usage}))[-1] == Finished()


def test_a_count_of_thousands_of_digits_costs_no_answer() -> None:
    usage = f'{{"choices": [], "usage": {{"prompt_tokens": {"9" * 9000}, "completion_tokens": 1}}}}'
    assert list(said(chunk({"content": "Yes."}), STOP, usage)) == ["Yes.", Finished(), Finished()]


@pytest.mark.parametrize("place", ["event", "choice", "x_groq"])
def test_what_was_counted_is_found_where_it_stands(place: str) -> None:
    usage = {"usage": {"prompt_tokens": 21.0, "completion_tokens": 7}}
    end = {
        "event": {**STOP, **usage},
        "choice": {"choices": [{**STOP["choices"][0], **usage}]},
        "x_groq": {**STOP, "x_groq": usage},
    }[place]
    assert list(said(chunk({"content": "Yes."}), end))[-1] == Finished(Usage(21, 7, cost_usd=None))


@pytest.mark.parametrize(
    "event",
    [
        {"message": "The model crashed"},
        {"detail": "The model crashed"},
        {"object": "error", "message": "The model crashed", "code": 500},
        {"choices": [{"index": 0, "delta": {}, "error": {"message": "The model crashed"}, "finish_reason": "error"}]},
    ],
)
def test_an_error_within_the_stream_is_quoted_whatever_its_shape(event: object) -> None:
    with pytest.raises(LLMFailed, match="“The model crashed”"):
        list(said(chunk({"content": "Half"}), event))


KEY = "sk-canary-0123456789abcdef"


@given(st.data(), st.sampled_from(["", "<think>hm</think>", "<|im_start|>assistant\n"]))
def test_the_key_is_in_no_text_however_it_is_split(data: st.DataObject, ahead: str) -> None:
    whole = f"{ahead}The key {KEY} is known [1]."
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=8)))
    pieces = [whole[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    events = (json.dumps(one) for one in [*(chunk({"content": piece}) for piece in pieces), STOP])
    parts = reply(events, Peer("The LLM at host:1", "small", KEY))
    assert (
        "".join(part for part in parts if isinstance(part, str)) == "The key sk-c•••••-•••••••••••••••• is known [1]."
    )


@pytest.mark.parametrize(
    "event", ["", "no", "3", "null", "[]", '"x"', "{", "[" * 100_000, '{"choices": []}', "{}", '{"choices": [null]}']
)
def test_what_is_no_reply_is_a_fault_before_any_text(event: str) -> None:
    assert fault(event) == ("", "bad_response")


@pytest.mark.parametrize("event", ["no", "{", "[" * 100_000])
def test_what_is_no_reply_after_some_text_makes_it_incomplete(event: str) -> None:
    assert fault(chunk({"content": "Half"}), event, STOP) == ("Half", "incomplete")


@pytest.mark.parametrize("delta", [None, "text", [], {"content": {"a": 1}}, {"content": 3}, {"tool_calls": []}])
def test_odd_deltas_are_left_out(delta: Any) -> None:
    assert list(said(chunk(delta), chunk({"content": "Yes"}), STOP)) == ["Yes", Finished()]


@pytest.mark.parametrize("reason", ["content_filter", "content_filtered"])
def test_a_filtered_reply_is_a_fault(reason: str) -> None:
    assert fault(chunk({"content": "Ha"}), chunk({}, reason)) == ("Ha", "filtered")


def test_a_reply_that_ended_in_an_error_is_incomplete() -> None:
    assert fault(chunk({"content": "Ha"}), chunk({}, "error")) == ("Ha", "incomplete")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"message": "CUDA out of memory"}, "overloaded"),
        ("boom", "overloaded"),
        ({"message": "This model's maximum context length is 4096 tokens."}, "context"),
        ({"code": "insufficient_quota"}, "quota"),
        ({"type": "rate_limit_error"}, "rate_limited"),
    ],
)
def test_an_error_within_the_stream_says_what_it_is(error: object, kind: str) -> None:
    assert fault(chunk({"content": "Half"}), {"error": error}) == ("Half", kind)


@given(st.lists(TEXT, min_size=30, max_size=60), st.integers(1, 200))
def test_no_more_than_the_cap_is_yielded_however_it_comes(texts: list[str], cap: int) -> None:
    yielded, end = taken(said(*(chunk({"content": one}) for one in texts), STOP, cap=cap))
    assert len(yielded.encode()) <= cap
    assert isinstance(end, Finished) or end.fault in {"too_long", "no_answer"}


def test_text_is_cut_at_the_cap_and_not_within_a_character() -> None:
    assert fault(chunk({"content": "aéé"}), STOP, cap=4) == ("aé", "too_long")


@pytest.mark.parametrize("period", [1, 7, 57, 200, 333, 1000])
def test_a_model_that_goes_round_in_circles_is_stopped(period: int) -> None:
    block = "".join(f"{n:x} " for n in range(period))[:period]
    yielded, kind = fault(*(chunk({"content": block}) for _ in range(3000 // period + 3)), STOP)
    assert kind == "repeats"
    assert len(yielded) <= 3 * max(period, 200) + period + 300


def test_a_sentence_that_is_said_twice_is_no_circle() -> None:
    sentence = "".join(f"word {n} " for n in range(60))
    assert text(sentence, "And again: ", sentence) == f"{sentence}And again: {sentence}"
