"""What a build would do with records, found out without doing it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from index.papers import Paper
from index.readers import Deleted, Read, Record, Rejected, Remark, Skipped
from index.store.ledger import Ledger
from index.store.store import Store

# "again" is a paper that a record before it in the same corpus tells of too: the two become one.
Standing = Literal["new", "changed", "known", "again"]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A record that a build would take in, and what that would change."""

    record: Record
    standing: Standing


def foresee(root: Path, records: Iterable[Read]) -> Iterator[Foreseen | Deleted | Rejected | Remark | Skipped]:
    """Yield each record with what a build of `records` into the index in folder `root` would do with it.

    Nothing is written. Raises `IndexMissing` and `IndexDamaged`.
    """
    store = Store.open(root / "store.sqlite")
    try:
        ledger, before = Ledger(store), dict[str, Paper]()
        for record in records:
            yield _foreseen(record, ledger, before) if isinstance(record, Record) else record
    finally:
        store.close()


def _foreseen(record: Record, ledger: Ledger, before: dict[str, Paper]) -> Foreseen | Rejected:
    paper, told = record.paper, ledger.heard(record)
    if isinstance(told, Rejected):
        return told
    *ids, title = paper.keys
    alike = before.get(title)
    is_again = any(key in before for key in (*ids, paper.paper_id)) or bool(alike and paper.may_be(alike))
    before.update(dict.fromkeys((*paper.keys, paper.paper_id), paper))
    if is_again:
        return Foreseen(record, "again")
    outcome = ledger.change(told).outcome if told else "unchanged"
    return Foreseen(record, {"added": "new", "updated": "changed"}.get(outcome, "known"))  # type: ignore[arg-type]
