"""Native JSONL."""

import io
import json
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.papers import Paper
from index.readers import Rejected, native
from index.readers.records import Lines

GOOD = {"title": "A title", "abstract": "An abstract."}
PAPER = Paper.from_source("A title", "An abstract.")
FULL = {
    "paper_id": "p",
    "title": "A title",
    "abstract": "An abstract.",
    "authors": ["Ada", "Bo"],
    "year": 2024,
    "venue": "V",
    "url": "https://x.org",
    "doi": "10.1/2",
    "arxiv_id": "2401.00001",
}
WORDS = st.text(min_size=1).filter(lambda text: bool(text.strip()))
MAYBE = st.none() | st.text()
RECORDS = st.fixed_dictionaries(
    {"title": WORDS, "abstract": WORDS},
    optional={
        "paper_id": MAYBE,
        "authors": st.none() | st.lists(st.text()),
        "year": st.none() | st.integers(1000, 2999),
        "venue": MAYBE,
        "url": MAYBE,
        "doi": MAYBE,
        "arxiv_id": MAYBE,
        "something_else": st.integers() | st.text(),
    },
)


def read(*lines: bytes | str | dict[str, Any]) -> list[Paper | Rejected]:
    """What is read of lines: bytes and text as they are, dictionaries as JSON."""
    texts = [json.dumps(line) if isinstance(line, dict) else line for line in lines]
    content = b"\n".join(text.encode() if isinstance(text, str) else text for text in texts)
    return list(native.read(Lines(io.BytesIO(content), "x.jsonl")))


def rejections(*lines: bytes | str | dict[str, Any]) -> list[tuple[int, str]]:
    return [(record.line, record.code) for record in read(*lines) if isinstance(record, Rejected)]


def test_every_field_is_read() -> None:
    (record,) = read(FULL)
    assert isinstance(record, Paper)
    assert asdict(record) == {**FULL, "authors": ("Ada", "Bo")}


def test_title_and_abstract_are_enough() -> None:
    assert read(GOOD) == [PAPER]


@given(st.lists(RECORDS, max_size=5), st.booleans())
def test_what_is_written_is_read(records: list[dict[str, Any]], ascii_only: bool) -> None:  # noqa: FBT001
    expected = []
    for record in records:
        known = {key: value for key, value in record.items() if key != "something_else"}
        expected.append(Paper.from_source(**{**known, "authors": known.get("authors") or ()}))
    assert read(*(json.dumps(record, ensure_ascii=ascii_only) for record in records)) == expected


def test_unknown_keys_are_ignored() -> None:
    assert read({**GOOD, "categories": ["cs.CL"], "pages": 7}) == [PAPER]


def test_keys_that_are_null_are_absent() -> None:
    assert read({**dict.fromkeys(FULL), **GOOD}) == [PAPER]


def test_blank_lines_are_passed_over() -> None:
    assert read("", GOOD, " \t\r", "{}", "") == [
        PAPER,
        Rejected("x.jsonl", 4, "NO_TITLE", "the record has no title"),
    ]


def test_carriage_returns_and_a_byte_order_mark_change_nothing() -> None:
    assert read(b"\xef\xbb\xbf" + json.dumps(GOOD).encode() + b"\r", json.dumps(GOOD) + "\r") == [PAPER, PAPER]


@pytest.mark.parametrize(
    ("fields", "code", "reason"),
    [
        ({"title": None}, "NO_TITLE", "the record has no title"),
        ({"title": " \n"}, "NO_TITLE", "the record has no title"),
        ({"abstract": ""}, "NO_ABSTRACT", "the record has no abstract"),
        ({"abstract": None}, "NO_ABSTRACT", "the record has no abstract"),
        ({"title": 7}, "TYPE", "title is not a string"),
        ({"abstract": ["An abstract."]}, "TYPE", "abstract is not a string"),
        ({"paper_id": 7}, "TYPE", "paper_id is not a string"),
        ({"doi": {}}, "TYPE", "doi is not a string"),
        ({"arxiv_id": 2401.1}, "TYPE", "arxiv_id is not a string"),
        ({"url": False}, "TYPE", "url is not a string"),
        ({"venue": []}, "TYPE", "venue is not a string"),
        ({"authors": "Ada"}, "TYPE", "authors is not a list of strings"),
        ({"authors": ["Ada", None]}, "TYPE", "authors is not a list of strings"),
        ({"year": "2024"}, "TYPE", "year is not a whole number"),
        ({"year": 2024.0}, "TYPE", "year is not a whole number"),
        ({"year": True}, "TYPE", "year is not a whole number"),
        ({"year": 20240}, "YEAR", "20240 is not a year"),
        ({"year": -1}, "YEAR", "-1 is not a year"),
    ],
)
def test_a_field_that_does_not_fit_rejects_its_line_alone(fields: dict[str, Any], code: str, reason: str) -> None:
    assert read(GOOD, {**GOOD, **fields}, GOOD) == [PAPER, Rejected("x.jsonl", 2, code, reason), PAPER]


@pytest.mark.parametrize("line", ["[]", '"text"', "7", "null", "true", "NaN"])
def test_a_line_that_is_no_object_is_rejected(line: str) -> None:
    assert rejections(line, GOOD) == [(1, "TYPE")]


def test_bad_json_is_rejected_with_its_line_and_column() -> None:
    assert read(GOOD, '{"title": }', GOOD) == [
        PAPER,
        Rejected("x.jsonl", 2, "JSON", "Expecting value at column 11"),
        PAPER,
    ]


@pytest.mark.parametrize("line", ["{", "{'title': 'x'}", json.dumps(GOOD)[:-1], json.dumps(GOOD) * 2, "\ufeff{}", "x"])
def test_broken_json_rejects_its_line_alone(line: str) -> None:
    assert rejections(GOOD, line, GOOD) == [(2, "JSON")]


def test_json_that_is_nested_too_deeply_is_rejected() -> None:
    assert rejections(GOOD, '{"x":' * 200_000, GOOD) == [(2, "NESTING")]


def test_a_number_with_too_many_digits_rejects_its_line_alone() -> None:
    assert len(rejections(GOOD, f'{{"title": "x", "abstract": "y", "year": {"9" * 5_000}}}', GOOD)) == 1


def test_bytes_that_are_not_utf_8_reject_their_line_alone() -> None:
    assert read(GOOD, json.dumps(GOOD).encode() + b"\xff", GOOD) == [
        PAPER,
        Rejected("x.jsonl", 2, "ENCODING", "the line is not text in UTF-8, or longer than 16 MiB"),
        PAPER,
    ]


def test_an_escaped_lone_surrogate_becomes_the_replacement_character() -> None:
    assert read('{"title": "A \\ud800 title", "abstract": "x", "paper_id": "p"}') == [Paper("p", "A \ufffd title", "x")]


JUNK = st.binary().filter(lambda line: b"\n" not in line and b"\0" not in line)


@given(JUNK, st.integers(0, 3))
def test_whatever_stands_in_a_line_the_other_lines_are_read(line: bytes, place: int) -> None:
    others = [{**GOOD, "paper_id": str(number)} for number in range(3)]
    records = read("", *others[:place], line, *others[place:])
    assert [record for record in records if isinstance(record, Paper)] == [
        Paper(str(number), "A title", "An abstract.") for number in range(3)
    ]
    assert {record.line for record in records if isinstance(record, Rejected)} <= {place + 2}
