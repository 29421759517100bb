"""Whatever a file holds: one line for each rejected record, no traceback, the old index whole, counts that add up."""

import json
import re
import shutil
import sys
from pathlib import Path

import pytest

from index.papers import Paper
from index.vectors.embedding import LocalEmbedder
from tests.bad_inputs.cases import Case
from tests.bad_inputs.table import CASES
from tests.index.test_build import living
from tests.index.told import build
from ui import cli

OLD = Paper.from_source("Old", "What stood in the index before is still there afterwards.", paper_id="old")


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory, embedder: LocalEmbedder) -> Path:
    """An index of one paper; not to be written to."""
    root = tmp_path_factory.mktemp("old") / "index"
    build(root, [OLD], embedder)
    return root


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_bad_input_is_reported_and_good_records_beside_it_are_kept(
    case: Case, old: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = Path(shutil.copytree(old, tmp_path / "index"))
    (tmp_path / "corpus").mkdir()
    arguments = case.make(tmp_path / "corpus")
    monkeypatch.setattr(sys, "argv", ["scholiast", "build", *arguments, "--index", str(root), "--json"])
    with pytest.raises(SystemExit) as left:
        cli.main()
    out, err = capsys.readouterr()
    assert (left.value.code or 0) == case.code, err
    assert "Traceback" not in err
    codes = re.findall(r"^\S.*?:\d+:.*? ([A-Z_]{2,}) .*(?<!\(kept\))$", err, re.MULTILINE)
    remarks = re.findall(r"^\S.*?:\d+:.*? ([A-Z_]{2,}) .*\(kept\)$", err, re.MULTILINE)
    assert set(case.rejected) <= set(codes) or case.counts[3] == len(codes)
    assert sorted(set(remarks)) == sorted(set(case.remarks))
    assert case.says in err
    assert not set(err) & {"\x1b", "\x00", "\x07"}
    held = living(root)
    if case.code == 0:
        report = json.loads(out)
        counts = tuple(report[key] for key in ("papers_added", "papers_updated", "papers_unchanged", "rejected"))
        assert counts == case.counts
        assert report["papers_read"] == sum(counts)
        assert len(codes) == report["rejected"]
    else:
        assert held == {"old": OLD.abstract}
    assert set(case.holds) <= set(held.values())
    assert "old" in held


def test_the_table_has_a_case_for_each_number_of_the_plan() -> None:
    elsewhere = {"B04", "B55", "B56", "B59", "B60", "B61", "B62", "B63"}
    assert {case.name[:3] for case in CASES} | elsewhere == {f"B{n:02}" for n in range(1, 65)}
