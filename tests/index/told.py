"""Papers as one source tells them, for tests that need no file."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import index.build
from index.build import BuildReport
from index.embedding import Embedder
from index.papers import Paper
from index.readers import Read, Record


def told(records: Iterable[Paper | Read], source: str = "corpus") -> Iterator[Read]:
    """Yield each paper as a record of `source`, everything else as it is."""
    for number, record in enumerate(records, start=1):
        yield Record(record, source, number) if isinstance(record, Paper) else record


def build(root: Path, records: Iterable[Paper | Read], embedder: Embedder, **options: Any) -> BuildReport:
    """Build an index of papers that one source tells."""
    return index.build.build(root, told(records), embedder, **options)
