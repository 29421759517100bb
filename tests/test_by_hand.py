"""The lines that teach the embedder and the reader: what they point at, and what must not be among them."""

from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from benchmarks.by_hand import gold
from eval.questions import SETS
from index.papers import Paper
from index.readers import Record, read_corpus
from training.items import ANSWERED, CONTRADICTED, UNRELATED, Item
from training.shown import Shown, visits
from training.taught import OPEN, OTHER_WORDS, Taught, read_taught

ROOT = Path(__file__).parents[1]
LINES = ROOT / "training" / "by_hand"


@pytest.fixture(scope="module")
def train() -> Taught:
    return read_taught(LINES, "train")


def titles(papers: list[Paper]) -> set[str]:
    return {"".join(c for c in paper.title.lower() if c.isalnum()) for paper in papers}


def test_every_query_points_at_sentences_of_its_papers_that_are_read(train: Taught) -> None:
    for group in train.groups:
        for query in group.queries:
            for paper, places in query.answers.items():
                assert paper in group.papers
                read = {place for piece in train.pieces[paper] for place, _ in piece.sentences}
                assert {*places} <= read, (paper, query.text)


def test_a_sentence_is_read_where_it_stands_in_its_passage(train: Taught) -> None:
    for paper, pieces in [*train.pieces.items()][:200]:
        for piece in pieces:
            for place, (begin, end) in piece.sentences:
                first, last = train.sentences[paper][place]
                words = train.papers[paper].abstract[first:last]
                assert piece.text[begin:end] in words or words in piece.text[begin:end]


def test_all_kinds_are_there(train: Taught) -> None:
    kinds = {query.kind for group in train.groups for query in group.queries}
    assert {OPEN, OTHER_WORDS, "plain", "finding", "keywords", "supported", "unstated"} <= kinds


def test_what_is_learned_from_is_in_no_set_that_is_measured_on(train: Taught) -> None:
    measured = [str(ROOT / "index" / "sample" / "papers_page.txt"), str(SETS / "acl-papers.jsonl.gz")]
    papers = [each.paper for each in read_corpus(measured) if isinstance(each, Record)]
    kept = read_taught(LINES, "dev")
    kept_apart = [kept.papers[group.papers[0]] for group in kept.groups if len(group.papers) == 1]
    assert titles([*train.papers.values()]).isdisjoint(titles([*papers, *kept_apart]))


def test_nearly_answered_questions_are_not_answerable() -> None:
    _, questions = gold(LINES, "dev")
    assert {each.answerable for each in questions if each.slice in {"unstated", "other_condition"}} == {False}
    assert all(each.gold_evidence for each in questions if each.answerable and each.slice != "keywords")


def test_the_reader_is_shown_passages_that_answer_beside_passages_that_do_not(train: Taught) -> None:
    shown = Shown(train, defaultdict(lambda: train.pieces[train.groups[0].papers[0]] * 40), [Item("a", "b", ANSWERED)])
    visit = next(visits(shown, 1, Random(3)))
    questions = {one.question for one in visit if one.question is not None}
    for question in questions:
        own = [one for one in visit if one.question == question]
        assert {one.answers for one in own} == {0.0, 1.0}
        assert all(any(chance for _, chance, _ in one.sentences) <= bool(one.answers) for one in own)
        assert len({one.first for one in own}) == 1


def test_the_reader_is_shown_false_premises_contradicted_and_tempting_passages_unanswered(train: Taught) -> None:
    alone = [group for group in train.groups if len(group.papers) == 1][:40]
    shown = Shown(
        replace(train, groups=tuple(alone)),
        defaultdict(lambda: train.pieces[alone[0].papers[0]] * 40),
        [Item("a", "b", ANSWERED)],
    )
    kinds = {query.text: query.kind for group in alone for query in group.queries}
    for visit in visits(shown, 1, Random(3)):
        for one in visit:
            kind = kinds.get(one.first, "")
            if kind in {"unstated", "other_condition"}:
                assert (one.answers, one.verdict) == (0.0, UNRELATED)
            if kind in {"false_premise", "contradicted"} and one.verdict != UNRELATED:
                assert one.verdict == CONTRADICTED
