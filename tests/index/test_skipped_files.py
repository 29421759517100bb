"""A file among others that cannot be read: named, with what it is; the others are read."""

import gzip
import lzma
import zipfile
from pathlib import Path

import pytest

from index.errors import CorpusError, PruneRefused
from index.papers import Paper
from index.readers import Record, Skipped, read_corpus
from index.vectors.embedding import LocalEmbedder
from tests.index.another_user import another_user
from tests.index.told import build

GOOD = '{"title": "On good files", "abstract": "A good file beside a bad one is read, whatever the bad one holds."}\n'


def zipped(path: Path, *names: str) -> bytes:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return path.read_bytes()


def skipped(folder: Path) -> list[str]:
    return [each.reason for each in read_corpus([str(folder)]) if isinstance(each, Skipped)]


KINDS = {
    "a.pdf": (b"%PDF-1.7 text only", "a PDF"),
    "a.png": (b"\x89PNG\r\n\x1a\n\0\0", "a picture"),
    "a.jsonl.xz": (lzma.compress(GOOD.encode()), "xz -d"),
    "a.7z": (b"7z\xbc\xaf\x27\x1c\0\4", "a 7z archive"),
    "a.rar": (b"Rar!\x1a\x07\x01\0", "a RAR archive"),
    "a.bz2": (b"BZh91AY", "bunzip2"),
    "a.zst": (b"\x28\xb5\x2f\xfd\x24", "zstd -d"),
    "twice.gz": (gzip.compress(gzip.compress(GOOD.encode())), "packed by gzip twice"),
    "a.heic": (b"\0\0\0\x18ftypheic\0\0\0\0", "a picture"),
    "a.mp4": (b"\0\0\0\x20ftypisom\0\0\2\0", "a film"),
    "a.ogg": (b"OggS\0\2\0\0", "a sound"),
    "a.h5": (b"\x89HDF\r\n\x1a\n\0", "HDF5"),
    "a.bin": (b"\0\1\2Bud1", "Name the files of papers instead"),
    "a.eml": (
        b"From: ada@example.org\nTo: bo@example.org\nSubject: your paper\nDate: Mon, 3 Feb 2025 10:00:00 +0000\n\nHello Bo,\n\n"
        b"here is the draft of last week. It has three parts. I would like to hear what you think of it before Friday.\n",
        "no titles with their abstracts",
    ),
    "a.ps": (b"%!PS-Adobe-3.0\n", "PostScript"),
    "a.sqlite": (b"SQLite format 3\0\x10\0", "SQLite"),
    "a.enl": (b"\0\0\x03x" * 20, "an EndNote library"),
    "a.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", "a Word document"),
    "a.rtf": (b"{\\rtf1\\ansi A title\\par}", "RTF"),
    "a.html": (b"<!DOCTYPE html>\n<html><body><h3>A title</h3><p>Ants. They run.</p></body></html>", "a web page"),
    "a.tex": (b"\\documentclass{article}\n\\begin{document}\\end{document}", "a LaTeX source"),
    "a.json.gz": (gzip.compress(GOOD.encode() * 50)[:14], "cannot be unpacked"),
    "empty.bib": (b"\n", "is empty"),
    "a.xml": (b'<?xml version="1.0"?><feed></feed>', "XML of a kind"),
    "wide.txt": ("A title\n" * 90).encode("utf-16-le"),
    "cyrillic.txt": ("Заголовок\n" * 90).encode("cp1251"),
}


@pytest.mark.parametrize("name", KINDS)
def test_a_foreign_file_is_named_with_what_it_is_and_the_others_are_read(name: str, tmp_path: Path) -> None:
    content, kind = made if isinstance(made := KINDS[name], tuple) else (made, "--encoding")
    (tmp_path / name).write_bytes(content)
    (tmp_path / "good.jsonl").write_text(GOOD)
    assert sum(isinstance(each, Record) for each in read_corpus([str(tmp_path / "good.jsonl")])) == 1
    (reason,) = skipped(tmp_path)
    assert reason.startswith(str(tmp_path / name))
    assert kind in reason
    with pytest.raises(CorpusError, match=r"\A[^\n]*\Z"):
        list(read_corpus([str(tmp_path / name)]))


@pytest.mark.parametrize(
    ("parts", "kind"),
    [
        (["papers.jsonl"], "a ZIP archive"),
        (["[Content_Types].xml", "word/document.xml"], "a Word document"),
        (["[Content_Types].xml", "xl/workbook.xml"], "an Excel workbook"),
        (["mimetype", "application/epub+zip"], "an EPUB book"),
    ],
)
def test_what_is_packed_as_a_zip_archive_is_told_by_its_parts(parts: list[str], kind: str, tmp_path: Path) -> None:
    zipped(tmp_path / "file", *parts)
    (tmp_path / "good.jsonl").write_text(GOOD)
    assert kind in skipped(tmp_path)[0]


def test_a_file_that_does_not_exist_costs_nothing_but_itself(tmp_path: Path) -> None:
    (tmp_path / "good.jsonl").write_text(GOOD)
    read = list(read_corpus([str(tmp_path / "none.bib"), str(tmp_path / "good.jsonl")]))
    assert [type(each) for each in read] == [Skipped, Record]
    assert "No such file" in str(read[0])


def test_what_may_not_be_read_is_named_and_said_how_to_allow_it(shared: Path) -> None:
    (shared / "a").mkdir()
    (shared / "a" / "closed.jsonl").write_text(GOOD)
    (shared / "good.jsonl").write_text(GOOD)
    (shared / "a").chmod(0)
    try:
        with another_user():
            (reason,) = skipped(shared)
    finally:
        (shared / "a").chmod(0o700)
    assert "Permission denied" in reason
    assert "chmod" in reason


def test_files_of_the_index_in_a_folder_are_named_once_and_the_others_are_read(tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    for name in ("x.jsonl", "y.jsonl"):
        (tmp_path / "index" / name).write_text(GOOD)
    (tmp_path / "good.jsonl").write_text(GOOD)
    read = list(read_corpus([str(tmp_path)], apart_from=tmp_path / "index"))
    assert sorted(type(each).__name__ for each in read) == ["Record", "Skipped"]


def test_nothing_is_removed_after_a_file_was_skipped_and_the_report_counts_it(
    tmp_path: Path, embedder: LocalEmbedder
) -> None:
    one, two = (Paper.from_source(f"Title {n}", f"Words of paper {n}, and more of them.", paper_id=n) for n in "12")
    gone = Skipped("b.bib", "b.bib is empty: it holds no papers.")
    assert build(tmp_path / "index", [one, two, gone], embedder).files_skipped == 1
    with pytest.raises(PruneRefused, match="1 file was skipped"):
        build(tmp_path / "index", [one, gone], embedder, prune=True)
    assert build(tmp_path / "index", [one, gone], embedder, prune=True, sure=True).papers_removed == 1
    with pytest.raises(CorpusError, match="2 files were skipped"):
        build(tmp_path / "index", [gone, gone], embedder)
