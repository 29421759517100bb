"""The one way into JSON: records a line, in a list, in an object that wraps a list, or one after another.

The brackets alone say where a record of a document begins and ends; each record is then parsed by itself. So one that is
broken, too long or nested too deeply is rejected alone, in a document as in lines.
"""

import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from index.readers import crossref, csl_json, hf_daily, kaggle_arxiv, native, openalex, semantic_scholar
from index.readers.brackets import BYTE_ORDER_MARK, brackets
from index.readers.fields import Fields, Unfit, papers
from index.readers.records import HEAD_BYTES, MAX_RECORD_BYTES, NOT_UTF_8, Read, Source

_BETWEEN_RECORDS = re.compile(rb'\}\s*+,\s*+\{\s*+"')
_LAST_KEY = re.compile(rb'"([^"\\]{1,40})"\s{0,20}:\s{0,20}\[\Z')
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[{}\[\],]', re.S)
_CLOSING = {"{": "}", "[": "]"}
_NESTED = Unfit("NESTING", "the record is nested too deeply")
_BROKEN_OFF = Unfit("JSON", "the file breaks off before the end of its list")
_JSON_LIKE = re.compile(r'\s*(?:\{(?!\s*\\)|\[\s*(?:["{\[\]]|\Z))')


@dataclass(frozen=True, slots=True)
class Shape:
    """How one source writes a paper, and under which keys (`message.items`) it wraps a list of them."""

    fields: Callable[[dict[str, Any]], Fields]
    fits: Callable[[dict[str, Any]], bool]
    wraps: tuple[str, ...] = ()


# In the order in which a record is tried; what none of them claims is taken for the native shape.
SHAPES: dict[str, Shape] = {
    "hf-daily": Shape(hf_daily.fields, hf_daily.fits),
    "kaggle-arxiv": Shape(kaggle_arxiv.fields, kaggle_arxiv.fits),
    "semantic-scholar": Shape(semantic_scholar.fields, semantic_scholar.fits, semantic_scholar.WRAPS),
    "openalex": Shape(openalex.fields, openalex.fits, openalex.WRAPS),
    "crossref": Shape(crossref.fields, crossref.fits, crossref.WRAPS),
    "csl-json": Shape(csl_json.fields, csl_json.fits, csl_json.WRAPS),
    "jsonl": Shape(native.fields, native.fits, native.WRAPS),
}
_ANY = Shape(
    native.fields,
    lambda record: any(shape.fits(record) for shape in SHAPES.values()),
    tuple(dict.fromkeys(path for shape in SHAPES.values() for path in shape.wraps)),
)


def read(source: Source, shape: Shape) -> Iterator[Read]:
    """Yield the papers of `source`; a record's number is its line, or its place among the records of a document.

    Codes of rejection, besides those of `papers`: JSON, NESTING, ENCODING, TOO_LONG, TYPE (no object).
    """
    if not _stands_in_lines(source.head, shape):
        for number, value in _Document(shape).records(source.stream()):
            yield from _judged(source, number, value, shape)
        return
    for line in source.lines():
        if line.text is None:
            yield source.reject(line.number, "ENCODING", NOT_UTF_8)
        elif line.text.strip():
            for value in _unwrapped(_parsed(line.text), shape):
                yield from _judged(source, line.number, value, shape)


def recognised(head: str) -> str | None:
    """The name in `SHAPES` of the first record in `head`, which may be cut anywhere; None for what is no JSON."""
    if not _JSON_LIKE.match(head):
        return None
    first = next((value for value in _glimpsed(head) if isinstance(value, dict) and value), {})
    return next((name for name, shape in SHAPES.items() if shape.fits(first)), "jsonl")


def _glimpsed(head: str) -> Iterator[Any]:
    if _stands_in_lines(head, _ANY):
        for line in head.splitlines():
            yield from _unwrapped(_parsed(line), _ANY)
    mended = io.BytesIO(_mended(head).encode("utf-8", "replace"))
    yield from (value for _, value in _Document(_ANY).records(mended))


def _judged(source: Source, number: int, value: Any, shape: Shape) -> tuple[Read, ...]:
    try:
        if isinstance(value, Unfit):
            raise value
        if not isinstance(value, dict):
            raise Unfit("TYPE", "a record is a JSON object, and this is none")
        return tuple(papers(source, number, shape.fields(value)))
    except Unfit as unfit:
        return (source.reject(number, *unfit.args),)
    except RecursionError:
        return (source.reject(number, *_NESTED.args),)


def _unwrapped(value: Any, shape: Shape) -> list[Any]:
    """The records that `value` wraps, or else `value` itself."""
    if isinstance(value, dict) and not shape.fits(value):
        for path in shape.wraps:
            if isinstance(wrapped := _at(value, path), list):
                return wrapped
    return [value]


def _at(value: Any, path: str) -> Any:
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _parsed(content: str | bytes) -> Any:
    """The JSON value that `content` is, or the `Unfit` that says why it is none."""
    try:
        return _DECODER.decode(content if isinstance(content, str) else content.decode())
    except Unfit as unfit:
        return unfit
    except json.JSONDecodeError as error:
        line = f"line {error.lineno}, " if error.lineno > 1 else ""
        return Unfit("JSON", f"{error.msg} at {line}column {error.colno}")
    except UnicodeDecodeError:
        return Unfit("ENCODING", "the record is not text in UTF-8")
    except RecursionError:
        return _NESTED
    except ValueError:
        return Unfit("JSON", "a number has too many digits")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) < len(pairs):
        ((key, _),) = Counter(key for key, _ in pairs).most_common(1)
        raise Unfit("JSON", f"the key {key[:60]!r} stands twice in one object")
    return record


