"""The command line, run as a program."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from index.papers import normalise
from tests.conftest import SAMPLE
from tests.preloaded import PROGRAM, scholiast

OPEN_QUESTION = "What mAP does OPEN get on the nuScenes test benchmark?"
OPEN_SENTENCE = (
    "Furthermore, OPEN achieves a new state-of-the-art performance with 64.4% NDS and 56.7% mAP on the nuScenes test "
    "benchmark."
)


def json_lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def assert_mendable(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """One sentence on stderr, exit code 1, nothing on stdout and no traceback."""
    assert (done.returncode, done.stdout) == (1, "")
    assert "Traceback" not in done.stderr
    assert all(word in done.stderr for word in words), done.stderr


@pytest.fixture(scope="module")
def answers(sample_index: Path) -> list[dict[str, Any]]:
    lines = [
        {"id": "a", "question": OPEN_QUESTION, "conversation": "one"},
        {"id": "b", "question": "Who won the 1998 football World Cup?"},
        {"id": "c", "question": "Why do learning rates transfer under muP?", "conversation": "one"},
        {"id": "d", "question": OPEN_QUESTION, "conversation": "one"},
        {"id": "e", "question": "  "},
        {"id": "f", "question": "a lone \ud800 surrogate"},
    ]
    done = scholiast("ask", "--jsonl", "--index", sample_index, stdin="\n".join(map(json.dumps, lines)))
    assert (done.returncode, done.stderr) == (0, "")
    return json_lines(done.stdout)


def test_ask_answers_every_line_in_order(answers: list[dict[str, Any]]) -> None:
    assert [answer["id"] for answer in answers] == ["a", "b", "c", "d", "e", "f"]


def test_an_answer_has_every_field_of_the_contract(answers: list[dict[str, Any]]) -> None:
    fields = [
        "id",
        "question",
        "query",
        "abstained",
        "reason",
        "text",
        "claims",
        "papers",
        "evidence",
        "nearest",
        "premise",
        "engine",
        "usage",
        "timings_ms",
    ]
    assert all(set(fields) <= set(answer) for answer in answers)
    answer = answers[0]
    assert set(answer["claims"][0]) >= {"text", "support", "score", "citations"}
    assert set(answer["claims"][0]["citations"][0]) >= {"n", "paper_id", "title", "start", "end", "quote"}
    assert set(answer["papers"][0]) >= {"n", "paper_id", "title", "authors", "year", "url"}
    assert set(answer["evidence"][0]) >= {"rank", "paper_id", "title", "start", "end", "text", "score"}
    assert answer["usage"] == {"prompt_tokens": 0, "completion_tokens": 0, "cost_usd": 0.0, "requests": 0}
    assert set(answer["timings_ms"]) >= {"rewrite", "retrieve", "answer", "check", "total"}


def test_an_answer_quotes_the_abstract_at_its_offsets(answers: list[dict[str, Any]]) -> None:
    page = normalise(SAMPLE.read_text())
    answer = answers[0]
    assert answer["claims"][0]["text"] == OPEN_SENTENCE
    assert answer["text"].startswith(OPEN_SENTENCE.removesuffix(".") + " [1].")
    for claim in answer["claims"]:
        for citation in claim["citations"]:
            abstract = page[page.index(citation["title"]) + len(citation["title"]) + 1 :]
            assert abstract[citation["start"] : citation["end"]] == citation["quote"]


def test_a_refusal_says_so_and_quotes_the_nearest_papers(answers: list[dict[str, Any]]) -> None:
    refusal = answers[1]
    assert refusal["abstained"] is True
    assert refusal["claims"] == refusal["papers"] == []
    assert refusal["reason"] in {"no_evidence", "not_in_abstracts", "out_of_scope"}
    assert refusal["text"].endswith(".")
    assert 1 <= len(refusal["nearest"]) <= 5
    page = normalise(SAMPLE.read_text())
    for near in refusal["nearest"]:
        assert set(near) >= {"paper_id", "title", "start", "end", "quote"}
        abstract = page[page.index(near["title"]) + len(near["title"]) + 1 :]
        assert near["quote"] == abstract[near["start"] : near["end"]]


def test_an_empty_question_is_refused_as_such(answers: list[dict[str, Any]]) -> None:
    assert (answers[4]["reason"], answers[4]["evidence"], answers[4]["nearest"]) == ("empty_question", [], [])


def test_a_paper_keeps_its_number_through_a_conversation(answers: list[dict[str, Any]]) -> None:
    first, second, again = answers[0], answers[2], answers[3]
    numbers = {paper["title"]: paper["n"] for paper in first["papers"]}
    assert {paper["n"] for paper in second["papers"]}.isdisjoint(numbers.values())
    assert {paper["title"]: paper["n"] for paper in again["papers"]} == numbers


def test_search_prints_ranked_hits_as_the_contract_says(sample_index: Path) -> None:
    lines = [{"id": "x", "query": "fp8 inference"}, {"id": "y", "query": "depth scale"}]
    done = scholiast("search", "--jsonl", "-k", 3, "--index", sample_index, stdin="\n".join(map(json.dumps, lines)))
    first, second = json_lines(done.stdout)
    assert (first["id"], second["id"]) == ("x", "y")
    assert [hit["rank"] for hit in first["hits"]] == [1, 2, 3]
    assert set(first["hits"][0]) >= {"rank", "paper_id", "title", "start", "end", "text", "score"}
    assert first["hits"][0]["title"] == "FP8 versus INT8 for efficient deep learning inference"
    assert all(hit["end"] - hit["start"] == len(hit["text"]) for hit in first["hits"])


def test_search_for_people_and_for_programs_find_the_same(sample_index: Path) -> None:
    as_text = scholiast("search", "fp8 inference", "-k", 2, "--index", sample_index).stdout
    as_json = json.loads(scholiast("search", "fp8 inference", "-k", 2, "--json", "--index", sample_index).stdout)
    assert all(hit["title"] in " ".join(as_text.split()) for hit in as_json)


def test_build_counts_add_up_and_a_second_build_changes_nothing(tmp_path: Path) -> None:
    corpus = tmp_path / "papers.jsonl"
    corpus.write_text(
        '{"title": "One", "abstract": "First words, and some more of them."}\nnot json\n{"title": "Two", "abstract": null}\n'
    )
    first = scholiast("build", corpus, "--index", tmp_path / "index", "--json")
    second = scholiast("build", corpus, "--index", tmp_path / "index", "--json")
    counts, again = (json_lines(done.stdout)[-1] for done in (first, second))
    assert (first.returncode, second.returncode) == (0, 0)
    assert [counts[f"papers_{what}"] for what in ("read", "added", "updated", "unchanged")] == [3, 1, 0, 0]
    assert [again[f"papers_{what}"] for what in ("read", "added", "updated", "unchanged")] == [3, 0, 0, 1]
    assert (counts["rejected"], counts["passages"], counts["embedded"], again["embedded"]) == (2, 1, 1, 0)
    assert [line.split()[:2] for line in first.stderr.splitlines()] == [
        [f"{corpus}:2:", "JSON"],
        [f"{corpus}:3:Two", "NO_ABSTRACT"],
    ]


def test_build_says_in_words_that_nothing_changed(sample_index: Path, tmp_path: Path) -> None:
    index = shutil.copytree(sample_index, tmp_path / "copy")
    assert scholiast("build", "--sample", "--index", index).stdout.startswith("Nothing changed")


def test_build_reads_standard_input(tmp_path: Path) -> None:
    done = scholiast("build", "-", "--index", tmp_path / "i", "--json", stdin='{"title": "One", "abstract": "Words."}')
    assert json_lines(done.stdout)[-1]["papers_added"] == 1


def test_mistakes_are_one_sentence_that_says_what_to_do(sample_index: Path, tmp_path: Path) -> None:
    assert_mendable(scholiast("ask", "x", "--index", tmp_path / "none"), "no index", "scholiast build")
    assert_mendable(scholiast("build", tmp_path / "none.txt", "--index", tmp_path / "i"), "none.txt", "Cannot read")
    assert_mendable(scholiast("ask", "x", "--index", "http://localhost:8000"), "no index", "scholiast build")
    assert_mendable(scholiast("settings", SCHOLIAST_PROT="1"), "SCHOLIAST_PROT", "SCHOLIAST_PORT")
    assert_mendable(scholiast("settings", SCHOLIAST_PORT="many"), "port", "many")
    assert_mendable(scholiast("eval", tmp_path / "none.jsonl", "--index", sample_index), "none.jsonl")
    assert_mendable(scholiast("ask", "--jsonl", "--index", sample_index, stdin="{}"), "Line 1", "question")
    assert_mendable(scholiast("ask", "--jsonl", "--index", sample_index, stdin="[" * 100_000), "Line 1", "question")


def test_wrong_usage_exits_with_2() -> None:
    assert scholiast("ask").returncode == 2
    assert scholiast("build").returncode == 2
    assert scholiast("search", "x", "--by", "magic").returncode == 2
    assert scholiast("fly").returncode == 2


def test_settings_name_their_source(tmp_path: Path) -> None:
    (tmp_path / "scholiast.toml").write_text("hits = 7\nport = 1111\n")
    done = scholiast("settings", "--json", SCHOLIAST_PORT="2222")
    rows = json.loads(done.stdout)
    assert (rows["hits"]["value"], rows["hits"]["from"]) == ("7", "scholiast.toml")
    assert (rows["port"]["value"], rows["port"]["from"]) == ("2222", "environment SCHOLIAST_PORT")
    assert (rows["host"]["value"], rows["host"]["from"]) == ("127.0.0.1", "default")


def test_a_terminal_never_gets_control_characters_from_a_paper(tmp_path: Path) -> None:
    paper = {"title": "Red \x1b[31m title", "abstract": "Paint \x1b]0;owned\x07 the terminal red with \u202ekrad."}
    scholiast("build", "-", "--index", tmp_path / "i", stdin=json.dumps(paper))
    shown = scholiast("search", "paint the terminal", "--index", tmp_path / "i").stdout
    assert "Paint" in shown
    assert not any(c in shown for c in "\x1b\x07\u202e")


def test_asking_needs_no_network(sample_index: Path) -> None:
    unshare = shutil.which("unshare")
    if unshare is None or subprocess.run([unshare, "-rn", "true"], check=False, capture_output=True).returncode:
        pytest.skip("this system has no network namespaces for us")
    done = subprocess.run(
        [unshare, "-rn", PROGRAM, "ask", OPEN_QUESTION, "--index", str(sample_index)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "56.7% mAP" in done.stdout


def test_every_verb_explains_itself() -> None:
    for verb in ("build", "search", "ask", "chat", "eval", "settings"):
        done = scholiast(verb, "--help")
        assert done.returncode == 0
        assert "Options:" in done.stdout


def test_the_scorer_is_measured_on_the_shipped_pairs_and_on_those_that_are_named(tmp_path: Path) -> None:
    by_default = scholiast("eval", "judge", "--json")
    assert (by_default.returncode, by_default.stderr) == (0, "")
    assert [each["set"] for each in json_lines(by_default.stdout)] == ["sample-claims", "acl-claims"]
    pair = {"id": 1, "dataset": "own", "claim": "Boats float.", "evidence": ["Boats float."], "label": "supported"}
    (tmp_path / "own.jsonl").write_text(json.dumps(pair))
    assert "| calibration error | 1 |" in scholiast("eval", "judge", tmp_path / "own.jsonl").stdout
    assert_mendable(scholiast("eval", "judge", tmp_path / "none.jsonl"), "none.jsonl")
    assert_mendable(scholiast("eval", "judge", tmp_path / "own.jsonl", "--llm"), "SCHOLIAST_LLM_MODEL")


def test_eval_without_a_verb_runs_questions(sample_index: Path, tmp_path: Path) -> None:
    question = {
        "id": "1",
        "question": OPEN_QUESTION,
        "slice": "factoid",
        "gold_papers": [],
        "gold_evidence": [],
        "answerable": False,
    }
    (tmp_path / "own.jsonl").write_text(json.dumps(question))
    for verb in ((), ("run",)):
        done = scholiast("eval", *verb, tmp_path / "own.jsonl", "--index", sample_index, "--json")
        assert [each["set"] for each in json_lines(done.stdout)] == ["own"]


def test_a_skipped_file_is_named_and_only_strict_makes_it_a_failure(tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "a.jsonl").write_text('{"title": "One", "abstract": "Words about one thing, and more."}')
    (tmp_path / "papers" / "b.pdf").write_bytes(b"%PDF-1.7")
    arguments = ("build", tmp_path / "papers", "--index", tmp_path / "i", "--json")
    done, strict = scholiast(*arguments), scholiast(*arguments, "--strict")
    assert (done.returncode, strict.returncode) == (0, 1)
    assert "b.pdf is not text but a PDF" in done.stderr
    report = json.loads(strict.stdout.splitlines()[-1])
    assert (report["papers_unchanged"], report["files_skipped"]) == (1, 1)
