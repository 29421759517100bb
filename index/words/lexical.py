"""The lexical index: BM25 over titles and passages, by tantivy; derived from the store."""

import math
import shutil
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from weakref import finalize

import tantivy

from index.errors import IndexDamaged
from index.filters import Filter, folded, words
from index.passages import Passage
from index.private import private_folder

_ANALYZER = "english"


def write(
    folder: Path, batches: Iterable[tuple[Sequence[int], Sequence[Passage]]], sources: Mapping[str, Sequence[str]]
) -> None:
    """Make a new lexical index in `folder`; `sources` are the names of the sources of each paper id.

    Raises `OSError` where the folder cannot be written.
    """
    folder.mkdir()
    try:
        index = _registered(tantivy.Index(_schema(), path=str(folder)))
        writer = index.writer(heap_size=64_000_000, num_threads=1)
        for rows, passages in batches:
            for row, passage in zip(rows, passages, strict=True):
                writer.add_document(_document(row, passage, sources.get(passage.paper.paper_id, ())))
        writer.commit()
        writer.wait_merging_threads()
    except ValueError as error:
        # What tantivy raises for every failure of the disk.
        raise OSError(str(error)) from None


class LexicalIndex:
    """Best passages by BM25 (Robertson and Zaragoza 2009; k1 = 1.2, b = 0.75), stemmed, without stop words."""

    def __init__(self, folder: Path) -> None:
        # Tantivy writes a lock file where it opens an index, even to read, and looks there again from time to time.
        links = private_folder()
        finalize(self, shutil.rmtree, links, ignore_errors=True)
        try:
            for file in (each for each in folder.iterdir() if each.name[0] != "."):
                (links / file.name).symlink_to(file.absolute())
            self._index = _registered(tantivy.Index.open(str(links)))
        except (OSError, ValueError) as error:
            raise IndexDamaged(f"The lexical index in {folder} cannot be opened ({error}).") from None
        self._searcher = self._index.searcher()

    def search(self, query: str, k: int, within: Filter = Filter()) -> dict[int, float]:  # noqa: B008 - it is frozen
        """Return the row numbers of the `k` best passages with their BM25 scores, best first; no query syntax.

        Of `within`, the words of an author may be those of two authors of one paper, and papers that are retracted are
        found all the same: the caller tells them apart.
        """
        terms = [
            (tantivy.Occur.Should, tantivy.Query.term_query(self._index.schema, "text", word, "freq"))
            for word in dict.fromkeys(_analyzer().analyze(query))
        ]
        if not terms:
            return {}
        asked = tantivy.Query.boolean_query(terms)
        if conditions := self._conditions(within):
            asked = tantivy.Query.boolean_query([(tantivy.Occur.Must, asked), *conditions])
        found = self._searcher.search(asked, k, count=False)
        return {int(self._searcher.doc(address)["row"][0]): float(score) for score, address in found.hits}

    def attainable(self, query: str) -> float:
        """The score of a passage of average length that holds each word of `query` once: the sum of their BM25 weights.

        A word that no passage holds weighs as much as one that is rarer than all.
        """
        passages = self.count()
        held = (int(self._searcher.doc_freq("text", word)) for word in dict.fromkeys(_analyzer().analyze(query)))
        return sum(math.log(1 + (passages - number + 0.5) / (number + 0.5)) for number in held)

    def _conditions(self, within: Filter) -> list[tuple[tantivy.Occur, tantivy.Query]]:
        """What must hold, each a query that adds nothing to the score."""
        schema = self._index.schema
        term = tantivy.Query.term_query
        authors = [
            tantivy.Query.boolean_query([(tantivy.Occur.Must, term(schema, "author", w)) for w in sorted(words(name))])
            for name in within.authors
        ]
        either = [
            [term(schema, "venue", folded(name)) for name in within.venues],
            [term(schema, "source", name) for name in within.sources],
            authors,
        ]
        must = [tantivy.Query.boolean_query([(tantivy.Occur.Should, q) for q in each]) for each in either if each]
        if within.since is not None or within.until is not None:
            years = (within.since or 1, within.until or 9999)
            must.append(tantivy.Query.range_query(schema, "year", tantivy.FieldType.Integer, *years))
        also = self._conditions(within.also) if within.also else []
        return [(tantivy.Occur.Must, tantivy.Query.const_score_query(query, 0.0)) for query in must] + also

    def count(self) -> int:
        """The number of passages."""
        return int(self._searcher.num_docs)


def stems(word: str) -> tuple[str, ...]:
    """The terms by which `word` is searched; none for a word that is only grammar."""
    return tuple(_analyzer().analyze(word))


def _document(row: int, passage: Passage, sources: Sequence[str]) -> tantivy.Document:
    paper = passage.paper
    return tantivy.Document(
        row=row,
        # A word that a record says in a field of its own.
        text=f"{paper.title}\n{passage.text}" + ("\nretracted" if paper.retracted else ""),
        year=paper.year or 0,
        venue=[folded(paper.venue)] if paper.venue else [],
        source=list(sources),
        author=sorted({word for name in paper.authors for word in words(name)}),
    )


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("row", stored=True)
    builder.add_text_field("text", stored=False, tokenizer_name=_ANALYZER, index_option="freq")
    builder.add_integer_field("year", stored=False, fast=True)
    for name in ("venue", "source", "author"):
        builder.add_text_field(name, stored=False, tokenizer_name="raw", index_option="basic")
    return builder.build()


def _registered(index: tantivy.Index) -> tantivy.Index:
    index.register_tokenizer(_ANALYZER, _analyzer())
    return index


@cache
def _analyzer() -> tantivy.TextAnalyzer:
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(80))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.stopword("english"))
        .filter(tantivy.Filter.stemmer("english"))
        .build()
    )
