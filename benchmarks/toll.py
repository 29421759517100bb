"""What a kill cost an index: acknowledged papers lost, duplicates, an index that does not read, passages not found."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal

from benchmarks.invented import Stage
from index.errors import IndexMissing, UserError
from index.index import Index
from index.papers import Paper
from index.passages import Passage, cut, embedded_text
from index.store.store import Store
from index.vectors.embedding import Embedder

State = Literal["old", "new"]
# Of the old index, found whole before, fewer passages are looked for by their own vectors.
_SAMPLES: dict[State, int] = {"old": 30, "new": 300}
_SELF = 0.999


@dataclass(frozen=True, slots=True)
class Toll:
    """Sums over trials; all but the first two must be 0. `said` tells of each that is not."""

    trials: int = 0
    kills: int = 0
    lost: int = 0
    duplicates: int = 0
    unreadable: int = 0
    misses: int = 0
    said: tuple[str, ...] = ()

    def __add__(self, other: "Toll") -> "Toll":
        return Toll(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(Toll)))


def unreadable(why: str) -> Toll:
    """The toll of an index that does not read, or not whole."""
    return Toll(unreadable=1, said=(why,))


def toll_of(
    root: Path, stage: Stage, embedder: Embedder, allowed: Collection[State], acknowledged: int
) -> tuple[Toll, tuple[State, ...]]:
    """Look at an index whose build was killed or has ended; return the toll, and the states that may follow.

    The build said that the first `acknowledged` papers it was told are on disk; what is served must be one of the
    `allowed` states of the index, whole.
    """
    toll = _toll_of_store(root, stage.told[:acknowledged]) if acknowledged else Toll()
    try:
        index = Index.open(root, embedder)
    except UserError as error:
        if isinstance(error, IndexMissing) and "old" in allowed and not stage.old:
            return toll, ("old", "new")
        return toll + unreadable(str(error)), tuple(allowed)
    papers = {"old": stage.old, "new": stage.new}
    served: list[State] = [state for state in allowed if len(papers[state]) == index.manifest.papers]
    toll += (
        _toll_of_index(index, papers[served[0]], _SAMPLES[served[0]])
        if served
        else unreadable("neither the old index nor the new")
    )
    index.close()
    return toll, ("new",) if served == ["new"] else tuple(allowed)


def _toll_of_store(root: Path, acknowledged: Sequence[Paper]) -> Toll:
    try:
        store = Store.open(root / "store.sqlite")
        known = [store.known(paper.paper_id) for paper in acknowledged]
        places = store.rows(
            'SELECT paper_id, start, "end" FROM passages JOIN papers ON papers.row = paper WHERE retired IS NULL'
        )
        store.close()
    except UserError as error:
        return Toll(lost=len(acknowledged)) + unreadable(str(error))
    stored = {paper_id for paper_id, _, _ in places}
    lost = [
        paper.paper_id
        for paper, found in zip(acknowledged, known, strict=True)
        if found is None or found.paper != paper or paper.paper_id not in stored
    ]
    twice = len(places) - len(set(places))
    said = [f"lost: {', '.join(lost)}"] * bool(lost) + [f"{twice} passages are stored twice"] * bool(twice)
    return Toll(lost=len(lost), duplicates=twice, said=tuple(said))


def _toll_of_index(index: Index, papers: Sequence[Paper], sample: int) -> Toll:
    """Whether the index serves `papers`, each passage once, and finds a sample of them by their own vectors."""
    expected = [passage for paper in papers for passage in cut(paper)]
    served = [hit.passage for hit in index.search("abstract", len(expected) + 1, "lexical")]
    nearest = [hit.passage for hit in index.search("abstract", len(expected) + 1, "dense")]
    twice = len(served) - len({*served}) + len(nearest) - len({*nearest})
    missed = [p.passage_id for p in expected[:: -(-len(expected) // sample)] if not _finds(index, p)]
    whole = {*served} == {*nearest} == {*expected} and index.manifest.passages == len(expected)
    named = index.names() == {name: p.paper_id for p in papers for name in (p.title, p.paper_id)}
    toll = Toll() if whole and named else unreadable(f"{len(served)} passages are served of {len(expected)}")
    said = [f"not found: {', '.join(missed)}"] * bool(missed) + [f"{twice} passages are served twice"] * bool(twice)
    return toll + Toll(duplicates=twice, misses=len(missed), said=tuple(said))


def _finds(index: Index, passage: Passage) -> bool:
    return any(hit.passage == passage and hit.score > _SELF for hit in index.search(embedded_text(passage), 1, "dense"))
