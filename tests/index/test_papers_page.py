"""A papers page copied from the browser."""

import io
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.papers import Paper, normalise
from index.readers import Read, Record, Rejected, papers_page
from index.readers.records import Source
from index.readers.titles import is_abstract
from tests.conftest import SAMPLE

CONTENT = SAMPLE.read_text(encoding="utf-8")
PAGE = CONTENT.split("\n")
# Each paper's title and abstract: places in PAGE, counted from 0.
PLACES = [(10 + 4 * number, 12 + 4 * number) for number in range(77)]
ABSTRACT = "We read the words of a page with care. We keep every one of them as it stands, and repair nothing at all."

Mutation = Callable[[int, int], tuple[list[str], list[tuple[int, str]], bool]]


def read(lines: list[str] | str) -> list[Read]:
    text = lines if isinstance(lines, str) else "\n".join(lines)
    return list(papers_page.read(Source(io.BytesIO(text.encode()), "page")))


def papers(records: list[Read]) -> list[Paper]:
    return [record.paper for record in records if isinstance(record, Record)]


def rejections(records: list[Read]) -> list[tuple[int, str]]:
    return [(record.number, record.code) for record in records if isinstance(record, Rejected)]


@pytest.fixture(scope="module")
def sample() -> list[Paper]:
    return papers(read(PAGE))


def test_the_sample_page_holds_77_papers_and_nothing_is_rejected(sample: list[Paper]) -> None:
    assert len(sample) == 77
    assert [type(record) for record in read(PAGE)] == [Record] * 77


def test_every_title_and_abstract_of_the_sample_stands_in_the_file_as_it_is(sample: list[Paper]) -> None:
    assert [(paper.title, paper.abstract) for paper in sample] == [(PAGE[one], PAGE[two]) for one, two in PLACES]


def test_the_odd_ones_of_the_sample_are_read_as_they_stand(sample: list[Paper]) -> None:
    assert sum(paper.title.endswith("?") for paper in sample) == 7
    assert sum(not paper.abstract.endswith((".", "!", "?")) for paper in sample) == 3
    assert not CONTENT.endswith("\n")
    assert sample[-1].abstract == PAGE[-1]


def test_only_what_the_page_says_is_in_a_paper(sample: list[Paper]) -> None:
    assert sample == [Paper.from_source(paper.title, paper.abstract) for paper in sample]


def without_title(title: int, abstract: int) -> tuple[list[str], list[tuple[int, str]], bool]:
    return [*PAGE[:title], *PAGE[title + 1 :]], [(abstract, "NO_TITLE")], True


def without_abstract(title: int, abstract: int) -> tuple[list[str], list[tuple[int, str]], bool]:
    return [*PAGE[:abstract], *PAGE[abstract + 1 :]], [(title + 1, "NO_ABSTRACT")], True


def doubled_title(title: int, _: int) -> tuple[list[str], list[tuple[int, str]], bool]:
    return [*PAGE[:title], PAGE[title], *PAGE[title:]], [(title + 2, "DOUBLED")], False


def doubled_abstract(_: int, abstract: int) -> tuple[list[str], list[tuple[int, str]], bool]:
    return [*PAGE[:abstract], PAGE[abstract], *PAGE[abstract:]], [(abstract + 2, "DOUBLED")], False


def furniture_before(title: int, _: int) -> tuple[list[str], list[tuple[int, str]], bool]:
    return [*PAGE[:title], "Mar 12", "", "Upvote 37", *PAGE[title:]], [], False


def furniture_between(_: int, abstract: int) -> tuple[list[str], list[tuple[int, str]], bool]:
    return [*PAGE[:abstract], "Published on Mar 12, 2024", "·8 authors", *PAGE[abstract:]], [], False


@pytest.mark.parametrize(
    "mutation",
    [
        without_title,
        without_abstract,
        doubled_title,
        doubled_abstract,
        furniture_before,
        furniture_between,
    ],
)
def test_a_fault_in_any_one_paper_does_not_touch_the_others(mutation: Mutation, sample: list[Paper]) -> None:
    for number, places in enumerate(PLACES):
        lines, rejected, lost = mutation(*places)
        records = read(lines)
        assert papers(records) == [*sample[:number], *sample[number + lost :]]
        assert rejections(records) == rejected


def test_a_rejection_says_what_stands_in_its_line(sample: list[Paper]) -> None:
    records = read([*PAGE[:10], *PAGE[11:]])
    assert records[0] == Rejected(
        "page",
        12,
        "NO_TITLE",
        "no title before the abstract 'FPGAs provide a flexible and efficient platform to accelera…'",
    )
    assert papers(records[1:]) == sample[1:]


def test_a_line_that_is_not_utf_8_does_not_shift_the_papers_after_it(sample: list[Paper]) -> None:
    title, abstract = PLACES[5]
    damaged = [line.encode() for line in PAGE]
    damaged[abstract] += b"\xff"
    records = list(papers_page.read(Source(io.BytesIO(b"\n".join(damaged)), "page")))
    assert papers(records) == [*sample[:5], *sample[6:]]
    assert rejections(records) == [(abstract + 1, "ENCODING"), (title + 1, "NO_ABSTRACT")]


