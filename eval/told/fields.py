"""What the readers of answers share: fields of records as texts, lists and sources. Each raises `ValueError` in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from eval.told.answers import Source

Fields = Mapping[str, Any]

# Of what a source is called, the surest first.
_NAMES = ("paper_id", "doi", "arxiv_id", "arxiv", "url", "link", "uri", "id", "corpus_id", "title", "name", "filename")
_TEXTS = ("text", "content", "page_content", "snippet", "passage", "abstract", "document")
_QUESTIONS = ("question", "query", "user_input", "query_str", "input", "prompt")
# A source that is told as one text is what it is called, or, where it is so many words, what it says.
_WORDS = 12


def text_in(record: Fields, *names: str) -> str:
    """The text of the first of the fields that is there; empty where none is."""
    for name in names:
        value = record.get(name)
        if value is not None:
            if not isinstance(value, str):
                raise ValueError(f"its {name} is no text")
            return value
    return ""


def required(record: Fields, *names: str) -> str:
    """The text of the first of the fields that is there. Raises `ValueError` where none is."""
    if all(record.get(name) is None for name in names):
        raise ValueError(f"it has no {' or '.join(names)}")
    return text_in(record, *names)


def list_in(record: Fields, *names: str) -> list[Any]:
    """The list of the first of the fields that is there; empty where none is."""
    for name in names:
        value = record.get(name)
        if value is not None:
            if not isinstance(value, list):
                raise ValueError(f"its {name} is no list")
            return value
    return []


def fields(value: Any, what: str) -> Fields:
    """`value` as an object. Raises `ValueError` where it is none."""
    if not isinstance(value, Mapping):
        raise ValueError(f"{what} is no object")
    return value


def question_of(record: Fields) -> str:
    """What was asked, under any of the names that systems have for it; empty where it is not told as a text."""
    return next((record[name] for name in _QUESTIONS if isinstance(record.get(name), str)), "")


def id_of(record: Fields, otherwise: str) -> str:
    """What the record is called."""
    found = record.get("id", record.get("question_id"))
    return str(found) if isinstance(found, str | int) else otherwise


def source_of(value: Any) -> Source:
    """A source as an object with what it is called and its text, or as one text."""
    if isinstance(value, str):
        return Source((value,), value if len(value.split()) >= _WORDS else "")
    told = fields(value, "a source")
    inner = told.get("metadata")
    return Source((*_names(told), *(_names(inner) if isinstance(inner, Mapping) else ())), text_in(told, *_TEXTS))


def numbered(sources: list[Any]) -> dict[int, Source]:
    """Sources by their own numbers (`n`), or counted from 1."""
    own = [source.get("n") if isinstance(source, Mapping) else None for source in sources]
    given = all(isinstance(number, int) for number in own)
    keys = own if given else range(1, len(sources) + 1)
    return {int(number): source_of(source) for number, source in zip(keys, sources, strict=True) if number is not None}


def _names(told: Fields) -> Iterator[str]:
    for name in _NAMES:
        value = told.get(name)
        if isinstance(value, str | int) and str(value).strip():
            yield str(value)
