"""A `Retriever` for processes that live long: it turns to a new index as soon as one has been built."""

from collections.abc import Callable
from pathlib import Path
from threading import Lock

from index import generations
from index.errors import UserError
from index.facets import Facets
from index.filters import EVERYTHING, Filter
from index.index import Hit, Index


class Following:
    """Searches the newest index in folder `root`; a search that has begun ends on the index it began with."""

    def __init__(self, root: Path, open_index: Callable[[], Index]) -> None:
        self._root = root
        self._open = open_index
        self._lock = Lock()
        self._newest = open_index()
        self._before: Index | None = None

    def search(self, query: str, k: int, *, within: Filter = EVERYTHING) -> tuple[Hit, ...]:
        """Return the `k` best passages for `query` of the papers that `within` lets through.

        Safe to call from several threads.
        """
        return self._index().search(query, k, within=within)

    @property
    def facets(self) -> Facets:
        """The years, venues, authors and sources of the papers in the newest index."""
        return self._index().facets

    def close(self) -> None:
        """Let go of the files."""
        for index in filter(None, (self._newest, self._before)):
            index.close()

    def _index(self) -> Index:
        with self._lock:
            if generations.last_derived(self._root) == self._newest.manifest.build:
                return self._newest
            try:
                newer = self._open()
            except UserError:
                # What is open is whole, and better than nothing until the new one can be read.
                return self._newest
            # Searches may still be running on the index before; none runs on the one before that.
            if self._before:
                self._before.close()
            self._newest, self._before = newer, self._newest
            return newer
