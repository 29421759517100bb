"""CSV, TSV and other tables in text."""

import io
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import CorpusError
from index.papers import Paper
from index.readers import tabular
from index.readers.columns import fields_of
from index.readers.records import MAX_RECORD_BYTES, Read, Record, Rejected, Remark, Source

SAMPLES = Path(__file__).parent / "samples"
ABSTRACT = "We read the words of a row with care and keep every one."
ROW = f"A title,{ABSTRACT}\n"


def read(content: str | bytes) -> list[Read]:
    raw = content if isinstance(content, bytes) else content.encode()
    return list(tabular.read(Source(io.BytesIO(raw), "x.csv")))


def sample(name: str) -> list[Read]:
    return read((SAMPLES / name).read_bytes())


def papers(records: list[Read]) -> list[Paper]:
    return [record.paper for record in records if isinstance(record, Record)]


def notes(records: list[Read]) -> list[tuple[int, str]]:
    return [(r.number, r.code) for r in records if isinstance(r, Rejected | Remark)]


def test_a_scopus_export_is_read() -> None:
    records = sample("scopus.csv")
    first, second = papers(records)
    assert first == Paper(
        paper_id="10.5555/978-3-030-00001",
        title="Quotations as evidence",
        abstract='A quotation is "evidence" that a reader can check; we let 40 readers check 400 of them. '
        "© 2022, The Authors.",
        authors=("Leila Haddad", "Seo-Hyun Kim"),
        year=2022,
        venue="Lecture Notes in Reading",
        url="https://www.scopus.com/inward/record.uri?eid=2-s2.0-85100000001&partnerID=40",
        doi="10.5555/978-3-030-00001",
    )
    assert second.paper_id == "scopus:2-s2.0-85100000002"
    assert [r.number for r in records if isinstance(r, Record)] == [2, 4]
    assert notes(records) == [(5, "NO_ABSTRACT")]


def test_a_zotero_export_is_read() -> None:
    first, second = papers(sample("zotero.csv"))
    assert first.authors == ("Ana Marlowe", "Jón Núñez-Östberg", "The Sparse Computing Group")
    assert (first.year, first.venue) == (2021, "Journal of Sparse Computing")
    assert (second.paper_id, second.arxiv_id) == ("2301.00001", "2301.00001")


def test_a_web_of_science_export_is_read_and_its_quotation_marks_are_text() -> None:
    first, second = papers(sample("wos.tsv"))
    assert first.title == '"Deep" margins of old books'
    assert first.abstract.startswith('"Deep" margins hold more notes than "shallow" ones.')
    assert first.authors == ("Ana Marlowe", "Mei Tan")
    assert (second.paper_id, second.venue) == ("wos:000500000000002", "JOURNAL OF OLD BOOKS")


def test_a_pubmed_export_which_has_no_abstracts_is_refused_by_name() -> None:
    with pytest.raises(
        CorpusError, match=r"no column abstract\. Its columns are called: 'PMID', 'Title', .*'Journal/Book'"
    ):
        sample("pubmed.csv")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("A title,Some abstract\n", "no column title and no column abstract"),
        ("titel,abstract\nx,y\n", "no column title"),
        ("title,year\nx,2020\n", "no column abstract"),
        ("title,abstract,Title\nx,y,z\n", "two columns called 'title'"),
        (",".join(f"c{i}" for i in range(10_000)), r"'c19', …"),
        ("\n\n", "no line of column names"),
        (b"tit\xe9,abstract\n", "--encoding cp1252"),
    ],
)
def test_columns_that_are_missing_or_doubled_are_named(content: str | bytes, message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        read(content)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    "names",
    [
        ("Title", "Abstract", "Authors", "Year", "Journal"),
        ("ARTICLE_TITLE", "summary", "Author(s)", "Publication Year", "Source title"),
        ("paper title", "Description", "author names", "PY", "conference"),
        ("TI", "AB", "Author Full Names", "Date", "booktitle"),
    ],
)
def test_columns_are_told_by_their_names_in_any_order_and_the_delimiter_by_the_first_line(
    names: tuple[str, ...], delimiter: str
) -> None:
    cells = ("A title", ABSTRACT, "Ann Lee", "2020", "Annals")
    content = "".join(delimiter.join([*reversed(row), "x"]) + "\r\n" for row in (names, cells))
    (paper,) = papers(read("\ufeff" + content))
    assert paper == Paper.from_source("A title", ABSTRACT, authors=["Ann Lee"], year=2020, venue="Annals")


