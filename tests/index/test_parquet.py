"""Parquet."""

import gzip
import io
import sys
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import CorpusError
from index.papers import Paper
from index.readers import parquet
from index.readers.records import Read, Record, Rejected, Remark, Source

ABSTRACT = "We read the words of a row with care, and keep every one."


def written(**columns: Any) -> bytes:
    pyarrow = pytest.importorskip("pyarrow")
    out = io.BytesIO()
    pytest.importorskip("pyarrow.parquet").write_table(pyarrow.table(columns), out, row_group_size=700)
    return out.getvalue()


def read(content: bytes, name: str = "<stdin>") -> list[Read]:
    return list(parquet.read(Source(io.BytesIO(content), name)))


def papers(records: list[Read]) -> list[Paper]:
    return [record.paper for record in records if isinstance(record, Record)]


def notes(records: list[Read]) -> list[tuple[int, str]]:
    return [(r.number, r.code) for r in records if isinstance(r, Rejected | Remark)]


def one(**columns: Any) -> Paper:
    (paper,) = papers(read(written(title=["A title"], abstract=[ABSTRACT], **columns)))
    return paper


def test_rows_are_papers_and_are_numbered_from_one() -> None:
    content = written(
        Title=["One", "Two", "Three"],
        Summary=[ABSTRACT, None, ABSTRACT],
        Year=[2020, 2021, None],
        Journal=["Annals", "", None],
        DOI=["https://doi.org/10.5555/a", None, None],
        embedding=[[0.1, 0.2]] * 3,
    )
    records = read(content)
    assert papers(records) == [
        Paper.from_source("One", ABSTRACT, year=2020, venue="Annals", doi="10.5555/a"),
        Paper.from_source("Three", ABSTRACT),
    ]
    assert notes(records) == [(2, "NO_ABSTRACT")]


@pytest.mark.parametrize(
    "authors",
    [
        [["Ann Lee", "Bo Chen"]],
        [["Lee, Ann", "Chen, Bo"]],
        ["Ann Lee; Bo Chen"],
        [[{"name": "Ann Lee"}, {"name": "Bo Chen"}]],
        [[{"given": "Ann", "family": "Lee"}, {"given": "Bo", "family": "Chen"}]],
    ],
)
def test_authors_are_a_list_of_names_or_of_structures_or_a_text(authors: list[object]) -> None:
    assert one(authors=authors).authors == ("Ann Lee", "Bo Chen")


@pytest.mark.parametrize("year", [2020, 2020.0, "2020", date(2020, 5, 3)])
def test_a_year_is_a_number_a_text_or_a_date(year: object) -> None:
    assert one(year=[year]).year == 2020


def test_an_abstract_that_is_no_text_rejects_its_row() -> None:
    assert notes(read(written(title=["One"], abstract=[["a", "list"]]))) == [(1, "TYPE")]


def test_many_rows_are_read_through_all_their_groups() -> None:
    records = read(written(title=[f"Title {i}" for i in range(5000)], abstract=[ABSTRACT] * 5000))
    assert [r.number for r in records if isinstance(r, Record)] == list(range(1, 5001))


def test_a_file_on_the_disk_is_read_in_place_and_a_packed_one_from_what_was_unpacked(tmp_path: Path) -> None:
    content = written(title=["A title"], abstract=[ABSTRACT])
    plain, packed = tmp_path / "plain.parquet", tmp_path / "packed.parquet.gz"
    plain.write_bytes(content)
    packed.write_bytes(gzip.compress(content))
    with plain.open("rb") as stream:
        assert len(list(parquet.read(Source(stream, str(plain))))) == 1
    assert len(read(content, str(packed))) == 1


def test_a_file_that_unpacks_to_more_than_a_hundred_times_its_size_is_refused_before_it_is_held() -> None:
    pyarrow = pytest.importorskip("pyarrow")
    out = io.BytesIO()
    table = pyarrow.table({"title": ["One"], "abstract": ["words " * 5_000_000]})
    pytest.importorskip("pyarrow.parquet").write_table(table, out, compression="zstd")
    before = pyarrow.default_memory_pool().max_memory()
    with pytest.raises(CorpusError, match="unpacks to more than 100 times its size"):
        read(out.getvalue())
    assert pyarrow.default_memory_pool().max_memory() == before


def test_a_long_text_that_many_rows_share_is_held_once() -> None:
    pyarrow = pytest.importorskip("pyarrow")
    text = pyarrow.DictionaryArray.from_arrays(pyarrow.array([0] * 400), pyarrow.array(["words " * 200_000]))
    table = pyarrow.table({"title": [f"Title {i}" for i in range(400)], "abstract": text})
    out = io.BytesIO()
    # Other writers do not say that a column was a dictionary.
    pytest.importorskip("pyarrow.parquet").write_table(table, out, store_schema=False)
    before = pyarrow.total_allocated_bytes()
    rows = read(out.getvalue())
    assert len(rows) == 400
    assert pyarrow.default_memory_pool().max_memory() < before + 200_000_000


def test_columns_that_are_missing_are_named() -> None:
    with pytest.raises(CorpusError, match=r"no column abstract\. Its columns are called: 'title', 'text'"):
        read(written(title=["One"], text=[ABSTRACT]))


@pytest.mark.parametrize(
    "content", [b"PAR1", b"PAR1" + b"x" * 100 + b"PAR1", b"PAR1" + b"\0" * 100 + b"\x10\0\0\0PAR1"]
)
def test_what_is_not_parquet_is_refused(content: bytes) -> None:
    with pytest.raises(CorpusError, match="cannot be read as Parquet"):
        read(content)


def test_a_file_damaged_in_its_middle_ends_there_with_a_rejection() -> None:
    content = bytearray(
        written(title=[f"Title {i}" for i in range(1400)], abstract=[f"{ABSTRACT} {i}" for i in range(1400)])
    )
    middle = len(content) // 2
    content[middle : middle + 5000] = b"\xff" * 5000
    records = read(bytes(content))
    assert isinstance(records[-1], Rejected)
    assert records[-1].code == "PARQUET"
    assert records[-1].number == len(records)


def test_without_pyarrow_the_way_to_install_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    content = written(title=["One"], abstract=[ABSTRACT])
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(CorpusError, match=r"pip install 'scholiast\[parquet\]'"):
        read(content)


def test_parquet_is_recognised_by_its_first_bytes() -> None:
    assert parquet.recognises("PAR1\x15\x04")
    assert not parquet.recognises("PAR")
    assert not parquet.recognises("title,abstract")


@given(st.integers(4, 700), st.binary(min_size=1, max_size=12))
def test_a_damaged_file_raises_nothing_but_a_corpus_error(place: int, damage: bytes) -> None:
    content = bytearray(written(title=["One", "Two"], abstract=[ABSTRACT, ABSTRACT]))
    content[place : place + len(damage)] = damage
    with suppress(CorpusError):
        read(bytes(content))
