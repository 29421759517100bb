"""Choosing a reader, and what every reader is given: numbered lines of a file."""

import gzip
import io
import os
import sys
from pathlib import Path

import pytest

from index.errors import CorpusError
from index.papers import Paper
from index.readers import FORMATS, Rejected, read_corpus
from index.readers.records import MAX_LINE_BYTES, Line, Lines

ABSTRACT = "We read the words of a page with care. We keep every one of them as it stands, and repair nothing at all."
PAPER = Paper.from_source("A title", ABSTRACT)
RECORD = f'{{"title": "A title", "abstract": "{ABSTRACT}"}}\n'
PAGE = f"new\n\nA title\n\n{ABSTRACT}\n"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return tmp_path / "corpus"


def refusal(corpus: Path, content: bytes | None = None, format_name: str | None = None) -> str:
    """The one line that a file which is no corpus is refused with."""
    if content is not None:
        corpus.write_bytes(content)
    with pytest.raises(CorpusError) as caught:
        list(read_corpus([str(corpus)], format_name))
    (line,) = str(caught.value).splitlines()
    assert str(corpus) in line
    return line


@pytest.mark.parametrize("content", [RECORD, "\n \r\n" + RECORD, "\ufeff" + RECORD, PAGE, "\ufeff" + PAGE])
def test_the_format_is_told_from_the_content(corpus: Path, content: str) -> None:
    corpus.write_bytes(content.encode())
    assert list(read_corpus([str(corpus)])) == [PAPER]


@pytest.mark.parametrize(("format_name", "content"), [("jsonl", RECORD), ("papers-page", PAGE)])
def test_the_format_can_be_named(corpus: Path, format_name: str, content: str) -> None:
    corpus.write_bytes(content.encode())
    assert list(read_corpus([str(corpus)], format_name)) == [PAPER]


def test_a_named_format_is_not_second_guessed(corpus: Path) -> None:
    corpus.write_text(PAGE)
    assert {type(record) for record in read_corpus([str(corpus)], "jsonl")} == {Rejected}


def test_a_format_that_does_not_exist_is_refused_with_those_that_do(corpus: Path) -> None:
    line = refusal(corpus, RECORD.encode(), "csv")
    assert "'csv'" in line
    assert all(name in line for name in FORMATS)


@pytest.mark.parametrize("content", ['<?xml version="1.0"?>', "@article{x,", '[{"title": "x"}]'])
def test_a_known_format_that_is_not_read_is_refused_with_its_cure(corpus: Path, content: str) -> None:
    assert "Convert it to JSONL" in refusal(corpus, content.encode())


def test_blank_lines_before_the_first_record_do_not_hide_it(corpus: Path) -> None:
    corpus.write_text("\n" * 60 + RECORD)
    assert list(read_corpus([str(corpus)])) == [PAPER]


def test_a_missing_file_is_refused(corpus: Path) -> None:
    assert "No such file" in refusal(corpus)


def test_an_empty_folder_and_a_pattern_without_a_match_are_refused(tmp_path: Path) -> None:
    assert "no file in" in refusal(tmp_path)
    assert "no file in" in refusal(tmp_path / "*.jsonl")


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "neither a file nor a folder" in refusal(tmp_path / "pipe")


def test_a_folder_is_read_whole_in_the_order_of_its_names(tmp_path: Path) -> None:
    names = ["a.jsonl", "b/c.jsonl", "d.jsonl"]
    for name in [*names, ".hidden", "b/.hidden"]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}")
    (tmp_path / "link").symlink_to(tmp_path / "a.jsonl")
    read = list(read_corpus([str(tmp_path)]))
    assert [(record.source, record.line) for record in read if isinstance(record, Rejected)] == [
        (str(tmp_path / name), 1) for name in names
    ]


def test_a_pattern_is_what_it_matches(tmp_path: Path) -> None:
    for name in ("a.jsonl", "b.jsonl", "c.txt"):
        (tmp_path / name).write_text(RECORD)
    assert list(read_corpus([str(tmp_path / "*.jsonl")])) == [PAPER, PAPER]


