"""JSON in every container: which records are found, and what is rejected alone."""

import copy
import io
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.papers import Paper
from index.readers.json_records import SHAPES, read, recognised
from index.readers.records import MAX_RECORD_BYTES, Read, Record, Rejected, Source

SAMPLES = Path(__file__).parent / "samples"
SHAPE_OF = {
    "hf_daily_papers.json": "hf-daily",
    "hf_paper.json": "hf-daily",
    "kaggle_arxiv.jsonl": "kaggle-arxiv",
    "semantic_scholar_search.json": "semantic-scholar",
    "semantic_scholar_batch.json": "semantic-scholar",
    "semantic_scholar_papers.jsonl": "semantic-scholar",
    "openalex_works.json": "openalex",
    "openalex_work.json": "openalex",
    "openalex_snapshot.jsonl": "openalex",
    "crossref_works.json": "crossref",
    "crossref_work.json": "crossref",
    "crossref_dump.jsonl": "crossref",
    "csl_zotero.json": "csl-json",
    "csl_items.json": "csl-json",
}
CONTAINERS: dict[str, Callable[[list[Any]], str]] = {
    "lines": lambda records: "\n".join(map(json.dumps, records)),
    "lines with a blank one between": lambda records: "\r\n\r\n".join(map(json.dumps, records)) + "\r\n",
    "a list on one line": json.dumps,
    "a list, a record a line": lambda records: "[\n" + ",\n".join(map(json.dumps, records)) + "\n]\n",
    "a list, a record a line, commas first": lambda records: "[ " + "\n, ".join(map(json.dumps, records)) + "\n]\n",
    "a list over many lines": lambda records: json.dumps(records, indent=2, ensure_ascii=False),
    "a wrapped list on one line": lambda records: json.dumps({"count": 3, "papers": records, "next": [{}]}),
    "a wrapped list over many lines": lambda records: json.dumps({"of": {"papers": 1}, "papers": records}, indent=1),
    "objects over many lines": lambda records: "\n".join(json.dumps(record, indent=2) for record in records),
    "lists one after another": lambda records: "\n".join(json.dumps([record], indent=2) for record in records),
}
GOOD = {"title": "A title", "abstract": "Five words make an abstract."}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1).map(lambda text: f"{text} are words of a paper")


def read_json(content: str | bytes, shape: str = "jsonl") -> list[Read]:
    raw = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    return list(read(Source(io.BytesIO(raw), "x.json"), SHAPES[shape]))


def read_sample(name: str) -> list[Read]:
    return read_json((SAMPLES / name).read_bytes(), SHAPE_OF[name])


def papers(reads: Iterable[Read]) -> list[Paper]:
    return [each.paper for each in reads if isinstance(each, Record)]


def rejections(reads: Iterable[Read]) -> list[tuple[int, str]]:
    return [(each.number, each.code) for each in reads if isinstance(each, Rejected)]


def good(number: int) -> dict[str, Any]:
    return {**GOOD, "paper_id": str(number)}


def ids(reads: Iterable[Read]) -> list[str]:
    return [paper.paper_id for paper in papers(reads)]


@pytest.mark.parametrize("container", CONTAINERS.values(), ids=CONTAINERS)
@given(titles=st.lists(WORDS, min_size=1, max_size=4))
def test_every_container_holds_the_same_papers(container: Callable[[list[Any]], str], titles: list[str]) -> None:
    records = [{"title": title, "abstract": f"{title}, it says.", "year": 2020} for title in titles]
    reads = read_json(container(records))
    assert papers(reads) == [Paper.from_source(**{**record, "authors": ()}) for record in records]  # type: ignore[arg-type]
    assert not rejections(reads)


@pytest.mark.parametrize("container", CONTAINERS.values(), ids=CONTAINERS)
def test_a_container_of_any_length_is_read_in_pieces(container: Callable[[list[Any]], str]) -> None:
    records = [{**good(number), "abstract": 'A "[{\\ of ]}, words. ' * 40} for number in range(200)]
    assert ids(read_json(container(records))) == [str(number) for number in range(200)]


