"""Figures, question sets and runs."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.opening import open_assistant
from assistant.settings import read_settings
from eval import report
from eval.intervals import figure
from eval.measures import by_slice, figures
from eval.questions import SETS, read_questions
from eval.retrieval import ndcg, recall
from eval.run import run
from index.errors import QuestionSetError
from index.index import Index
from index.readers import Record, read_corpus
from index.vectors.embedding import LocalEmbedder
from tests.conftest import SAMPLE

SAMPLE_SETS = [SETS / "sample-dev.jsonl", SETS / "sample-test.jsonl"]


@pytest.mark.parametrize("path", SAMPLE_SETS, ids=lambda path: path.stem)
def test_gold_papers_and_gold_sentences_of_the_sample_sets_stand_in_the_corpus(path: Path) -> None:
    abstracts = {
        read.paper.title: read.paper.abstract for read in read_corpus([str(SAMPLE)]) if isinstance(read, Record)
    }
    questions = read_questions(path)
    assert len(questions) == 60
    for question in questions:
        gold = [abstracts[title] for title in question.gold_papers]
        assert all(any(span in abstract for abstract in gold) for span in question.gold_evidence), question.id
        assert question.answerable == bool(question.gold_evidence), question.id


def test_the_two_sample_sets_share_no_question_and_no_gold_paper() -> None:
    dev, test = map(read_questions, SAMPLE_SETS)
    assert {q.question for q in dev}.isdisjoint(q.question for q in test)
    assert {p for q in dev for p in q.gold_papers}.isdisjoint(p for q in test for p in q.gold_papers)


ACL_SETS = [SETS / "acl-dev.jsonl", SETS / "acl-test.jsonl"]


@pytest.mark.parametrize("path", ACL_SETS, ids=lambda path: path.stem)
def test_gold_papers_and_gold_sentences_of_the_acl_sets_stand_in_their_corpus(path: Path) -> None:
    corpus = read_corpus([str(SETS / "acl-papers.jsonl.gz")])
    abstracts = {read.paper.paper_id: read.paper.abstract for read in corpus if isinstance(read, Record)}
    questions = read_questions(path)
    assert (len(abstracts), len(questions)) == (320, 77)
    for question in questions:
        gold = [abstracts[paper_id] for paper_id in question.gold_papers]
        assert all(any(span in abstract for abstract in gold) for span in question.gold_evidence), question.id
        assert question.answerable == bool(question.gold_evidence), question.id


def test_each_false_premise_is_asked_beside_a_true_one_of_the_same_paper() -> None:
    questions = read_questions(SETS / "acl-premises.jsonl")
    corpus = read_corpus([str(SETS / "acl-papers.jsonl.gz")])
    abstracts = {read.paper.paper_id: read.paper.abstract for read in corpus if isinstance(read, Record)}
    others = {paper for path in ACL_SETS for question in read_questions(path) for paper in question.gold_papers}
    assert len(questions) == 46
    for false, true in zip(questions[::2], questions[1::2], strict=True):
        assert (false.slice, true.slice, false.gold_papers) == ("false_premise", "true_premise", true.gold_papers)
        assert not others & {*false.gold_papers}
        told = abstracts[false.gold_papers[0]]
        assert all(gold in told for gold in (*false.gold_evidence, *true.gold_evidence))


def test_the_two_acl_sets_share_no_gold_paper_but_in_lists() -> None:
    whole = {"list", "count", "metadata"}
    dev, test = ({p for q in read_questions(path) if q.slice not in whole for p in q.gold_papers} for path in ACL_SETS)
    assert dev.isdisjoint(test)


def test_a_run_reports_every_figure_with_n_and_an_interval(sample_index: Path, embedder: LocalEmbedder) -> None:
    questions = read_questions(SETS / "sample-dev.jsonl")[::6]
    assistant = open_assistant(read_settings(index=str(sample_index)))
    outcomes = run(assistant, questions, Index.open(sample_index, embedder).names())
    named = {each.name: each for each in figures(outcomes)}
    assert named["verbatim"].value == named["claims fully supported"].value == 1.0
    assert named["retrieval recall@5"].n == sum(question.answerable for question in questions)
    for each in named.values():
        if each.value is not None and each.low is not None and each.high is not None:
            assert 0 <= each.low <= each.value <= each.high <= 1
    table = report.table("dev", {"extractive": (figures(outcomes), by_slice(outcomes))})
    assert "| verbatim | " in table
    json.dumps(report.record("dev", "extractive", (figures(outcomes), by_slice(outcomes))))


def test_a_gold_paper_that_is_not_in_the_index_is_named(sample_index: Path) -> None:
    questions = read_questions(SETS / "sample-dev.jsonl")[:1]
    assistant = open_assistant(read_settings(index=str(sample_index)))
    with pytest.raises(QuestionSetError, match="InceptionNeXt"):
        run(assistant, questions, {})


def test_a_fault_in_a_question_set_is_named_with_its_line(tmp_path: Path) -> None:
    good = SAMPLE_SETS[0].read_text().splitlines()[0]
    path = tmp_path / "set.jsonl"
    path.write_text(f"{good}\n{{}}\n")
    with pytest.raises(QuestionSetError, match=r"set\.jsonl:2"):
        read_questions(path)
    path.write_text(f"{good}\n{good}\n")
    with pytest.raises(QuestionSetError, match="twice"):
        read_questions(path)


def test_recall_is_capped_at_what_k_places_can_hold() -> None:
    assert recall(["a", "b", "c"], ["b", "a"], 1) == 1.0
    assert recall(["a", "b", "c"], ["b", "z"], 5) == 0.5
    assert recall([], ["b"], 5) == 0.0


def test_the_wilson_interval_is_the_published_one() -> None:
    # Newcombe 1998, table I: 81 of 263.
    each = figure("x", [1.0] * 81 + [0.0] * 182)
    assert (each.low, each.high) == (0.2553, 0.3662)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60))
def test_an_interval_holds_its_mean(values: list[float]) -> None:
    each = figure("x", values)
    assert each.low is not None
    assert each.high is not None
    assert each.value is not None
    assert each.low - 1e-3 <= each.value <= each.high + 1e-3


def test_of_one_value_nothing_is_known_of_the_others() -> None:
    assert (figure("x", [0.5]).low, figure("x", [0.5]).high) == (0.0, 1.0)


def test_ndcg_is_one_for_the_best_order_and_falls_with_the_rank() -> None:
    gains = {"a": 3.0, "b": 1.0}
    assert ndcg(("a", "b", "c"), gains) == 1.0
    assert ndcg(("b", "a"), gains) < 1.0
    assert ndcg(("c", "a"), {"a": 1.0}) == pytest.approx(1 / 1.584962, abs=1e-6)
    assert ndcg(("c",), gains) == 0.0
