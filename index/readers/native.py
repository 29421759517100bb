"""Native JSONL: one paper a line, `title` and `abstract` required."""

import json
from collections.abc import Iterator

from index.readers.fields import Fields, papers
from index.readers.records import Read, Source


def read(source: Source) -> Iterator[Read]:
    """Yield a paper for each line that holds one; blank lines are passed over, every other line is rejected."""
    for line in source.lines():
        if line.text is None:
            yield source.reject(line.number, "ENCODING", "the line is not text in UTF-8, or longer than 16 MiB")
        elif line.text.strip():
            d = json.loads(line.text)
            yield from papers(
                source,
                line.number,
                Fields(
                    **{
                        k: d.get(k)
                        for k in ("title", "abstract", "paper_id", "authors", "year", "venue", "url", "doi", "arxiv_id")
                    }
                ),
            )