# NaN and the infinities, which Python and R write though JSON knows none, are null.
_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=lambda _: None)


def _stands_in_lines(head: str, shape: Shape) -> bool:
    """Whether each line is a record by itself: whole objects stand in lines, and where a document could have none."""
    lines = [line.strip() for line in re.split("[\r\n]+", head) if line.strip()]
    if not lines or lines[0][0] not in "{[":
        return True
    alone = [place for place, line in enumerate(lines) if line[0] == "{" and isinstance(_parsed(line), dict)]
    if not alone and len(lines) == 1 and lines[0][0] == "{":
        return not any(re.search(rf'"{path.rpartition(".")[2]}"\s*:\s*\[', head) for path in shape.wraps)
    with_comma = sum(line[0] == "{" and isinstance(_parsed(line[:-1]), dict) for line in lines if line[-1] == ",")
    cut = len(head.encode("utf-8", "replace")) >= HEAD_BYTES - len(BYTE_ORDER_MARK)
    around = ["", *lines, "," if cut else ""]
    out_of_place = any(
        not around[place].endswith(("[", ",", ":")) or not around[place + 2].startswith((",", "]", "}"))
        for place in alone
    )
    return out_of_place and len(alone) > with_comma


class _Document:
    """A walk over a JSON document of any length that holds one record at a time.

    Records are what lies `level` brackets deep: 0 for objects one after another, more inside a list of records.
    """

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._number = self._depth = self._level = 0
        self._held = bytearray()
        self._too_long = self._past_list = False
        self._before = b"["

    def records(self, stream: io.BufferedIOBase) -> Iterator[tuple[int, Any]]:
        """Yield each record's place and its value, or the `Unfit` that says why it has none."""
        for text, bracket in brackets(stream):
            self._hold(text)
            if bracket in (b"{", b"["):
                yield from self._opened(bracket)
            elif bracket:
                yield from self._closed(bracket)
        if self._depth > self._level or self._past_list:
            yield self._number + 1, self._cut_short() if self._held or self._too_long else _BROKEN_OFF
        elif self._level:
            yield self._number + 1, _BROKEN_OFF
        else:
            yield from self._loose()

    def _cut_short(self) -> Any:
        """The value of the record in which the file ends; where it has none, how many seem to stand in it."""
        lost = len(_BETWEEN_RECORDS.findall(self._held))
        value = self._taken()
        if not (lost and isinstance(value, Unfit)):
            return value
        code, reason = value.args
        return Unfit(code, f"{reason}; the record does not end: some {lost} that seem to stand behind it are not read")

    def _opened(self, bracket: bytes) -> Iterator[tuple[int, Any]]:
        if self._depth == self._level and not self._past_list:
            yield from self._between(b"{}]") if self._level else self._loose()
        self._hold(bracket)
        self._depth += 1
        if not self._level and bracket == b"[" and (self._depth == 1 or self._wraps()):
            self._level, self._before = self._depth, b"["
            self._held.clear()

    def _closed(self, bracket: bytes) -> Iterator[tuple[int, Any]]:
        if not self._depth:
            self._hold(bracket)
            yield from self._loose()
            return
        self._depth -= 1
        if self._depth < self._level:
            yield from self._between(bracket)
            self._level, self._past_list = 0, self._depth > 0
            return
        self._hold(bracket)
        if self._depth == self._level and self._past_list:
            self._past_list = False
        elif self._depth == self._level:
            self._number += 1
            self._before = b"[{}"
            yield self._number, self._taken()

    def _between(self, after: bytes) -> Iterator[tuple[int, Any]]:
        """What stands between two records, which are put as `{}`: a comma, perhaps values that are no objects."""
        values = self._taken(self._before, after)
        if isinstance(values, Unfit):
            yield self._number + 1, Unfit("JSON", "between two records stands something else than one comma")
            return
        for value in values:
            if value != {}:
                self._number += 1
                yield self._number, value

    def _loose(self) -> Iterator[tuple[int, Any]]:
        """What stands outside all brackets."""
        if self._held.strip() or self._too_long:
            self._number += 1
            yield self._number, self._taken()
        self._held.clear()

    def _wraps(self) -> bool:
        """Whether the list that was just opened is one that wraps records: the object so far says so."""
        key = _LAST_KEY.search(self._held[-90:])
        paths = [path for path in self._shape.wraps if path.count(".") == self._depth - 2]
        if not key or key[1].decode("utf-8", "replace") not in (path.rpartition(".")[2] for path in paths):
            return False
        so_far = _parsed(bytes(self._held) + b"]" + b"}" * (self._depth - 1))
        return (
            isinstance(so_far, dict) and not self._shape.fits(so_far) and any(_at(so_far, path) == [] for path in paths)
        )

    def _hold(self, text: bytes) -> None:
        if self._past_list or self._too_long:
            return
        self._held += text
        if len(self._held) > MAX_RECORD_BYTES:
            self._too_long = True
            self._held.clear()

    def _taken(self, before: bytes = b"", after: bytes = b"") -> Any:
        content, too_long = before + self._held + after, self._too_long
        self._held.clear()
        self._too_long = False
        return Unfit("TOO_LONG", "the record is longer than 16 MiB") if too_long else _parsed(content)


def _mended(head: str) -> str:
    """The JSON that `head` begins with, closed behind its last whole part where it is cut."""
    closing: list[str] = []
    end = 0
    for token in _TOKEN.finditer(head):
        if token[0] in _CLOSING:
            closing.append(_CLOSING[token[0]])
        elif token[0] in ("}", "]"):
            del closing[-1:]
        elif token[0] != ",":
            continue
        end = token.start() if token[0] == "," else token.end()
    return head[:end] + "".join(reversed(closing))
