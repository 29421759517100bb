"""The answer without an LLM: the sentences that answer, verbatim, in an order that reads, each cited."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.build import embedded_text
from index.embedding import Embedder
from index.index import Hit
from index.passages import Passage, sentences

MAX_SENTENCES = 4
# Found on the development half of the sample questions.
_ALONE, _WITH_TITLE, _PASSAGE, _FIGURE = 0.3, 0.7, 0.1, 0.15
# A further sentence is worth quoting if it is nearly as near to the question as the first.
_NEARLY = 0.9
_SAME = 0.9

_ASKS_FIGURE = re.compile(
    r"\bhow (many|much|large|big|fast|long|often|far|high|small)\b|\bby (up to )?how much\b|\bnumber of\b"
    r"|\bwhat (\w+ )?(percentage|share|fraction|proportion|accuracy|score|speed-?up|factor|rate|map|size|recall)\b",
    re.IGNORECASE,
)
_FIGURE_IN_TEXT = re.compile(
    r"\d|\b(half|third|quarter|twice|double|two|three|four|five|six|seven|eight|nine|ten|hundred|thousand|million|"
    r"billion|one)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of an abstract and how well it fits the question; the score is a similarity, not a probability."""

    passage: Passage
    score: float


def quotes(query: str, hits: Sequence[Hit], embedder: Embedder) -> tuple[Quote, ...]:
    """Return every sentence of the passages that were found, the one that fits `query` best first.

    A sentence is scored by its cosine with the question, alone and under its paper's title, by the rank of its passage,
    and, where the question asks for a figure, by whether it holds one.
    """
    found = [(sentence, hit.score) for hit in hits for sentence in sentences(hit.passage)]
    if not found:
        return ()
    question = embedder.embed([query])[0]
    alone = embedder.embed([sentence.text for sentence, _ in found]) @ question
    titled = embedder.embed([embedded_text(sentence) for sentence, _ in found]) @ question
    ranks = np.array([score for _, score in found])
    figures = np.array([asks_figure(query) and holds_figure(sentence.text) for sentence, _ in found])
    scores = _ALONE * alone + _WITH_TITLE * titled + _PASSAGE * ranks + _FIGURE * figures
    ranked = sorted(zip(found, scores, strict=True), key=lambda pair: -pair[1])
    return tuple(Quote(sentence, float(score)) for (sentence, _), score in ranked)


def chosen(ranked: Sequence[Quote]) -> tuple[Quote, ...]:
    """Return the quotes that make the answer: the best, and at most three more that are nearly as good and differ."""
    best = [quote for quote in ranked if quote.score >= _NEARLY * ranked[0].score]
    picked: list[Quote] = []
    for quote in best:
        if len(picked) < MAX_SENTENCES and not any(_repeats(quote, other) for other in picked):
            picked.append(quote)
    return _in_reading_order(picked)


def asks_figure(query: str) -> bool:
    """Whether the answer to `query` must hold a number."""
    return bool(_ASKS_FIGURE.search(query))


def holds_figure(text: str) -> bool:
    """Whether `text` holds a number, in digits or in words."""
    return bool(_FIGURE_IN_TEXT.search(text))


def _in_reading_order(picked: Sequence[Quote]) -> tuple[Quote, ...]:
    """Papers in the order of their best quote; the quotes of one paper in the order of its abstract."""
    papers = list(dict.fromkeys(quote.passage.paper.paper_id for quote in picked))
    return tuple(sorted(picked, key=lambda quote: (papers.index(quote.passage.paper.paper_id), quote.passage.start)))


def _repeats(quote: Quote, other: Quote) -> bool:
    words, others = (set(re.findall(r"\w+", q.passage.text.lower())) for q in (quote, other))
    return len(words & others) >= _SAME * min(len(words), len(others))
