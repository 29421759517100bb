"""The answer without an LLM: the sentences that answer, verbatim, of one paper or of several, in an order that reads."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.question.asked import WHETHER, asked, holds_figure
from assistant.reading.extractive import is_own_work
from assistant.reading.quote import Quote, says_what_was_done, with_antecedent, with_finding
from assistant.reading.reader import Read, probability

# Papers that are quoted from at most, and sentences where one answers.
_PAPERS, _SENTENCES = 5, 4
# Found on the development lines. A further paper is quoted from if it answers as surely as this, by itself, and beside the
# surest, and its best sentence is not so much worse than the best of all; less sure where the question asks about several.
_SURE, _BESIDE, _WORSE, _SURE_OF_SEVERAL = 0.6, 0.75, 0.3, 0.3
# A further sentence of the same paper may be so much worse.
_SAME_PAPER = 0.1
# Two sentences say the same if so much of the words of the shorter stands in the other.
_SAME = 0.9
# So much of an abstract opens it.
_OPENING = 0.3
# Whether something is so, and what was found, what was done does not say.
_WANTS_FINDING = re.compile(
    rf"^\W*{WHETHER}"
    r"|\b(?:find|found|findings?|results?|effects?|outcomes?)\b",
    re.IGNORECASE,
)


def chosen(query: str, ranked: Sequence[Quote], read: Sequence[Read]) -> tuple[Quote, ...]:
    """Return the quotes that make the answer: of each paper that answers nearly as surely as the surest its best sentence.

    Where one does, more of its sentences that are nearly as good. What two papers say in the same words is told once, of both.
    """
    first = ranked[0]
    picked: list[Quote] = []
    for quote in _best_of_papers(query, ranked, read):
        _take(quote, picked)
    if len(picked) == 1:
        for quote in ranked:
            if quote.passage.paper == first.passage.paper and quote.score >= first.score - _SAME_PAPER:
                _take(quote, picked)
        picked = picked[:_SENTENCES]
    ordered = _in_reading_order(query, picked)
    told = map(with_antecedent, ordered)
    whole = tuple(with_finding(quote, of_it=not _lacks_finding(query, quote)) for quote in told)
    return tuple(quote for quote in whole if not any(_lies_in(quote, other) for other in whole))


def _best_of_papers(query: str, ranked: Sequence[Quote], read: Sequence[Read]) -> tuple[Quote, ...]:
    """The best sentence of all, and those of the papers that answer nearly as surely."""
    sure = _sure(read)
    surest = max(sure.values(), default=0.0)
    least = _SURE_OF_SEVERAL if asked(query).several else max(_SURE, _BESIDE * surest)
    best: dict[str, Quote] = {}
    for quote in ranked:
        paper = quote.passage.paper.paper_id
        answers = sure.get(paper, 0.0) >= least and quote.score >= ranked[0].score - _WORSE
        if not best or answers:
            best.setdefault(paper, quote)
    return tuple(best.values())[:_PAPERS]


def _sure(read: Sequence[Read]) -> Mapping[str, float]:
    """How surely each paper answers, in the passage that does most surely, by its id."""
    surest: dict[str, float] = {}
    for one in read:
        if one.odds:
            paper = one.hit.passage.paper.paper_id
            surest[paper] = max(surest.get(paper, 0.0), probability(one.odds.answers))
    return surest


def _take(quote: Quote, picked: list[Quote]) -> None:
    """Add a quote to those that were picked, or its paper to one that says the same."""
    same = next((place for place, other in enumerate(picked) if _repeats(quote, other)), None)
    if same is None:
        picked.append(quote)
    elif quote.passage.paper.paper_id not in {picked[same].passage.paper.paper_id, *_also(picked[same])}:
        picked[same] = replace(picked[same], also=(*picked[same].also, quote.passage))


def _also(quote: Quote) -> list[str]:
    return [passage.paper.paper_id for passage in quote.also]


def _papers(picked: Sequence[Quote]) -> list[str]:
    return list(dict.fromkeys(quote.passage.paper.paper_id for quote in picked))


def _in_reading_order(query: str, picked: Sequence[Quote]) -> tuple[Quote, ...]:
    """Papers in the order of their best quote, those that only give background or a promise last; the quotes of one paper in the order of its abstract."""
    states = [
        quote
        for quote in picked
        if not (_is_background(quote) or (says_what_was_done(quote) and _WANTS_FINDING.search(query)))
    ]
    papers = _papers([*states, *picked])
    return tuple(sorted(picked, key=lambda quote: (papers.index(quote.passage.paper.paper_id), quote.passage.start)))


def _is_background(quote: Quote) -> bool:
    """Whether a sentence opens an abstract and says nothing of its paper."""
    passage = quote.passage
    return passage.start < _OPENING * len(passage.paper.abstract) and not is_own_work(passage.text)


def _lacks_finding(query: str, quote: Quote) -> bool:
    """Whether `query` wants what was found, or a figure that `quote` lacks."""
    lacks_figure = asked(query).figure and not holds_figure(quote.passage.text)
    return lacks_figure or bool(_WANTS_FINDING.search(query))


def _lies_in(quote: Quote, other: Quote) -> bool:
    """Whether a quote is a part of another, which has taken in its neighbour."""
    part, whole = quote.passage, other.passage
    return part != whole and part.paper == whole.paper and whole.start <= part.start and part.end <= whole.end


def _repeats(quote: Quote, other: Quote) -> bool:
    words, others = (set(re.findall(r"\w+", q.passage.text.lower())) for q in (quote, other))
    return len(words & others) >= _SAME * min(len(words), len(others))