def test_a_gzipped_file_is_read_like_a_plain_one(corpus: Path) -> None:
    corpus.write_bytes(gzip.compress(f"{RECORD}\nnot json\n".encode()))
    paper, rejected = read_corpus([str(corpus)])
    assert paper == PAPER
    assert isinstance(rejected, Rejected)
    assert (rejected.line, rejected.code) == (3, "JSON")


def test_a_gzipped_file_that_breaks_off_is_refused(corpus: Path) -> None:
    assert "cannot be unpacked" in refusal(corpus, gzip.compress(RECORD.encode() * 1000)[:-20])


def test_a_gzip_bomb_is_refused_before_it_fills_the_memory(corpus: Path) -> None:
    assert "more than 100 times" in refusal(corpus, gzip.compress(b" " * 60_000_000))


@pytest.mark.parametrize("content", [b"", b"\n", b" \r\n\t\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(corpus: Path, content: bytes) -> None:
    assert "empty" in refusal(corpus, content)


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"%PDF-1.7\n\0\1\2"])
def test_a_binary_file_is_refused(corpus: Path, content: bytes) -> None:
    assert "is not text" in refusal(corpus, content)


def test_a_file_in_another_encoding_is_refused_with_its_line_and_the_cure(corpus: Path) -> None:
    line = refusal(corpus, b"\n" + RECORD.replace("title", "café").encode("latin-1"))
    assert f"{corpus}:2 is not text in UTF-8" in line
    assert f"iconv -f cp1252 -t utf-8 {corpus}" in line


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
def test_a_utf_16_file_is_refused(corpus: Path, encoding: str) -> None:
    refusal(corpus, RECORD.encode(encoding))


def test_files_are_read_in_order_and_each_once(tmp_path: Path) -> None:
    names = [str(tmp_path / name) for name in ("b", "a")]
    for name in names:
        Path(name).write_text(f'{{"title": "{name}", "abstract": "x"}}\n')
    assert [record.title for record in read_corpus([*names, names[0]]) if isinstance(record, Paper)] == names


def test_of_two_records_that_contradict_each_other_the_first_is_kept(tmp_path: Path) -> None:
    for name, abstract in (("a", "One."), ("b", "Two."), ("c", "One.")):
        (tmp_path / name).write_text(f'\n{{"title": "T", "abstract": "{abstract}", "paper_id": "p"}}\n')
    first, second, third = read_corpus([str(tmp_path / name) for name in "abc"])
    assert first == third == Paper("p", "T", "One.")
    assert isinstance(second, Rejected)
    assert (second.source, second.line, second.code) == (str(tmp_path / "b"), 2, "CONFLICT")


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"{}\n" + RECORD.encode())))
    assert list(read_corpus(["-"])) == [Rejected("<stdin>", 1, "NO_TITLE", "the record has no title"), PAPER]


def test_a_rejected_record_reads_as_place_code_and_reason() -> None:
    assert str(Rejected("x.jsonl", 3, "JSON", "bad")) == "x.jsonl:3: JSON bad"


def test_lines_are_numbered_and_a_look_at_the_first_takes_nothing_away() -> None:
    lines = Lines(io.BytesIO(b"\xef\xbb\xbf \r\ntwo\n\xff\nfour"), "x")
    assert lines.first() == Line(2, "two\n")
    assert list(lines) == [Line(1, " \r\n"), Line(2, "two\n"), Line(3, None), Line(4, "four")]


def test_a_file_of_blank_lines_has_no_first_line() -> None:
    assert Lines(io.BytesIO(b"\n \n"), "x").first() is None


def test_a_line_that_is_too_long_is_one_line_and_the_next_keeps_its_number() -> None:
    lines = Lines(io.BytesIO(b"x" * (2 * MAX_LINE_BYTES + 5) + b"\nnext\n"), "x")
    assert list(lines) == [Line(1, None), Line(2, "next\n")]


def test_a_nul_byte_rejects_its_line_alone() -> None:
    assert list(Lines(io.BytesIO(b"one\n\0\ntwo"), "x")) == [Line(1, "one\n"), Line(2, None), Line(3, "two")]
