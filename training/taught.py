"""Lines written by hand, as groups: papers as the index cuts them, and what is asked of them."""

import gzip
import json
from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from index.papers import Paper, normalise
from index.passages import Passage, cut, embedded_span, embedded_text, sentences_in
from index.sentences import Span, sentence_spans

Split = Literal["train", "dev", "test"]
Row = dict[str, Any]

# These stand in a group for all that is asked of it; of the others, some.
OTHER_WORDS, OPEN, OPEN_NONE, LIST = "other_words", "open", "open_none", "list"
# What is asked and claimed of papers; all but the first two were written when the embedder had been trained.
FIRST_FILES = ("lines.jsonl.gz", "conditions.jsonl.gz")
_BATCHES = "batches.jsonl.gz"
FILES = (*FIRST_FILES, "further.jsonl.gz", "judged.jsonl.gz", _BATCHES)
_QUESTIONS = ("plain", "true_premise", "false_premise", "yes_no", "finding", "definition")
_PREMISES = ("true_premise", "false_premise")
CLAIMS = ("supported", "contradicted", "neutral")
# Nearly answered by the sentences that are named.
_TEMPTING = ("unstated", "other_condition", "unstated_in_other_words")


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked, and the sentences that answer, by paper and place in its abstract; none where any of it fits.

    If it is not `is_answered`, they are those that tempt; in an answered one, `tempting` ones of the same paper do. `bears` are papers
    that have to do with an open question and do not answer it, or of which nobody is sure that they fit a list; `tempts` are papers
    that only seem to fit, and the places of what seems to answer. A question whether something is so is answered with what it `says`: "yes", "no" or "mixed".
    """

    text: str
    kind: str
    answers: Mapping[str, tuple[int, ...]]
    is_answered: bool = True
    tempting: tuple[int, ...] = ()
    bears: frozenset[str] = frozenset()
    tempts: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    says: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Papers that are learned from together, and what is asked of them."""

    papers: tuple[str, ...]
    queries: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A passage as the embedder reads it, with its sentences: their places in the abstract and their spans in `text`."""

    paper_id: str
    text: str
    sentences: tuple[tuple[int, Span], ...]


@dataclass(frozen=True, slots=True)
class Taught:
    """Groups, and all their papers by id: the paper, the spans of its sentences, and the passages it is cut into."""

    groups: tuple[Group, ...]
    papers: Mapping[str, Paper]
    pieces: Mapping[str, tuple[Piece, ...]] = field(repr=False)
    sentences: Mapping[str, tuple[Span, ...]] = field(repr=False)


def read_taught(folder: Path, split: Split, *, pubmedqa: Path | None = None, files: Sequence[str] = FILES) -> Taught:
    """Return the lines of a split: a group a paper, and one for each cluster of papers with open questions.

    Of the `files` that hold what is asked of papers, those count that the folder holds.
    Abstracts that are their publishers' do not stand beside their lines: they are taken from `pubmedqa`, the file of
    labelled questions of PubMedQA, and without it these papers are left out.
    """
    published = json.loads(pubmedqa.read_text("utf-8")) if pubmedqa else {}
    rows = (row if row["abstract"] else _published(row, published) for row in _rows(folder / "papers.jsonl.gz"))
    known = {row["paper_id"]: row for row in rows if row["split"] == split and row["abstract"]}
    asked: dict[str, list[Query]] = defaultdict(list)
    for path in filter(Path.exists, (folder / name for name in files if name != _BATCHES)):
        for row in _rows(path):
            if row["paper_id"] in known:
                asked[row["paper_id"]] += _of_paper(row)
    groups = [Group((paper,), tuple(queries)) for paper, queries in asked.items()]
    clusters, of_clusters = _open(folder, split)
    groups += clusters
    if _BATCHES in files and (folder / _BATCHES).exists():
        groups += _batches(folder, {*known})
    known |= of_clusters
    papers = {key: Paper.from_source(row["title"], row["abstract"], paper_id=key) for key, row in known.items()}
    spans = {key: _spans(papers[key].abstract, row["sentences"]) for key, row in known.items()}
    pieces = {key: tuple(_piece(passage, spans[key]) for passage in cut(paper)) for key, paper in papers.items()}
    return Taught(tuple(groups), papers, pieces, spans)


def _rows(path: Path) -> Iterator[Row]:
    yield from map(json.loads, gzip.decompress(path.read_bytes()).decode("utf-8").splitlines())


def _published(row: Row, published: Mapping[str, Row]) -> Row:
    """A row with its abstract and the sentences of that, if it is there."""
    found = published.get(row["paper_id"].removeprefix("pubmed:"))
    if found is None:
        return row
    abstract = normalise(" ".join([*found["CONTEXTS"], found["LONG_ANSWER"]]))
    return row | {"abstract": abstract, "sentences": [abstract[a:b] for a, b in sentence_spans(abstract)]}


def _of_paper(row: Row) -> Iterator[Query]:
    paper = row["paper_id"]
    told = [(kind, row[kind]) for kind in (*_QUESTIONS, *CLAIMS) if kind in row]
    told += [(OTHER_WORDS, each) for each in row.get("other_words", ())]
    for kind, each in told:
        tempting = (each["tempting"],) if isinstance(each.get("tempting"), int) else ()
        places = {paper: _places(each, "answer", "evidence")}
        text = each.get("question") or each["claim"]
        yield Query(text, kind, places, kind != "neutral", tempting, says=each.get("says", ""))
    for kind in _TEMPTING:
        for each in _each(row.get(kind, [])):
            yield Query(each["question"], kind, {paper: tuple(each["near"])}, is_answered=False)
    for each in row.get("claims", ()):
        yield Query(each["claim"], each["verdict"], {paper: tuple(each["evidence"])}, each["verdict"] != "neutral")
    for each in row.get("premises", ()):
        yield Query(each["question"], _PREMISES[each["false"]], {paper: tuple(each["answer"])})
    if "keywords" in row:
        yield Query(row["keywords"], "keywords", {paper: ()})
    if "follow_up" in row:
        turn = row["follow_up"]
        yield Query(turn["first"], "plain", {paper: tuple(turn["first_answer"])})
        if turn["answer"]:
            yield Query(turn["standalone"], "plain", {paper: tuple(turn["answer"])})


def _each(found: Row | list[Row]) -> list[Row]:
    return [found] if isinstance(found, dict) else found


def _places(each: Row, *names: str) -> tuple[int, ...]:
    return next(tuple(each[name]) for name in names if name in each)


def _open(folder: Path, split: Split) -> tuple[list[Group], dict[str, Row]]:
    papers = {row["paper_id"]: row for row in _rows(folder / "open_papers.jsonl.gz") if row["split"] == split}
    members: dict[str, list[str]] = defaultdict(list)
    for paper, row in papers.items():
        members[row["cluster"]].append(paper)
    asked: dict[str, list[Query]] = defaultdict(list)
    for row in _rows(folder / "open_questions.jsonl.gz"):
        if row["split"] == split:
            asked[row["cluster"]].append(_graded(row))
    return [Group(tuple(members[name]), tuple(queries)) for name, queries in asked.items()], papers


def _batches(folder: Path, known: Container[str]) -> Iterator[Group]:
    """A group for all papers that some requests for papers, and some open questions, were held against."""
    for row in _rows(folder / _BATCHES):
        if all(paper in known for paper in row["papers"]):
            lists = (_list(text, each) for each in row["requests"] for text in (each["topic"], each["question"]))
            yield Group(tuple(row["papers"]), (*lists, *map(_of_batch, row["questions"])))


def _list(text: str, each: Row) -> Query:
    fits, tempts = dict.fromkeys(each["fits"], ()), dict.fromkeys(each["tempting"], ())
    return Query(text, LIST, fits, is_answered=bool(fits), bears=frozenset(each["borderline"]), tempts=tempts)


def _of_batch(each: Row) -> Query:
    query = _graded(each)
    tempts: dict[str, tuple[int, ...]] = {}
    for paper, place in each["tempting"]:
        tempts[paper] = (*tempts.get(paper, ()), place)
    return replace(query, tempts=tempts)


def _graded(row: Row) -> Query:
    """An open question with what each paper was graded."""
    answers = {each["paper_id"]: tuple(each["best"]) for each in row["grades"] if each["grade"] == 2}
    bears = frozenset(each["paper_id"] for each in row["grades"] if each["grade"] == 1)
    return Query(row["question"], OPEN if answers else OPEN_NONE, answers, is_answered=bool(answers), bears=bears)


def _spans(abstract: str, sentences: list[str]) -> tuple[Span, ...]:
    found, end = [], 0
    for sentence in sentences:
        begin = abstract.find(sentence, end)
        # A sentence that was normalised away is nowhere.
        begin, end = (begin, begin + len(sentence)) if begin >= 0 else (end, end)
        found.append((begin, end))
    return tuple(found)


def _piece(passage: Passage, spans: tuple[Span, ...]) -> Piece:
    own = [(_place(sentence, spans), embedded_span(passage, sentence)) for sentence in sentences_in(passage)]
    return Piece(passage.paper.paper_id, embedded_text(passage), tuple(own))


def _place(sentence: Passage, spans: tuple[Span, ...]) -> int:
    """The place of the sentence that shares most with one of the index's."""
    shared = [min(end, sentence.end) - max(begin, sentence.start) for begin, end in spans]
    return shared.index(max(shared))
