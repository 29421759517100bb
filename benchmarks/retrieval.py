"""What each way of ranking papers finds: `python -m benchmarks.retrieval --data FOLDER`."""

import argparse
import gzip
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from assistant.reading.cross_encoder import READER, CrossEncoder
from assistant.reading.reader import Reader, read_closely
from benchmarks.table import print_table
from eval.intervals import figure
from eval.questions import SETS, read_questions
from eval.retrieval import ndcg, ranked_papers, recall
from index.build import build
from index.fusion import LEXICAL_WEIGHT, convex
from index.index import By, Index
from index.papers import Paper
from index.readers import Record, read_corpus
from index.vectors.embedding import LocalEmbedder

SAMPLE = Path(__file__).parents[1] / "index" / "sample" / "papers_page.txt"
# Passages of each ranking that are fused, passages of feedback, and the constant of reciprocal rank fusion.
_DEPTH, _FEEDBACK, _RRF = 200, 3, 60

# Lists and counts have no first paper.
_KINDS = {
    "in the paper's words": {"number", "reason", "factoid", "comparison", "multi", "false_premise"},
    "in other words": {"conceptual"},
    "misspelt, in lower case or in keywords": {"typo", "lowercase", "keywords"},
    "in other languages": {"german", "french", "spanish", "chinese", "japanese"},
}

