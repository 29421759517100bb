"""The tables of the store, and what is a row of one: a paper, a passage as it was read."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from index.papers import Paper
from index.passages import Passage
from index.sentences import Span
from index.vectors.embedding import Vectors

# A row is born in one build and may retire in a later one; readers of the older index still find it until that index
# is gone. So whoever reads sees one state of the corpus, whole, while another process writes.
SCHEMA = """
CREATE TABLE manifest (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE papers (
    row INTEGER PRIMARY KEY, paper_id TEXT NOT NULL, digest TEXT NOT NULL,
    title TEXT NOT NULL, abstract TEXT NOT NULL, authors TEXT NOT NULL, year INTEGER, venue TEXT, url TEXT, doi TEXT,
    arxiv_id TEXT, retracted INTEGER NOT NULL, born INTEGER NOT NULL, retired INTEGER
);
CREATE UNIQUE INDEX living_papers ON papers (paper_id) WHERE retired IS NULL;
CREATE INDEX papers_by_id ON papers (paper_id);
-- All that the hash over a corpus needs, so that to open an index need not read its abstracts.
CREATE INDEX lives ON papers (digest, born, retired);
CREATE TABLE passages (
    row INTEGER PRIMARY KEY, paper INTEGER NOT NULL REFERENCES papers ON DELETE CASCADE,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, vector BLOB NOT NULL, crc INTEGER NOT NULL
);
CREATE INDEX passages_of_paper ON passages (paper);
-- The sentences of a passage: starts and ends in the abstract, and their vectors.
CREATE TABLE sentences (
    passage INTEGER PRIMARY KEY REFERENCES passages ON DELETE CASCADE, spans BLOB NOT NULL, vectors BLOB NOT NULL,
    crc INTEGER NOT NULL
);
CREATE TABLE keys (key TEXT NOT NULL, paper_id TEXT NOT NULL, PRIMARY KEY (key, paper_id)) WITHOUT ROWID;
CREATE INDEX keys_of_paper ON keys (paper_id);
CREATE TABLE records (
    source TEXT NOT NULL, key TEXT NOT NULL, paper_id TEXT NOT NULL, digest TEXT NOT NULL, said INTEGER NOT NULL,
    authority TEXT NOT NULL, fields TEXT, PRIMARY KEY (source, key)
) WITHOUT ROWID;
CREATE INDEX records_of_paper ON records (paper_id);
CREATE TABLE builds (
    build INTEGER PRIMARY KEY AUTOINCREMENT, finished TEXT NOT NULL, sources TEXT NOT NULL, counts TEXT NOT NULL
);
"""
FIELDS = "paper_id, title, abstract, authors, year, venue, url, doi, arxiv_id, retracted"


@dataclass(frozen=True, slots=True)
class Known:
    """A paper as the store has it now."""

    row: int
    paper: Paper


@dataclass(frozen=True, slots=True)
class Read:
    """A passage as the embedder read it: its vector, its sentences, and their vectors, shape (sentences, dimension), if they have any."""

    passage: Passage
    vector: Vectors
    sentences: tuple[Span, ...]
    of_sentences: Vectors


@dataclass(frozen=True, slots=True)
class Counts:
    """How much the store holds."""

    papers: int
    passages: int


def to_row(paper: Paper) -> tuple[object, ...]:
    """A paper as the columns `FIELDS`."""
    authors = json.dumps(paper.authors, ensure_ascii=False)
    rest = (paper.year, paper.venue, paper.url, paper.doi, paper.arxiv_id, int(paper.retracted))
    return (paper.paper_id, paper.title, paper.abstract, authors, *rest)


def from_row(fields: Sequence[object]) -> Paper:
    """The paper that `to_row` made into columns."""
    paper_id, title, abstract, authors, year, venue, url, doi, arxiv_id, retracted = fields
    ids = (url, doi, arxiv_id, bool(retracted))
    return Paper(paper_id, title, abstract, tuple(json.loads(authors)), year, venue, *ids)  # type: ignore[arg-type]
