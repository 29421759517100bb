"""Messages of OpenAI's APIs with annotations: a completion, a response, a conversation, or the message alone."""

from collections.abc import Iterator, Mapping
from typing import Any

from eval.told.answers import Cited, Sentence, Source, Told, settled
from eval.told.fields import Fields, fields, id_of, list_in, question_of, required, source_of, text_in
from eval.told.sentences import Spanned, body, marked, spanned


def recognises(record: Fields) -> bool:
    """Whether a record is a message of an assistant, or holds one where OpenAI's APIs have it."""
    return "choices" in record or "messages" in record or record.get("role") == "assistant" or _is_response(record)


def read(record: Fields, otherwise: str) -> Told:
    """Sentences by the spans of the annotations, ends exclusive; a text without any annotation is read by its markers."""
    sentences: list[Sentence] = []
    sources: dict[Source, None] = {}
    for text, annotations in _contents(record):
        spans = [_spanned(fields(one, "an annotation")) for one in annotations]
        sources |= dict.fromkeys(one.source for _, _, one in spans if one.source)
        sentences += spanned(body(text), spans) if spans else marked(text, {})
    asked = question_of(record) or _asked(record)
    told = Told(id_of(record, otherwise), asked, tuple(sentences), tuple(sources))
    return settled(told, record.get("abstained"))


def _contents(record: Fields) -> Iterator[tuple[str, list[Any]]]:
    """The texts of the assistant's last message, each with its annotations."""
    message = _message(record)
    content = message.get("content")
    if content is None or isinstance(content, str):
        yield content or "", list_in(message, "annotations")
        return
    for part in list_in(message, "content"):
        told = fields(part, "a part of the content")
        if told.get("type") in {"text", "output_text", None}:
            inner = told.get("text")
            value = fields(inner, "the text") if isinstance(inner, Mapping) else told
            yield required(value, "value", "text"), list_in(value, "annotations")


def _message(record: Fields) -> Fields:
    if "choices" in record:
        choices = list_in(record, "choices")
        return fields(fields(choices[0], "a choice").get("message"), "the message") if choices else {}
    written = [*_written(record)]
    if not written:
        raise ValueError("it has no message of an assistant")
    return written[-1]


def _written(record: Fields) -> Iterator[Fields]:
    if record.get("role") == "assistant":
        yield record
    for one in list_in(record, "messages") if "messages" in record else list_in(record, "output"):
        if isinstance(one, Mapping) and one.get("role") == "assistant":
            yield one


def _asked(record: Fields) -> str:
    users = [one for one in list_in(record, "messages") if isinstance(one, Mapping) and one.get("role") == "user"]
    return text_in(users[-1], "content") if users and isinstance(users[-1].get("content"), str) else ""


def _is_response(record: Fields) -> bool:
    output = record.get("output")
    return isinstance(output, list) and any(isinstance(one, Mapping) and "content" in one for one in output)


def _spanned(annotation: Fields) -> Spanned:
    """A citation, nested under its type or flat; one of a file stands at its `index`, or at the marker it replaces."""
    kind = text_in(annotation, "type") or "url_citation"
    told = fields({**annotation, **fields(annotation.get(kind) or {}, kind)}, kind)
    place = told.get("index", 0)
    start, end = told.get("start_index", place), told.get("end_index", place)
    if not (isinstance(start, int) and isinstance(end, int)) or start > end:
        raise ValueError("the place of an annotation is no span of characters")
    names = {"url": told.get("url"), "title": told.get("title"), "filename": told.get("filename")}
    return start, end, Cited(source_of({**names, "id": told.get("file_id")}), text_in(told, "quote"))
