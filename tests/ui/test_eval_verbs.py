"""`scholiast eval`: a run, its page, its files, its gate; and two runs compared."""

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, expect

from tests.index.told import PROGRAM
from tests.ui.browser import opened
from ui.cli import main

TITLE = "Wider and Deeper LLM Networks are Fairer LLM Evaluators"
BREAKING = "</title><script>window.ran = 1</script><b onclick=x>"
QUESTIONS = [
    {
        "id": "wide",
        "question": "WideDeep: from what value to what value does the kappa correlation rise?",
        "slice": "factoid",
        "gold_papers": [TITLE],
        "gold_evidence": [],
        "short_answers": ["0.34"],
        "nuggets": ["from 0.28 to 0.34"],
        "answerable": True,
    },
    {
        "id": "none",
        "question": f"How long does it take to boil an egg? {BREAKING}",
        "slice": "unanswerable",
        "kind": "off_topic",
        "gold_papers": [],
        "gold_evidence": [],
        "answerable": False,
    },
]


class Done(NamedTuple):
    code: object
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the program in this process."""

    def running(*arguments: object, **environment: str) -> Done:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", [PROGRAM, *map(str, arguments)])
        try:
            main()
        except SystemExit as ended:
            return Done(ended.code, *capsys.readouterr())
        return Done(0, *capsys.readouterr())

    return running


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in QUESTIONS))
    return path


def test_a_run_is_a_table_a_page_files_and_passes_its_gate(
    run: Run, own: Path, sample_index: Path, tmp_path: Path, chromium: Browser
) -> None:
    gate, page = tmp_path / "gate.toml", tmp_path / "report.html"
    gate.write_text('[own]\nverbatim = 1\n"refused: off_topic" = 1\n')
    options = (
        "--index",
        str(sample_index),
        "--gate",
        str(gate),
        "--run",
        str(tmp_path / "runs"),
        "--report",
        str(page),
    )
    done = run("eval", str(own), *options)
    assert done.code == 0, done.err
    assert "| verbatim |" in done.out
    assert "none leaks" in done.out
    assert re.search(r"Rests on the scorer: claims fully supported\. .*acl-claims", done.out)
    with opened(chromium, width=390) as phone:
        phone.page.set_content(page.read_text())
        expect(phone.page.locator("article")).to_have_count(2)
        expect(phone.page.get_by_role("heading", name="boil an egg")).to_contain_text(BREAKING)
        assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert phone.page.evaluate("window.ran") is None
        phone.page.locator("summary").first.click()
        expect(phone.page.locator("details[open] mark.quoted").first).to_be_visible()
    text = page.read_text()
    assert "<script" not in text.replace("&lt;script", "")
    assert not re.search(r"(src|href)=\"(?!#)", text)
    assert {path.name for path in (tmp_path / "runs").glob("*/*")} == {
        "run.trec",
        "qrels.trec",
        "answers.jsonl",
        "made.json",
    }


def test_json_says_what_leaks_and_what_the_scorer_is_worth(run: Run, own: Path, sample_index: Path) -> None:
    (line,) = map(json.loads, run("eval", str(own), "--index", str(sample_index), "--json").out.splitlines())
    assert (line["set"], line["engine"], line["leaking"]) == ("own", "extractive", {})
    assert [*line["scorer"]["pairs"]] == ["sample-claims", "acl-claims"]
    assert {"factoid", "unanswerable", "unanswerable: off_topic"} <= line["slices"].keys()


def test_a_figure_that_falls_short_ends_with_1_and_says_which(
    run: Run, own: Path, sample_index: Path, tmp_path: Path
) -> None:
    gate = tmp_path / "gate.toml"
    gate.write_text(
        '[own]\n"false refusal" = 0\n"refused when unanswerable" = 1\n"nugget recall" = 1\n"verbatim" = 1\n'
    )
    own.write_text(own.read_text().replace("from 0.28 to 0.34", "something else entirely"))
    done = run("eval", str(own), "--index", str(sample_index), "--gate", str(gate))
    assert done.code == 1
    (line,) = [line for line in done.err.splitlines() if "gate wants" in line]
    assert line.startswith("own, extractive: nugget recall")
    gate.write_text("[own]\nverbatims = 1\n")
    done = run("eval", str(own), "--index", str(sample_index), "--gate", str(gate))
    assert done.code == 1
    assert "Did you mean 'verbatim'" in done.err


def test_two_runs_are_compared_question_by_question(run: Run, own: Path, sample_index: Path, tmp_path: Path) -> None:
    for name, above in (("a", "0.0"), ("b", "1.0")):
        options = ("--index", str(sample_index), "--run", str(tmp_path / name))
        assert run("eval", str(own), *options, SCHOLIAST_ANSWER_ABOVE=above).code == 0
    done = run("eval", "compare", str(tmp_path / "a"), str(tmp_path / "b"))
    assert done.code == 0
    assert "| citation recall | 1 | 100.0 | 0.0 | -100.0 |" in done.out
    assert "worse: wide" in done.out
    (line,) = map(
        json.loads, run("eval", "compare", str(tmp_path / "a"), str(tmp_path / "b"), "--json").out.splitlines()
    )
    assert [each["id"] for each in line["worse"]] == ["wide"]
    missing = run("eval", "compare", str(tmp_path / "none"), str(tmp_path / "a"))
    assert (missing.code, missing.out) == (1, "")
