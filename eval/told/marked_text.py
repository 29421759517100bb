"""Answers as a text with markers such as `[1]` and a list of sources; ALCE's and ScholarQABench's outputs are such."""

from eval.told.answers import Told, settled
from eval.told.fields import Fields, id_of, list_in, numbered, question_of, required
from eval.told.sentences import listed, marked

_TEXTS = ("answer", "text", "output", "response", "content")
_SOURCES = ("sources", "docs", "ctxs", "search_results", "citations", "references", "contexts")


def recognises(record: Fields) -> bool:
    """Whether a record has a text under one of the names of an answer."""
    return any(isinstance(record.get(name), str) for name in _TEXTS)


def read(record: Fields, otherwise: str) -> Told:
    """Sentences by their markers; the sources are those of the record, or else those listed at the end of the text."""
    text = required(record, *_TEXTS)
    sources = numbered(list_in(record, *_SOURCES)) or listed(text)
    told = Told(id_of(record, otherwise), question_of(record), marked(text, sources), tuple(sources.values()))
    return settled(told, record.get("abstained"))
