"""Scholiast's own shape of a paper."""

import json
import re
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.papers import Paper, normalise
from index.readers.records import Record, Remark, Skipped
from tests.index.test_json_records import JSON, papers, read_json, rejections

ABSTRACT = "An abstract of five words, and more."
GOOD = {"title": "A title", "abstract": ABSTRACT}
PAPER = Paper.from_source("A title", ABSTRACT)
FULL = {
    "paper_id": "p",
    "title": "A title",
    "abstract": ABSTRACT,
    "authors": ["Ada", "Bo"],
    "year": 2024,
    "venue": "V",
    "url": "https://x.org",
    "doi": "https://doi.org/10.1/A",
    "arxiv_id": "arXiv:2401.00001v3",
    "retracted": True,
}
WORDS = st.text(min_size=1).map(lambda text: f"{text} and five words of a paper")
MAYBE = st.none() | st.text(st.characters(exclude_characters="\0"))
RECORDS = st.fixed_dictionaries(
    {"title": WORDS, "abstract": WORDS},
    optional={
        "paper_id": MAYBE,
        "authors": st.none() | st.lists(st.text(st.characters(categories=["L"]))),
        "year": st.none() | st.integers(1000, 2024),
        "venue": MAYBE,
        "url": MAYBE,
        "doi": MAYBE,
        "arxiv_id": MAYBE,
        "something_else": JSON,
    },
)


def read(*records: dict[str, Any]) -> list[Any]:
    return read_json("\n".join(map(json.dumps, records)))


def test_every_field_is_read_and_ids_are_kept_as_they_are_given() -> None:
    (paper,) = papers(read(FULL))
    assert asdict(paper) == {**FULL, "authors": ("Ada", "Bo")}


def test_title_and_abstract_are_enough() -> None:
    assert read(GOOD) == [Record(PAPER, "x.json", 1)]


@given(st.lists(RECORDS, max_size=4), st.booleans())
def test_what_is_written_is_read(records: list[dict[str, Any]], ascii_only: bool) -> None:  # noqa: FBT001
    expected = []
    for record in records:
        known = {key: value for key, value in record.items() if key != "something_else"}
        expected.append(Paper.from_source(**{**known, "authors": known.get("authors") or ()}))
    written = "\n".join(json.dumps(record, ensure_ascii=ascii_only) for record in records)
    # UTF-8 cannot hold a lone surrogate; an escape can.
    assert papers(read_json(written if ascii_only else re.sub("[\ud800-\udfff]", _escaped, written))) == expected


def _escaped(surrogate: re.Match[str]) -> str:
    return f"\\u{ord(surrogate[0]):04x}"


def test_unknown_keys_are_ignored_whatever_they_are_called() -> None:
    others = {"id": 7, "__proto__": {"title": "x"}, "chroma:document": "x", "_node_content": "{}", "categories": ["cs"]}
    assert papers(read({**others, **GOOD})) == [PAPER]


def test_five_hundred_keys_and_values_of_a_megabyte_are_ignored() -> None:
    others = {f"key {number}": [None, {"x": "y" * 2_000}] for number in range(500)}
    assert papers(read({**others, **GOOD})) == [PAPER]


def test_keys_that_are_null_are_absent() -> None:
    assert papers(read({**dict.fromkeys(FULL), **GOOD})) == [PAPER]


def test_a_number_as_an_id_is_its_text() -> None:
    assert [paper.paper_id for paper in papers(read({**GOOD, "paper_id": 7}, {**GOOD, "paper_id": "7"}))] == ["7", "7"]


def test_separators_of_lines_inside_a_string_do_not_end_a_line() -> None:
    record = {**GOOD, "title": "One\u2028two\u2029three\u0085four"}
    content = json.dumps(record, ensure_ascii=False)
    for separator in ("\n", "\r\n", "\r"):
        reads = read_json(separator.join([content, content, ""]))
        assert [each.number for each in reads if not isinstance(each, Skipped)] == [1, 2]
        assert {paper.title for paper in papers(reads)} == {"One two three four"}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"title": None}, "NO_TITLE"),
        ({"title": " \n"}, "NO_TITLE"),
        ({"title": 7}, "TYPE"),
        ({"abstract": None}, "NO_ABSTRACT"),
        ({"abstract": ""}, "NO_ABSTRACT"),
        ({"abstract": "N/A"}, "NO_ABSTRACT"),
        ({"abstract": "[No abstract]"}, "NO_ABSTRACT"),
        ({"abstract": [ABSTRACT]}, "TYPE"),
        ({"abstract": {"text": ABSTRACT}}, "TYPE"),
        ({"abstract": 7}, "TYPE"),
        ({"abstract": True}, "TYPE"),
        ({"abstract": "long " * 4_001}, "TOO_LONG"),
        ({"abstract": "long" + " " * 1_000_000}, "TOO_LONG"),
        ({"paper_id": "x" * 10_000}, "ID"),
        ({"paper_id": "a\0b"}, "ID"),
        ({"paper_id": ["p"]}, "TYPE"),
        ({"doi": {}}, "TYPE"),
        ({"arxiv_id": 2401.1}, "TYPE"),
    ],
)
def test_a_field_that_does_not_fit_rejects_its_record_alone(fields: dict[str, Any], code: str) -> None:
    reads = read(GOOD, {**GOOD, **fields}, GOOD)
    assert papers(reads) == [PAPER, PAPER]
    assert rejections(reads) == [(2, code)]


