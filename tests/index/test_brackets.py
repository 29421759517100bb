"""JSON with a string that is left open, or with lines of text in one."""

import json

import pytest

from index.readers import Rejected
from tests.index.test_json_records import GOOD, good, ids, read_json, rejections


@pytest.mark.parametrize("field", ["title", "abstract", "venue"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_string_that_is_left_open_costs_its_record_where_a_document_has_lines(field: str, line_end: str) -> None:
    records = [{"venue": "V", **good(number)} for number in range(4000)]
    document = json.dumps(records, indent=2).replace("\n", line_end)
    place = document.index(f'"{field}": "', document.index('"paper_id": "1999"')) + len(field) + 4
    broken = document[: place + 1] + document[place + 1 :].replace('"', "", 1)
    reads = read_json(broken)
    lost = {str(number) for number in range(4000)} - {*ids(reads)}
    assert len(lost) == 1
    assert [code for _, code in rejections(reads)] == ["JSON"]


def test_a_line_of_text_in_a_string_costs_its_record_alone() -> None:
    document = json.dumps([good(number) for number in range(30)], indent=1)
    broken = document.replace(GOOD["abstract"][:5], GOOD["abstract"][:5] + '\n and {more} ["of\n', 1)
    assert ids(read_json(broken)) == [str(number) for number in range(1, 30)]


def test_a_string_that_is_left_open_in_a_document_of_one_line_says_how_many_seem_lost() -> None:
    document = json.dumps([good(number) for number in range(300)])
    place = document.index('"paper_id": "9"')
    reads = read_json(document[:place] + document[place:].replace('"9"', '"9', 1))
    assert ids(reads) == [str(number) for number in range(9)]
    (rejected,) = (each for each in reads if isinstance(each, Rejected))
    assert "some 290 that seem to stand behind it are not read" in rejected.reason
