"""Evals that others made: their files as they publish them, and the measures of SciFact."""

import gzip
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from eval.foreign import read_foreign
from eval.foreign.records import Evidence
from eval.foreign.scifact_measures import (
    Predicted,
    label_and_rationale,
    label_only,
    precision_recall_f1,
    scifact_figures,
    selection_and_label,
    selection_only,
)
from index.errors import QuestionSetError
from tests.preloaded import scholiast

SENTENCES = ["Rain is wet. ", "Rain falls in  drops.", "Deserts stay dry."]
CLAIM = {
    "id": 7,
    "claim": "Rain is wet.",
    "evidence": {"11": [{"sentences": [0, 1], "label": "SUPPORT"}, {"sentences": [2], "label": "SUPPORT"}]},
    "cited_doc_ids": [11, 12],
}
BARE = {"id": 8, "claim": "Snow burns.", "evidence": {}, "cited_doc_ids": [12]}
DOCS = [
    {"doc_id": 11, "title": "Rain", "abstract": SENTENCES, "structured": False},
    {"doc_id": 12, "title": "Snow", "abstract": ["Snow is cold."], "structured": False},
]
PUBMED = {
    "101": {
        "QUESTION": "Is rain wet?",
        "CONTEXTS": ["We looked at rain.", "It was wet."],
        "LABELS": ["METHODS", "RESULTS"],
        "LONG_ANSWER": "Rain is wet.",
        "final_decision": "yes",
    }
}
SINGLE = {"input": "How much rain?", "answer": "3 mm", "gold_ctxs": [{"title": "Rain", "text": "It rained 3 mm."}]}
ASQA = {
    "question": "How much rain?",
    "qa_pairs": [{"question": "In May?", "short_answers": ["3 mm", "three mm"]}],
    "answer": "3 mm in May.",
    "docs": [{"id": "1", "title": "Rain", "text": "It rained 3 MM."}, {"id": "2", "title": "Snow", "text": "None."}],
}
QAMPARI = {"id": "q", "question": "Which rains?", "answers": [["May rain"]], "docs": ASQA["docs"]}


def lines(path: Path, *records: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records), encoding="utf-8")
    return path


def scifact(folder: Path, *claims: object) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "corpus.jsonl.gz").write_bytes(gzip.compress(lines(folder / "docs", *DOCS).read_bytes()))
    return lines(folder / "claims_dev.jsonl", *claims)


def beir(folder: Path, judged: str) -> Path:
    folder.mkdir(exist_ok=True)
    lines(folder / "corpus.jsonl", {"_id": "a", "title": "Rain", "text": "Rain is wet."}, {"_id": "b", "text": "Snow."})
    lines(folder / "queries.jsonl", {"_id": "1", "text": "wet rain"}, {"_id": "2", "text": "not judged"})
    (folder / "qrels").mkdir()
    (folder / "qrels" / "test.tsv").write_text(f"query-id\tcorpus-id\tscore\n{judged}")
    return folder


def test_claims_of_scifact_are_questions_pairs_and_rationales_over_its_papers(tmp_path: Path) -> None:
    path = scifact(tmp_path, CLAIM, BARE)
    found = read_foreign(path)
    first, second = found.questions
    assert (first.question, first.gold_papers, first.answerable, second.answerable) == (
        "Rain is wet.",
        ("11",),
        True,
        False,
    )
    assert found.papers[0].abstract == "Rain is wet. Rain falls in drops. Deserts stay dry."
    assert first.gold_evidence == ("Rain is wet.", "Rain falls in drops.", "Deserts stay dry.")
    assert all(span in found.papers[0].abstract for span in first.gold_evidence)
    assert [(pair.label, len(pair.evidence)) for pair in found.pairs] == [
        ("supported", 2),
        ("not_enough_info", 1),
        ("not_enough_info", 1),
    ]
    assert found.evidence["7"]["11"] == Evidence("SUPPORT", (frozenset({0, 1}), frozenset({2})))
    assert read_foreign(tmp_path, 1).questions == (first,)


def test_a_folder_of_beir_is_queries_documents_and_gains(tmp_path: Path) -> None:
    found = read_foreign(beir(tmp_path, "1\ta\t2\n1\tb\t0\n"))
    assert [(one.question, one.gold_papers) for one in found.questions] == [("wet rain", ("a",))]
    assert (found.gains, found.is_ranking) == ({"1": {"a": 2.0}}, True)
    assert [(paper.paper_id, paper.abstract) for paper in found.papers] == [("a", "Rain is wet."), ("b", "Snow.")]
    assert read_foreign(tmp_path / "qrels" / "test.tsv").gains == found.gains


def test_questions_of_pubmedqa_have_their_abstracts_without_the_conclusion(tmp_path: Path) -> None:
    path = tmp_path / "ori_pqal.json"
    path.write_text(json.dumps(PUBMED, indent=2))
    found = read_foreign(path)
    assert found.papers[0].abstract == "We looked at rain. It was wet."
    assert (found.questions[0].gold_papers, found.pairs[0].claim) == (("101",), "Rain is wet.")


def test_questions_of_scholarqabench_have_their_gold_passages_as_papers(tmp_path: Path) -> None:
    found = read_foreign(lines(tmp_path / "qasa_test.jsonl", SINGLE, {**SINGLE, "gold_ctxs": []}))
    (one,) = found.questions
    assert (one.short_answers, one.gold_evidence, found.without_gold) == (("3 mm",), ("It rained 3 mm.",), 1)
    labelled = lines(tmp_path / "scifact_test.jsonl", {**SINGLE, "answer": "true", "gold_ctx": SINGLE["gold_ctxs"]})
    assert read_foreign(labelled).questions[0].short_answers == ()


