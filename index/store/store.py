"""The truth: one SQLite file with papers, passages and their vectors; everything else is derived from it."""

import json
import sqlite3
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from shlex import quote

import numpy as np

from index.errors import IndexDamaged, IndexMissing, IndexUnwritable
from index.papers import Paper
from index.passages import Passage
from index.sentences import Span
from index.store.schema import FIELDS, SCHEMA, Counts, Known, Read, from_row, to_row
from index.vectors.embedding import Vectors
from index.vectors.quantised import pack, unpack

_PASSAGE = f'passages.row, paper, start, "end", vector, crc, digest, {FIELDS}'
_LIVED = "born <= ?1 AND (retired IS NULL OR retired > ?1)"


class Store:
    """The SQLite file of one index. Writes are transactions with `synchronous=FULL`: what returned is on disk.

    What is read is checked, each paper against its sha256 and each passage against its CRC-32; `IndexDamaged` is
    raised where they differ or SQLite cannot read the file, `IndexUnwritable` where it cannot write.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._db = connection

    @classmethod
    def create_or_open(cls, path: Path) -> "Store":
        """Open the store for writing; make it first if there is none."""
        try:
            # SQLite itself would make it for no group to write; what it makes beside it has the mode of this one.
            with suppress(OSError):
                path.touch(exist_ok=False)
            db = sqlite3.connect(path, isolation_level=None)
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
            db.execute("PRAGMA foreign_keys = ON")
            if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'builds'").fetchone():
                db.executescript(f"BEGIN; {SCHEMA} COMMIT;")
        except sqlite3.OperationalError as error:
            raise _unwritable(path, error) from None
        except sqlite3.DatabaseError as error:
            raise _damaged(path, error) from None
        return cls(path, db)

    @classmethod
    def open(cls, path: Path) -> "Store":
        """Open the store for reading. Raises `IndexMissing` too."""
        if not path.exists():
            raise IndexMissing(path.parent)
        try:
            return cls(path, _reader(path, "mode=ro"))
        except sqlite3.OperationalError as error:
            # On a full disk, or one that is read-only, SQLite cannot make the file by which readers and a writer know
            # of each other; where nothing waits to be written back, it can do without.
            with suppress(FileNotFoundError):
                if path.with_name(f"{path.name}-wal").stat().st_size:
                    raise _unwritable(path, error) from None
        except sqlite3.DatabaseError as error:
            raise _damaged(path, error) from None
        try:
            return cls(path, _reader(path, "mode=ro&immutable=1"))
        except sqlite3.DatabaseError as error:
            raise _damaged(path, error) from None

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def manifest(self) -> dict[str, str]:
        """What the store says of itself: embedder, passage rules, schema."""
        return dict(self.rows("SELECT key, value FROM manifest"))

    @property
    def server(self) -> str | None:
        """The address of the Chroma server where the vectors are served from; None where they are served from here."""
        return self.manifest().get("server") or None

    def declare(self, **entries: str) -> None:
        """Write entries of the manifest, in one transaction."""
        with self.transaction():
            self._db.executemany("INSERT OR REPLACE INTO manifest VALUES (?, ?)", entries.items())

    def known(self, paper_id: str) -> Known | None:
        """The living paper of this id."""
        found = self.rows(f"SELECT row, digest, {FIELDS} FROM papers WHERE retired IS NULL AND paper_id = ?", paper_id)
        return Known(found[0][0], self._paper(found[0][1], found[0][2:])) if found else None

    def insert(self, paper: Paper, passages: Sequence[Read], build: int) -> None:
        """Add a paper with its passages as of `build`; in a transaction."""
        row = self._db.execute(
            f"INSERT INTO papers ({FIELDS}, digest, born) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*to_row(paper), paper.digest, build),
        ).lastrowid
        for each in passages:
            start, end, vector = each.passage.start, each.passage.end, each.vector.tobytes()
            passage = self._db.execute(
                'INSERT INTO passages (paper, start, "end", vector, crc) VALUES (?, ?, ?, ?, ?)',
                (row, start, end, vector, _crc((row, start, end), vector)),
            ).lastrowid
            spans, packed = np.array(each.sentences, np.int32).tobytes(), pack(each.of_sentences)
            crc = _crc((passage,), spans + packed)
            self._db.execute("INSERT INTO sentences VALUES (?, ?, ?, ?)", (passage, spans, packed, crc))

    def retire(self, row: int, build: int) -> None:
        """Let the paper in `row` live no longer than until `build`; in a transaction."""
        self._db.execute("UPDATE papers SET retired = ? WHERE row = ?", (build, row))

    def forget(self, row: int) -> None:
        """Forget who told of the paper in `row`, and by which keys it was known; in a transaction."""
        for table in ("records", "keys"):
            self._db.execute(
                f"DELETE FROM {table} WHERE paper_id = (SELECT paper_id FROM papers WHERE row = ?)", (row,)
            )

    def finish(self, build: int, sources: Sequence[str], counts: dict[str, int]) -> None:
        """Write down that a build ended, and forget what retired before it: no reader needs those rows any more."""
        with self.transaction():
            self._db.execute(
                "INSERT OR REPLACE INTO builds VALUES (?, ?, ?, ?)",
                (build, datetime.now(UTC).isoformat(timespec="seconds"), json.dumps(sources), json.dumps(counts)),
            )
            self._db.execute("DELETE FROM papers WHERE retired < ?", (build,))

    def last_build(self) -> int:
        """The number of the last finished build; 0 before the first."""
        return int(self.rows("SELECT coalesce(max(build), 0) FROM builds")[0][0])

    def counts(self) -> Counts:
        """The number of living papers and passages."""
        papers = self.rows("SELECT count(*) FROM papers WHERE retired IS NULL")[0][0]
        passages = self.rows("SELECT count(*) FROM passages JOIN papers ON papers.row = paper WHERE retired IS NULL")
        return Counts(papers, passages[0][0])

    def corpus_hash(self, build: int | None = None) -> str:
        """A sha256 over the papers that live, or lived when `build` ended, whatever the order in which they came."""
        whole = sha256()
        query = f"SELECT digest FROM papers WHERE {_LIVED if build else 'retired IS NULL'} ORDER BY digest"
        try:
            with closing(self._db.cursor()) as cursor:
                for (digest,) in cursor.execute(query, (build,) if build else ()):
                    whole.update(str(digest).encode() + b"\n")
        except sqlite3.DatabaseError as error:
            raise _damaged(self.path, error) from None
        return whole.hexdigest()

    def living(self, batch: int = 1000) -> Iterator[tuple[list[int], list[Passage], Vectors]]:
        """All living passages, in the order of their rows: row numbers, passages, vectors (n, dimension)."""
        last = 0
        while found := self.rows(
            f"SELECT {_PASSAGE} FROM passages JOIN papers ON papers.row = paper "
            "WHERE retired IS NULL AND passages.row > ? ORDER BY passages.row LIMIT ?",
            *(last, batch),
        ):
            read = [self._passage(r) for r in found]
            last = found[-1][0]
            yield [r[0] for r in found], [passage for passage, _ in read], np.stack([vector for _, vector in read])

    def sources(self) -> dict[str, tuple[str, ...]]:
        """For each paper id the names, without folders, of the sources that tell of it."""
        found: dict[str, tuple[str, ...]] = {}
        for paper_id, source in self.rows("SELECT paper_id, source FROM records ORDER BY paper_id, source"):
            found[paper_id] = (*found.get(paper_id, ()), Path(source).name)
        return found

    def twins(self) -> dict[int, int]:
        """For each living passage whose vector another one before it has, the row of the first; the words are equal too."""
        first: dict[bytes, int] = {}
        found: dict[int, int] = {}
        last = 0
        while batch := self.rows(
            "SELECT passages.row, vector FROM passages JOIN papers ON papers.row = paper "
            "WHERE retired IS NULL AND passages.row > ? ORDER BY passages.row LIMIT 10000",
            last,
        ):
            last = batch[-1][0]
            for row, vector in batch:
                one = first.setdefault(sha256(vector).digest()[:16], row)
                if one != row:
                    found[row] = one
        return found

    def names(self, build: int) -> dict[str, str]:
        """The paper id for the title and the id of each paper that lived when `build` ended."""
        found = self.rows(f"SELECT title, paper_id FROM papers WHERE {_LIVED}", build)
        return dict(found) | {paper_id: paper_id for _, paper_id in found}

    def identified(self, build: int) -> Iterator[Paper]:
        """The papers that lived when `build` ended, without their abstracts: what they are called by."""
        for paper_id, title, *rest in self.rows(
            f"SELECT paper_id, title, url, doi, arxiv_id FROM papers WHERE {_LIVED} ORDER BY row", build
        ):
            url, doi, arxiv_id = rest
            yield Paper(paper_id, title, "", url=url, doi=doi, arxiv_id=arxiv_id)

    def passages(self, rows: Iterable[int]) -> dict[int, Passage]:
        """The passages with these row numbers."""
        return {row: passage for row, (passage, _) in self._read(rows).items()}

    def vectors(self, rows: Iterable[int]) -> dict[int, Vectors]:
        """The vectors of the passages with these row numbers."""
        return {row: vector for row, (_, vector) in self._read(rows).items()}

    def read_of(self, row: int) -> tuple[Read, ...]:
        """The passages of the paper in `row`, in order, with all their vectors."""
        found = self.rows(
            f"SELECT {_PASSAGE} FROM passages JOIN papers ON papers.row = paper WHERE paper = ? ORDER BY passages.row",
            row,
        )
        sentences = self.sentences([r[0] for r in found])
        return tuple(Read(*self._passage(r), *sentences[r[0]]) for r in found)

    def sentences(self, rows: Iterable[int]) -> dict[int, tuple[tuple[Span, ...], Vectors]]:
        """For each of the passages with these row numbers its sentences, and their vectors, shape (sentences, dimension)."""
        wanted = {*rows}
        query = "SELECT passage, spans, vectors, crc FROM sentences WHERE passage IN (SELECT value FROM json_each(?))"
        found = self.rows(query, json.dumps([*wanted]))
        if missing := wanted - {r[0] for r in found}:
            raise _damaged(self.path, f"the sentences of {len(missing)} passages are missing")
        return {row: self._sentences(row, *rest) for row, *rest in found}

    def _sentences(self, row: int, spans: bytes, packed: bytes, crc: int) -> tuple[tuple[Span, ...], Vectors]:
        with suppress(TypeError, struct.error):
            if _crc((row,), spans + packed) == crc:
                return tuple(struct.iter_unpack("<ii", spans)), unpack(packed)
        raise _damaged(self.path, f"the sentences of passage {row} are not what was stored")

    def rows_of(self, paper_ids: Iterable[str], build: int) -> dict[str, list[int]]:
        """For each paper that lived when `build` ended the row numbers of its passages, in order."""
        found: dict[str, list[int]] = {}
        for paper_id, row in self.rows(
            f"SELECT paper_id, passages.row FROM papers JOIN passages ON papers.row = paper "
            f"WHERE {_LIVED} AND paper_id IN (SELECT value FROM json_each(?2)) ORDER BY passages.row",
            *(build, json.dumps([*paper_ids])),
        ):
            found.setdefault(paper_id, []).append(row)
        return found

    def rows(self, query: str, *parameters: object) -> list[tuple]:  # type: ignore[type-arg]
        """What a query finds."""
        try:
            return self._db.execute(query, parameters).fetchall()
        except sqlite3.OperationalError as error:
            raise _unwritable(self.path, error) from None
        except sqlite3.DatabaseError as error:
            raise _damaged(self.path, error) from None

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """BEGIN IMMEDIATE … COMMIT, or ROLLBACK if the block raises."""
        whole = False
        try:
            self._db.execute("BEGIN IMMEDIATE")
            yield self._db
            self._db.execute("COMMIT")
            whole = True
        except sqlite3.OperationalError as error:
            raise _unwritable(self.path, error) from None
        finally:
            # SQLite has already rolled back where the disk was full.
            if not whole:
                with suppress(sqlite3.OperationalError):
                    self._db.execute("ROLLBACK")

    def _read(self, rows: Iterable[int]) -> dict[int, tuple[Passage, Vectors]]:
        wanted = {*rows}
        found = self.rows(
            f"SELECT {_PASSAGE} FROM passages JOIN papers ON papers.row = paper "
            "WHERE passages.row IN (SELECT value FROM json_each(?))",
            json.dumps([*wanted]),
        )
        if missing := wanted - {r[0] for r in found}:
            raise _damaged(self.path, f"{len(missing)} passages are missing")
        return {r[0]: self._passage(r) for r in found}

    def _passage(self, found: tuple) -> tuple[Passage, Vectors]:  # type: ignore[type-arg]
        row, paper, start, end, blob, crc, digest, *fields = found
        # A flipped bit may also make a number of a text.
        with suppress(struct.error, TypeError):
            if _crc((paper, start, end), blob) == crc:
                return Passage(self._paper(digest, fields), start, end), np.frombuffer(blob, np.float32)
        raise _damaged(self.path, f"passage {row} is not what was stored")

    def _paper(self, digest: str, fields: Sequence[object]) -> Paper:
        with suppress(ValueError, TypeError, AttributeError):
            if (paper := from_row(fields)).digest == digest:
                return paper
        raise _damaged(self.path, f"the paper {fields[0]!r} is not what was stored")


def _reader(path: Path, options: str) -> sqlite3.Connection:
    db = sqlite3.connect(
        f"{path.absolute().as_uri()}?{options}", uri=True, check_same_thread=False, isolation_level=None
    )
    # A transaction that never ends: this reader sees the store as it is now, whatever is written to it.
    db.execute("BEGIN")
    db.execute("SELECT count(*) FROM manifest").fetchone()
    return db


def _crc(numbers: Sequence[int | None], vectors: bytes) -> int:
    return zlib.crc32(vectors, zlib.crc32(struct.pack(f"<{len(numbers)}q", *numbers)))


def _unwritable(path: Path, error: sqlite3.OperationalError) -> IndexUnwritable:
    return IndexUnwritable(
        f"{path} cannot be used ({error}). What was there is kept. Make room on the disk or mend its permissions, "
        "then run the command again."
    )


def _damaged(path: Path, error: object) -> IndexDamaged:
    return IndexDamaged(f"{path} is damaged ({error}). Mend it: scholiast doctor --index {quote(str(path.parent))}")
