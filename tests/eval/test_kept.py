"""Runs as files, and two of them compared."""

import json
from pathlib import Path

import pytest

from assistant.settings import read_settings
from eval.compare import Comparison, compared, paired
from eval.kept import keep, made_of, read_kept, trec_qrels, trec_run
from eval.run import Outcome
from index.errors import QuestionSetError
from index.vectors.embedding import LocalEmbedder
from tests.eval.outcomes import outcome, paper

GOOD, BAD = outcome("a"), outcome(reason="no_evidence")


def kept(folder: Path, embedder: LocalEmbedder, *outcomes: Outcome, name: str = "set") -> Path:
    made = made_of(name, "extractive", read_settings(), embedder.fingerprint, [paper("a"), paper("b")], outcomes)
    return keep(folder, made, outcomes)


def between(tmp_path: Path, embedder: LocalEmbedder, a: list[Outcome], b: list[Outcome]) -> Comparison:
    (one,), (other,) = (read_kept(kept(tmp_path / name, embedder, *each)) for name, each in (("a", a), ("b", b)))
    return compared(one, other)


def test_a_run_is_in_the_formats_of_trec() -> None:
    assert [*trec_run([outcome("a", found=("a", "b"), id="q 1%")])] == [
        "q%201%25 Q0 a 1 1.000000 scholiast",
        "q%201%25 Q0 b 2 0.500000 scholiast",
    ]
    assert [*trec_qrels([outcome("a", gold=("a", "b")), outcome("a", answerable=False)])] == [
        "q%201 0 a 1",
        "q%201 0 b 1",
    ]


def test_the_same_inputs_give_the_same_bytes_and_others_another_name(tmp_path: Path, embedder: LocalEmbedder) -> None:
    one, again, other = (
        kept(tmp_path / name, embedder, *each)
        for name, each in (("1", [GOOD]), ("2", [GOOD]), ("3", [GOOD, outcome("a", id="2")]))
    )
    files = [{path.name: path.read_bytes() for path in folder.iterdir()} for folder in (one, again)]
    assert files[0] == files[1]
    assert {*files[0]} == {"run.trec", "qrels.trec", "answers.jsonl", "made.json"}
    assert one.name == again.name != other.name
    record = json.loads((one / "answers.jsonl").read_text())
    assert "timings_ms" not in record["answer"]
    assert record["answer"]["claims"][0]["citations"][0]["paper_id"] == "a"


def test_a_folder_that_holds_no_run_or_a_broken_one_is_named(tmp_path: Path, embedder: LocalEmbedder) -> None:
    with pytest.raises(QuestionSetError, match=r"no run in .*scholiast eval --run"):
        read_kept(tmp_path / "none")
    folder = kept(tmp_path, embedder, GOOD)
    (folder / "answers.jsonl").write_text("{}\n")
    with pytest.raises(QuestionSetError, match="cannot be read"):
        read_kept(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(QuestionSetError, match="Cannot write the run"):
        kept(tmp_path / "file", embedder, GOOD)


def test_two_runs_differ_by_what_changed_in_their_questions(tmp_path: Path, embedder: LocalEmbedder) -> None:
    same = [outcome("a", id=str(n)) for n in range(3)]
    found = between(tmp_path, embedder, [GOOD, *same], [BAD, *same])
    rows = {each.name: each for each in found.differences}
    recalled = rows["citation recall"]
    assert (recalled.n, recalled.a, recalled.b, recalled.difference) == (4, 1.0, 0.75, -0.25)
    assert recalled.low <= -0.25 <= recalled.high <= 0
    assert (rows["retrieval MRR"].low, rows["retrieval MRR"].high) == (0.0, 0.0)
    # Only what both runs measured is paired: a refusal has no citations to be precise.
    assert rows["citation precision"].n == 3
    (worse,) = found.worse
    assert (found.better, worse.id, worse.said_b) == ((), "q 1", "No.")
    assert "refused" in worse.lost_b[0]
    assert json.dumps(found.record())


def test_a_run_compared_with_itself_differs_in_nothing(tmp_path: Path, embedder: LocalEmbedder) -> None:
    found = between(tmp_path, embedder, [GOOD, BAD_2], [GOOD, BAD_2])
    assert {(each.difference, each.low, each.high) for each in found.differences} == {(0.0, 0.0, 0.0)}
    assert (found.better, found.worse, found.unpaired) == ((), (), ())


BAD_2 = outcome(reason="no_evidence", id="2")


def test_what_only_one_run_asked_is_named_and_runs_of_nothing_in_common_are_refused(
    tmp_path: Path, embedder: LocalEmbedder
) -> None:
    assert between(tmp_path, embedder, [GOOD, BAD_2], [GOOD]).unpaired == ("2",)
    with pytest.raises(QuestionSetError, match="share no question"):
        between(tmp_path / "x", embedder, [GOOD], [BAD_2])
    runs = [read_kept(kept(tmp_path / name, embedder, GOOD, name=name)) for name in ("one", "other")]
    with pytest.raises(QuestionSetError, match="no set in common: one; and other"):
        paired(*runs)
    assert [each.name for each in paired(runs[0], runs[0])] == ["one"]
