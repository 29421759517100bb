"""`Remembered`: the vectors of queries, embedded once."""

import threading
from collections.abc import Callable, Sequence

from index.vectors.embedding import Vectors


class Remembered:
    """Embeds queries, those of a call together, and remembers the last `most` of them; any thread may call it."""

    def __init__(self, embed: Callable[[Sequence[str]], Vectors], most: int) -> None:
        self._embed = embed
        self._most = most
        self._known: dict[str, Vectors] = {}
        self._lock = threading.Lock()

    def __call__(self, texts: Sequence[str]) -> tuple[Vectors, ...]:
        """Return the vector of each text, shape (dimension,)."""
        with self._lock:
            known = {text: self._known.pop(text) for text in dict.fromkeys(texts) if text in self._known}
            self._known |= known
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            known |= zip(new, self._embed(new), strict=True)
            with self._lock:
                self._known |= known
                for text in [*self._known][: -self._most]:
                    del self._known[text]
        return tuple(known[text] for text in texts)
