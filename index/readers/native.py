"""Native JSONL: one paper a line, `title` and `abstract` required."""

import json
from collections.abc import Iterator
from typing import Any

from index.papers import Paper
from index.readers.records import Line, Lines, Rejected


class _Unfit(Exception):
    """A record that is not a paper: the code and the reason of its rejection."""


def read(lines: Lines) -> Iterator[Paper | Rejected]:
    """Yield a paper for each line that holds one; blank lines are passed over, every other line is rejected."""
    for line in lines:
        if line.text is None:
            yield lines.reject(line, "ENCODING", "the line is not text in UTF-8, or longer than 16 MiB")
        elif line.text.strip():
            yield _paper(lines, line, line.text)


def _paper(lines: Lines, line: Line, text: str) -> Paper | Rejected:
    try:
        record = json.loads(text)
    except json.JSONDecodeError as error:
        return lines.reject(line, "JSON", f"{error.msg} at column {error.colno}")
    except ValueError:
        return lines.reject(line, "JSON", "a number has too many digits")
    except RecursionError:
        return lines.reject(line, "NESTING", "the JSON is nested too deeply")
    if not isinstance(record, dict):
        return lines.reject(line, "TYPE", "the line is not a JSON object")
    try:
        return Paper.from_source(
            _text(record, "title", required=True) or "",
            _text(record, "abstract", required=True) or "",
            paper_id=_text(record, "paper_id"),
            authors=_authors(record.get("authors")),
            year=_year(record.get("year")),
            venue=_text(record, "venue"),
            url=_text(record, "url"),
            doi=_text(record, "doi"),
            arxiv_id=_text(record, "arxiv_id"),
        )
    except _Unfit as unfit:
        code, reason = unfit.args
        return lines.reject(line, code, reason)


def _text(record: dict[str, Any], key: str, *, required: bool = False) -> str | None:
    value = record.get(key)
    if value is not None and not isinstance(value, str):
        raise _Unfit("TYPE", f"{key} is not a string")
    if required and not (value or "").strip():
        raise _Unfit(f"NO_{key.upper()}", f"the record has no {key}")
    return value


def _authors(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise _Unfit("TYPE", "authors is not a list of strings")
    return tuple(value)


def _year(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise _Unfit("TYPE", "year is not a whole number")
    if not 1000 <= value <= 2999:
        raise _Unfit("YEAR", f"{value} is not a year")
    return value
