"""All vectors as one matrix on the disk, for exact cosines among few; derived from the store."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from index.errors import IndexDamaged
from index.records.facets import Ordinals
from index.vectors.embedding import Vectors

_FILE = "vectors.npy"
# Vectors gathered at a time: so many stay in the processor's cache until they are multiplied.
_BLOCK, _MANY = 1024, 4
_NOTHING = np.empty(0, np.float32)


def write(folder: Path, batches: Iterable[Vectors], count: int) -> None:
    """Write `count` vectors of one dimension, in the order in which they come, in `folder`."""
    folder.mkdir()
    # Not through a memory map: a full disk would end the process (SIGBUS).
    with (folder / _FILE).open("wb") as file:
        for vectors in batches if count else (np.empty((0, 0), np.float32),):
            if not file.tell():
                shape = (count, vectors.shape[1])
                header = {"descr": np.dtype(np.float32).str, "fortran_order": False, "shape": shape}
                np.lib.format.write_array_header_1_0(file, header)
            file.write(np.ascontiguousarray(vectors, np.float32).data)


class Matrix:
    """Cosines with any of the vectors, by their places."""

    def __init__(self, folder: Path) -> None:
        try:
            self._vectors = np.load(folder / _FILE, mmap_mode="r")
        except (OSError, ValueError, EOFError) as error:
            raise IndexDamaged(f"The vectors in {folder} cannot be read ({error}).") from None

    def __len__(self) -> int:
        return len(self._vectors)

    def cosines(self, vector: Vectors, ordinals: Ordinals) -> Vectors:
        """The cosines of a unit vector with the vectors at `ordinals`, shape (len(ordinals),)."""
        if len(ordinals) * _MANY > len(self):
            # Read from the first to the last, which is quicker than to gather a good part of them.
            everything: Vectors = self._vectors @ vector
            return everything[ordinals]
        blocks = [ordinals[begin : begin + _BLOCK] for begin in range(0, len(ordinals), _BLOCK)]
        return np.concatenate([self._vectors.take(block, axis=0) @ vector for block in blocks] or [_NOTHING])

    def nearest(self, vector: Vectors, ordinals: Ordinals, k: int) -> tuple[Ordinals, Vectors]:
        """The `k` of `ordinals` nearest to a unit vector, best first, with their cosines."""
        cosines = self.cosines(vector, ordinals)
        best = np.argpartition(-cosines, k)[:k] if k < len(cosines) else np.arange(len(cosines))
        best = best[np.argsort(-cosines[best], kind="stable")]
        return ordinals[best], cosines[best]
