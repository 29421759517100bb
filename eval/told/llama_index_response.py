"""Responses of LlamaIndex as JSON: a text whose `[n]` is the n-th of its source nodes, as `CitationQueryEngine` writes it."""

import re
from dataclasses import replace

from eval.told.answers import Source, Told, settled
from eval.told.fields import Fields, fields, id_of, list_in, question_of, required, source_of, text_in
from eval.told.sentences import marked

# What CitationQueryEngine puts before the text of a node.
_NUMBERED = re.compile(r"\s*Source \d+:\s*")


def recognises(record: Fields) -> bool:
    """Whether a record has source nodes."""
    return "source_nodes" in record


def read(record: Fields, otherwise: str) -> Told:
    """Sentences by their markers; a node is called what its metadata say."""
    sources = [_source(fields(node, "a source node")) for node in list_in(record, "source_nodes")]
    sentences = marked(required(record, "response", "text"), dict(enumerate(sources, start=1)))
    told = Told(id_of(record, otherwise), question_of(record), sentences, tuple(sources))
    return settled(told, record.get("abstained"))


def _source(scored: Fields) -> Source:
    node = fields(scored.get("node", scored), "a node")
    resource = node.get("text_resource")
    text = text_in(fields(resource, "a text resource"), "text") if resource else text_in(node, "text")
    named = source_of({**fields(node.get("metadata") or {}, "the metadata of a node"), "text": None})
    return replace(named, text=_NUMBERED.sub("", text, count=1) if _NUMBERED.match(text) else text)
