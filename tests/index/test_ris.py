"""RIS."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.papers import Paper
from index.readers import ris
from index.readers.records import MAX_RECORD_BYTES, Read, Record, Rejected, Remark, Source

SAMPLES = Path(__file__).parent / "samples"
ABSTRACT = "We read the words of a record with care, and keep every one."


def read(content: str | bytes) -> list[Read]:
    raw = content if isinstance(content, bytes) else content.encode()
    return list(ris.read(Source(io.BytesIO(raw), "x.ris")))


def sample(name: str) -> list[Read]:
    return read((SAMPLES / name).read_bytes())


def papers(records: list[Read]) -> list[Paper]:
    return [record.paper for record in records if isinstance(record, Record)]


def notes(records: list[Read]) -> list[tuple[int, str]]:
    return [(r.number, r.code) for r in records if isinstance(r, Rejected | Remark)]


def record(title: str, more: str = "") -> str:
    return f"TY  - JOUR\nTI  - {title}\nAB  - {ABSTRACT}\n{more}ER  - \n"


def test_a_zotero_export_is_read() -> None:
    records = sample("zotero.ris")
    first, second = papers(records)
    assert first == Paper(
        paper_id="10.5555/s41586-021-00001-2",
        title="Pruning Sparse Transformers without Retraining",
        abstract="Pruning removes weights that a network can do without. We show that 42% of the weights of a "
        "transformer can be removed. Our code & models are released.",
        authors=("Ana Marlowe", "Jón Núñez-Östberg", "The Sparse Computing Group"),
        year=2021,
        venue="Journal of Sparse Computing",
        url="https://www.example.org/articles/s41586;v=2",
        doi="10.5555/s41586-021-00001-2",
    )
    assert (second.paper_id, second.arxiv_id, second.url) == (
        "2301.00001",
        "2301.00001",
        "http://arxiv.org/abs/2301.00001",
    )
    assert [r.number for r in records if isinstance(r, Record)] == [1, 27]
    assert notes(records) == [(39, "NO_ABSTRACT")]


def test_a_scopus_export_with_a_byte_order_mark_is_read() -> None:
    (paper,) = papers(sample("scopus.ris"))
    assert (paper.year, paper.venue, paper.authors) == (2022, "Lecture Notes in Reading", ("L. Haddad", "S.-H. Kim"))
    assert paper.url is not None
    assert paper.url.endswith("&partnerID=40")


def test_a_mendeley_export_with_continued_lines_and_a_missing_end_is_read() -> None:
    records = sample("mendeley.ris")
    first, second, third = papers(records)
    assert first.abstract.endswith("they add up to one book in eight, which is more than anybody thought.")
    assert first.authors == ("Ada Quill", "Roy Stone Jr.")
    assert first.venue == "Annals of Annotation"
    assert [second.year, third.year] == [2016, 2017]
    assert notes(records) == [(14, "RIS")]


def test_tags_with_one_space_are_read_where_the_record_begins_so() -> None:
    narrow = f"TY - CONF\nT1 - Narrow\nA1 - Lee, Ann\nN2 - {ABSTRACT}\n goes on - here\nY1 - 2001//\nER -\n"
    (paper,) = papers(read(narrow))
    assert (paper.title, paper.authors, paper.year) == ("Narrow", ("Ann Lee",), 2001)
    assert paper.abstract == f"{ABSTRACT} goes on - here"
    (wide,) = papers(read(record("Wide", "KW  - x\n").replace(ABSTRACT, f"{ABSTRACT}\nAI - based")))
    assert wide.abstract == f"{ABSTRACT} AI - based"


def test_several_lines_of_abstract_are_one_abstract_and_nothing_is_lost() -> None:
    (paper,) = papers(read(record("Two", "AB  - A second paragraph.\nAB  - A third\ngoes on.\n")))
    assert paper.abstract == f"{ABSTRACT} A second paragraph. A third goes on."


@pytest.mark.parametrize(
    ("more", "venue"),
    [
        ("JO  - J. Short\nJF  - Journal in Full\n", "Journal in Full"),
        ("JO  - Journal\n", "Journal"),
        ("T2  - Proceedings\nJ2  - Proc.\n", "Proceedings"),
        ("BT  - A Book\n", "A Book"),
        ("", None),
    ],
)
def test_the_venue_is_the_fullest_name_that_the_record_gives(more: str, venue: str | None) -> None:
    assert papers(read(record("One", more)))[0].venue == venue


@pytest.mark.parametrize(
    ("broken", "expected"),
    [
        (f"TI  - No beginning\nAB  - {ABSTRACT}\nER  - \n", [(5, "RIS")]),
        ("TY  - JOUR\nER  - \n", [(5, "NO_TITLE")]),
        ("TY  - JOUR\nTI  - x\nAB  - N/A\nER  - \n", [(5, "NO_ABSTRACT")]),
        ("TY  -\n\n  -\nXX  - ?\nZZ  - \nER  -\n", [(5, "NO_TITLE")]),
        (f"TY  - JOUR\nTI  - x\nAB  - {'words ' * 20_000}\nER  - \n", [(5, "TOO_LONG")]),
    ],
)
def test_a_broken_record_is_rejected_with_its_line_and_its_neighbours_are_kept(
    broken: str, expected: list[tuple[int, str]]
) -> None:
    records = read(record("One") + broken + record("Two"))
    assert [paper.title for paper in papers(records)] == ["One", "Two"]
    assert notes(records) == expected


def test_bytes_that_are_not_utf_8_reject_their_record_and_no_other() -> None:
    records = read(record("One").encode() + record("B\xe4d").encode("latin-1") + record("Two").encode())
    assert [paper.title for paper in papers(records)] == ["One", "Two"]
    assert notes(records) == [(5, "ENCODING")]


def test_a_record_above_the_limit_is_rejected_and_the_next_is_read() -> None:
    records = read(record("Huge", "KW  - words words\n" * (MAX_RECORD_BYTES // 18 + 100_000)) + record("Two"))
    assert [paper.title for paper in papers(records)] == ["Two"]
    assert [code for _, code in notes(records)] == ["TOO_LONG"]


@pytest.mark.parametrize(
    ("year", "expected"),
    [("2021/05/12/Spring", 2021), ("2999", None), ("in press", None), ("2021a", None), ("２０２１", 2021)],
)
def test_a_year_that_is_none_is_left_out_and_remarked(year: str, expected: int | None) -> None:
    records = read(record("One", f"PY  - {year}\n"))
    assert papers(records)[0].year == expected
    assert [code for _, code in notes(records)] == ([] if expected else ["YEAR"])


def test_what_stands_before_the_first_record_is_passed_over() -> None:
    assert len(read("Provider: Example\nContent: text/plain\n\n" + record("One").replace("\n", "\r\n"))) == 1


@pytest.mark.parametrize(
    ("head", "is_ris"),
    [
        ("TY  - JOUR\n", True),
        ("TY - JOUR\n", True),
        ("Provider: Example\n\nTY  - JOUR\n", True),
        ("PMID- 123\nTI  - A title\n", False),
        ("title,abstract\n", False),
        ("@article{key,", False),
    ],
)
def test_ris_is_recognised_by_the_beginning_of_a_record(head: str, is_ris: bool) -> None:  # noqa: FBT001
    assert ris.recognises(head) is is_ris


@given(st.binary(max_size=300) | st.text("TYERABUI12 -\n;", max_size=200).map(str.encode))
def test_no_bytes_at_all_raise_anything(content: bytes) -> None:
    read(content)
    ris.recognises(content.decode("utf-8", "replace"))


@given(
    st.integers(0, 2),
    st.text("TIABAUKW1  -;\n\\é", max_size=60) | st.binary(max_size=40).map(lambda b: b.decode("latin-1")),
)
def test_garbage_in_one_record_leaves_the_others_as_they_were(place: int, garbage: str) -> None:
    records = [record(f"Title {i}") for i in range(3)]
    records[place] = f"TY  - JOUR\n{garbage}\nER  - \n"
    found = [paper for paper in papers(read("".join(records))) if paper.title.startswith("Title ")]
    assert [(paper.title, paper.abstract) for paper in found] == [
        (f"Title {i}", ABSTRACT) for i in range(3) if i != place
    ]
