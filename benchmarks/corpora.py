"""What the benchmarks read: papers of real corpora, and embedders that make a benchmark feasible."""

import gzip
import hashlib
import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from index.embedding import Fingerprint, LocalEmbedder, Vectors
from index.passages import cut, embedded_text
from index.readers import Record, read_corpus

SAMPLE = Path(__file__).parent / "acl_sample.jsonl.gz"
_PAPERS_A_FILE = 1000


def records(files: Sequence[str], count: int) -> Iterator[Record]:
    """The first `count` papers of `files`."""
    return islice((each for each in read_corpus(files) if isinstance(each, Record)), count)


class Remembered:
    """The local embedder, with the vectors of texts that were embedded before kept in files of a folder.

    Embedding 112,000 abstracts takes an hour on two cores; with their vectors kept, only new texts are embedded.
    """

    def __init__(self, folder: Path, local: LocalEmbedder | None = None) -> None:
        self._local = local or LocalEmbedder()
        loaded = [np.load(path) for path in sorted(folder.glob("*.npz"))]
        keys = np.concatenate([each["keys"] for each in loaded])
        self._vectors = np.concatenate([each["vectors"] for each in loaded])
        self._places = {key.tobytes(): place for place, key in enumerate(keys)}
        self.missing = 0

    @property
    def fingerprint(self) -> Fingerprint:
        """The fingerprint of the local embedder."""
        return self._local.fingerprint

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return the same vectors as the local embedder."""
        places = [self._places.get(_key(text)) for text in texts]
        missing = [text for text, place in zip(texts, places, strict=True) if place is None]
        self.missing += len(missing)
        new = iter(self._local.embed(missing))
        rows = [next(new) if place is None else self._vectors[place] for place in places]
        return np.stack(rows) if rows else self._local.embed(())


def remember(files: Sequence[str], folder: Path) -> Iterator[Path]:
    """Embed all papers of `files` into files in `folder`, one for each thousand papers; yield each as it is written."""
    folder.mkdir(parents=True, exist_ok=True)
    embedder = LocalEmbedder()
    papers = (each.paper for each in read_corpus(files) if isinstance(each, Record))
    number = 0
    while batch := list(islice(papers, _PAPERS_A_FILE)):
        path = folder / f"{number:04d}.npz"
        number += 1
        if not path.exists():
            texts = [embedded_text(passage) for paper in batch for passage in cut(paper)]
            keys = np.frombuffer(b"".join(map(_key, texts)), "V16")
            part = path.with_suffix(".part")
            with part.open("wb") as stream:
                np.savez(stream, keys=keys, vectors=embedder.embed(texts))
            part.rename(path)
        yield path


def write_sample(source: Path, count: int) -> None:
    """Write every n-th paper of a gzipped JSONL corpus, `count` of them, as the sample that the tests run on."""
    with gzip.open(source, "rt", encoding="utf-8") as stream:
        lines = stream.readlines()
    chosen = lines[:: len(lines) // count][:count]
    kept = ("title", "abstract", "authors", "year", "venue", "url", "doi")
    papers = [json.loads(line) for line in chosen]
    rows = [{"paper_id": f"acl:{p['id']}", **{key: p[key] for key in kept if p.get(key)}} for p in papers]
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    SAMPLE.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()[:16]
