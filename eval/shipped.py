"""The sets that are shipped, and the corpora that they are asked of, indexed beside the user's own index."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from eval.questions import SETS
from index.build import Event, build
from index.readers import Meter, read_corpus
from index.vectors.embedding import Embedder

_SAMPLE = Path(__file__).parent.parent / "index" / "sample" / "papers_page.txt"


@dataclass(frozen=True, slots=True)
class Shipped:
    """A question set, and the file of the papers that it is asked of."""

    questions: Path
    corpus: Path


SHIPPED = (
    Shipped(SETS / "sample-test.jsonl", _SAMPLE),
    Shipped(SETS / "acl-test.jsonl", SETS / "acl-papers.jsonl.gz"),
)


def index_of(corpus: Path, folder: Path, embedder: Embedder, meter: Meter, on_event: Callable[[Event], None]) -> Path:
    """Index `corpus` in `folder`, under a name made of what the index is made of, unless it is there; return its folder.

    Raises the errors of `build`.
    """
    made_of = hashlib.sha256(
        corpus.read_bytes() + f"{embedder.fingerprint.to_json()}{version('scholiast')}".encode()
    ).hexdigest()
    root = folder / f"{corpus.name.split('.')[0]}-{made_of[:12]}"
    build(root, read_corpus([str(corpus)], meter=meter), embedder, sources=[str(corpus)], on_event=on_event)
    return root
