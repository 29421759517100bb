"""The truth: one SQLite file with papers, passages and their vectors; everything else is derived from it."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np

from index.embedding import Vectors
from index.errors import IndexDamaged, IndexMissing
from index.papers import Paper
from index.passages import Passage

# A row is born in one build and may retire in a later one; readers of the older index still find it until that index
# is gone. So whoever reads sees one state of the corpus, whole, while another process writes.
_SCHEMA = """
CREATE TABLE manifest (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE papers (
    row INTEGER PRIMARY KEY, paper_id TEXT NOT NULL, title_key TEXT, digest TEXT NOT NULL,
    title TEXT NOT NULL, abstract TEXT NOT NULL, authors TEXT NOT NULL, year INTEGER, venue TEXT, url TEXT, doi TEXT,
    arxiv_id TEXT, born INTEGER NOT NULL, retired INTEGER
);
CREATE UNIQUE INDEX living_papers ON papers (paper_id) WHERE retired IS NULL;
CREATE INDEX living_titles ON papers (title_key) WHERE retired IS NULL AND title_key IS NOT NULL;
CREATE TABLE passages (
    row INTEGER PRIMARY KEY, paper INTEGER NOT NULL REFERENCES papers ON DELETE CASCADE,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, vector BLOB NOT NULL
);
CREATE INDEX passages_of_paper ON passages (paper);
CREATE TABLE builds (
    build INTEGER PRIMARY KEY AUTOINCREMENT, finished TEXT NOT NULL, sources TEXT NOT NULL, counts TEXT NOT NULL
);
"""
_FIELDS = "paper_id, title, abstract, authors, year, venue, url, doi, arxiv_id"


@dataclass(frozen=True, slots=True)
class Known:
    """A paper as the store has it now."""

    row: int
    paper_id: str
    digest: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How much the store holds."""

    papers: int
    passages: int


class Store:
    """The SQLite file of one index. Writes are transactions with `synchronous=FULL`: what returned is on disk."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._db = connection

    @classmethod
    def create_or_open(cls, path: Path) -> "Store":
        """Open the store for writing; make it first if there is none. Raises `IndexDamaged`."""
        try:
            db = sqlite3.connect(path, isolation_level=None)
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
            db.execute("PRAGMA foreign_keys = ON")
            if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'builds'").fetchone():
                db.executescript(f"BEGIN; {_SCHEMA} COMMIT;")
        except sqlite3.DatabaseError as error:
            raise _damaged(path, error) from None
        return cls(path, db)

    @classmethod
    def open(cls, path: Path) -> "Store":
        """Open the store for reading. Raises `IndexMissing` or `IndexDamaged`."""
        if not path.exists():
            raise IndexMissing(f"There is no index in {path.parent}. Build one: scholiast build CORPUS")
        try:
            db = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False, isolation_level=None
            )
            # A transaction that never ends: this reader sees the store as it is now, whatever is written to it.
            db.execute("BEGIN")
            db.execute("SELECT count(*) FROM manifest").fetchone()
        except sqlite3.DatabaseError as error:
            raise _damaged(path, error) from None
        return cls(path, db)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def manifest(self) -> dict[str, str]:
        """What the store says of itself: embedder, passage rules, schema."""
        return dict(self._db.execute("SELECT key, value FROM manifest"))

    def declare(self, **entries: str) -> None:
        """Write entries of the manifest, in one transaction."""
        with self._transaction():
            self._db.executemany("INSERT OR REPLACE INTO manifest VALUES (?, ?)", entries.items())

    def known(self, paper: Paper) -> Known | None:
        """The living paper that `paper` is a version of: the same id, or, between papers without ids, the same title."""
        found = self._db.execute(
            "SELECT row, paper_id, digest FROM papers WHERE retired IS NULL AND paper_id = ?", (paper.paper_id,)
        ).fetchone()
        if not found and paper.title_key:
            found = self._db.execute(
                "SELECT row, paper_id, digest FROM papers WHERE retired IS NULL AND title_key = ?", (paper.title_key,)
            ).fetchone()
        return Known(*found) if found else None

    def put(self, papers: Sequence[tuple[Paper, Known | None, Sequence[Passage], Vectors]], build: int) -> None:
        """Store papers with their passages and vectors as of `build`, retiring what each replaces: all or nothing."""
        with self._transaction():
            for paper, replaced, passages, vectors in papers:
                if replaced:
                    self._db.execute("UPDATE papers SET retired = ? WHERE row = ?", (build, replaced.row))
                row = self._insert(paper, build)
                self._db.executemany(
                    'INSERT INTO passages (paper, start, "end", vector) VALUES (?, ?, ?, ?)',
                    [(row, p.start, p.end, v.tobytes()) for p, v in zip(passages, vectors, strict=True)],
                )

    def finish(self, build: int, finished: str, sources: Sequence[str], counts: dict[str, int]) -> None:
        """Write down that a build ended, and forget what retired before it: no reader needs those rows any more."""
        with self._transaction():
            self._db.execute(
                "INSERT OR REPLACE INTO builds VALUES (?, ?, ?, ?)",
                (build, finished, json.dumps(sources), json.dumps(counts)),
            )
            self._db.execute("DELETE FROM papers WHERE retired < ?", (build,))

    def last_build(self) -> int:
        """The number of the last finished build; 0 before the first."""
        return int(self._db.execute("SELECT coalesce(max(build), 0) FROM builds").fetchone()[0])

    def counts(self) -> Counts:
        """The number of living papers and passages."""
        papers = self._db.execute("SELECT count(*) FROM papers WHERE retired IS NULL").fetchone()[0]
        passages = self._db.execute(
            "SELECT count(*) FROM passages JOIN papers ON papers.row = paper WHERE retired IS NULL"
        ).fetchone()[0]
        return Counts(papers, passages)

    def corpus_hash(self) -> str:
        """A sha256 over the living papers, independent of the order in which they came."""
        digests = self._db.execute("SELECT digest FROM papers WHERE retired IS NULL ORDER BY digest")
        return sha256("\n".join(digest for (digest,) in digests).encode()).hexdigest()

    def living(self, batch: int = 1000) -> Iterator[tuple[list[int], list[Passage], Vectors]]:
        """All living passages, in the order of their rows: row numbers, passages, vectors (n, dimension)."""
        with closing(self._db.cursor()) as cursor:
            cursor.execute(
                f'SELECT passages.row, start, "end", vector, {_FIELDS} FROM passages '
                "JOIN papers ON papers.row = paper WHERE retired IS NULL ORDER BY passages.row"
            )
            while found := cursor.fetchmany(batch):
                passages = [Passage(_paper(r[4:]), r[1], r[2]) for r in found]
                yield [r[0] for r in found], passages, np.stack([_vector(r[3]) for r in found])

    def names(self, build: int) -> dict[str, str]:
        """The paper id for the title and the id of each paper that lived when `build` ended."""
        found = self._db.execute(
            "SELECT title, paper_id FROM papers WHERE born <= ?1 AND (retired IS NULL OR retired > ?1)", (build,)
        ).fetchall()
        return dict(found) | {paper_id: paper_id for _, paper_id in found}

    def passages(self, rows: Iterable[int]) -> dict[int, Passage]:
        """The passages with these row numbers."""
        found = self._db.execute(
            f'SELECT passages.row, start, "end", {_FIELDS} FROM passages JOIN papers ON papers.row = paper '
            "WHERE passages.row IN (SELECT value FROM json_each(?))",
            (json.dumps([*rows]),),
        )
        return {r[0]: Passage(_paper(r[3:]), r[1], r[2]) for r in found}

    def vectors(self, rows: Iterable[int]) -> dict[int, Vectors]:
        """The vectors of the passages with these row numbers."""
        found = self._db.execute(
            "SELECT row, vector FROM passages WHERE row IN (SELECT value FROM json_each(?))", (json.dumps([*rows]),)
        )
        return {row: _vector(blob) for row, blob in found}

    def _insert(self, paper: Paper, build: int) -> int:
        cursor = self._db.execute(
            f"INSERT INTO papers ({_FIELDS}, title_key, digest, born) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(paper.paper_id, paper.title, paper.abstract, json.dumps(paper.authors, ensure_ascii=False)),
                *(paper.year, paper.venue, paper.url, paper.doi, paper.arxiv_id),
                *(paper.title_key, paper.digest, build),
            ),
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def _transaction(self) -> "_Transaction":
        return _Transaction(self._db)


class _Transaction:
    """BEGIN IMMEDIATE … COMMIT, or ROLLBACK if the block raises."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __enter__(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, *_: object) -> None:
        self._db.execute("COMMIT" if kind is None else "ROLLBACK")


def _damaged(path: Path, error: sqlite3.DatabaseError) -> IndexDamaged:
    return IndexDamaged(
        f"{path} cannot be read ({error}). Build the index in another folder: scholiast build --index FOLDER CORPUS"
    )


def _paper(fields: Sequence[object]) -> Paper:
    paper_id, title, abstract, authors, *rest = fields
    return Paper(paper_id, title, abstract, tuple(json.loads(authors)), *rest)  # type: ignore[arg-type]


def _vector(blob: bytes) -> Vectors:
    return np.frombuffer(blob, np.float32)