@pytest.mark.parametrize("record", [ASQA, {**QAMPARI, "answers": [["3 mm"]]}])
def test_of_alce_the_passages_that_hold_a_short_answer_are_gold(tmp_path: Path, record: object) -> None:
    path = tmp_path / "asqa_eval.json"
    path.write_text(json.dumps([record, QAMPARI]))
    found = read_foreign(path)
    assert [one.gold_papers for one in found.questions] == [("1",)]
    assert (len(found.papers), found.without_gold) == (2, 1)


def broken(folder: Path, name: str) -> Path:
    """A file with a fault in its second record, or its only one."""
    match name:
        case "scifact":
            return scifact(folder, BARE, {**CLAIM, "evidence": {"99": []}})
        case "rationale":
            return scifact(folder, BARE, {**CLAIM, "evidence": {"12": [{"sentences": [5], "label": "SUPPORT"}]}})
        case "label":
            return scifact(folder, BARE, {**CLAIM, "evidence": {"12": [{"sentences": [0], "label": "MAYBE"}]}})
        case "beir":
            return beir(folder, "1 a 2\n")
        case "scholarqabench":
            return lines(folder / "two.jsonl", SINGLE, {"input": "?", "gold_ctxs": [{"title": "x"}]})
        case _:
            return lines(folder / "two.jsonl", ASQA, {"question": "?", "docs": [1]})


@pytest.mark.parametrize("name", ["scifact", "rationale", "label", "beir", "scholarqabench", "alce"])
def test_a_fault_is_told_with_its_file_and_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(QuestionSetError, match=r"\w+\.(jsonl|tsv):2 is not "):
        read_foreign(broken(tmp_path, name))


def test_what_is_missing_or_none_of_these_formats_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError, match="There is no"):
        read_foreign(tmp_path / "nowhere")
    with pytest.raises(QuestionSetError, match="is none of scifact, beir"):
        read_foreign(lines(tmp_path / "other.jsonl", {"a": 1}))
    with pytest.raises(QuestionSetError, match=r"holds no corpus\.jsonl"):
        read_foreign(lines(tmp_path / "apart" / "claims.jsonl", CLAIM))
    with pytest.raises(QuestionSetError, match="rubrics, which are not scored"):
        read_foreign(lines(tmp_path / "cs.jsonl", {"case_id": 1, "initial_prompt": "?", "metric_config": {}}))
    with pytest.raises(QuestionSetError, match="lacks the query '3'"):
        read_foreign(beir(tmp_path / "beir", "3\ta\t1\n"))
    pubmed = tmp_path / "broken.json"
    pubmed.write_text(json.dumps({**PUBMED, "102": {"QUESTION": "?"}}))
    with pytest.raises(QuestionSetError, match="PubMedQA, 102"):
        read_foreign(pubmed)


# The worked example of SciFact's own guidelines for evaluation, with the label REFUTES written as its data writes it.
GOLD: Mapping[str, Evidence] = {
    "11": Evidence("SUPPORT", (frozenset({0, 1}), frozenset({11}))),
    "15": Evidence("SUPPORT", (frozenset({4}),)),
}
SAID: Mapping[str, Predicted] = {"11": Predicted("SUPPORT", (1, 11, 13)), "16": Predicted("CONTRADICT", (18, 20))}


def test_the_measures_of_scifact_are_those_of_its_own_worked_example() -> None:
    assert precision_recall_f1([label_and_rationale(GOLD, SAID)]) == (1 / 2, 1 / 2, 1 / 2)
    assert precision_recall_f1([label_only(GOLD, SAID)]) == (1 / 2, 1 / 2, 1 / 2)
    assert precision_recall_f1([selection_and_label(GOLD, SAID)]) == pytest.approx((1 / 5, 1 / 4, 2 / 9))
    otherwise = {"11": Predicted("CONTRADICT", (1, 11, 13)), "16": SAID["16"]}
    assert precision_recall_f1([selection_only(GOLD, otherwise)]) == pytest.approx((1 / 5, 1 / 4, 2 / 9))
    assert precision_recall_f1([selection_and_label(GOLD, otherwise)]) == (0.0, 0.0, 0.0)
    late = {"11": Predicted("SUPPORT", (1, 2, 3, 11))}
    assert precision_recall_f1([label_and_rationale(GOLD, late)]) == (0.0, 0.0, 0.0)


def test_the_figures_of_scifact_are_over_all_claims_and_have_intervals() -> None:
    found = {each.name: each for each in scifact_figures([GOLD, {}], [SAID, {}])}
    one = found["F1: abstracts, label and rationale"]
    assert (one.n, one.value) == (2, 0.5)
    assert one.low is not None


def test_the_verb_builds_the_papers_and_prints_their_measures_beside_ours(tmp_path: Path) -> None:
    small = scifact(tmp_path / "scifact", CLAIM, BARE)
    done = scholiast("eval", "benchmark", small, "--json", "--index", tmp_path / "kept")
    found = {each["name"]: each for each in json.loads(done.stdout)["figures"]}
    assert done.returncode == 0
    assert (found["nDCG@10"]["value"], found["recall@100"]["n"]) == (1.0, 1)
    assert found["F1: sentences, selection and label"]["n"] == 2
    assert (tmp_path / "kept").exists()


def test_what_nothing_is_gold_of_is_not_scored(tmp_path: Path) -> None:
    done = scholiast(
        "eval", "benchmark", lines(tmp_path / "eli5.jsonl", {"question": "Why?", "docs": [], "claims": []})
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "nothing can be scored" in done.stderr