Gains = Mapping[str, float]
Ranking = Callable[[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Task:
    """Queries with the gain of each paper that fits; where there is a `pool`, only its papers are ranked."""

    name: str
    queries: tuple[tuple[str, Gains, frozenset[str]], ...]


def main() -> None:
    """Print a table for each task; for papers that are indexed here, of papers with and without their titles."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--data", type=Path, help="the folder with scifact/ and csfcube/; without it, the shipped sets alone"
    )
    parser.add_argument("--index", type=Path, help="an index that exists, to ask acl-dev of")
    given = parser.parse_args()
    embedder = LocalEmbedder()
    if given.index:
        index = Index.open(given.index, embedder)
        # Other sources may give the same paper another id.
        known = index.names()
        ids = {paper.paper_id: known[paper.title] for paper in _papers(SETS / "acl-papers.jsonl.gz")}
        _print_tables(index, _tasks("acl-dev", ids), f"among {index.manifest.papers} papers")
        return
    for papers, tasks in (*_shipped(), *(_external(given.data) if given.data else ())):
        for titled in (True, False):
            with TemporaryDirectory() as folder:
                shown = papers if titled else tuple(map(_without_title, papers, count(1)))
                build(Path(folder), (Record(p, "papers", n) for n, p in enumerate(shown, start=1)), embedder)
                index = Index.open(Path(folder), embedder)
                _print_tables(index, tasks, f"{'with' if titled else 'without'} titles")
                index.close()


def _print_tables(index: Index, tasks: Sequence[Task], said: str) -> None:
    reader = CrossEncoder(READER)
    for task in tasks:
        print(f"\n{task.name}, {said}: n = {len(task.queries)}\n")
        head = ("ranking", "nDCG@10", "95 %", "recall@1", "recall@10")
        print_table(head, (_row(name, rank, task) for name, rank in _rankings(index, reader)))


def _shipped() -> Iterator[tuple[tuple[Paper, ...], tuple[Task, ...]]]:
    for name, corpus in (("sample-dev", SAMPLE), ("acl-dev", SETS / "acl-papers.jsonl.gz")):
        papers = _papers(corpus)
        ids = {paper.title: paper.paper_id for paper in papers} | {paper.paper_id: paper.paper_id for paper in papers}
        yield papers, _tasks(name, ids)


def _papers(corpus: Path) -> tuple[Paper, ...]:
    return tuple(each.paper for each in read_corpus([str(corpus)]) if isinstance(each, Record))


def _tasks(name: str, ids: Mapping[str, str]) -> tuple[Task, ...]:
    """The questions of a set that stand alone, by kind; `ids` are the papers by title and id."""
    asked = [q for q in read_questions(SETS / f"{name}.jsonl") if q.answerable and not q.conversation]
    tasks = [
        Task(
            f"{name}, {kind}",
            tuple(
                (q.question, {ids[gold]: 1.0 for gold in q.gold_papers}, frozenset[str]())
                for q in asked
                if q.slice in slices
            ),
        )
        for kind, slices in _KINDS.items()
    ]
    return tuple(task for task in tasks if task.queries)


def _external(data: Path) -> Iterator[tuple[tuple[Paper, ...], tuple[Task, ...]]]:
    corpus = [json.loads(line) for line in _lines(data / "scifact/corpus.jsonl.gz")]
    papers = tuple(Paper.from_source(d["title"], " ".join(d["abstract"]), paper_id=str(d["doc_id"])) for d in corpus)
    claims = [json.loads(line) for line in (data / "scifact/claims_train.jsonl").read_text().splitlines()]
    gold = tuple((c["claim"], {str(d): 1.0 for d in c["cited_doc_ids"]}, frozenset[str]()) for c in claims)
    yield papers, (Task("SciFact train claims", gold),)
    rows = [json.loads(line) for line in _lines(data / "csfcube/abstracts_rebuilt.jsonl.gz")]
    texts = {row["paper_id"]: " ".join(s["text"] for s in row["sentences"]) for row in rows}
    papers = tuple(
        Paper.from_source(r["title"], texts[r["paper_id"]], paper_id=r["paper_id"])
        for r in rows
        if texts[r["paper_id"]]
    )
    yield papers, tuple(_by_example(data, rows, texts))


def _by_example(data: Path, rows: Sequence[dict[str, Any]], texts: Mapping[str, str]) -> Iterator[Task]:
    """CSFCube: the sentences of one facet of an abstract are the query."""
    for facet in ("background", "method", "result"):
        judged = json.loads((data / f"csfcube/test-pid2anns-csfcube-{facet}.json").read_text())
        queries = []
        for query, found in judged.items():
            row = next(row for row in rows if row["paper_id"] == query)
            said = " ".join(s["text"] for s in row["sentences"] if s["label"].startswith(facet)) or texts[query]
            gains = {p: float(g) for p, g in zip(found["cands"], found["relevance_adju"], strict=True) if g}
            if gains:
                queries.append((said, gains, frozenset(found["cands"])))
        yield Task(f"CSFCube, {facet}", tuple(queries))


def _lines(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        yield from stream


def _row(name: str, rank: Ranking, task: Task) -> tuple[str, ...]:
    ranked = [([p for p in rank(query) if not pool or p in pool], gains) for query, gains, pool in task.queries]
    gain = figure("", [ndcg(found, gains) for found, gains in ranked])
    shares = [figure("", [recall(found, [*gains], k) for found, gains in ranked]) for k in (1, 10)]
    values = [f"{100 * (each.value or 0):.1f}" for each in (gain, *shares)]
    return name, values[0], f"{100 * (gain.low or 0):.1f} to {100 * (gain.high or 0):.1f}", *values[1:]


def _rankings(index: Index, reader: Reader) -> Iterator[tuple[str, Ranking]]:
    def scores(query: str, by: By) -> dict[str, float]:
        best: dict[str, float] = {}
        for hit in index.search(query, _DEPTH, by=by):
            best.setdefault(hit.passage.paper.paper_id, hit.score)
        return best

    def reciprocal(query: str) -> Sequence[str]:
        fused: dict[str, float] = {}
        for by in ("dense", "lexical"):
            for rank, paper in enumerate(scores(query, by), start=1):
                fused[paper] = fused.get(paper, 0.0) + 1 / (_RRF + rank)
        return sorted(fused, key=lambda paper: -fused[paper])

    def weighted(weight: float) -> Ranking:
        return lambda query: _fused(scores(query, "dense"), scores(query, "lexical"), weight)

    def read(query: str) -> Sequence[str]:
        return ranked_papers([one.hit for one in read_closely(query, index.search(query, _DEPTH), reader)])

    def towards_the_best(query: str) -> Sequence[str]:
        """Rocchio's feedback (1971): the words of the best passages added to the query, a third of its weight each."""
        best = index.search(query, _FEEDBACK, by="dense")
        near = scores(query, "dense")
        for hit in best:
            for paper, score in scores(hit.passage.text, "dense").items():
                near[paper] = near.get(paper, 0.0) + score / (3 * _FEEDBACK)
        return _fused(near, scores(query, "lexical"), LEXICAL_WEIGHT)

    yield "BM25", lambda query: ranked_papers(index.search(query, _DEPTH, by="lexical"))
    yield "dense", lambda query: ranked_papers(index.search(query, _DEPTH, by="dense"))
    yield "reciprocal rank fusion", reciprocal
    yield "convex, 0.4 BM25", weighted(0.4)
    yield "convex, half BM25", weighted(0.5)
    yield "0.4 BM25, with feedback", towards_the_best
    yield "BM25 by the question, passage and best sentence", lambda query: ranked_papers(index.search(query, _DEPTH))
    yield "the same, the best passages read (as shipped)", read


def _fused(dense: Mapping[str, float], lexical: Mapping[str, float], weight: float) -> Sequence[str]:
    papers = [*dict.fromkeys([*dense, *lexical])]
    number = {paper: n for n, paper in enumerate(papers)}
    fused = convex({number[p]: s for p, s in dense.items()}, {number[p]: s for p, s in lexical.items()}, weight)
    return [papers[n] for n in fused]


def _without_title(paper: Paper, number: int) -> Paper:
    # Papers of one title would be taken for one paper.
    return Paper.from_source(f"Paper {number}", paper.abstract, paper_id=paper.paper_id)


if __name__ == "__main__":
    main()
