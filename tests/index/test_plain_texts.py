"""Texts without a syntax of their own: read by their layout, or refused."""

import time
from contextlib import suppress
from pathlib import Path

import pytest

from index.errors import CorpusError
from index.papers import Paper
from index.readers import Record, Rejected, read_corpus

MOSS = "We cover twelve roofs with moss and measure the rooms below. They are three degrees cooler all summer long."
FERN = "Ferns on walls are seldom counted. We count them in nine towns and find more of them than anyone had thought."
PUBMED = """1. J Moss. 2011 Nov;3(2):10-4. doi: 10.5555/m.1.

Moss keeps houses
cool.

Moss A(1), Fern C(2).

Author information:
(1)Department of Roofs, Green Town. We work there. It is large.

BACKGROUND: Roofs are hot.
RESULTS: We cover twelve roofs with moss, and rooms below are three
degrees cooler.

Copyright © 2011 Green Press.

DOI: 10.5555/m.1
PMID: 90000001 [Indexed for MEDLINE]

2. Rev Fern. 2016 Jan 5;8:e11.

Ferns on walls.

Paz L.

PMID: 90000004
"""
WRAPPED = """Moss on the roofs of houses
Ada Moss (2003)

We cover twelve roofs with moss and measure the rooms below.
They are three degrees cooler all summer long, and rain has
little effect.

Ferns on walls are more than was thought in the
towns of the north
Carl Fern, Ida Paz (2020)
Ferns on walls are seldom counted. We count them in nine
towns and find more of them than anyone had thought.
"""
NOTES = f"""# Reading

## Ecology

- **Moss on the roofs of houses** (Ada Moss, 2003) — {MOSS}
- [Ferns on many walls](https://arxiv.org/abs/2001.00001) (2020): Ferns on walls are seldom counted.
  We count them in nine towns.
- **Nothing is told of this one**

### Lichen on the stones of graves

*Ida Paz, Carl Fern, 2011*

{FERN}
"""
LABELS = f"Authors: Ada Moss; Carl Fern\nTitle: Moss on roofs\nYear: 2003\nAbstract: {MOSS}\n\nTitle: Ferns\nAbstract:\n{FERN}\n"
SCHOLAR = """About 18,300 results (0.06 sec)
Moss on the roofs of houses
A Moss, C Fern - Journal of Moss, 2003 - moss.example
… We cover twelve roofs with moss … They are cooler …
Save Cite Cited by 12 Related articles All 3 versions
Ferns on walls
C Fern - 2011
Save Cite Cited by 3 Related articles
"""
SEMANTIC = """Moss on the roofs of houses
A. Moss, C. Fern · Journal of Moss · 2003
TLDR
Twelve roofs are covered with moss. … Expand
12 Citations
Ferns on walls
C. Fern · 2011
We count ferns in nine towns … Expand
3 Citations
"""
ESSAY = f"On moss\n\n{MOSS}\n\n{FERN}\n\nOn ferns\n\n{FERN} Indeed.\n\n{MOSS} Indeed.\n"
WHOLE = f"Moss on the roofs of houses\n\nAbstract\n\n{MOSS}\n\n1 Introduction\n\n{FERN}\n\n2 Methods\n\n{MOSS} Twice.\n"
MANUAL = "# Tool\n\n## How to install this tool\n\nRun pip. It takes a while. Then it is there, and you may use it as you like.\n\n- one\n- two\n"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return tmp_path / "corpus"


def papers(corpus: Path, text: str) -> list[Paper]:
    corpus.write_text(text)
    return [each.paper for each in read_corpus([str(corpus)]) if isinstance(each, Record)]


def test_pubmed_text_is_read_entry_by_entry(corpus: Path) -> None:
    (paper,) = papers(corpus, PUBMED)
    assert paper == Paper.from_source(
        "Moss keeps houses cool.",
        "BACKGROUND: Roofs are hot. RESULTS: We cover twelve roofs with moss, and rooms below are three degrees cooler.",
        authors=("A Moss", "C Fern"),
        year=2011,
        venue="J Moss",
        url="https://pubmed.ncbi.nlm.nih.gov/90000001/",
        doi="10.5555/m.1",
    )
    (rejected,) = (each for each in read_corpus([str(corpus)]) if isinstance(each, Rejected))
    assert (rejected.number, rejected.code, rejected.record_id) == (20, "NO_ABSTRACT", "90000004")


def test_broken_lines_are_one_again_and_who_wrote_it_is_no_title(corpus: Path) -> None:
    assert [(paper.title, paper.authors, paper.year) for paper in papers(corpus, WRAPPED)] == [
        ("Moss on the roofs of houses", ("Ada Moss",), 2003),
        ("Ferns on walls are more than was thought in the towns of the north", ("Carl Fern", "Ida Paz"), 2020),
    ]
    assert papers(corpus, WRAPPED)[1].abstract == FERN


def test_items_and_headings_of_notes_are_papers_and_sections_are_not(corpus: Path) -> None:
    assert [(paper.title, paper.authors, paper.year, paper.arxiv_id) for paper in papers(corpus, NOTES)] == [
        ("Moss on the roofs of houses", ("Ada Moss",), 2003, None),
        ("Ferns on many walls", (), 2020, "2001.00001"),
        ("Lichen on the stones of graves", ("Ida Paz", "Carl Fern"), 2011, None),
    ]
    (rejected,) = (each for each in read_corpus([str(corpus)]) if isinstance(each, Rejected))
    assert (rejected.number, rejected.code) == (8, "NO_ABSTRACT")


def test_parts_behind_labels_are_read_in_any_order(corpus: Path) -> None:
    first, second = papers(corpus, LABELS)
    assert first == Paper.from_source("Moss on roofs", MOSS, authors=("Ada Moss", "Carl Fern"), year=2003)
    assert second == Paper.from_source("Ferns", FERN)


@pytest.mark.parametrize(
    ("text", "says"), [(SCHOLAR, "Google Scholar, which shows no abstracts"), (SEMANTIC, r"api\.semanticscholar\.org")]
)
def test_a_page_of_results_without_abstracts_is_refused_with_where_to_get_them(
    corpus: Path, text: str, says: str
) -> None:
    with pytest.raises(CorpusError, match=says):
        papers(corpus, text)


@pytest.mark.parametrize("text", [ESSAY, WHOLE, MANUAL, "x = 1\nprint(x)\n", "1\n2\n3\n", "Dear all,\n\n" + MOSS])
def test_text_that_is_no_list_of_papers_is_refused(corpus: Path, text: str) -> None:
    with pytest.raises(CorpusError, match="no titles with their abstracts"):
        papers(corpus, text)


@pytest.mark.parametrize(
    "unit", ["# ", "a, b ", "* _", "(2003) ", "\\\\\n", "%", "arXiv:", "Title:\n", "- **a", "1. a. 2003 "]
)
def test_odd_texts_are_read_in_time_that_grows_as_they_do(corpus: Path, unit: str) -> None:
    began = time.process_time()
    for text in (
        unit * (200_000 // len(unit)),
        NOTES + unit * (200_000 // len(unit)),
        MOSS + "\n" + " " * 200_000 + "x",
    ):
        corpus.write_text(text)
        for name in ("papers-page", "wrapped-text", "markdown", "labelled-text", "arxiv-mail", "pubmed-text", "refer"):
            # Where nothing of the kind stands in a text, that is said.
            with suppress(CorpusError):
                list(read_corpus([str(corpus)], name))
    assert time.process_time() - began < 20
