"""Embedding the papers of a store anew, where another embedder or other rules of passages made their vectors.

Each is inserted once more, born in this build, and its old row retires: readers of the index that is served still find
that one, and a build that was stopped is gone on with from what is still to be embedded.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from index.made_with import former_row
from index.store.ledger import Change, Ledger
from index.store.schema import Known
from index.store.store import Store
from index.store.writer import Writer
from index.vectors.embedding import Embedder

# Papers that are looked up at once.
_AT_ONCE = 1000
_FORMER = "FROM papers WHERE retired IS NULL AND row <= ?"


@dataclass(frozen=True, slots=True)
class EmbeddedAnew:
    """So many papers, of all that have the vectors of before, are embedded anew and on disk."""

    papers: int
    of: int


def left(store: Store) -> int:
    """The number of living papers that are still to be embedded anew."""
    last = former_row(store)
    return int(store.rows(f"SELECT count(*) {_FORMER}", last)[0][0]) if last else 0


def embed_anew(
    store: Store,
    ledger: Ledger,
    embedder: Embedder,
    build: int,
    batch: int,
    on_event: Callable[[EmbeddedAnew], None],
) -> tuple[int, int]:
    """Embed every living paper that has the vectors of before; return how many papers and passages those were."""
    papers = left(store)
    if not papers:
        return 0, 0
    with Writer(store, ledger, embedder, build, batch) as writer:
        for number, known in enumerate(_former(store), start=1):
            writer.add(Change("embedded", known.paper, (known,), ()), number)
            on_event(EmbeddedAnew(writer.stored, papers))
        writer.flush(papers)
    on_event(EmbeddedAnew(papers, papers))
    return papers, writer.embedded


def _former(store: Store) -> Iterator[Known]:
    """The living papers that have the vectors of before, in the order of their rows."""
    last, after = former_row(store), 0
    query = f"SELECT row, paper_id {_FORMER} AND row > ? ORDER BY row LIMIT ?"
    while found := store.rows(query, last, after, _AT_ONCE):
        after = found[-1][0]
        for _, paper_id in found:
            if known := store.known(paper_id):
                yield known
