"""Building an index: read, cut, embed, store, derive; what is already there is not embedded again."""

import fcntl
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from itertools import accumulate, pairwise
from pathlib import Path

from index import generations
from index.embedding import Embedder, Vectors
from index.errors import CorpusError, IndexLocked, IndexMismatch, UserError
from index.papers import Paper
from index.passages import RULES, Passage, cut
from index.readers import Rejected
from index.store import Known, Store

# Papers embedded and committed together; what a killed build loses at most.
BATCH = 64


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did: papers_read = papers_added + papers_updated + papers_unchanged + rejected."""

    papers_read: int
    papers_added: int
    papers_updated: int
    papers_unchanged: int
    passages: int
    rejected: int
    embedded: int
    seconds: float


@dataclass(slots=True)
class _Tally:
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    embedded: int = 0

    @property
    def read(self) -> int:
        return self.added + self.updated + self.unchanged + self.rejected


Change = tuple[Paper, Known | None]


def build(
    root: Path,
    records: Iterable[Paper | Rejected],
    embedder: Embedder,
    *,
    sources: Sequence[str] = (),
    on_rejected: Callable[[Rejected], None] = lambda _: None,
    on_papers: Callable[[int], None] = lambda _: None,
) -> BuildReport:
    """Bring `records` into the index in folder `root`: new papers are added, changed ones replaced, the rest kept.

    Each batch is on disk before the next is read, so that a build that was stopped goes on where it stopped; readers
    see the old index until the new one is whole. `on_rejected` hears of each rejected record, `on_papers` of the
    number of papers read so far. Raises `IndexLocked`, `IndexMismatch`, and `CorpusError` when no record is a paper.
    """
    began = time.monotonic()
    _make_folder(root)
    with _only_writer(root):
        store = Store.create_or_open(root / "store.sqlite")
        _declare(root, store, embedder)
        number = max(store.last_build(), generations.last_derived(root)) + 1
        tally = _Tally()
        for changes in _batches(store, records, tally, on_rejected, on_papers):
            store.put(_embedded(changes, embedder, tally), number)
        if tally.read == tally.rejected:
            raise CorpusError(f"None of the {tally.rejected} records is a paper: there is nothing to index.")
        _derive_if_needed(root, store, embedder, number, sources, tally)
        passages = store.counts().passages
        store.close()
    return BuildReport(
        papers_read=tally.read,
        papers_added=tally.added,
        papers_updated=tally.updated,
        papers_unchanged=tally.unchanged,
        passages=passages,
        rejected=tally.rejected,
        embedded=tally.embedded,
        seconds=round(time.monotonic() - began, 3),
    )


def _make_folder(root: Path) -> None:
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"{root} cannot be the folder of an index ({error.strerror}). Name another with --index."
        ) from None


def _batches(
    store: Store,
    records: Iterable[Paper | Rejected],
    tally: _Tally,
    on_rejected: Callable[[Rejected], None],
    on_papers: Callable[[int], None],
) -> Iterator[list[Change]]:
    batch: list[Change] = []
    in_batch: set[str | None] = set()
    for record in records:
        if isinstance(record, Rejected):
            tally.rejected += 1
            on_rejected(record)
            continue
        if len(batch) == BATCH or in_batch & ({record.paper_id, record.title_key} - {None}):
            yield batch
            batch, in_batch = [], set()
        if change := _change(store, record, tally):
            batch.append(change)
            in_batch |= {change[0].paper_id, change[0].title_key}
        on_papers(tally.read)
    yield batch


def _change(store: Store, record: Paper, tally: _Tally) -> Change | None:
    known = store.known(record)
    if not known:
        tally.added += 1
        return record, None
    # A corrected abstract changes the hash that stands in for an id; the paper keeps the id it was first given.
    paper = replace(record, paper_id=known.paper_id)
    if known.digest == paper.digest:
        tally.unchanged += 1
        return None
    tally.updated += 1
    return paper, known


def _embedded(
    changes: Sequence[Change], embedder: Embedder, tally: _Tally
) -> list[tuple[Paper, Known | None, Sequence[Passage], Vectors]]:
    passages = [cut(paper) for paper, _ in changes]
    vectors = embedder.embed([embedded_text(passage) for each in passages for passage in each])
    tally.embedded += len(vectors)
    ends = [0, *accumulate(len(each) for each in passages)]
    return [
        (paper, known, each, vectors[begin:end])
        for (paper, known), each, (begin, end) in zip(changes, passages, pairwise(ends), strict=True)
    ]


def embedded_text(passage: Passage) -> str:
    """What the embedder reads of a passage: the title, then its words."""
    return f"{passage.paper.title}\n{passage.text}"


def _declare(root: Path, store: Store, embedder: Embedder) -> None:
    expected = {"schema": str(generations.SCHEMA), "embedder": embedder.fingerprint.to_json(), "passages": RULES}
    declared = store.manifest()
    if not declared:
        store.declare(**expected)
    elif declared != expected:
        raise mismatch(root, declared, expected)


def mismatch(root: Path, declared: Mapping[str, str], expected: Mapping[str, str]) -> IndexMismatch:
    """The error for an index whose manifest says other than what this program would write."""
    differing = [key for key in expected if declared.get(key) != expected[key]]
    sides = "; ".join(f"{key}: the index has {declared.get(key)}, this program {expected[key]}" for key in differing)
    return IndexMismatch(
        f"The index in {root} was made otherwise ({sides}). "
        f"Vectors of two kinds cannot be compared: build a new one with scholiast build --index OTHER_FOLDER CORPUS"
    )


def _derive_if_needed(
    root: Path, store: Store, embedder: Embedder, number: int, sources: Sequence[str], tally: _Tally
) -> None:
    counts = store.counts()
    wanted = generations.Manifest(
        schema=generations.SCHEMA,
        build=number,
        corpus_hash=store.corpus_hash(),
        embedder=embedder.fingerprint.to_json(),
        passage_rules=RULES,
        papers=counts.papers,
        passages=counts.passages,
    )
    if generations.is_current(root, wanted):
        return
    generations.derive(root, store, wanted)
    store.finish(number, datetime.now(UTC).isoformat(timespec="seconds"), sources, asdict(tally))
    generations.forget_old(root, number)


@contextmanager
def _only_writer(root: Path) -> Iterator[None]:
    """Hold the lock of the index, which the system releases whenever this process ends."""
    with (root / "write.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise IndexLocked(
                f"Another process is building the index in {root}. Wait until it ends, then run the command again."
            ) from None
        yield
