"""Who said what of each paper: the records that papers were merged from, and how two records are known to be one."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Literal

from index.papers import Paper
from index.readers.records import Deleted, Record, Rejected
from index.store.schema import Known, from_row, to_row
from index.store.store import Store

# "embedded" is a paper whose words and records stay as they are, and whose vectors do not.
Outcome = Literal["added", "updated", "unchanged", "embedded"]


@dataclass(frozen=True, slots=True)
class Told:
    """A paper as one record tells it; where records disagree, what was said last counts."""

    source: str
    key: str
    digest: str
    said: int
    authority: str
    paper: Paper


@dataclass(frozen=True, slots=True)
class Change:
    """What the store must write for one record: the paper, what it replaces, and the records that it is made of."""

    outcome: Outcome
    paper: Paper
    replaced: tuple[Known, ...]
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Merged:
    """A paper that several records tell of, each named by its source and what tells it from the others there."""

    paper_id: str
    title: str
    records: tuple[tuple[str, str], ...]


class Ledger:
    """The records in a store that is open for writing, and those read in this build."""

    def __init__(self, store: Store) -> None:
        self._store = store
        # On disk and private to this connection: a set would grow with the corpus.
        store.rows(
            "CREATE TEMP TABLE seen (source TEXT, key TEXT, digest TEXT, PRIMARY KEY (source, key)) WITHOUT ROWID"
        )
        store.rows("CREATE TEMP TABLE withdrawn (source TEXT, key TEXT, PRIMARY KEY (source, key)) WITHOUT ROWID")
        self._merged: set[str] = set()
        self._said = int(store.rows("SELECT coalesce(max(said), 0) FROM records")[0][0])

    def heard(self, record: Record) -> Told | Rejected | None:
        """What `record` tells anew: None where it is known word for word, a rejection where its source contradicts itself."""
        source, paper = record.source, record.paper
        key, digest = paper.own_key, paper.told_digest
        if before := self._store.rows("SELECT digest FROM seen WHERE source = ? AND key = ?", source, key):
            if before[0][0] == digest:
                return None
            reason = f"another record of this source says other things of the paper {paper.paper_id!r}"
            return Rejected(source, record.number, "CONFLICT", reason, paper.paper_id[:60])
        self._store.rows("INSERT INTO seen VALUES (?, ?, ?)", source, key, digest)
        stored = self._store.rows("SELECT digest FROM records WHERE source = ? AND key = ?", source, key)
        if stored and stored[0][0] == digest:
            return None
        self._said += 1
        return Told(source, key, digest, self._said, record.authority, paper)

    def change(self, told: Told) -> Change:
        """What the store must write for what was told, given the papers that it holds now."""
        same = self._same(told)
        if not same:
            return Change("added", told.paper, (), (told,))
        known = [each for paper in same for each in self._records(paper)]
        others = [each for each in known if (each.source, each.key) != (told.source, told.key)]
        records = (told, *sorted(others, key=lambda each: -each.said))
        paper = _merge(records, same[0].paper.paper_id)
        unchanged = len(same) == 1 and paper == same[0].paper
        return Change("unchanged" if unchanged else "updated", paper, same, records)

    def write(self, change: Change) -> None:
        """Remember the records of a change; in a transaction."""
        paper_id = change.paper.paper_id
        for old in change.replaced:
            self._store.forget(old.row)
        if len(change.told) > 1:
            self._merged.add(paper_id)
        for told in change.told:
            told_fields = None if told.paper == change.paper else json.dumps(to_row(told.paper), ensure_ascii=False)
            self._store.rows(
                "INSERT OR REPLACE INTO records (source, key, paper_id, digest, said, authority, fields) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                *(told.source, told.key, paper_id, told.digest, told.said, told.authority, told_fields),
            )
        for key in {key for paper in (change.paper, *(told.paper for told in change.told)) for key in paper.keys}:
            self._store.rows("INSERT OR IGNORE INTO keys VALUES (?, ?)", key, paper_id)

    def merged(self) -> tuple[Merged, ...]:
        """The papers that this build has made, or left, of several records."""
        return merged(self._store, self._merged) if self._merged else ()

    def withdrawn(self, deleted: Deleted) -> None:
        """Take the word of an authority that its records of a paper are withdrawn, unless they are read again after this."""
        named = Paper.from_source("", "", paper_id=deleted.paper_id)
        keys = (*named.keys[:-1], f"arxiv:{next(iter(named.ids.values()), '')}")
        of_paper = (
            "SELECT source, key FROM records WHERE authority = ?1 "
            "AND paper_id IN (SELECT paper_id FROM keys WHERE key IN (SELECT value FROM json_each(?2)))"
        )
        self._store.rows(f"INSERT OR IGNORE INTO withdrawn {of_paper}", deleted.authority, json.dumps(keys))
        self._store.rows(f"DELETE FROM seen WHERE (source, key) IN ({of_paper})", deleted.authority, json.dumps(keys))

    def gone(self) -> "list[tuple[Known, Change | None]]":
        """The papers of which a record was withdrawn in this build, each with what is left of it; None if nothing is."""
        return self._without("EXISTS (SELECT 1 FROM withdrawn AS w WHERE w.source = r.source AND w.key = r.key)")

    def unseen(self) -> "list[tuple[Known, Change | None]]":
        """The papers of which a record was not read in this build, each with what is left of it; None if nothing is."""
        return self._without("1")

    def _without(self, condition: str) -> "list[tuple[Known, Change | None]]":
        """The papers with a record that was not read and meets a condition of SQL, each with what its other records leave."""
        lost = (
            "SELECT source, key, paper_id FROM records AS r WHERE NOT EXISTS "
            f"(SELECT 1 FROM seen WHERE seen.source = r.source AND seen.key = r.key) AND {condition}"
        )
        records: dict[str, set[tuple[str, str]]] = {}
        for source, key, paper_id in self._store.rows(lost):
            records.setdefault(paper_id, set()).add((source, key))
        return [
            (known, self._left(known, of_paper))
            for paper_id, of_paper in records.items()
            if (known := self._store.known(paper_id))
        ]

    def _left(self, known: Known, lost: set[tuple[str, str]]) -> Change | None:
        told = tuple(each for each in self._records(known) if (each.source, each.key) not in lost)
        return Change("updated", _merge(told, known.paper.paper_id), (known,), told) if told else None

    def _same(self, told: Told) -> tuple[Known, ...]:
        """The living papers that `told` tells of, the one whose id is kept first."""
        paper = told.paper
        bound = self._store.rows("SELECT paper_id FROM records WHERE source = ? AND key = ?", told.source, told.key)
        by_id = [name for key in paper.keys[:-1] for name in self._named(key)]
        found = dict.fromkeys([*(paper_id for (paper_id,) in bound), *by_id, paper.paper_id])
        known = [one for one in map(self._store.known, found) if one]
        if not known:
            titled = map(self._store.known, self._named(paper.keys[-1]))
            known = [one for one in titled if one and paper.may_be(one.paper)][:1]
        return tuple(known)

    def _named(self, key: str) -> list[str]:
        # A title that more papers share than this tells nothing; to compare with all of them would take for ever.
        found = self._store.rows("SELECT paper_id FROM keys WHERE key = ? LIMIT 8", key)
        return [paper_id for (paper_id,) in found]

    def _records(self, known: Known) -> list[Told]:
        found = self._store.rows(
            "SELECT source, key, digest, said, authority, fields FROM records WHERE paper_id = ? ORDER BY said DESC",
            known.paper.paper_id,
        )
        return [
            Told(source, key, digest, said, authority, from_row(json.loads(told)) if told else known.paper)
            for source, key, digest, said, authority, told in found
        ]


_SEVERAL = "SELECT paper_id FROM records GROUP BY paper_id HAVING count(*) > 1"
_MERGED = """
    SELECT paper_id, title, json_group_array(json_array(source, key)) FROM papers
    JOIN (SELECT * FROM records ORDER BY source, key) USING (paper_id)
    WHERE retired IS NULL AND paper_id IN (SELECT value FROM json_each(?)) GROUP BY paper_id ORDER BY title, paper_id
"""


def merged(store: Store, paper_ids: Iterable[str] | None = None) -> tuple[Merged, ...]:
    """The living papers, of these ids or of all, that are made of several records, by their titles."""
    several = {paper_id for (paper_id,) in store.rows(_SEVERAL)}
    wanted = json.dumps(sorted(several.intersection(several if paper_ids is None else paper_ids)))
    return tuple(
        Merged(paper_id, title, tuple((source, key) for source, key in json.loads(records)))
        for paper_id, title, records in store.rows(_MERGED, wanted)
    )


def _merge(told: tuple[Told, ...], paper_id: str) -> Paper:
    """One paper of several records, newest first: what the newest leaves out is taken from the next."""
    newest = told[0].paper
    said = {
        field.name: next(
            (value for each in told if (value := getattr(each.paper, field.name))), getattr(newest, field.name)
        )
        for field in fields(Paper)
        if field.name not in {"paper_id", "title", "abstract"}
    }
    return replace(newest, paper_id=paper_id, **said)
