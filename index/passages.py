"""An abstract cut into passages that end at sentence boundaries, with exact offsets, sized in tokens."""

import importlib.util
import os
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from operator import itemgetter
from pathlib import Path

import tiktoken

from index.papers import Paper
from index.sentences import Span, sentence_spans

# The rules are part of the manifest: the papers of an index cut by other rules are cut and embedded anew.
MAX_TOKENS = 160
ENCODING = "cl100k_base"
RULES = f"sentences/1 {ENCODING} {MAX_TOKENS}"


# A span and its tokens.
_Sized = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Passage:
    """The characters `start` to `end` of a paper's abstract; its text cannot differ from its source."""

    paper: Paper
    start: int
    end: int

    @property
    def text(self) -> str:
        """The verbatim words."""
        return self.paper.abstract[self.start : self.end]

    @property
    def passage_id(self) -> str:
        """Stable as long as the abstract is."""
        return f"{self.paper.paper_id}@{self.start}-{self.end}"


def cut(paper: Paper, max_tokens: int = MAX_TOKENS) -> tuple[Passage, ...]:
    """Cut `paper.abstract` into passages of whole sentences, at most `max_tokens` tokens each and of even size.

    A single sentence above the limit is a passage of its own, cut at white space (or, in a text without any, between
    characters) into pieces within the limit.
    """
    text = paper.abstract
    pieces = [piece for sentence in sentence_spans(text) for piece in _pieces(text, sentence, max_tokens)]
    return tuple(Passage(paper, start, end) for start, end in _packed(text, pieces, max_tokens))


def sentences(passage: Passage) -> tuple[Passage, ...]:
    """The sentences of a passage, each as a passage of the same paper."""
    return tuple(
        Passage(passage.paper, passage.start + start, passage.start + end)
        for start, end in sentence_spans(passage.text)
    )


def embedded_text(passage: Passage) -> str:
    """What the embedder reads of a passage: the title, then its words."""
    return f"{passage.paper.title}\n{passage.text}"


def sentences_in(passage: Passage) -> tuple[Passage, ...]:
    """The sentences of the abstract that lie in a passage; a sentence that was cut lies in several."""
    spans = _spans(passage.paper.abstract)
    first = bisect_right(spans, passage.start, key=itemgetter(1))
    last = bisect_left(spans, passage.end, key=itemgetter(0))
    return tuple(Passage(passage.paper, *span) for span in spans[first:last])


def embedded_span(passage: Passage, sentence: Passage) -> Span:
    """Where the characters that a sentence shares with a passage lie in what the embedder reads of the passage."""
    before = len(passage.paper.title) + 1 - passage.start
    return before + max(sentence.start, passage.start), before + min(sentence.end, passage.end)


# Asked for once for each passage of an abstract, one after another.
_spans = lru_cache(maxsize=64)(sentence_spans)


def token_count(text: str) -> int:
    """The number of tokens of `text` in the `cl100k_base` encoding; special tokens are ordinary text."""
    return len(_encoding().encode_ordinary(text))


def cut_off(text: str, most: int) -> str:
    """Return the beginning of `text`, at most `most` tokens of it."""
    tokens = _encoding().encode_ordinary(text)
    # A token may be a part of a character.
    return text if len(tokens) <= most else _encoding().decode(tokens[:most], errors="ignore")


def _packed(text: str, pieces: Iterable[_Sized], max_tokens: int) -> list[Span]:
    total = token_count(text)
    even = total / max(1, -(-total // max_tokens))
    packed: list[Span] = []
    filled = 0
    for start, end, size in pieces:
        # A sentence joins the passage if that leaves it nearer to the even share than without.
        if packed and filled + size / 2 <= even and (both := filled + _more(text, packed[-1], end)) <= max_tokens:
            packed[-1] = (packed[-1][0], end)
            filled = both
        else:
            packed.append((start, end))
            filled = size
    return packed


def _more(text: str, passage: Span, end: int) -> int:
    """How many tokens a passage gains if it goes on to `end`."""
    start, stop = passage
    if text[stop] == " ":
        # Every token of this encoding that has a space begins with it: at spaces, counts add up.
        return token_count(text[stop:end])
    return token_count(text[start:end]) - token_count(text[start:stop])


def _pieces(text: str, sentence: Span, max_tokens: int) -> list[_Sized]:
    start, end = sentence
    size = token_count(text[start:end])
    if size <= max_tokens:
        return [(start, end, size)]
    cuts = [start]
    while cuts[-1] < end:
        cuts.append(_fit(text, cuts[-1], end, max_tokens))
    trimmed = [(a + len(text[a:b]) - len(text[a:b].lstrip()), b) for a, b in pairwise(cuts) if text[a:b].strip()]
    return [(a, b, token_count(text[a:b])) for a, b in trimmed]


def _fit(text: str, start: int, end: int, max_tokens: int) -> int:
    stop = min(end, start + max_tokens * 6)
    while stop > start + 1 and token_count(text[start:stop]) > max_tokens:
        stop = max(start + 1, start + (stop - start) * 3 // 4)
    if stop == end:
        return end
    space = text.rfind(" ", start + 1, stop)
    return space if space > start else stop


@cache
def _encoding() -> tiktoken.Encoding:
    # llama-index-core ships the encoding's file (tiktoken checks its hash), so that nothing is downloaded.
    core = importlib.util.find_spec("llama_index.core")
    assert core is not None
    assert core.origin is not None
    shipped = str(Path(core.origin).parent / "_static" / "tiktoken_cache")
    configured = os.environ.get("TIKTOKEN_CACHE_DIR")
    os.environ["TIKTOKEN_CACHE_DIR"] = shipped
    try:
        return tiktoken.get_encoding(ENCODING)
    finally:
        if configured is None:
            del os.environ["TIKTOKEN_CACHE_DIR"]
        else:
            os.environ["TIKTOKEN_CACHE_DIR"] = configured