@pytest.mark.parametrize("shift", range(6))
def test_a_string_may_be_cut_at_any_place_by_the_pieces_in_which_a_file_is_read(shift: int) -> None:
    # What is read at once ends in the abstract, which may not fill it by itself.
    record = {"note": "x" * 60_000, "title": "x" * (shift + 1), "abstract": "A" + '\\"[{\\\\,' * 2_000}
    (paper,) = papers(read_json(json.dumps([record], indent=1)))
    assert paper.abstract == record["abstract"]


def test_a_record_is_numbered_by_its_line_or_by_its_place_in_the_document() -> None:
    lines = read_json(f"\n{json.dumps(good(1))}\n\n{json.dumps(good(2))}\n")
    assert [each.number for each in lines if isinstance(each, Record)] == [2, 4]
    document = read_json(json.dumps([good(1), 7, good(2)], indent=3))
    assert [each.number for each in document if isinstance(each, Record | Rejected)] == [1, 2, 3]


def test_a_byte_order_mark_changes_nothing() -> None:
    for container in CONTAINERS.values():
        assert ids(read_json("\ufeff" + container([good(1), good(2)]))) == ["1", "2"]


@pytest.mark.parametrize("content", ["[]", "[ ]", " [\n]\n", '{"papers": []}', '{\n"papers": [\n]}\n'])
def test_an_empty_list_holds_no_papers(content: str) -> None:
    assert read_json(content) == []


def test_an_object_with_a_title_is_a_record_whatever_else_it_holds() -> None:
    for indent in (None, 2):
        assert ids(read_json(json.dumps({**good(1), "papers": [good(2)]}, indent=indent))) == ["1"]


def test_pages_one_after_another_are_all_read() -> None:
    page = json.dumps({"papers": [good(1), good(2)], "next": 2}, indent=2)
    assert ids(read_json(page + page)) == ["1", "2", "1", "2"]
    pages = "".join(json.dumps({"papers": [good(number)]}) + "\n" for number in range(3))
    assert ids(read_json(pages)) == ["0", "1", "2"]


BAD_RECORDS = {
    "TYPE": ["7", '"text"', "null", "true", "NaN", "[]", '[{"title": "x"}]'],
    "NO_TITLE": ["{}", '{"id": 1}'],
    "JSON": [
        '{"title": }',
        '{"title": "x",}',
        '{"title": "x" /* why */}',
        "{'title': 'x'}",
        '{"title": "x", "title": "y"}',
        '{"title": "x", "a": {"b": 1, "b": 1}}',
        '{"title": "a\tb"}',
        '{"title": "x", "year": 01}',
        '{"title": "\\x"}',
        f'{{"title": "x", "year": {"9" * 5_000}}}',
    ],
    "NESTING": ['{"x":' * 10_000 + "1" + "}" * 10_000, '{"x":' + "[" * 10_000 + "]" * 10_000 + "}"],
}


@pytest.mark.parametrize(
    ("code", "record"), [(code, each) for code, records in BAD_RECORDS.items() for each in records]
)
@pytest.mark.parametrize(
    ("before", "between", "after"),
    [("", "\n", "\n"), ("[", ",", "]"), ("[\n", ",\n", "\n]\n"), ('{"papers": [\n', ",\n", "]}")],
)
def test_a_bad_record_is_rejected_alone(code: str, record: str, before: str, between: str, after: str) -> None:
    for place in range(3):
        records = [json.dumps(good(1)), json.dumps(good(2))]
        records.insert(place, record)
        reads = read_json(before + between.join(records) + after)
        assert ids(reads) == ["1", "2"]
        assert rejections(reads) == [(place + 1, code)]


def test_syntax_errors_are_told_with_their_place() -> None:
    (rejected,) = read_json('{"title": }\n')
    assert str(rejected) == "x.json:1: JSON Expecting value at column 11"
    _, rejected = read_json(f'[{json.dumps(GOOD)},\n{{\n "title": }}]')
    assert str(rejected) == "x.json:2: JSON Expecting value at line 2, column 11"


