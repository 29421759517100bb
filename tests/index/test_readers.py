"""Choosing a reader, and what every reader is given: numbered lines of a file."""

import gzip
import io
import os
import sys
from pathlib import Path

import pytest

from index.errors import CorpusError
from index.papers import Paper
from index.readers import FORMATS, Meter, Record, Rejected, Remark, Skipped, read_corpus
from index.readers.records import MAX_RECORD_BYTES, Line, Source

ABSTRACT = "We read the words of a page with care. We keep every one of them as it stands, and repair nothing at all."
PAPER = Paper.from_source("A title", ABSTRACT)
RECORD = f'{{"title": "A title", "abstract": "{ABSTRACT}"}}\n'
PAGE = f"new\n\nA title\n\n{ABSTRACT}\n"


def papers(*names: Path | str, format_name: str | None = None, encoding: str | None = None) -> list[Paper]:
    """The papers that are read of files."""
    read = read_corpus([str(name) for name in names], format_name, encoding)
    return [record.paper for record in read if isinstance(record, Record)]


def source(content: bytes) -> Source:
    return Source(io.BytesIO(content), "x")


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
    return line


@pytest.mark.parametrize("content", [RECORD, "\n \r\n" + RECORD, "\ufeff" + RECORD, PAGE, "\ufeff" + PAGE])
def test_the_format_is_told_from_the_content(corpus: Path, content: str) -> None:
    corpus.write_bytes(content.encode())
    assert papers(corpus) == [PAPER]


@pytest.mark.parametrize(("format_name", "content"), [("jsonl", RECORD), ("papers-page", PAGE)])
def test_the_format_can_be_named(corpus: Path, format_name: str, content: str) -> None:
    corpus.write_bytes(content.encode())
    assert papers(corpus, format_name=format_name) == [PAPER]


def test_a_named_format_is_not_second_guessed(corpus: Path) -> None:
    corpus.write_text(PAGE)
    assert {type(record) for record in read_corpus([str(corpus)], "jsonl")} == {Rejected}


def test_a_format_that_does_not_exist_is_refused_with_those_that_do(corpus: Path) -> None:
    line = refusal(corpus, RECORD.encode(), "docx")
    assert "'docx'" in line
    assert all(name in line for name in FORMATS)


def test_xml_of_another_kind_is_refused_with_its_cure(corpus: Path) -> None:
    assert "Those that are: arxiv-atom" in refusal(corpus, b'<?xml version="1.0"?><rss></rss>')


# PubMed exports tables without abstracts, which are refused.
SAMPLES = sorted({*(Path(__file__).parent / "samples").iterdir()} - {Path(__file__).parent / "samples" / "pubmed.csv"})
KINDS = {
    "arxiv_api": "arxiv-atom",
    "arxiv_oai": "arxiv-oai",
    "pubmed.xml": "pubmed-xml",
    "pubmed.nbib": "nbib",
    "acl_2020": "acl-xml",
    "acl_w19": "acl-xml",
    "hf_": "hf-daily",
    "kaggle": "kaggle-arxiv",
    "semantic": "semantic-scholar",
    "openalex": "openalex",
    "crossref": "crossref",
    "csl": "csl-json",
}
BY_SUFFIX = {".bib": "bibtex", ".ris": "ris", ".csv": "csv", ".tsv": "csv"}


def expected_format(sample: Path) -> str:
    return next(
        (kind for prefix, kind in KINDS.items() if sample.name.startswith(prefix)), BY_SUFFIX.get(sample.suffix, "")
    )


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzipped"])
def test_every_sample_is_told_from_its_content_and_read_as_if_its_format_were_named(
    sample: Path,
    tmp_path: Path,
    packed: bool,  # noqa: FBT001
) -> None:
    # The name says nothing about the format.
    copy = tmp_path / "file"
    copy.write_bytes(gzip.compress(sample.read_bytes()) if packed else sample.read_bytes())
    by_content = list(read_corpus([str(copy)]))
    assert by_content == list(read_corpus([str(copy)], expected_format(sample)))
    assert any(isinstance(record, Record) for record in by_content)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_every_sample_can_be_piped_in(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(sample.read_bytes())))
    assert papers("-") == papers(sample)


def test_blank_lines_before_the_first_record_do_not_hide_it(corpus: Path) -> None:
    corpus.write_text("\n" * 60 + RECORD)
    assert papers(corpus) == [PAPER]


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
    assert [(record.source, record.number) for record in read if isinstance(record, Rejected)] == [
        (str(tmp_path / name), 1) for name in names
    ]


def test_a_pattern_is_what_it_matches(tmp_path: Path) -> None:
    for name in ("a.jsonl", "b.jsonl", "c.txt"):
        (tmp_path / name).write_text(RECORD)
    assert papers(tmp_path / "*.jsonl") == [PAPER, PAPER]


def test_an_abstract_above_the_length_that_is_set_is_rejected_and_the_setting_is_named(corpus: Path) -> None:
    corpus.write_text(RECORD)
    (rejected,) = read_corpus([str(corpus)], longest_abstract=len(ABSTRACT) - 1)
    assert isinstance(rejected, Rejected)
    assert (rejected.code, "longest_abstract" in rejected.reason) == ("TOO_LONG", True)
    (kept,) = read_corpus([str(corpus)], longest_abstract=len(ABSTRACT))
    assert kept == Record(PAPER, str(corpus), 1, "jsonl")


def test_a_gzipped_file_is_read_like_a_plain_one(corpus: Path) -> None:
    corpus.write_bytes(gzip.compress(f"{RECORD}\nnot json\n".encode()))
    record, rejected = read_corpus([str(corpus)])
    assert record == Record(PAPER, str(corpus), 1, "jsonl")
    assert isinstance(rejected, Rejected)
    assert (rejected.number, rejected.code) == (3, "JSON")


