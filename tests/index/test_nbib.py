"""PubMed's .nbib files."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.papers import Paper
from index.readers import nbib
from index.readers.records import Read, Record, Rejected, Source

CONTENT = (Path(__file__).parent / "samples" / "pubmed.nbib").read_bytes()
GOOD = b"PMID- 7\nTI  - A title\nAB  - An abstract that is long enough to pass without a remark.\n"
PAPER = Paper(
    "pmid:7",
    "A title",
    "An abstract that is long enough to pass without a remark.",
    url="https://pubmed.ncbi.nlm.nih.gov/7/",
)


def read(content: bytes) -> list[Read]:
    return list(nbib.read(Source(io.BytesIO(content), "x.nbib")))


def kept(content: bytes) -> list[Paper]:
    return [record.paper for record in read(content) if isinstance(record, Record)]


def rejections(content: bytes) -> list[tuple[int, str, str | None]]:
    return [(found.number, found.code, found.record_id) for found in read(content) if isinstance(found, Rejected)]


def test_every_field_of_a_record_is_read() -> None:
    assert kept(CONTENT)[0] == Paper(
        paper_id="10.1000/jmm.2024.1",
        title="Uptake of CO2 by Scholia minor in the dark: a study that is longer than one line.",
        abstract="BACKGROUND: Nobody has looked at S. minor in the dark (p < 0.05). METHODS: We looked at 40 plants & "
        "noted uptake - in the dark - of SO4- ions. CONCLUSIONS: There is uptake.",
        authors=("Ada B Marginalia", "Martin L King Jr", "Scholia Study Group"),
        year=2024,
        venue="Journal of marginal medicine",
        url="https://pubmed.ncbi.nlm.nih.gov/90000001/",
        doi="10.1000/jmm.2024.1",
    )


def test_an_old_record_has_short_names_a_range_of_years_and_its_pmid_for_id() -> None:
    paper = kept(CONTENT)[1]
    assert (paper.paper_id, paper.year, paper.venue, paper.authors) == (
        "pmid:90000002",
        1998,
        "Acta Marg",
        ("I SCHOLIUM",),
    )
    assert paper.abstract.endswith("of cards.")


def test_a_record_without_an_abstract_is_rejected_by_its_pmid() -> None:
    assert rejections(CONTENT) == [(47, "NO_ABSTRACT", "90000003")]


@pytest.mark.parametrize(
    "content",
    [GOOD * 2, GOOD + b"\n" + GOOD, b"\n\n" + GOOD + b"\n \n\n" + GOOD + b"\n", b"\xef\xbb\xbf" + GOOD + b"\n" + GOOD,
     (GOOD + b"\n" + GOOD).replace(b"\n", b"\r\n"), (GOOD * 2)[:-1]],
    ids=["together", "apart", "far apart", "bom", "crlf", "no last line end"],
)  # fmt: skip
def test_a_record_begins_with_its_pmid_or_behind_a_blank_line(content: bytes) -> None:
    assert kept(content) == [PAPER, PAPER]


@pytest.mark.parametrize(
    ("broken", "code", "record_id"),
    [
        (GOOD.replace(b"A title", b"A t\xeftle"), "ENCODING", "7"),
        (GOOD.replace(b"TI  -", b"\0"), "ENCODING", "7"),
        (GOOD.replace(b"TI  - ", b"a line of prose "), "TAG", "7"),
        (GOOD.replace(b"TI  -", b"TX  -"), "NO_TITLE", "7"),
        (b"\xff\n" + GOOD[8:], "ENCODING", None),
        (b"<html>\n" + GOOD[8:], "TAG", None),
        (b"      indented\n" + GOOD[8:], "TAG", None),
        (GOOD.replace(b"PMID- 7\n", b"PMID- 7\nMH  - x\n" + b"      y\n"*20 ).replace(b"An abstract", b"x" * 17_000_000), "ENCODING", "7"),
        (GOOD + (b"      " + b"x" * 1_000_000 + b"\n") * 17, "TOO_LONG", "7"),
    ],
    ids=["encoding", "nul", "tag", "title", "first line", "prose before", "indented before", "line", "record"],
)  # fmt: skip
def test_a_broken_record_is_rejected_and_those_beside_it_are_kept(
    broken: bytes, code: str, record_id: str | None
) -> None:
    content = GOOD.replace(b"7", b"8") + b"\n" + broken + b"\n" + GOOD
    assert [paper.paper_id for paper in kept(content)] == ["pmid:8", "pmid:7"]
    assert [(found[1], found[2]) for found in rejections(content)] == [(code, record_id)]


def test_a_rejection_names_the_line_that_cannot_be_read() -> None:
    assert rejections(GOOD + b"\nPMID- 9\nTI  - x\nprose\n")[0][0] == 7


WORDS = st.text(st.sampled_from("abc -:[]()"), min_size=1).filter(lambda text: bool(text.strip(" -:[]()")))


@given(st.lists(st.tuples(WORDS, WORDS), max_size=4), st.integers(1, 40))
def test_what_is_wrapped_at_any_width_is_read(records: list[tuple[str, str]], width: int) -> None:
    lines = []
    for pmid, (title, abstract) in enumerate(records):
        for tag, value in (("PMID", str(pmid)), ("TI", title), ("AB", abstract)):
            first, *rest = value.split()
            lines.append(f"{tag:4}- {first}")
            for word in rest:
                if len(lines[-1]) + len(word) < width:
                    lines[-1] += f" {word}"
                else:
                    lines.append(f"      {word}")
        lines.append("")
    papers = kept("\n".join(lines).encode())
    assert [(p.title, p.abstract) for p in papers] == [(" ".join(t.split()), " ".join(a.split())) for t, a in records]


@given(
    st.binary()
    | st.lists(st.sampled_from([GOOD, b"\n", b"PMID", b"- ", b"      more\n", b"\xff", b"AB  -", b"\r"])).map(b"".join)
)
def test_no_bytes_raise_or_touch_a_record_behind_a_blank_line(content: bytes) -> None:
    assert kept(content + b"\n\n" + GOOD)[-1] == PAPER


@pytest.mark.parametrize(
    ("head", "recognised"),
    [
        (CONTENT.decode(), True),
        (CONTENT.decode()[:40], True),
        ("\r\nPMID-123\r\nOWN - NLM\r\n", True),
        ("TY  - JOUR\nTI  - x\nAN  - PMID- 7\n", False),
        ("PMID- what is this\nA line of prose", False),
        ("", False),
    ],
)
def test_an_nbib_file_is_known_by_its_first_two_tags(head: str, recognised: bool) -> None:  # noqa: FBT001
    assert nbib.recognises(head) is recognised


def test_an_english_abstract_in_a_second_field_is_used_where_the_first_is_missing() -> None:
    german, english = "Die Rinde senkte den Druck.", "The bark lowered the pressure of sixteen patients."
    written = (
        f"PMID- 1\nOWN - NLM\nTI  - T\nOAB - {german}\nOABL- ger\nOAB - {english}\nOABL- eng\n\n"
        f"PMID- 2\nOWN - NLM\nTI  - U\nOAB - {german}\nOABL- ger\n"
    )
    records = read(written.encode())
    assert [record.paper.abstract for record in records if isinstance(record, Record)] == [english]