def test_the_delimiter_that_excel_names_is_believed() -> None:
    assert len(papers(read(f"sep=;\ntitle;abstract\nA title;{ABSTRACT}\n"))) == 1


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x.org";"x")', "+cmd|' /C calc'!A0", "@SUM(1+1)*cmd", "-2+3"])
def test_what_a_spreadsheet_takes_for_a_formula_is_text(text: str) -> None:
    quoted = text.replace('"', '""')
    (paper,) = papers(read(f'title,abstract\n"{quoted}","{quoted} {ABSTRACT}"\n'))
    assert (paper.title, paper.abstract) == (text, f"{text} {ABSTRACT}")


@pytest.mark.parametrize(
    ("broken", "expected"),
    [
        ("only one field\n", [(3, "CSV")]),
        ("one,two,three\n", [(3, "CSV")]),
        (f'Unclosed,"{ABSTRACT}\n', [(3, "CSV")]),
        (f'Quoted,"{ABSTRACT} "again" there"\n', [(3, "CSV")]),
        (f'Quoted,"{ABSTRACT}" \n', [(3, "CSV")]),
        ('"a\nb\nc",d,e\n', [(3, "CSV"), (4, "CSV"), (5, "CSV")]),
        ("A,\n", [(3, "NO_ABSTRACT")]),
        (f",{ABSTRACT}\n", [(3, "NO_TITLE")]),
        (f"Long,{'words ' * 20_000}\n", [(3, "TOO_LONG")]),
        ("A,yes\n", [(3, "SHORT")]),
        (",,,\n\n,\n", []),
    ],
)
def test_a_broken_row_is_rejected_with_its_line_and_its_neighbours_are_kept(
    broken: str, expected: list[tuple[int, str]]
) -> None:
    records = read("title,abstract\n" + ROW + broken + ROW + f'"A title","{ABSTRACT}"\n')
    assert [paper.abstract for paper in papers(records)].count(ABSTRACT) == 3
    assert notes(records) == expected


def test_bytes_that_are_not_utf_8_reject_their_row_and_no_other() -> None:
    records = read(f"title,abstract\n{ROW}".encode() + f"B\xe4d,{ABSTRACT}\n".encode("latin-1") + ROW.encode())
    assert len(papers(records)) == 2
    assert notes(records) == [(3, "ENCODING")]


def test_a_quotation_mark_that_swallows_the_rest_costs_one_row_and_bounded_memory() -> None:
    filler = "no comma here " * 30 + "\n"
    count = 2 * MAX_RECORD_BYTES // len(filler)
    lines = io.BytesIO((f'title,abstract\n{ROW}Unclosed,"{ABSTRACT}\n' + filler * count + ROW).encode())
    records = [r for r in tabular.read(Source(lines, "x")) if not (isinstance(r, Rejected) and r.number > 3)]
    assert len(papers(records)) == 2
    assert notes(records) == [(3, "CSV")]
    assert "16 MiB" in str(records[1])


def test_a_column_that_is_not_read_may_be_long_and_there_may_be_ten_thousand() -> None:
    assert len(papers(read(f"title,abstract,full text\nA title,{ABSTRACT},{'x' * 1_000_000}\n"))) == 1
    names = ["title", "abstract", *(f"c{i}" for i in range(10_000))]
    assert len(papers(read(",".join(names) + "\n" + f"A title,{ABSTRACT}" + "," * 10_000 + "\n"))) == 1


@pytest.mark.parametrize(
    ("cell", "authors"),
    [
        ("Ashish Vaswani; Noam Shazeer", ("Ashish Vaswani", "Noam Shazeer")),
        ("Vaswani, Ashish; Shazeer, Noam", ("Ashish Vaswani", "Noam Shazeer")),
        ("Vaswani, Ashish", ("Ashish Vaswani",)),
        ("Ann Lee, Bo Chen", ("Ann Lee", "Bo Chen")),
        ("Smith J, Doe A", ("Smith J", "Doe A")),
        ("Smith, J., Doe, A.B.", ("J. Smith", "A.B. Doe")),
        ("Lee, Ann and Chen, Bo", ("Ann Lee", "Bo Chen")),
        ("['Ann Lee', \"Bo O'Neil\"]", ("Ann Lee", "Bo O'Neil")),
        ('[{"name": "Ann Lee"}, {"given": "Bo", "family": "Chen"}]', ("Ann Lee", "Bo Chen")),
        ("[not a list", ("[not a list",)),
        ("OpenAI", ("OpenAI",)),
        ("; ; ;", ()),
        ("", ()),
    ],
)
def test_authors_are_parted_and_put_in_the_order_in_which_they_are_spoken(cell: str, authors: tuple[str, ...]) -> None:
    quoted = cell.replace('"', '""')
    assert papers(read(f'title,abstract,authors\nA title,{ABSTRACT},"{quoted}"\n'))[0].authors == authors


