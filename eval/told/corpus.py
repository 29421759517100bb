"""The papers of an index, by whatever an answer calls them, and by the words that stand in them."""

from bisect import bisect_right
from collections.abc import Iterable
from functools import cached_property
from itertools import accumulate

from eval.told.answers import Source
from index.papers import OWN_SCHEMES, Paper, normalise
from index.passages import Passage

_URN = "urn:paper:"
# A text of fewer words may stand in any abstract.
_WORDS = 5


class Corpus:
    """Finds the paper that a source is, and the papers that hold some words."""

    def __init__(self, papers: Iterable[Paper]) -> None:
        self.papers = tuple(papers)
        self._by_id = {paper.paper_id: paper for paper in self.papers}
        self._by_key: dict[str, Paper] = {}
        for paper in self.papers:
            for key in (*paper.keys, f"url:{_address(paper.url or '')}"):
                self._by_key.setdefault(key, paper)
        self._found: dict[str, Paper | None] = {}

    def paper_of(self, source: Source) -> Paper | None:
        """The paper of the first of its names that is known, or else the one whose abstract holds its text or stands in it."""
        named = (self.named(name) for name in source.names)
        return next((paper for paper in named if paper), None) or self.told_by(source.text)

    def named(self, name: str) -> Paper | None:
        """The paper of this id, DOI, arXiv id, address or title, whatever its case and punctuation."""
        name = normalise(name).removeprefix(_URN)
        if name in self._by_id:
            return self._by_id[name]
        keys = (
            *(f"{scheme}:{name.casefold()}" for scheme in ("id", *OWN_SCHEMES)),
            name.casefold(),
            f"url:{_address(name)}",
            *Paper.from_source(name, "", doi=name, arxiv_id=name, url=name).keys,
        )
        return next((self._by_key[key] for key in keys if name and key in self._by_key), None)

    def told_by(self, text: str) -> Paper | None:
        """The paper whose abstract holds a text of five words or more, or stands in it as a whole."""
        text = normalise(text)
        if len(text.split()) < _WORDS:
            return None
        if text not in self._found:
            whole = (paper for paper in self.papers if paper.abstract and paper.abstract in text)
            self._found[text] = self.holding(text) or next(whole, None)
        return self._found[text]

    def holding(self, words: str) -> Paper | None:
        """The first paper whose abstract holds these words as they stand."""
        place = self._whole.find(normalise(words))
        return self.papers[bisect_right(self._starts, place) - 1] if place >= 0 else None

    @cached_property
    def _whole(self) -> str:
        # No text that was normalised holds the end of a line, so that nothing is found across two abstracts.
        return "\n".join(paper.abstract for paper in self.papers)

    @cached_property
    def _starts(self) -> list[int]:
        return [*accumulate((len(paper.abstract) + 1 for paper in self.papers), initial=0)]


def passage_of(paper: Paper, source: Source) -> Passage | None:
    """The part of the abstract that a source was given as its text: the whole of it where no text is told, None where the text is another."""
    text, whole = normalise(source.text), Passage(paper, 0, len(paper.abstract))
    if not paper.abstract:
        return None
    if not text or paper.abstract in text:
        return whole
    for told in (text, text.removeprefix(paper.title).lstrip(" .:-–—")):
        if told and (start := paper.abstract.find(told)) >= 0:
            return Passage(paper, start, start + len(told))
    return None


def _address(url: str) -> str:
    return url.strip().rstrip("/").removeprefix("https://").removeprefix("http://").removeprefix("www.").casefold()
