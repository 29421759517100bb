"""`scholiast eval answers`, as it is typed."""

import json
from pathlib import Path

from assistant.llm.llm import Endpoint
from benchmarks.citing import LLAMA_INDEX, replies, scripted, written
from benchmarks.misbehaving import Misbehaving, computes
from benchmarks.pipeline import citing
from eval.questions import SETS
from index.index import Index
from index.vectors.embedding import LocalEmbedder
from tests.preloaded import scholiast
from tests.ui.test_cli import assert_mendable

TITLE = "Wide Attention Is The Way Forward For Transformers?"
SAID = "single layer wide models perform 0.3% better than their deep counterparts"
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def answers(folder: Path, *records: object) -> Path:
    path = folder / "answers.jsonl"
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records), encoding="utf-8")
    return path


def test_answers_are_scored_and_listed_worst_first(sample_index: Path, tmp_path: Path) -> None:
    good = {"id": "good", "question": "By how much?", "answer": f"“{SAID}” [1].", "sources": [{"title": TITLE}]}
    bad = {
        "id": "bad",
        "answer": "Cats sleep a lot [1]. “Deep models are ever so much better” [2].",
        "sources": [TITLE],
    }
    file = answers(tmp_path, good, "no answer", bad)
    done = scholiast("eval", "answers", file, "--index", sample_index)
    assert done.returncode == 0
    assert done.stderr == f"{file}:2 is no answer: it is no JSON object.\n"
    assert "| citation recall (ALCE) | 2 | 50.0 | " in done.stdout
    _, _, listed = done.stdout.partition("\nbad ")
    assert "stands in no paper of the index" in listed
    assert "it cites a number that stands for no source" in listed
    assert "\ngood " not in done.stdout


def test_json_says_what_is_wrong_at_which_sentence(sample_index: Path, tmp_path: Path) -> None:
    file = answers(tmp_path, {"answer": f"Cats sleep a lot [1]. On average, {SAID} [1].", "sources": [TITLE]})
    found = json.loads(scholiast("eval", "answers", file, "--index", sample_index, "--json").stdout)
    assert {each["name"]: each["value"] for each in found["figures"]}["citation recall (ALCE)"] == 0.5
    assert [wrong["sentence"] for wrong in found["worst_first"][0]["wrong"]] == ["Cats sleep a lot."]
    assert found["counts"]["citations"] == 2
    assert found["unread"] == []
    assert "citation recall (ALCE)" in found["scorer"]["figures"]


def test_beside_figures_that_rest_on_the_scorer_stands_how_often_it_is_right(
    sample_index: Path, tmp_path: Path
) -> None:
    file, page = answers(tmp_path, {"answer": f"On average, {SAID} [1].", "sources": [TITLE]}), tmp_path / "r.html"
    done = scholiast("eval", "answers", file, "--index", sample_index, "--report", page)
    assert (
        "Rests on the scorer: citation precision (ALCE), citation recall (ALCE), sentences contradicted" in done.stdout
    )
    assert "On it rest: citation precision (ALCE)" in page.read_text(encoding="utf-8")


def test_with_questions_answers_are_measured_against_what_is_gold(sample_index: Path, tmp_path: Path) -> None:
    file = answers(tmp_path, {"id": "dev-002", "answer": f"On average, {SAID} [1].", "sources": [TITLE]})
    asked = ("--questions", SETS / "sample-dev.jsonl")
    done = scholiast("eval", "answers", file, *asked, "--index", sample_index)
    assert "| says the short answer | 1 | 100.0 | " in done.stdout
    assert "| gold papers that are cited | 1 | 100.0 | " in done.stdout
    other = answers(tmp_path, {"id": "x", "answer": "Cats."})
    assert_mendable(scholiast("eval", "answers", other, *asked, "--index", sample_index), "neither words nor ids agree")


def test_the_report_is_one_page_in_which_nothing_of_an_answer_is_markup(sample_index: Path, tmp_path: Path) -> None:
    record = {
        "question": HOSTILE,
        "answer": f"Say {HOSTILE} [1]. Cats [2].",
        "sources": [{"title": HOSTILE, "url": "javascript:alert(3)"}],
    }
    done = scholiast(
        "eval", "answers", answers(tmp_path, record), "--index", sample_index, "--report", tmp_path / "r.html"
    )
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert done.returncode == 0
    assert "&lt;script&gt;alert(1)" in page
    assert not any(spoiling in page for spoiling in ("<script", "<img", "<a ", 'src="', "href"))


def test_what_cannot_be_read_or_written_is_said_in_a_sentence(sample_index: Path, tmp_path: Path) -> None:
    assert_mendable(scholiast("eval", "answers", tmp_path / "none.jsonl", "--index", sample_index), "none.jsonl")
    assert_mendable(scholiast("eval", "answers", answers(tmp_path, {}), "--index", sample_index), "answers.jsonl:1")
    file = answers(tmp_path, {"answer": "Cats."})
    away = ("--report", tmp_path / "no" / "r.html")
    assert_mendable(scholiast("eval", "answers", file, "--index", sample_index, *away), "Cannot write the report")


def test_the_citation_engine_of_llama_index_is_scored(
    sample_index: Path, embedder: LocalEmbedder, tmp_path: Path
) -> None:
    lines, asked = replies()
    chosen = [question for question in asked if question.id in {"dev-001", "dev-003", "dev-043"}]
    papers = Index.open(sample_index, embedder).papers()
    gold = {title for question in asked for title in question.gold_papers}
    with Misbehaving(computes(scripted(lines, asked))) as endpoint:
        engine = citing([one for one in papers if one.title in gold], embedder, Endpoint(endpoint.url, "scripted"), 3)
        file = written(tmp_path / f"{LLAMA_INDEX}.jsonl", [engine(question.question) for question in chosen])
    asked_of = ("--questions", SETS / "sample-dev.jsonl")
    found = json.loads(scholiast("eval", "answers", file, *asked_of, "--index", sample_index, "--json").stdout)
    named = {each["name"]: each for each in found["figures"]}
    assert len(endpoint.requests) == 3
    assert found["counts"]["citations that lead to no paper"] == 0
    assert found["counts"]["sentences that cite nothing"] == 0
    assert named["gold papers that are cited"]["value"] == 1.0
    assert named["citation recall (ALCE)"]["n"] == 2
    assert found["counts"]["abstained"] == 1
