"""The papers of a corpus as a list: what it is called, how many they are, and those that a search finds."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

from assistant.question.corpus import Corpus
from index.filters import EVERYTHING, folded
from index.papers import Paper

Sort = Literal["Newest first", "By title"]
SORTS: tuple[Sort, ...] = get_args(Sort)
SHOWN = 50
# The file that `scholiast build --sample` reads, and what it is called here.
_SAMPLE, _CALLED = "papers_page.txt", "the sample"
_FILES, _LONGEST = 2, 28


@dataclass(frozen=True, slots=True)
class Listed:
    """The first papers that were found, without their abstracts, and how many there are."""

    papers: tuple[Paper, ...]
    found: int


class Listing:
    """The papers of the newest corpus, read anew only when there is a newer one."""

    def __init__(self, newest: Callable[[], Corpus]) -> None:
        self._newest = newest
        self._read: tuple[Corpus, tuple[tuple[str, Paper], ...]] | None = None

    def called(self) -> str:
        """How many papers of which files these are."""
        corpus = self._newest()
        count = corpus.facets.count(EVERYTHING)
        sources = sorted(corpus.facets.sources, key=lambda name: name != _SAMPLE)
        names = [_CALLED if name == _SAMPLE else _short(name) for name in sources]
        named = ", ".join(names[:_FILES]) + (f" and {len(names) - _FILES} more" if len(names) > _FILES else "")
        return f"{count:,} paper{'' if count == 1 else 's'}{f' of {named}' if named else ''}"

    def listed(self, words: str, sort: str) -> Listed:
        """The papers whose title, authors, year and venue hold all `words`."""
        wanted = folded(words).split()
        corpus = self._newest()
        if not wanted and sort != "By title":
            papers = corpus.papers(EVERYTHING, "newest", SHOWN)
            return Listed(papers, corpus.facets.count(EVERYTHING))
        found = [paper for told, paper in self._papers(corpus) if all(word in told for word in wanted)]
        if sort == "By title":
            found.sort(key=lambda paper: paper.title.casefold())
        return Listed(tuple(found[:SHOWN]), len(found))

    def _papers(self, corpus: Corpus) -> tuple[tuple[str, Paper], ...]:
        if not self._read or self._read[0] is not corpus:
            papers = corpus.papers(EVERYTHING, "newest")
            self._read = corpus, tuple((_told(paper), paper) for paper in papers)
        return self._read[1]


def _told(paper: Paper) -> str:
    return folded(" ".join([paper.title, *paper.authors, str(paper.year or ""), paper.venue or ""]))


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST // 2]}…{name[-_LONGEST // 2 + 1 :]}"
