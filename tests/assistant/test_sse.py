"""Server-sent events, however their bytes arrive."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.llm.sse import TooLong, events

LINE = st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]))
DATA = st.lists(LINE, min_size=1, max_size=3).map("\n".join)
LINE_END = st.sampled_from(["\n", "\r\n", "\r"])
NOISE = st.sampled_from(["", ": a comment", "event: message", "id: 7", "retry: 10", "unknown", "unknown: x", ":"])


@st.composite
def streams(draw: st.DrawFn) -> tuple[list[str], bytes]:
    """The data of some events, and bytes that carry them."""
    wanted, text = draw(st.lists(DATA, max_size=5)), ""
    for data in wanted:
        lines = [
            draw(NOISE),
            *(f"data:{draw(st.sampled_from([' ', '']))}{line}" for line in data.split("\n")),
            draw(NOISE),
        ]
        # A space after the colon belongs to the field, so that data which begins with one needs it.
        lines = [line.replace("data:", "data: ", 1) if line.startswith("data: ") else line for line in lines]
        text += "".join(line + draw(LINE_END) for line in lines if line)
        text += draw(LINE_END)
    return wanted, text.encode()


@st.composite
def split(draw: st.DrawFn) -> tuple[bytes, list[bytes]]:
    whole = draw(streams())[1]
    cuts = sorted(draw(st.lists(st.integers(0, len(whole)), max_size=12)))
    return whole, [whole[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)]


@given(split())
def test_any_split_of_the_bytes_gives_the_same_events(given: tuple[bytes, list[bytes]]) -> None:
    whole, pieces = given
    assert list(events(pieces)) == list(events([whole])) == list(events(bytes([byte]) for byte in whole))


@given(st.lists(DATA, max_size=5), LINE_END)
def test_the_data_of_events_is_what_was_sent(wanted: list[str], end: str) -> None:
    text = "".join("".join(f"data: {line}{end}" for line in data.split("\n")) + end for data in wanted)
    assert list(events([text.encode()])) == wanted


@given(st.lists(st.binary(max_size=50)))
def test_no_bytes_raise_anything(pieces: list[bytes]) -> None:
    assert all(isinstance(data, str) for data in events(pieces))


def test_comments_other_fields_and_empty_lines_are_left_out() -> None:
    sent = b": hello\n\n\nevent: x\nid: 3\ndata: one\nretry: 4\n\ndata\n\ndatas: no\n\ndata:two\r\n\r\n"
    assert list(events([sent])) == ["one", "", "two"]


def test_the_last_event_needs_no_empty_line() -> None:
    assert list(events([b"data: one\n\ndata: tw", b"o"])) == ["one", "two"]


@pytest.mark.parametrize("sent", [[b"data: 12345678901"], [b"data: 123456\n"] * 2, [b"1234567890"] * 2])
def test_an_event_that_is_too_long_is_not_held(sent: list[bytes]) -> None:
    with pytest.raises(TooLong):
        list(events(sent, most=10))


def test_a_long_line_takes_time_in_proportion_to_its_length() -> None:
    def seconds(pieces: int) -> float:
        began = time.process_time()
        list(events([b"data: ", *[b"0123456789"] * pieces], most=10**9))
        return time.process_time() - began

    seconds(1000)
    assert seconds(400_000) < 30 * seconds(40_000)