@pytest.mark.parametrize("fault", [",", ", ,", "", "x", "// why\n,", ", /* why */", "NaNs,"])
def test_a_fault_between_two_records_of_a_list_is_told_and_both_are_read(fault: str) -> None:
    reads = read_json(f"[{json.dumps(good(1))}{fault}{json.dumps(good(2))}]")
    assert ids(reads) == ["1", "2"]
    assert rejections(reads) == ([] if fault == "," else [(2, "JSON")])


@pytest.mark.parametrize("end", [",]", "", "}", ", x]", "] x"])
def test_a_list_that_ends_badly_is_told_and_its_records_are_read(end: str) -> None:
    reads = read_json(f"[{json.dumps(good(1))},{json.dumps(good(2))}{end}")
    assert ids(reads) == ["1", "2"]
    assert rejections(reads) == [(3, "JSON")]


@pytest.mark.parametrize("container", CONTAINERS.values(), ids=CONTAINERS)
def test_a_file_that_breaks_off_loses_its_last_record_alone(container: Callable[[list[Any]], str]) -> None:
    content = container([good(1), good(2), {**good(3), "title": "The last"}])
    reads = read_json(content[: content.index("The last")])
    if content.startswith("{") and "papers" in content and "\n" not in content:
        reads = read_json(content.replace(', "papers"', ',\n"papers"')[: content.index("The last")])
    assert ids(reads) == ["1", "2"]
    ((_, code),) = rejections(reads)
    assert code == "JSON"


def test_a_wrapped_list_that_breaks_off_behind_its_records_is_told() -> None:
    content = json.dumps({"papers": [good(1)], "next": 2}, indent=1)
    assert rejections(read_json(content[: content.index("next")])) == [(2, "JSON")]


def test_numbers_that_are_no_json_or_have_no_end_are_null() -> None:
    for number in ("NaN", "Infinity", "-Infinity", "1e400"):
        (paper,) = papers(
            read_json(f'[{{"title": "T", "abstract": "Five words are quite enough.", "year": {number}}}]')
        )
        assert paper.year is None


def test_bytes_that_are_not_utf_8_reject_their_record_alone() -> None:
    bad = json.dumps(GOOD).encode().replace(b"title", b"t\xffitle")
    reads = read_json(b"[" + b",".join([json.dumps(good(1)).encode(), bad, json.dumps(good(2)).encode()]) + b"]")
    assert ids(reads) == ["1", "2"]
    assert rejections(reads) == [(2, "ENCODING")]


def test_an_escaped_lone_surrogate_becomes_the_replacement_character_in_every_container() -> None:
    for container in CONTAINERS.values():
        content = container([{"title": "A \ud800 title", "abstract": "Five words \udc00 are enough."}])
        (paper,) = papers(read_json(content.encode("ascii", "backslashreplace")))
        assert (paper.title, paper.abstract) == ("A \ufffd title", "Five words \ufffd are enough.")


