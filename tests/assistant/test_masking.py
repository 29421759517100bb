"""A key is left out of whatever is said."""

import base64
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.llm.masking import Mask

KEY = "sk-Canary7f3a/9d2c+5b8e1f4a6d0c=="
MASK = Mask(KEY)
SPELLINGS: tuple[Callable[[str], str], ...] = (
    str,
    str.upper,
    " ".join,
    "\n".join,
    "\u200b".join,
    lambda key: key[::-1],
    lambda key: quote(key, safe=""),
    lambda key: "".join(f"%{ord(one):02x}" for one in key),
    lambda key: base64.b64encode(key.encode()).decode(),
    lambda key: base64.urlsafe_b64encode(f"Bearer {key}".encode()).decode(),
    lambda key: base64.b64encode(f"user:{key}".encode()).decode(),
    lambda key: key.encode().hex(),
)


def streamed(mask: Mask, pieces: list[str]) -> str:
    stream = mask.stream()
    return "".join(map(stream.take, pieces)) + stream.rest()


def split(text: str, data: st.DataObject) -> list[str]:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=10)))
    return [text[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]


def shares(text: str, key: str) -> bool:
    return any(key[begin : begin + 8] in text for begin in range(len(key) - 7))


@pytest.mark.parametrize("spelt", SPELLINGS)
@given(data=st.data())
def test_a_key_is_masked_however_it_is_spelt_and_split(spelt: Callable[[str], str], data: st.DataObject) -> None:
    said = f"The key {spelt(KEY)} is known [1]."
    shown = streamed(MASK, split(said, data))
    assert shown == MASK.stream().take(said)
    assert shown.count("•") >= len(KEY) - 10
    assert not shares(shown, KEY)
    assert spelt(KEY)[-24:] not in shown
    assert shown.startswith("The key ")
    assert shown.endswith(" is known [1].")


@given(st.integers(0, len(KEY) - 14), st.data())
def test_so_is_a_part_of_it(begin: int, data: st.DataObject) -> None:
    said = f"It ends in {KEY[begin : begin + 14]}, as you know."
    assert not shares(streamed(MASK, split(said, data)), KEY)


@given(st.text(), st.data())
def test_a_text_without_the_key_is_shown_as_it_is_and_none_of_it_is_kept(text: str, data: st.DataObject) -> None:
    assert streamed(MASK, split(text, data)) == text
    assert MASK.masked(text) == text


def test_words_are_shown_at_once() -> None:
    stream = MASK.stream()
    assert [stream.take(piece) for piece in ("The ", "rest", " is a can", "ary")] == ["The ", "rest", " is a can", ""]
    assert stream.take(" bird") == "ary bird"


def test_a_short_key_is_masked_in_errors_and_leaves_answers_alone() -> None:
    mask = Mask("test")
    assert mask.masked("Bad key: test.") == "Bad key: ••••••••."
    assert streamed(mask, ["A test of time."]) == "A test of time."
    assert streamed(Mask(""), ["A test."]) == Mask("").masked("A test.") == "A test."
