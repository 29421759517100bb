"""Sample files mutated with a seed, and texts made to take long: no traceback, no wrong sum, and linear time."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from index.errors import UserError
from index.papers import Paper
from index.passages import cut, sentences_in
from index.readers import read_corpus

ROOT = Path(__file__).parents[2]


@pytest.mark.long
def test_three_hundred_mutants_of_the_samples_raise_nothing_and_take_no_time_and_their_sums_add_up() -> None:
    command = [sys.executable, "-m", "benchmarks.fuzz", "--count", "300", "--seed", "1", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    counts = json.loads(done.stdout)
    assert counts["said"] == [], done.stderr
    assert counts["mutants"] == 300
    assert counts["papers"] > 100
    assert counts["megabytes"] < 500


def csv(authors: str) -> str:
    return f'title,abstract,authors\nOne,Two words.,"{authors}"\n'


def atom(summary: str) -> str:
    entry = f"<entry><id>http://arxiv.org/abs/2001.00001</id><title>One</title><summary>{summary}</summary></entry>"
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>'


def kaggle(authors: str) -> str:
    return json.dumps({"id": "2001.00001", "submitter": "x", "title": "One", "abstract": "Two.", "authors": authors})


def native(field: str) -> Callable[[str], str]:
    return lambda text: json.dumps({"title": "One", "abstract": "Two words.", field: text})


def nbib(text: str) -> str:
    return f"PMID- 1{text}\nTI  - One\nAB  - Two words.\n"


# What is written, where, and of what a long run stands there.
HOSTILE = {
    "blanks between authors of a table": (csv, " "),
    "line ends between authors of a table": (csv, "\n"),
    "lists of authors that are never closed": (csv, "[{"),
    "blanks before an announcement": (atom, " "),
    "blanks between authors of a snapshot": (kaggle, " "),
    "blanks and words between authors of a snapshot": (kaggle, " and"),
    "blanks in a DOI": (native("doi"), "10.1/a "),
    "brackets in an abstract": (native("abstract"), "("),
    "initials in an abstract": (native("abstract"), "A. "),
    "tags in an abstract": (native("abstract"), "<a "),
    "entities in an abstract": (native("abstract"), "&a"),
    "marks in an abstract": (native("abstract"), "."),
    "blank lines behind a number": (nbib, "\r\n"),
}


@pytest.mark.parametrize(("written", "unit"), HOSTILE.values(), ids=HOSTILE)
def test_four_times_as_much_hostile_text_takes_no_more_than_some_four_times_as_long(
    written: Callable[[str], str], unit: str, tmp_path: Path
) -> None:
    def seconds(length: int) -> float:
        path = tmp_path / "corpus"
        path.write_text(written(f"A B{unit * (length // len(unit))}C D"))
        began = time.process_time()
        with suppress(UserError):
            assert [*read_corpus([str(path)])]
        return time.process_time() - began

    # Where the pattern looks at each character once, all of them take milliseconds.
    seconds(1_000)
    # The least of some is what it takes where nothing else is in the way.
    assert min(seconds(60_000) for _ in range(3)) < 8 * seconds(15_000) + 0.3


@pytest.mark.parametrize("unit", ["A. ", "words ", "(a. ", "et al. ", "1. ", '"? ', "中。"])
def test_an_abstract_is_cut_into_passages_and_their_sentences_in_linear_time(unit: str) -> None:
    def seconds(length: int) -> float:
        paper = Paper.from_source("One", unit * (length // len(unit)))
        began = time.process_time()
        found = [sentences_in(passage) for passage in cut(paper)]
        took = time.process_time() - began
        assert found[-1][-1].end == len(paper.abstract)
        return took

    seconds(1_000)
    assert seconds(80_000) < 8 * seconds(20_000) + 0.3
