"""Where sentences begin and end."""

import os
import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sentences import sentence_spans
from tests.conftest import SAMPLE

ROOT = str(SAMPLE.parents[2])
FRAGMENTS = [
    "We train it. ",
    "It works! ",
    "Why? ",
    "We train it. ",
    "as shown by Smith et al. (2020), ",
    "e.g., a b ",
    "i.e. this ",
    "see Fig. 3 ",
    "0.5% more. ",
    "1. First ",
    "iDisc wins. ",
    "(an aside. Or two.) ",
    "“Quoted.” ",
    "an open ( bracket ",
    "模型很好。",
    "真的吗？",
    "「はい。」",
    "😀 ",
    "👩‍🔬.",
    "naïve ",
    "...",
    "… ",
    "\n",
    "\u00a0",
    "x" * 30,
    ". ",
]
TEXTS = st.text() | st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=5), max_size=40).map("".join)


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@given(TEXTS)
def test_spans_are_in_order_and_disjoint(text: str) -> None:
    spans = sentence_spans(text)
    assert all(start < end for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


@given(TEXTS)
def test_spans_cover_every_character_that_is_not_white_space(text: str) -> None:
    covered = {place for start, end in sentence_spans(text) for place in range(start, end)}
    assert {place for place, character in enumerate(text) if not character.isspace()} <= covered


@given(TEXTS)
def test_no_sentence_begins_or_ends_with_white_space(text: str) -> None:
    assert all(sentence == sentence.strip() for sentence in cut(text))


def test_a_text_of_white_space_has_no_sentences() -> None:
    assert (cut(""), cut(" \n\t ")) == ([], [])


def test_a_text_without_a_full_stop_is_one_sentence() -> None:
    assert cut("no stop at all") == ["no stop at all"]


def test_a_sentence_that_stands_twice_has_two_spans() -> None:
    assert sentence_spans("It works. It works.") == ((0, 9), (10, 19))


@pytest.mark.parametrize(
    "sentence",
    [
        "We use models (e.g., BERT) here.",
        "We use models, e.g. BERT, here.",
        "It is exact, i.e. Equal to the last digit.",
        "Smith et al. show this.",
        "As Vaswani et al. (2017) propose, attention suffices.",
        "As Vaswani et al. [3] propose, attention suffices.",
        "See Fig. 3 and Figs. 4 and 5 for it.",
        "See Sec. 4, Eq. (3), Eqs. 4 and 5, and Tab. 2.",
        "Ours vs. Theirs wins.",
        "It gains 0.5% more and 3.5x less.",
        "Images, text, etc. are used.",
        "Dr. Smith and Prof. Jones wrote it.",
        "J. Smith wrote it.",
        "The U.S. Census counts people.",
        "A score of approx. 5 is cf. Ref. 7.",
        "The domain www.example.org is down.",
        "Version v2.0 of x.y.z is out.",
        "It is good... and then it is not.",
        "This works (see below. There is more) well.",
        "Is it so? or is it not.",
        "Masking, a.k.a. Dropping, works.",
        "In vol. 3, no. 5, pp. 1 to 7.",
        "See Alg. 1, Thm. 2, Def. 3 and App. A for it.",
    ],
)
def test_a_stop_inside_a_sentence_does_not_end_it(sentence: str) -> None:
    assert cut(f"{sentence} Done.") == [sentence, "Done."]


@pytest.mark.parametrize(
    "sentences",
    [
        ["We train iDisc.", "iDisc is fast.", "nnU-Net is not."],
        ["We use GPT-4.", "gpt-4o is new."],
        ["It is like mT5.", "mT5 is big."],
        ["It works!", "Does it?", "It does."],
        ["What?!", "No way."],
        ["He said “No.”", "Then he left."],
        ["It ends (with a bracket.)", "Then more."],
        ["It ends (with a bracket).", "Then more."],
        ["Answer: yes.", "(See below.)", "Then more."],
        ["Prior work is by Smith et al.", "We differ."],
        ["We use text, images, etc.", "The rest is the same."],
        ["It runs on a GPU.", "It is fast."],
        ["It costs $5.", "3D models do not."],
        ["It was made in 2020.", "In 2021 it was gone."],
        ["It goes on…", "Then it ends."],
        ["模型很好。", "很好！", "真的吗？", "是。"],
        ["「はい。」", "そうです。"],
        ["😀 is here.", "👩‍🔬 too."],
        ["Line one.", "Line two"],
    ],
)
def test_sentences_are_told_apart(sentences: list[str]) -> None:
    assert cut(" ".join(sentences)) == sentences


def test_chinese_sentences_need_no_space_between_them() -> None:
    assert cut("模型很好。很好！真的吗？是。") == ["模型很好。", "很好！", "真的吗？", "是。"]


def test_a_list_number_belongs_to_what_it_numbers() -> None:
    assert cut("1. First we read. 2. Second we write.") == ["1. First we read.", "2. Second we write."]
    assert cut("(i) First. (ii) Second.") == ["(i) First.", "(ii) Second."]


def test_a_bracket_that_is_never_closed_does_not_swallow_the_rest() -> None:
    assert len(cut("An open ( bracket. " + "We go on and on here. " * 50)) > 30


@pytest.mark.parametrize("unit", ["x", "a. b. c. ", "A. B. C. ", "Ab (cd. ", "模"])
def test_a_megabyte_is_cut(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    spans = sentence_spans(text)
    assert (spans[0][0], spans[-1][1]) == (0, len(text.rstrip()))


def test_a_long_run_of_stops_takes_time_in_proportion_to_its_length() -> None:
    script = """
from index.sentences import sentence_spans
for unit in (".", "?!", "…", '."', ".)"):
    assert sentence_spans(unit * 200_000) == ((0, len(unit) * 200_000),)
"""
    try:
        subprocess.run([sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": ROOT}, check=True, timeout=10)
    except subprocess.TimeoutExpired:
        pytest.fail("a million full stops are not cut within ten seconds: the time grows with their square")
