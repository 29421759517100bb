"""Web of Science's plain text and EndNote's refer."""

import io

from index.papers import Paper
from index.readers import Read, Record, Rejected, refer, web_of_science
from index.readers.records import Source

WOS = """FN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Moss, AB
   Fern, C
AF Moss, Ada B.
   Fern, Carl
TI Moss on roofs keeps
   houses cool
SO URBAN BOTANY
AB We cover 12 roofs with moss.
   Rooms below are 3 degrees cooler.
PY 2019
DI 10.5555/moss.1
UT WOS:000111
ER

PT J
TI A record without words
ER

EF
"""
REFER = """%0 Journal Article
%A Moss, Ada B.
%A Carl Fern
%T Moss on roofs
%J Urban Botany
%D 2019
%X We cover 12 roofs with moss.
Rooms below are 3 degrees cooler.
%U https://arxiv.org/abs/1901.00001
%R 10.5555/moss.1

%0 Book
%T A book without words
"""


def read(module: object, content: str | bytes) -> list[Read]:
    raw = content if isinstance(content, bytes) else content.encode()
    return list(module.read(Source(io.BytesIO(raw), "x")))  # type: ignore[attr-defined]


def test_a_record_of_web_of_science_is_read_with_its_lines_that_go_on() -> None:
    record, rejected = read(web_of_science, WOS)
    assert web_of_science.recognises(WOS)
    assert record == Record(
        Paper.from_source(
            "Moss on roofs keeps houses cool",
            "We cover 12 roofs with moss. Rooms below are 3 degrees cooler.",
            authors=("Ada B. Moss", "Carl Fern"),
            year=2019,
            venue="URBAN BOTANY",
            doi="10.5555/moss.1",
        ),
        "x",
        3,
    )
    assert isinstance(rejected, Rejected)
    assert (rejected.number, rejected.code) == (18, "NO_ABSTRACT")


def test_a_record_of_refer_is_read_with_its_lines_that_go_on() -> None:
    record, rejected = read(refer, REFER)
    assert refer.recognises(REFER)
    assert record == Record(
        Paper.from_source(
            "Moss on roofs",
            "We cover 12 roofs with moss. Rooms below are 3 degrees cooler.",
            authors=("Ada B. Moss", "Carl Fern"),
            year=2019,
            venue="Urban Botany",
            url="https://arxiv.org/abs/1901.00001",
            doi="10.5555/moss.1",
            arxiv_id="1901.00001",
        ),
        "x",
        1,
    )
    assert isinstance(rejected, Rejected)
    assert (rejected.number, rejected.code) == (12, "NO_ABSTRACT")


def test_a_line_that_is_no_text_rejects_its_record_alone() -> None:
    broken = WOS.encode().replace(b"PY 2019", b"PY 2019\xff") + WOS.encode()
    assert [type(each) for each in read(web_of_science, broken)] == [Rejected, Rejected, Record, Rejected]