def test_three_thousand_authors_are_three_thousand() -> None:
    cell = "; ".join(f"Name{i}, A." for i in range(3000))
    assert len(papers(read(f'title,abstract,authors\nA title,{ABSTRACT},"{cell}"\n'))[0].authors) == 3000


@pytest.mark.parametrize(
    ("cell", "year"),
    [("2017", 2017), ("2017.0", 2017), ("2017-06-12", 2017), ("2999", None), ("0", None), ("-5", None), ("2021a", None),
     ("in press", None), ("２０２１", 2021), ("2023-02-29", None), ("1/2/3", None)],
)  # fmt: skip
def test_a_year_that_is_none_is_left_out_and_remarked(cell: str, year: int | None) -> None:
    records = read(f"title,abstract,year\nA title,{ABSTRACT},{cell}\n")
    assert papers(records)[0].year == year
    assert [code for _, code in notes(records)] == ([] if year else ["YEAR"])


@pytest.mark.parametrize(
    ("name", "cell", "paper_id"),
    [
        ("paper_id", "p1", "p1"),
        ("arxiv", "arXiv:2301.00001v2", "2301.00001"),
        ("eprint", "https://arxiv.org/pdf/2301.00001v2", "2301.00001"),
        ("DOI", "https://doi.org/10.5555/AbC", "10.5555/AbC"),
        ("DOI", "doi:10.5555/AbC", "10.5555/AbC"),
        ("PMID", "31900001", "pmid:31900001"),
        ("id", "2301.00001", "2301.00001"),
        ("id", "7", None),
    ],
)
def test_an_id_is_what_the_source_calls_the_paper(name: str, cell: str, paper_id: str | None) -> None:
    (paper,) = papers(read(f"title,abstract,{name}\nA title,{ABSTRACT},{cell}\n"))
    assert paper.paper_id == (paper_id or Paper.from_source("A title", ABSTRACT).paper_id)


def test_a_cell_that_is_no_number_is_no_cell() -> None:
    fields = fields_of({"Title": "x", "Abstract": "y", "Year": float("nan"), "Journal": " ", "Authors": None})
    assert (fields.year, fields.venue, fields.authors) == (None, None, None)


@pytest.mark.parametrize(
    ("head", "is_table"),
    [
        ("title,abstract\n", True),
        ("title,abstract\rOne,words\r", True),
        ("\0\r\0", False),
        ("Title;Year\n", True),
        ("sep=,\nTitle,Abstract\n", True),
        ("PT\tAU\tTI\tAB\n", True),
        ("\nYear,DOI,Abstract", True),
        ("year,doi\n", False),
        ("new\nA title, and an abstract\n", False),
        ('{"title": "x", "abstract": "y"}\n', False),
        ("@article{key, title={x}, abstract={y}}", False),
        ("TY  - JOUR\n", False),
        ("", False),
    ],
)
def test_a_table_is_recognised_by_the_names_of_its_columns(head: str, is_table: bool) -> None:  # noqa: FBT001
    assert tabular.recognises(head) is is_table


@given(st.binary(max_size=300) | st.text('title,abstract\n";\t', max_size=200).map(str.encode))
def test_bytes_of_any_kind_raise_nothing_but_a_corpus_error(content: bytes) -> None:
    for begin in (b"", b"title,abstract\n", b"PT\tTI\tAB\n"):
        with suppress(CorpusError):
            read(begin + content)
    tabular.recognises(content.decode("utf-8", "replace"))


@given(st.integers(0, 3), st.text('",;\t\\ =abé\0', max_size=40), st.booleans())
def test_garbage_in_one_line_leaves_the_rows_around_it_as_they_were(place: int, garbage: str, quoted: bool) -> None:  # noqa: FBT001
    mark = '"' if quoted else ""
    rows = [f"Title {i},{mark}{ABSTRACT}{mark}\n" for i in range(3)]
    rows.insert(place, garbage + "\n")
    found = [paper for paper in papers(read("title,abstract\n" + "".join(rows))) if paper.abstract == ABSTRACT]
    assert [paper.title for paper in found] == ["Title 0", "Title 1", "Title 2"]
