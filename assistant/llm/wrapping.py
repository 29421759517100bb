"""What stands around an answer: tokens of a chat template that leaked, tags, and JSON that nobody asked for."""

import json
import re
from collections.abc import Iterable, Iterator

from assistant.llm.thoughts import TOKEN, without_unopened

_MARK = re.compile(
    rf"{TOKEN.pattern}|</?(?:(?:final_)?answer|final|response|output|solution|conclusion)>", re.IGNORECASE
)
# A box of GLM stands within a sentence; whatever else ends or begins stands between turns.
_ENDS = re.compile(r"end(?!_of_box)|eo[mst]|stop|return|call|start|user|/s>|INST", re.IGNORECASE)
_PART = re.compile(r"(?:<[^<>\n]{0,45}|\[/?(?:INST|INS|IN|I)?)\Z", re.IGNORECASE)
_FENCE = re.compile(r"`{1,3}[a-z]{0,10}\s*", re.IGNORECASE)
_JSON = re.compile(r"\{|\[\s*[{\"]")
# What a reply that was cut off may lack.
_ENDINGS = ("", '"}', '"]}', '"}]}', "}", "]}")
_ANSWER = re.compile(r"answer|response|result|output|text|content|claim|statement|sentence$", re.IGNORECASE)
_SOURCES = re.compile(r"cit|source|refs?\b|references|evidence|numbers|sentences$|sentence_", re.IGNORECASE)
_DEEPEST = 6


def answer_text(pieces: Iterable[str]) -> Iterator[str]:
    """Yield the answer in what a model writes, whatever pieces it comes in: no thought, no token, no wrapper."""
    return _unwrapped(_without_marks(without_unopened(pieces)))


def _without_marks(pieces: Iterable[str]) -> Iterator[str]:
    """Leaves out tokens and tags; a turn that begins behind the end of the answer is not read."""
    spoken = ended = False
    for text, mark in _marked(pieces):
        if text.strip():
            if ended:
                return
            spoken = True
        if not ended:
            yield f"{text} " if mark else text
        ended = ended or (spoken and bool(_ENDS.search(mark)))


def _marked(pieces: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The text up to each mark, and the mark; what may be a part of one waits for the rest of it."""
    held = ""
    for piece in pieces:
        held += piece
        while mark := _MARK.search(held):
            yield held[: mark.start()], mark.group()
            held = held[mark.end() :]
        part = _PART.search(held)
        cut = part.start() if part else len(held)
        if cut:
            yield held[:cut], ""
        held = held[cut:]
    if held:
        yield held, ""


def _unwrapped(pieces: Iterable[str]) -> Iterator[str]:
    """What JSON says, once it is whole; any other text as it comes."""
    held, is_plain = "", False
    for piece in pieces:
        held += piece
        is_plain = is_plain or not _may_be_json(held)
        if is_plain and held:
            yield held
            held = ""
    if held:
        yield _said(held)


def _may_be_json(held: str) -> bool:
    """Whether a text is JSON, with or without a fence around it, as far as can be said from its beginning."""
    begun = held.lstrip()
    fence = _FENCE.match(begun)
    inner = begun[fence.end() :] if fence else begun
    return not inner or bool(_JSON.match(inner)) or not inner.strip("[ \n\t")


def _said(held: str) -> str:
    """The text in JSON, with its sources as markers; `held` where it is no JSON, or says nothing."""
    begun = held.strip()
    fence = _FENCE.match(begun)
    inner = begun[fence.end() :] if fence else begun
    for ending in _ENDINGS:
        try:
            value, _ = json.JSONDecoder(strict=False).raw_decode(inner + ending)
        except (ValueError, RecursionError):
            continue
        return "".join(_texts(value)).strip() or held
    return held


def _texts(value: object, depth: int = 0) -> Iterator[str]:
    """The strings in a value, a line each, and its numbers as markers behind them."""
    if isinstance(value, str):
        yield f" [{value.strip()}]" if value.strip().isdecimal() else f"\n{value}"
    elif isinstance(value, int) and not isinstance(value, bool):
        yield f" [{value}]"
    elif isinstance(value, list) and depth < _DEEPEST:
        for one in value:
            yield from _texts(one, depth + 1)
    elif isinstance(value, dict) and depth < _DEEPEST:
        for name in [*filter(_ANSWER.search, value), *filter(_SOURCES.search, value)]:
            yield from _texts(value[name], depth + 1)
