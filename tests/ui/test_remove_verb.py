"""Papers removed by the command line, run as a program."""

import json
from pathlib import Path

import pytest

from index.papers import Paper
from index.vectors.embedding import LocalEmbedder
from tests.index.told import build
from tests.preloaded import scholiast
from tests.ui.test_cli import assert_mendable
from tests.ui.test_list_verbs import DEW, RIVERS, WELLS


@pytest.fixture
def waters(tmp_path: Path, embedder: LocalEmbedder) -> Path:
    twin = Paper.from_source("Dew", "Dew of another kind is no dew at all.", paper_id="another", authors=["Someone"])
    build(tmp_path / "index", [WELLS, RIVERS, DEW, twin], embedder)
    return tmp_path / "index"


def titles(root: Path) -> list[str]:
    return [paper["title"] for paper in json.loads(scholiast("list", "--json", "--index", root).stdout)]


def test_papers_are_removed_by_what_they_are_called(waters: Path) -> None:
    done = scholiast("remove", "arXiv:2001.00001", "deep wells", "--yes", "--index", waters)
    assert (done.returncode, done.stdout, done.stderr) == (0, "2 papers removed; the index holds 2 papers.\n", "")
    assert titles(waters) == ["Dew", "Dew"]
    done = scholiast("remove", "another", "--yes", "--json", "--index", waters)
    assert json.loads(done.stdout) == {"papers_removed": 1, "papers": 1, "passages": 1}


def test_nothing_is_removed_where_one_is_unknown_or_called_as_another_is(waters: Path) -> None:
    assert_mendable(
        scholiast("remove", "another", "nowhere", "--yes", "--index", waters), "'nowhere'", "scholiast list"
    )
    assert_mendable(scholiast("remove", "dew", "--yes", "--index", waters), "2 papers", "'another'", DEW.paper_id)
    assert len(titles(waters)) == 4


def test_where_nobody_can_be_asked_nothing_is_removed_without_yes(waters: Path) -> None:
    done = scholiast("remove", "another", "--index", waters)
    assert_mendable(done, "Dew (another)", "--yes")
    assert len(titles(waters)) == 4
