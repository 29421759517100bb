"""Building an index: read, cut, embed, store, derive; what is already there is not embedded again."""

import fcntl
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from index.errors import CorpusError, IndexLocked, IndexMissing, IndexUnwritable, PruneRefused, UserError
from index.made_with import declare, forget_former, made_with
from index.readers import Deleted, Read, Record, Rejected, Remark, Skipped
from index.reembedding import EmbeddedAnew, embed_anew
from index.store import generations
from index.store.ledger import Change, Ledger, Merged
from index.store.permissions import require_writable
from index.store.places import look_into
from index.store.schema import Known
from index.store.store import Store
from index.store.writer import Writer
from index.vectors.embedding import Embedder
from index.vectors.spent import Metered, Spent

# Papers embedded and committed together; what a killed build loses is at most three times that.
BATCH = 64
# As many where another machine embeds, which may be slow or cost money: so much less is lost, and progress is seen.
BATCH_AWAY = 16
# A larger share of the papers is not removed unless told twice.
PRUNED_AT_MOST = 1 / 5


@dataclass(frozen=True, slots=True)
class Stored:
    """So many of the records that were read are on disk."""

    records: int


@dataclass(frozen=True, slots=True)
class Deriving:
    """All records are stored; the indexes over so many passages are being made."""

    passages: int