def test_markup_does_not_count_as_length_of_an_abstract() -> None:
    (paper,) = papers(read({**GOOD, "abstract": "<p>long</p>\n" * 4_000}))
    assert len(paper.abstract) == 4_000 * len("long ") - 1


@pytest.mark.parametrize(("key", "value"), [("url", {"href": "x"}), ("venue", 7), ("authors", 7), ("authors", [None])])
def test_a_field_that_a_paper_can_do_without_is_left_out_and_remarked(key: str, value: object) -> None:
    remark, record = read({**GOOD, key: value})
    assert isinstance(remark, Remark)
    assert (remark.code, record.paper) == ("FIELD", PAPER)


@pytest.mark.parametrize("year", [1000, 2016, 2026, 2035, 2100])
def test_a_year_is_one_whatever_the_clock_says(year: int) -> None:
    (record,) = read({**GOOD, "year": year})
    assert record.paper.year == year


@pytest.mark.parametrize("year", [2101, 2999, 0, -5, "2021a", "in press", "2023-02-29", 2024.5, True, [2020], {}])
def test_a_year_that_is_none_is_left_out_and_remarked(year: object) -> None:
    remark, record = read({**GOOD, "year": year})
    assert isinstance(remark, Remark)
    assert (remark.code, record.paper.year) == ("YEAR", None)


@pytest.mark.parametrize("year", [2021, "2021", "２０２１", "2021-03-04", "4 Mar 2021"])
def test_a_year_may_be_a_number_or_a_text(year: object) -> None:
    assert [paper.year for paper in papers(read({**GOOD, "year": year}))] == [2021]


@pytest.mark.parametrize(
    ("authors", "names"),
    [
        ("Ada Lovelace; Bo Ek", ("Ada Lovelace", "Bo Ek")),
        ("; ; ;", ()),
        ([{"given": "Ada", "family": "Lovelace"}, {"name": "Bo Ek"}], ("Ada Lovelace", "Bo Ek")),
        (["Ada"] * 3_000, ("Ada",) * 3_000),
    ],
)
def test_authors_may_be_names_or_parts_of_names(authors: object, names: tuple[str, ...]) -> None:
    assert [paper.authors for paper in papers(read({**GOOD, "authors": authors}))] == [names]


@given(st.sampled_from(sorted(FULL)), JSON)
def test_any_value_in_any_field_is_a_paper_or_one_rejection(key: str, value: object) -> None:
    reads = read(GOOD, {**FULL, key: value}, GOOD)
    kept = papers(reads)
    assert kept[0] == kept[-1] == PAPER
    assert (len(kept) - 2) + len(rejections(reads)) == 1
    assert all(normalise(paper.abstract) == paper.abstract for paper in kept)


JUNK = st.binary().filter(lambda line: not set(b"\r\n\0") & set(line))


@given(JUNK, st.integers(0, 3))
def test_whatever_bytes_stand_in_a_line_the_other_lines_are_read(line: bytes, place: int) -> None:
    others = [json.dumps({**GOOD, "paper_id": str(number)}).encode() for number in range(3)]
    reads = read_json(b"\n".join([b"", *others[:place], line, *others[place:]]))
    assert [paper.paper_id for paper in papers(reads)] == ["0", "1", "2"]
    assert {number for number, _ in rejections(reads)} <= {place + 2}


def test_a_line_above_the_limit_is_rejected_alone() -> None:
    long = json.dumps({**GOOD, "abstract": "x" * (17 * 1024 * 1024)})
    reads = read_json("\n".join([json.dumps(GOOD), long, json.dumps(GOOD)]))
    assert papers(reads) == [PAPER, PAPER]
    assert rejections(reads) == [(2, "ENCODING")]
