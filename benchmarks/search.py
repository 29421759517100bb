"""What a search costs beyond embedding its query: against plain Chroma and exact numpy, filtered, and from cold.

`python -m benchmarks.search INDEX` measures an index that exists; without INDEX, one of the sample of 1,500 papers is
built in a temporary folder. The queries are titles of papers in it, evenly spread.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median, quantiles

import numpy as np

from benchmarks.corpora import SAMPLE
from benchmarks.table import print_table
from index.build import build
from index.filters import Filter
from index.index import Index
from index.readers import read_corpus
from index.store import generations
from index.vectors import canaries
from index.vectors.embedding import Fingerprint, LocalEmbedder, Parts, Vectors

_K, _COLD_RUNS = 10, 5


class Prepared:
    """An embedder that has embedded its queries before, so that what remains is the search."""

    def __init__(self, local: LocalEmbedder, queries: Sequence[str]) -> None:
        self.fingerprint: Fingerprint = local.fingerprint
        known = (*queries, *canaries.TEXTS)
        self._vectors = dict(zip(known, local.embed(known), strict=True))

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of queries, shape (len(texts), dimension)."""
        return np.stack([self._vectors[text] for text in texts])

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of queries."""
        return self.embed(texts)

    def embed_with_parts(self, texts: Sequence[str], parts: Parts) -> tuple[Vectors, Vectors]:
        """Not called: nothing is built."""
        raise NotImplementedError


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("index", nargs="?", type=Path)
    parser.add_argument("--queries", type=int, default=300)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = given.index or Path(folder) / "index"
        local = LocalEmbedder()
        if not given.index:
            build(root, read_corpus([str(SAMPLE)]), local)
        _measure(root, local, given.queries)


def _measure(root: Path, local: LocalEmbedder, count: int) -> None:
    _, manifest = generations.current(root)
    titles = sorted(set(Index.open(root, local).names()))
    queries = [title for title in titles if " " in title][:: max(1, len(titles) // count)][:count]
    prepared = Prepared(local, queries)
    index = Index.open(root, prepared)
    print(f"{manifest.papers} papers, {manifest.passages} passages, {len(queries)} queries, the best {_K}\n")
    vectors = {query: prepared.embed([query])[0] for query in queries}
    derived = generations.open_derived(*generations.current(root))
    everything = np.arange(manifest.passages)
    _print_ratios(
        "a search, beyond embedding the query",
        queries,
        {
            "collection.query alone (baseline)": lambda query: derived.dense.search(vectors[query], _K),
            "exact, numpy": lambda query: derived.matrix.nearest(vectors[query], everything, _K),
            "dense": lambda query: index.search(query, _K, "dense"),
            "lexical": lambda query: index.search(query, _K, "lexical"),
            "hybrid": lambda query: index.search(query, _K),
            "embedding the query, for comparison": lambda query: local.embed([query]),
        },
    )
    found = [set(derived.dense.search(vectors[query], _K)) for query in queries]
    first = {twin: one for one, twins in derived.dense.twins.items() for twin in twins}
    exact = [derived.facets.rows[derived.matrix.nearest(vectors[q], everything, _K)[0]].tolist() for q in queries]
    recall = np.mean(
        [len(a & (b := {first.get(row, row) for row in rows})) / len(b) for a, rows in zip(found, exact, strict=True)]
    )
    print(f"\nrecall@{_K} of the dense part against exact search: {recall:.4f}\n")
    _print_ratios(
        "a hybrid search that is filtered",
        queries,
        {"unfiltered (baseline)": lambda query: index.search(query, _K)}
        | {
            f"{name} ({derived.facets.let_through(within).mean():.2%} of the passages)": partial(_search, index, within)
            for name, within in _filters(index, queries).items()
        },
    )
    print()
    _print_cold(root)


def _search(index: Index, within: Filter, query: str) -> object:
    return index.search(query, _K, within=within)


def _filters(index: Index, queries: Sequence[str]) -> dict[str, Filter]:
    """Filters of all kinds, from the papers that queries find."""
    papers = [index.search(query, 1)[0].passage.paper for query in queries[:50]]
    years = sorted(paper.year for paper in papers if paper.year)
    venue = next(paper.venue for paper in papers if paper.venue)
    author = next(paper.authors[0] for paper in papers if paper.authors)
    return {
        "one year": Filter(years[len(years) // 2], years[len(years) // 2]),
        "half of the years": Filter(since=years[len(years) // 2]),
        "venue": Filter(venues=(venue,)),
        "author": Filter(authors=(author,)),
        "family name": Filter(authors=("Wang",)),
        "source": Filter(sources=index.facets.sources[:1]),
        "year and venue": Filter(since=years[len(years) // 2], venues=(venue,)),
    }


def _print_ratios(title: str, queries: Sequence[str], actions: dict[str, Callable[[str], object]]) -> None:
    """The milliseconds of wall time of each action for each query, after one that is not counted.

    Actions take turns in a shuffled order, each with queries in an order of its own: what else the machine does, and
    what one action leaves in the processor's caches, falls on all of them.
    """
    chance = random.Random(0)  # noqa: S311 - an order, no secret
    for action in actions.values():
        action(queries[0])
    asked = {name: iter(chance.sample(queries, len(queries))) for name in actions}
    rows: dict[str, list[float]] = {name: [] for name in actions}
    for _ in queries:
        for name in chance.sample([*actions], len(actions)):
            query = next(asked[name])
            began = time.perf_counter()
            actions[name](query)
            rows[name].append(1000 * (time.perf_counter() - began))
    baseline = median(next(iter(rows.values())))
    print_table(
        (title, "p50, ms", "p95, ms", "p50, ratio"),
        [
            (name, f"{median(each):.2f}", f"{quantiles(each, n=20)[-1]:.2f}", f"{median(each) / baseline:.2f}")
            for name, each in rows.items()
        ],
    )


def _print_cold(root: Path) -> None:
    first = (
        "import sys; from pathlib import Path; from index.index import Index; from index.vectors.embedding import LocalEmbedder;"
        "index = Index.open(Path(sys.argv[1]), LocalEmbedder()); print(index.search('what is attention?', 10)[0].score)"
    )
    runs = {
        "import chromadb (baseline)": _cold("import chromadb"),
        "open the index and answer the first search": _cold(first, str(root)),
    }
    baseline = median(next(iter(runs.values())))
    print_table(
        ("cold, in a new process", "s", "ratio"),
        [(name, f"{median(each):.2f}", f"{median(each) / baseline:.2f}") for name, each in runs.items()],
    )


def _cold(program: str, *arguments: str) -> list[float]:
    taken = []
    for _ in range(_COLD_RUNS):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", program, *arguments], check=True, capture_output=True)  # noqa: S603
        taken.append(time.perf_counter() - began)
    return taken


if __name__ == "__main__":
    main()
