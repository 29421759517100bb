"""The lexical index: BM25 over titles and passages, by tantivy; derived from the store."""

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import tantivy

from index.errors import IndexDamaged
from index.passages import Passage

_ANALYZER = "english"


def write(folder: Path, batches: Iterable[tuple[Sequence[int], Sequence[Passage]]]) -> None:
    """Make a new lexical index in `folder`."""
    folder.mkdir()
    index = _registered(tantivy.Index(_schema(), path=str(folder)))
    writer = index.writer(heap_size=64_000_000, num_threads=1)
    for rows, passages in batches:
        for row, passage in zip(rows, passages, strict=True):
            writer.add_document(tantivy.Document(row=row, text=f"{passage.paper.title}\n{passage.text}"))
    writer.commit()
    writer.wait_merging_threads()


class LexicalIndex:
    """Best passages by BM25 (Robertson and Zaragoza 2009; k1 = 1.2, b = 0.75), stemmed, without stop words."""

    def __init__(self, folder: Path) -> None:
        try:
            self._index = _registered(tantivy.Index.open(str(folder)))
        except ValueError as error:
            raise IndexDamaged(f"The lexical index in {folder} cannot be opened ({error}).") from None
        self._searcher = self._index.searcher()

    def search(self, query: str, k: int) -> dict[int, float]:
        """Return the row numbers of the `k` best passages with their BM25 scores, best first; no query syntax."""
        terms = [
            (tantivy.Occur.Should, tantivy.Query.term_query(self._index.schema, "text", word, "freq"))
            for word in dict.fromkeys(_analyzer().analyze(query))
        ]
        found = self._searcher.search(tantivy.Query.boolean_query(terms), k, count=False)
        return {int(self._searcher.doc(address)["row"][0]): float(score) for score, address in found.hits}

    def count(self) -> int:
        """The number of passages."""
        return int(self._searcher.num_docs)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("row", stored=True)
    builder.add_text_field("text", stored=False, tokenizer_name=_ANALYZER, index_option="freq")
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
