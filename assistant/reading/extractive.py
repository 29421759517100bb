"""Which sentences of the papers that were found fit a question best."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from assistant.question.asked import asked, content_words, is_coined, naming, share_held
from assistant.question.subject import holds_title
from assistant.reading.quote import Quote, with_antecedent
from assistant.reading.reader import Read
from index.index import Hit
from index.papers import Paper

# Found on the development halves of the questions and lines.
_FEW, _PAPER = 2, 0.4
# So much of the log odds that a sentence answers counts beside its similarity; of one that was not read, they are so low.
_CLOSE, LEAST = 0.06, -6.0
# In a list, by so much what a paper did comes before what it says of its field.
_OWN = 0.15
_OWN_WORK = re.compile(r"\b(?:we|our|(?:this|the present) (?:paper|work|study|article|survey|thesis))\b", re.IGNORECASE)
# A question that the authors ask answers nothing; where their code lies, only a question about that.
_RHETORICAL = re.compile(r"""\?["'’”)]*$""")
_PLACE = re.compile(
    r"\b(code|models?|dataset|benchmark|data|package|project)\b.*\b(available|accessed|found|released?)\b.*https?:",
    re.IGNORECASE,
)


class Said(Protocol):
    """Papers to their sentences."""

    def sentences(self, query: str, papers: Sequence[Paper]) -> tuple[Hit, ...]:
        """Return the sentences of `papers`, in order, each scored by its cosine with `query`."""
        ...


def quotes(query: str, hits: Sequence[Hit], said: Said, read: Sequence[Read] = ()) -> tuple[Quote, ...]:
    """Return the sentences of the papers that were found, the one that fits `query` best first.

    A sentence is scored by its cosine with the question, less what its paper was found worse than the best of them, and, of
    what was `read` closely, by the log odds that it answers. Where the question holds titles, or coined
    names that few of the papers mention, only these papers count.
    """
    best = _best(hits)
    kept = _kept(query, best)
    most = max((best[key].score for key in kept), default=0.0)
    found = _scored(query, {key: _PAPER * (best[key].score - most) for key in kept}, best, said)
    if not read:
        return found
    odds = {quote.passage: LEAST for quote in found}
    for sentence, own in ((sentence, own) for one in read for sentence, own in one.sentences.items()):
        odds[sentence] = max(own, odds.get(sentence, LEAST))
    closely = [
        replace(quote, score=quote.score + _CLOSE * odds[quote.passage], answers=odds[quote.passage]) for quote in found
    ]
    return tuple(sorted(closely, key=lambda quote: -quote.score))


def one_each(query: str, hits: Sequence[Hit], said: Said) -> tuple[Quote, ...]:
    """Return for the paper of each hit, in their order, the sentence that fits `query` best.

    One with its words comes before one without, and what a paper says of itself a little before what it says of its field.
    """
    words = content_words(query)
    best: dict[str, Quote] = {}
    for quote in _scored(query, dict.fromkeys(_best(hits), 0.0), _best(hits), said):
        paper = quote.passage.paper.paper_id
        before = best.get(paper)
        if before is None or _tells(words, quote) > _tells(words, before):
            best[paper] = quote
    found = (best.get(hit.passage.paper.paper_id) for hit in hits)
    return tuple(with_antecedent(quote) for quote in found if quote)


def _scored(query: str, of_papers: Mapping[str, float], best: Mapping[str, Hit], said: Said) -> tuple[Quote, ...]:
    """The sentences of the papers that have a score, best first."""
    wanted = asked(query)
    scored = [
        Quote(
            sentence.passage,
            sentence.score + of_papers[sentence.passage.paper.paper_id],
            similarity=sentence.score,
        )
        for sentence in said.sentences(query, [best[key].passage.paper for key in of_papers])
        if not is_idle(sentence.passage.text, of_place=wanted.place)
    ]
    return tuple(sorted(scored, key=lambda quote: -quote.score))


def is_idle(text: str, *, of_place: bool = False) -> bool:
    """Whether a sentence answers nothing: a question, or, unless the question is `of_place`, where the code lies."""
    return bool(_RHETORICAL.search(text) or (_PLACE.search(text) and not of_place))


def is_own_work(text: str) -> bool:
    """Whether a sentence says what its paper did, not what is known of the field."""
    return bool(_OWN_WORK.search(text))


def _best(hits: Sequence[Hit]) -> dict[str, Hit]:
    """The best hit of each paper, by its id, in the order in which papers were found."""
    best: dict[str, Hit] = {}
    for hit in hits:
        best.setdefault(hit.passage.paper.paper_id, hit)
    return best


def _kept(query: str, best: Mapping[str, Hit]) -> Sequence[str]:
    """The ids of the papers to quote from: those whose title the question holds, or a coined name of it that few hold, or all."""
    if titled := [key for key, hit in best.items() if holds_title(query, hit.passage.paper.title)]:
        return titled
    texts = {key: f"{hit.passage.paper.title} {hit.passage.paper.abstract}" for key, hit in best.items()}
    few = [keys for name in filter(is_coined, asked(query).names) if len(keys := naming(texts, name)) <= _FEW]
    telling = (set.intersection(*few) if few else set()) or set().union(*few)
    return [key for key in best if key in telling or not telling]


def _tells(words: Sequence[str], quote: Quote) -> float:
    return quote.score + share_held(words, quote.passage.text) + _OWN * is_own_work(quote.passage.text)
