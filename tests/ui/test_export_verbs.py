"""Papers and answers written for other programs by the command line, run as a program."""

import json
from pathlib import Path

import pytest

from index.papers import Paper
from index.readers import Record, read_corpus
from tests.preloaded import scholiast
from tests.ui.test_cli import OPEN_QUESTION, OPEN_SENTENCE, assert_mendable
from tests.ui.test_list_verbs import DEW, RIVERS, WELLS, waters

__all__ = ["waters"]


def papers_in(file: Path) -> set[Paper]:
    return {each.paper for each in read_corpus([str(file)]) if isinstance(each, Record)}


@pytest.fixture(scope="module")
def answered(sample_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    lines = [json.dumps({"question": question}) for question in (OPEN_QUESTION, "Who won the 1998 football World Cup?")]
    done = scholiast("ask", "--jsonl", "--index", sample_index, stdin="\n".join(lines))
    file = tmp_path_factory.mktemp("answers") / "answers.jsonl"
    file.write_text(done.stdout, encoding="utf-8")
    return file


@pytest.mark.parametrize("format_name", ["bibtex", "ris", "csl-json"])
def test_all_papers_are_exported_and_read_back(waters: Path, tmp_path: Path, format_name: str) -> None:
    file = tmp_path / "papers"
    done = scholiast("export", "--format", format_name, "--out", file, "--index", waters)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert {(each.title, each.abstract) for each in papers_in(file)} == {
        (each.title, each.abstract) for each in (WELLS, RIVERS, DEW)
    }


def test_papers_are_exported_by_their_ids_in_the_order_given(waters: Path) -> None:
    done = scholiast("export", DEW.paper_id, "arXiv:2001.00001", "--format", "csl-json", "--index", waters)
    assert [item["title"] for item in json.loads(done.stdout)] == ["Dew", "Slow rivers"]


def test_an_unknown_id_is_named_and_the_others_are_exported(waters: Path) -> None:
    done = scholiast("export", "nowhere", "10.5555/wells", "--index", waters)
    assert (done.returncode, done.stdout.count("@")) == (1, 1)
    assert "No paper of this index is called 'nowhere'." in done.stderr
    assert_mendable(scholiast("export", "nowhere", "--index", waters), "'nowhere'", "list")


def test_answers_are_exported_with_their_references(answered: Path) -> None:
    done = scholiast("export", "--answers", answered, "--format", "text")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"Question: {OPEN_QUESTION}\n\n{OPEN_SENTENCE.removesuffix('.')} [1]. (verbatim)" in done.stdout
    assert "References\n[1] " in done.stdout
    assert "Question: Who won the 1998 football World Cup?" in done.stdout
    done = scholiast("export", "--answers", "-", "--format", "markdown", stdin=answered.read_text())
    assert done.stdout.startswith(f"## {OPEN_QUESTION}\n")


def test_what_answers_cite_is_exported_as_the_index_has_it(answered: Path, sample_index: Path, tmp_path: Path) -> None:
    file = tmp_path / "cited.bib"
    scholiast("export", "--answers", answered, "--out", file, "--index", sample_index)
    (paper,) = papers_in(file)
    assert OPEN_SENTENCE in paper.abstract


def test_what_answers_cite_is_exported_without_an_index_too(answered: Path, tmp_path: Path) -> None:
    done = scholiast("export", "--answers", answered, "--format", "csl-json", "--index", tmp_path / "none")
    (item,) = json.loads(done.stdout)
    assert (done.returncode, "abstract" in item) == (0, False)
    assert "without their abstracts" in done.stderr


def test_mistakes_are_answered_with_what_to_do(waters: Path, tmp_path: Path) -> None:
    assert scholiast("export", "x", "--answers", "y").returncode == 2
    assert scholiast("export", "--format", "markdown").returncode == 2
    assert_mendable(scholiast("export", "--answers", tmp_path / "none.json"), "none.json cannot be read", "ask --json")
    (tmp_path / "latin").write_bytes(b"\xe9")
    assert_mendable(scholiast("export", "--answers", tmp_path / "latin"), "not text in UTF-8")
    assert_mendable(
        scholiast("export", "--index", waters, "--out", tmp_path / "no" / "x"), "cannot be written", "--out"
    )
    assert_mendable(scholiast("export", "--index", tmp_path / "none"), "There is no index", "build")