@pytest.mark.parametrize("opening", ["[", '{"papers": ['])
def test_a_record_above_the_limit_is_rejected_alone(opening: str) -> None:
    long = json.dumps({**GOOD, "abstract": '"[\\' * (MAX_RECORD_BYTES // 4)})
    closing = "]" if opening == "[" else "]}"
    reads = read_json(f"{opening}{json.dumps(good(1))},\n{long},\n{json.dumps(good(2))}{closing}")
    assert ids(reads) == ["1", "2"]
    assert rejections(reads) == [(2, "TOO_LONG")]


@pytest.mark.parametrize("content", ["[" * 200_000, '{"x":' * 200_000, '[{"x":' * 200_000, '{"papers":' * 200_000])
def test_brackets_that_never_close_are_one_rejection(content: str) -> None:
    ((_, code),) = rejections(read_json(content))
    assert code == "NESTING"


@pytest.mark.parametrize("name", SHAPE_OF)
def test_the_shape_is_told_from_the_first_record(name: str) -> None:
    content = (SAMPLES / name).read_text(encoding="utf-8")
    assert recognised(content) == SHAPE_OF[name]
    assert recognised(json.dumps(json.loads(content)) if name.endswith(".json") else content) == SHAPE_OF[name]


@pytest.mark.parametrize("name", SHAPE_OF)
def test_the_shape_is_told_from_a_head_that_is_cut_anywhere_behind_the_keys_of_a_record(name: str) -> None:
    content = (SAMPLES / name).read_text(encoding="utf-8")
    told = [recognised(content[:cut]) for cut in range(1, len(content), 7)]
    assert set(told) <= {SHAPE_OF[name], "jsonl"}
    assert told.index(SHAPE_OF[name]) < 200
    assert set(told[told.index(SHAPE_OF[name]) :]) == {SHAPE_OF[name]}


@pytest.mark.parametrize("container", CONTAINERS.values(), ids=CONTAINERS)
def test_records_of_our_own_are_recognised_in_every_container(container: Callable[[list[Any]], str]) -> None:
    assert recognised(container([{**good(1), "id": 7, "type": "x", "data": [], "summary": "s"}, good(2)])) == "jsonl"


@pytest.mark.parametrize("content", ["{", "[", "{}", "[]", '{"x', '[\n{"a', "{'a': 1}", '{"a": }\n{}', "[" * 70_000])
def test_what_resembles_json_is_taken_for_our_own(content: str) -> None:
    assert recognised(content) == "jsonl"


@pytest.mark.parametrize(
    "content",
    [
        "",
        " \n",
        "<a/>",
        "@article{x,",
        "TY  - JOUR",
        "title,abstract",
        "A title\n\nAn abstract.",
        r"{\rtf1",
        "[1] A. Lim.",
    ],
)
def test_what_is_no_json_is_not_claimed(content: str) -> None:
    assert recognised(content) is None


def test_a_broken_first_record_does_not_hide_the_shape() -> None:
    first, *rest = (SAMPLES / "openalex_snapshot.jsonl").read_text(encoding="utf-8").splitlines()
    assert recognised("\n".join([first[:-9], *rest])) == "openalex"
    assert recognised("[" + ",\n".join([first[:-1] + ",}", *rest]) + "]") == "openalex"


LIKE_JSON = st.text('[]{}",:\\\n\r 17eNat\ufeff\u2028é').map(lambda text: text.replace("t", '"title"'))


@pytest.mark.parametrize("shape", SHAPES)
@given(content=st.binary() | LIKE_JSON.map(str.encode) | JSON.map(lambda value: json.dumps(value).encode()))
def test_no_content_raises(shape: str, content: bytes) -> None:
    read_json(content, shape)
    recognised(content.decode("utf-8", "replace"))


@given(LIKE_JSON.filter(lambda text: "\n" not in text and "\r" not in text), st.integers(0, 3))
def test_whatever_stands_in_a_line_the_other_lines_are_read(line: str, place: int) -> None:
    lines = [json.dumps(good(number)) for number in range(3)]
    reads = read_json("\n".join([*lines[:place], line, *lines[place:]]))
    assert ids(reads) == ["0", "1", "2"]
    assert {number for number, _ in rejections(reads)} <= {place + 1}


def places(value: Any) -> list[tuple[Any, ...]]:
    """The way to every value inside `value`."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [(), *((key, *rest) for key, inner in pairs for rest in places(inner))]


def records_of(name: str) -> list[Any]:
    content = (SAMPLES / name).read_text(encoding="utf-8")
    if name.endswith(".jsonl"):
        return [json.loads(line) for line in content.splitlines()]
    value = json.loads(content)
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize("name", SHAPE_OF)
@given(data=st.data())
def test_any_value_in_any_field_harms_no_other_record(name: str, data: st.DataObject) -> None:
    first = copy.deepcopy(data.draw(st.sampled_from(records_of(name))))
    *way, last = data.draw(st.sampled_from(places(first)[1:] or [(0,)]))
    holder: Any = first if isinstance(first, dict) else {0: None}
    for key in way:
        holder = holder[key]
    holder[last] = data.draw(JSON)
    neighbours = [each for each in records_of(name) if each]
    expected = papers(read_json(json.dumps(neighbours), SHAPE_OF[name]))
    reads = papers(read_json(json.dumps([first, *neighbours]), SHAPE_OF[name]))
    assert reads[len(reads) - len(expected) :] == expected