@pytest.mark.parametrize(
    "content",
    [
        CONTENT.replace("\n", "\r\n"),
        "\ufeff" + CONTENT,
        "\n".join(line for line in PAGE if line),
        "\n".join(PAGE[10:]),
        CONTENT.replace("\n", "\n\n"),
        CONTENT + "\n\n\n",
        "\n".join(f"  {line}\t" for line in PAGE),
    ],
    ids=["crlf", "bom", "no blank lines", "no furniture", "more blank lines", "blank end", "indented"],
)
def test_line_ends_and_blank_lines_change_nothing(content: str, sample: list[Paper]) -> None:
    assert papers(read(content)) == sample
    assert len(read(content)) == 77


@pytest.mark.parametrize(
    "line",
    [
        "new",
        "Subscribe",
        "Get trending papers in your email inbox!",
        "byAK and the research community",
        "Mar 11",
        "September 3, 2024",
        "Submitted by somebody",
        "Upvote 12",
        "1.2k",
        "8 authors",
        "https://example.org/x",
        "---",
    ],
)
def test_furniture_is_neither_paper_nor_rejection(line: str) -> None:
    assert read(["A title", line, ABSTRACT, line]) == [Record(Paper.from_source("A title", ABSTRACT), "page", 3)]


@pytest.mark.parametrize("title", ["Octopus 2", "Marlin 7", "Decoding 10", "Sorting your email inbox", "New Hope"])
def test_a_title_that_resembles_furniture_is_a_title(title: str) -> None:
    assert papers(read([title, ABSTRACT])) == [Paper.from_source(title, ABSTRACT)]


@pytest.mark.parametrize(
    "title",
    [
        "Why?",
        "Attention Is All You Need",
        "Beyond English-Centric LLMs: What Language Do Multilingual Language Models Think in?",
        "GPT-4.5 vs. Claude 3.5: A Study",
        "A very long title that goes on and on about all the things that the paper does and does not do, at length, with "
        "commas, colons: and more words than twelve",
        "模型很好",
    ],
)
def test_a_title_is_not_taken_for_an_abstract(title: str) -> None:
    assert not is_abstract(title)


def test_a_short_abstract_of_two_sentences_is_an_abstract() -> None:
    assert is_abstract(ABSTRACT)


LINES = st.text(st.characters(exclude_characters="\n\r\0", exclude_categories=["Cs"]), max_size=60)


@given(st.lists(LINES | st.sampled_from(["A title", "Another title", ABSTRACT, f"{ABSTRACT} Really.", "Mar 11"])))
def test_every_paper_is_a_title_line_and_a_later_abstract_line_each_used_once(lines: list[str]) -> None:
    texts = [normalise(line) for line in "\n".join(lines).removeprefix("\ufeff").split("\n")]
    after = 0
    for record in papers(read(lines)):
        title = texts.index(record.title, after)
        after = texts.index(record.abstract, title) + 1
        assert is_abstract(record.abstract)
        assert not is_abstract(record.title)


DAILY = f"""Hugging Face
Models
Daily Papers
by AK and the research community
Sep 18
Submitted by
moss-a
142

Moss Attention: Windows That Grow in the Shade
Ada Moss, Carl Fern, +3 authors
{ABSTRACT}
GitHub
1.2k
Submitted by fern
·
5 authors
3

Published on Sep 17
▲
98
Who Counts the Ferns? Auditing Herbaria
Ida Paz · Carl Fern
Green Town University
{ABSTRACT} Twice.
View arXiv page
Project page
Add to collection

Paper thumbnail
Submitted by paz 2
Small Ferns, Big Roofs
Green Town University · 12 authors · Sep 17, 2025
{ABSTRACT} Thrice.
Upvote
17
Company
About
"""


def test_a_page_with_authors_and_counts_between_is_read_by_where_lines_stand() -> None:
    assert papers_page.recognises(DAILY)
    assert [(paper.title, paper.authors) for paper in papers(read(DAILY))] == [
        ("Moss Attention: Windows That Grow in the Shade", ("Ada Moss", "Carl Fern")),
        ("Who Counts the Ferns? Auditing Herbaria", ("Ida Paz", "Carl Fern")),
        ("Small Ferns, Big Roofs", ()),
    ]
    assert rejections(read(DAILY)) == []


def test_blank_lines_between_all_lines_of_such_a_page_change_nothing() -> None:
    assert papers(read(DAILY.replace("\n", "\n\n")))[:2] == papers(read(DAILY))[:2]


@pytest.mark.parametrize(
    "line",
    [
        "Ada Moss, Carl Fern and Ida Paz",
        "Ada B. Moss, Carl Fern",
        "A Moss, C Fern",
        "Ada Moss (2019)",
        "Moss et al.",
        "Journal of Moss, 12(3), 2019",
        "arXiv preprint arXiv:1901.00001",
        "## Ecology",
        "%D 2018",
        "- an item of a list",
        "1. Introduction",
        "12",
        "2019",
        "Introduction",
        "moss@green.example.org",
    ],
)
def test_names_venues_headings_and_numbers_are_never_titles(line: str) -> None:
    assert papers(read([line, ABSTRACT])) == []
    assert [paper.title for paper in papers(read(["Moss on the roofs of houses", line, ABSTRACT]))] in (
        ["Moss on the roofs of houses"],
        [],
    )
