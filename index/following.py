"""For processes that live long: the newest index, as soon as it has been built."""

from collections.abc import Callable
from pathlib import Path
from threading import Lock

from index.errors import UserError
from index.index import Index
from index.store import generations


class Following:
    """Knows the newest index in folder `root`; what has begun on an index can end on it while the next is in use."""

    def __init__(self, root: Path, open_index: Callable[[], Index]) -> None:
        self._root = root
        self._open = open_index
        self._lock = Lock()
        self._newest = open_index()
        self._before: Index | None = None

    def close(self) -> None:
        """Let go of the files."""
        for index in filter(None, (self._newest, self._before)):
            index.close()

    def newest(self) -> Index:
        """Return the newest index that can be read. Safe to call from several threads."""
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