Event = Rejected | Remark | Skipped | Stored | EmbeddedAnew | Deriving


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did: papers_read = papers_added + papers_updated + papers_unchanged + rejected.

    A file of `files_skipped` was not read, or not to its end; no record of it counts beyond those that were read.
    `merged` are the papers that it made of several records, or a record of which changed; `papers_anew` are those that
    another embedder had read, and that were embedded again. `spent` is what the embedder cost, if it counts that.
    """

    papers_read: int
    papers_added: int
    papers_updated: int
    papers_unchanged: int
    papers_removed: int
    passages: int
    rejected: int
    remarks: int
    embedded: int
    seconds: float
    files_skipped: int = 0
    merged: tuple[Merged, ...] = ()
    papers_anew: int = 0
    spent: Spent | None = None


@dataclass(slots=True)
class _Tally:
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    deletions: int = 0
    rejected: int = 0
    remarks: int = 0
    skipped: int = 0

    @property
    def read(self) -> int:
        return self.added + self.updated + self.unchanged + self.rejected


def build(
    root: Path,
    records: Iterable[Read] | None,
    embedder: Embedder,
    *,
    sources: Sequence[str] = (),
    server: str | None = None,
    prune: bool = False,
    sure: bool = False,
    batch: int = BATCH,
    on_event: Callable[[Event], None] = lambda _: None,
) -> BuildReport:
    """Bring `records` into the index in folder `root`: new papers are added, changed ones replaced, the rest kept.

    Records of one paper are merged: what the newest leaves out is taken from those before. Each batch is on disk
    before the next but two is read, so that a build that was stopped goes on where it stopped; readers see the old
    index until the new one is whole. The vectors are served from the Chroma `server`, if one is named, whose address
    a store keeps for good. What its authority withdraws is removed; with `prune`, so are papers that `records` do not
    tell of. Where that is more than a fifth of them, or, for `prune`, a record was rejected or a file skipped, only if
    `sure`: otherwise the rest is built, and `PruneRefused` raised. Where `records` is None, the papers that are there are
    embedded anew if another embedder, or other rules of passages, made their vectors. Raises `IndexLocked`,
    `IndexMismatch`, `IndexUnwritable`, `CorpusError` when no record is a paper, `IndexMissing` where there is nothing to
    embed anew.
    """
    began = time.monotonic()
    look_into(root)
    if records is None and not (root / "store.sqlite").exists():
        raise IndexMissing(root)
    _make_folder(root)
    with only_writer(root):
        store = Store.create_or_open(root / "store.sqlite")
        declare(root, store, embedder, server, anew=records is None)
        number = next_build(root, store)
        tally, ledger = _Tally(), Ledger(store)
        # What a build that was stopped left is done first, asked for or not: vectors of two kinds are never derived.
        papers_anew, passages_anew = embed_anew(store, ledger, embedder, number, batch, on_event)
        with Writer(store, ledger, embedder, number, batch) as writer:
            for stored in _stored(records or (), ledger, writer, tally, on_event):
                on_event(Stored(stored))
            if tally.read == tally.rejected and not _has_papers(root, store, tally, records):
                raise CorpusError(_nothing(tally))
            refused = _withdrawn(store, ledger, writer, tally, sure=sure)
            if prune and records is not None and not refused:
                refused = _pruned(store, ledger, writer, tally, sure=sure)
        merged, wanted = ledger.merged(), wanted_manifest(store, embedder, number)
        if not generations.is_current(root, store, wanted):
            on_event(Deriving(wanted.passages))
            generations.derive(root, store, wanted)
            store.finish(number, sources, asdict(tally))
            generations.forget_old(root, number)
        forget_former(store)
        store.close()
    if refused:
        raise PruneRefused(refused)
    return BuildReport(
        papers_read=tally.read,
        papers_added=tally.added,
        papers_updated=tally.updated,
        papers_unchanged=tally.unchanged,
        papers_removed=tally.removed,
        passages=wanted.passages,
        rejected=tally.rejected,
        remarks=tally.remarks,
        embedded=passages_anew + writer.embedded,
        seconds=round(time.monotonic() - began, 3),
        files_skipped=tally.skipped,
        merged=merged,
        papers_anew=papers_anew,
        spent=embedder.spent if isinstance(embedder, Metered) else None,
    )


def _make_folder(root: Path) -> None:
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"{root} cannot be the folder of an index ({error.strerror}). Name another with --index."
        ) from None


def _stored(
    records: Iterable[Read],
    ledger: Ledger,
    writer: Writer,
    tally: _Tally,
    on_event: Callable[[Event], None],
) -> Iterator[int]:
    """Take in all records; yield now and then how many of those read are on disk."""
    for record in records:
        match record:
            case Record():
                rejected = _taken(record, ledger, writer, tally)
            case Deleted():
                tally.deletions += 1
                writer.flush(tally.read)
                ledger.withdrawn(record)
                continue
            case Remark():
                tally.remarks += 1
                on_event(record)
                continue
            case Skipped():
                tally.skipped += 1
                on_event(record)
                continue
            case Rejected():
                rejected = record
        if rejected:
            tally.rejected += 1
            on_event(rejected)
        yield tally.read if writer.is_idle else writer.stored
    writer.flush(tally.read)
    yield tally.read


def _has_papers(root: Path, store: Store, tally: _Tally, records: Iterable[Read] | None) -> bool:
    """Whether there is an index to make where no record was a paper."""
    if records is None and store.counts().papers:
        return True
    return bool(records is None or tally.deletions) and generations.is_index(root)


def _nothing(tally: _Tally) -> str:
    """Why there is nothing to index."""
    if tally.skipped and not tally.read:
        return f"No paper was read: {_files(tally.skipped)} skipped, and there is nothing to index."
    return f"None of the {tally.rejected} records is a paper: there is nothing to index."


def _files(count: int) -> str:
    return "1 file was" if count == 1 else f"{count} files were"


def _taken(record: Record, ledger: Ledger, writer: Writer, tally: _Tally) -> Rejected | None:
    told = ledger.heard(record)
    if isinstance(told, Rejected):
        return told
    if not told:
        tally.unchanged += 1
        return None
    if writer.awaits(told.paper):
        writer.flush(tally.read)
    change = ledger.change(told)
    if writer.awaits_any(change.replaced):
        writer.flush(tally.read)
        change = ledger.change(told)
    setattr(tally, change.outcome, getattr(tally, change.outcome) + 1)
    writer.add(change, tally.read)
    return None


def _pruned(store: Store, ledger: Ledger, writer: Writer, tally: _Tally, *, sure: bool) -> str | None:
    """Remove what was not read, and return None; or say why not."""
    unseen = ledger.unseen()
    gone = [known for known, left in unseen if not left]
    papers = store.counts().papers
    if unseen and tally.skipped and not sure:
        return (
            f"Nothing was removed: {_files(tally.skipped)} skipped, and the papers that seem gone may be in what was "
            f"not read. Mend that or leave it out, or add --yes to remove {len(gone)} papers. The rest was built."
        )
    if unseen and tally.rejected and not sure:
        return (
            f"Nothing was removed: {tally.rejected} records were rejected, and the papers that seem gone may be among "
            f"them. Mend the records, or add --yes to remove {len(gone)} papers. The rest was built."
        )
    if len(gone) > papers * PRUNED_AT_MOST and not sure:
        return (
            f"Nothing was removed: {len(gone)} of {papers} papers are gone from the corpus, more than a fifth. "
            "Add --yes to remove them. The rest was built."
        )
    _remove(unseen, writer, tally)
    return None


def _withdrawn(store: Store, ledger: Ledger, writer: Writer, tally: _Tally, *, sure: bool) -> str | None:
    """Remove what was withdrawn, and return None; or say why not."""
    withdrawn, papers = ledger.gone(), store.counts().papers
    gone = sum(left is None for _, left in withdrawn)
    if gone > papers * PRUNED_AT_MOST and not sure:
        return (
            f"Nothing was removed: {gone} of {papers} papers are withdrawn by the source that told of them, more than a "
            "fifth. Add --yes to remove them. The rest was built."
        )
    _remove(withdrawn, writer, tally)
    return None


def _remove(lost: "Sequence[tuple[Known, Change | None]]", writer: Writer, tally: _Tally) -> None:
    """Remove the papers of which nothing is left; of the others, what is left is stored."""
    gone = [known for known, left in lost if not left]
    writer.remove(gone)
    for _, left in lost:
        if left:
            writer.add(left, tally.read)
    writer.flush(tally.read)
    tally.removed += len(gone)


def next_build(root: Path, store: Store) -> int:
    """The number of a build that begins now: a build may have died before it was written down."""
    return max(store.last_build(), generations.last_derived(root)) + 1


def wanted_manifest(store: Store, embedder: Embedder, number: int) -> generations.Manifest:
    """What the derived indexes must have been made from."""
    counts, said = store.counts(), made_with(embedder)
    return generations.Manifest(
        schema=generations.SCHEMA,
        build=number,
        corpus_hash=store.corpus_hash(),
        embedder=said["embedder"],
        passage_rules=said["passages"],
        papers=counts.papers,
        passages=counts.passages,
    )


@contextmanager
def only_writer(root: Path) -> Iterator[None]:
    """Hold the lock of the index, which the system releases whenever this process ends."""
    require_writable(root)
    try:
        opened = (root / "write.lock").open("a")
    except OSError as error:
        raise IndexUnwritable(
            f"The index in {root} cannot be written ({error.strerror}). Mend its permissions, or name another folder "
            "with --index."
        ) from None
    with opened as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise IndexLocked(
                f"Another process is building the index in {root}. Wait until it ends, then run the command again."
            ) from None
        yield
