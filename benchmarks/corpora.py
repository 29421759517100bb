"""What the benchmarks read: papers of real corpora."""

import gzip
import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from index.readers import Record, read_corpus

SAMPLE = Path(__file__).parent / "acl_sample.jsonl.gz"


def records(files: Sequence[str], count: int) -> Iterator[Record]:
    """The first `count` papers of `files`."""
    return islice((each for each in read_corpus(files) if isinstance(each, Record)), count)


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
