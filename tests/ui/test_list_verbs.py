"""The papers of an index, listed and shown by the command line, run as a program."""

import json
from pathlib import Path

import pytest

from index.papers import Paper
from index.vectors.embedding import LocalEmbedder
from tests.index.told import build
from tests.preloaded import scholiast
from tests.ui.test_cli import assert_mendable

WELLS = Paper.from_source(
    "Deep wells", "Wells run dry in May. " * 8, authors=("Ana Roca",), year=2018, venue="Water", doi="10.5555/Wells"
)
RIVERS = Paper.from_source(
    "Slow rivers", "Rivers are slow.", authors=("Ana Roca", "Bo Lind"), year=2020, arxiv_id="2001.00001"
)
DEW = Paper.from_source("Dew", "Dew falls at night.")


@pytest.fixture(scope="module")
def waters(tmp_path_factory: pytest.TempPathFactory, embedder: LocalEmbedder) -> Path:
    root = tmp_path_factory.mktemp("waters") / "index"
    build(root, [WELLS, RIVERS, DEW], embedder, source="/somewhere/waters.bib")
    return root


def listed(waters: Path, *options: str) -> list[str]:
    done = scholiast("list", *options, "--json", "--index", waters)
    assert (done.returncode, done.stderr) == (0, "")
    return [paper["title"] for paper in json.loads(done.stdout)]


def test_list_prints_a_paper_an_entry_and_their_number_last(waters: Path) -> None:
    done = scholiast("list", "--index", waters)
    assert done.stdout.split("\n\n") == [
        "Slow rivers\n    Ana Roca, Bo Lind · 2020 · 2001.00001",
        "Deep wells\n    Ana Roca · 2018 · Water · 10.5555/Wells",
        f"Dew\n    {DEW.paper_id}",
        "3 papers\n",
    ]


def test_list_takes_the_limits_that_a_search_takes(waters: Path) -> None:
    assert listed(waters, "--sort", "title") == ["Deep wells", "Dew", "Slow rivers"]
    assert listed(waters, "--author", "roca", "--since", "2019") == ["Slow rivers"]
    assert listed(waters, "--year", "2018", "--venue", "water", "--source", "waters.bib") == ["Deep wells"]
    assert listed(waters, "--venue", "Water", "--since", "2019") == []
    done = scholiast("list", "--venue", "Air", "--index", waters)
    assert (done.returncode, done.stdout) == (1, "")
    assert "No paper of this corpus appeared in “Air”; it has “water”." in done.stderr


def test_list_gives_papers_in_the_native_format(waters: Path) -> None:
    (record,) = json.loads(scholiast("list", "--year", "2020", "--json", "--index", waters).stdout)
    assert Paper.from_source(**{key: record[key] for key in Paper.__slots__ if key in record}) == RIVERS


@pytest.mark.parametrize("name", ["10.5555/wells", "https://doi.org/10.5555/Wells", "deep wells", "DEEP WELLS."])
def test_show_knows_a_paper_by_its_ids_and_by_its_title(waters: Path, name: str) -> None:
    shown = json.loads(scholiast("show", name, "--json", "--index", waters).stdout)
    assert (shown["abstract"], shown["sources"]) == (WELLS.abstract, ["waters.bib"])


def test_show_prints_the_whole_paper(waters: Path) -> None:
    head, abstract = scholiast("show", "arXiv:2001.00001", "--index", waters).stdout.split("\n\n")
    assert head.splitlines() == [
        "Slow rivers", "  authors: Ana Roca, Bo Lind", "  year: 2020", "  venue: unknown", "  url: unknown",
        "  ids: 2001.00001, arxiv:2001.00001", "  sources: waters.bib",
    ]  # fmt: skip
    assert abstract == f"{RIVERS.abstract}\n"


def test_a_paper_that_is_not_there_is_answered_with_what_is_spelt_alike(waters: Path) -> None:
    assert_mendable(scholiast("show", "Slow river", "--index", waters), "'Slow river'", "Slow rivers")
    assert_mendable(scholiast("show", "a thing that falls from above", "--index", waters), "Dew")