def test_a_gzipped_file_that_breaks_off_at_once_is_refused(corpus: Path) -> None:
    assert "cannot be unpacked" in refusal(corpus, gzip.compress(RECORD.encode() * 1000)[:14])


@pytest.mark.parametrize("end", [b"", b"another sum"])
@pytest.mark.parametrize("count", [3, 3000])
def test_what_stands_before_the_place_where_a_gzipped_file_breaks_off_is_kept(
    corpus: Path, end: bytes, count: int
) -> None:
    corpus.write_bytes(gzip.compress(RECORD.encode() * count)[:-8] + end)
    *kept, skipped = read_corpus([str(corpus)])
    assert kept == [Record(PAPER, str(corpus), number, "jsonl") for number in range(1, count + 1)]
    assert isinstance(skipped, Skipped)
    assert "cannot be unpacked" in skipped.reason


@pytest.mark.parametrize("content", ["@comment{nothing here}\n", "[]", "% a note\n@string{a = {b}}\n"])
def test_a_file_of_a_known_format_without_a_record_is_told(corpus: Path, content: str) -> None:
    assert "holds no papers" in refusal(corpus, content.encode())


def test_a_gzip_bomb_is_refused_before_it_fills_the_memory(corpus: Path) -> None:
    assert "more than 100 times" in refusal(corpus, gzip.compress(b'{"title": "' + b"a" * 60_000_000))


@pytest.mark.parametrize("content", [b"", b"\n", b" \r\n\t\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(corpus: Path, content: bytes) -> None:
    assert "empty" in refusal(corpus, content)


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"%PDF-1.7\n\0\1\2"])
def test_a_binary_file_is_refused(corpus: Path, content: bytes) -> None:
    assert "is not text" in refusal(corpus, content)


def test_a_line_in_another_encoding_is_rejected_with_the_cure_and_read_where_the_encoding_is_named(
    corpus: Path,
) -> None:
    corpus.write_bytes((RECORD + RECORD.replace("A title", "Café – bar")).encode("cp1252"))
    rejected = [record for record in read_corpus([str(corpus)]) if isinstance(record, Rejected)]
    assert [(each.number, each.code) for each in rejected] == [(2, "ENCODING")]
    assert "--encoding cp1252" in rejected[0].reason
    assert [paper.title for paper in papers(corpus, encoding="cp1252")] == ["A title", "Café – bar"]


@pytest.mark.parametrize("encoding", ["klingon", "ascii"])
def test_an_encoding_that_does_not_exist_or_does_not_fit_is_refused(corpus: Path, encoding: str) -> None:
    corpus.write_text(RECORD.replace("A title", "Café"))
    with pytest.raises(CorpusError, match="--encoding"):
        papers(corpus, encoding=encoding)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig"])
def test_a_byte_order_mark_says_the_encoding(corpus: Path, encoding: str) -> None:
    corpus.write_bytes(RECORD.encode(encoding))
    assert papers(corpus) == [PAPER]


def test_files_are_read_in_order_and_each_once(tmp_path: Path) -> None:
    names = [str(tmp_path / name) for name in ("b", "a")]
    for name in names:
        Path(name).write_text(f'{{"title": "{name}", "abstract": "x"}}\n')
    assert [paper.title for paper in papers(*names, names[0])] == names


def test_files_of_the_index_are_no_corpus(tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "x.jsonl").write_text(RECORD)
    with pytest.raises(CorpusError, match="belongs to the index"):
        list(read_corpus([str(tmp_path)], apart_from=tmp_path / "index"))


def test_a_meter_knows_the_share_that_was_read(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).write_text(RECORD * 2000)
    meter = Meter()
    shares = [meter.share for _ in read_corpus([str(tmp_path / name) for name in "ab"], meter=meter)]
    assert shares == sorted(shares, key=lambda share: share or 0)
    assert 0 < (shares[0] or 0) < 0.6
    assert shares[-1] == 1


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"{}\n" + RECORD.encode())))
    assert list(read_corpus(["-"])) == [
        Rejected("<stdin>", 1, "NO_TITLE", "the record has no title"),
        Record(PAPER, "<stdin>", 2, "jsonl"),
    ]


def test_a_rejected_record_and_a_remark_read_as_place_code_and_reason() -> None:
    assert str(Rejected("x.jsonl", 3, "JSON", "bad")) == "x.jsonl:3: JSON bad"
    assert str(Rejected("x.bib", 3, "NO_ABSTRACT", "none", "key")) == "x.bib:3:key NO_ABSTRACT none"
    assert str(Remark("x.jsonl", 3, "YEAR", "none")) == "x.jsonl:3: YEAR none (kept)"


def test_lines_are_numbered_and_a_look_at_the_head_takes_nothing_away() -> None:
    given = source(b"\xef\xbb\xbf \r\ntwo\n\xff\nfour\rfive")
    assert given.head.startswith(" \r\ntwo")
    lines = [(line.number, line.text and line.text.strip()) for line in given.lines()]
    assert lines == [(1, ""), (2, "two"), (3, None), (4, "four"), (5, "five")]


def test_a_line_that_is_too_long_is_one_line_and_the_next_keeps_its_number() -> None:
    lines = source(b"x" * (2 * MAX_RECORD_BYTES + 5) + b"\nnext\n").lines()
    assert list(lines) == [Line(1, None), Line(2, "next\n")]


def test_a_nul_byte_rejects_its_line_alone() -> None:
    assert list(source(b"one\n\0\ntwo").lines()) == [Line(1, "one\n"), Line(2, None, "\0\n"), Line(3, "two")]
