"""Samples of ragas: what was asked, what was answered, and the contexts that were retrieved for it."""

from collections.abc import Mapping

from eval.told.answers import Told, settled
from eval.told.fields import Fields, id_of, list_in, numbered, required
from eval.told.sentences import marked


def recognises(record: Fields) -> bool:
    """Whether a record has a user input or retrieved contexts."""
    return "user_input" in record or "retrieved_contexts" in record


def read(record: Fields, otherwise: str) -> Told:
    """Sentences by their markers, if there are any: `[n]` is the n-th context. Of a conversation the last turns count."""
    asked, text = record.get("user_input"), record.get("response")
    if isinstance(asked, list):
        turns = [one for one in asked if isinstance(one, Mapping) and isinstance(one.get("content"), str)]
        asked = next((one["content"] for one in reversed(turns) if one.get("type") == "human"), "")
        text = text or next((one["content"] for one in reversed(turns) if one.get("type") == "ai"), None)
    sources = numbered(list_in(record, "retrieved_contexts"))
    sentences = marked(required({"response": text}, "response"), sources)
    told = Told(id_of(record, otherwise), asked or "", sentences, tuple(sources.values()))
    return settled(told, record.get("abstained"))
