"""The answer without an LLM: the sentences that answer, verbatim, in an order that reads, each cited."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from assistant.question.asked import (
    WHETHER,
    Asked,
    asked,
    holds_figure,
    mentions,
    naming,
)
from assistant.question.subject import holds_title
from assistant.reading.reader import Read
from index.index import Hit
from index.papers import Paper
from index.passages import Passage, sentences

MAX_SENTENCES = 4
# Found on the development halves of the questions and lines.
_FEW, _PAPER = 2, 0.4
# So much of the log odds that a sentence answers counts beside its similarity; of one that was not read, they are so low.
_CLOSE, LEAST = 0.06, -6.0
# A further sentence is quoted if its score is at most so much below the best one.
_SAME_PAPER, _OTHER_PAPER, _OTHER_PAPER_OF_SEVERAL = 0.1, 0.06, 0.15
_SAME = 0.9
# In a list, by so much what a paper did comes before what it says of its field.
_OWN = 0.15
_OWN_WORK = re.compile(r"\b(?:we|our|(?:this|the present) (?:paper|work|study|article|survey|thesis))\b", re.IGNORECASE)
# A question that the authors ask answers nothing; where their code lies, only a question about that.
_RHETORICAL = re.compile(r"""\?["'’”)]*$""")
# A sentence that opens so leans on the one before it; "this paper" does not.
_LEANING = re.compile(
    r"(?:It|They|Its|Their|These|Those|Such|The (?:former|latter|aforementioned)|This(?! (?:paper|work|study|article|survey|thesis|report|"
    r"tutorial|position|dissertation|research)\b))\b"
)
# What was done, not what came of it.
_DID = re.compile(
    r"(?:(?:Here|First|To this end|In this (?:paper|work|study|trial)),? )?We (?:also |then |first )?"
    r"(?!(?:find|found|show|showed|demonstrate|observe|report|confirm|conclude|prove|see|saw|identif|reveal|discover|establish|verif|"
    r"argue|achieve|obtain|improve|outperform)(?:y|d|ed|ied|s)?\b)\w+",
    re.IGNORECASE,
)
# Whether something is so, and what was found, what was done does not say.
_WANTS_FINDING = re.compile(
    rf"^\W*{WHETHER}"
    r"|\b(?:find|found|findings?|results?|effects?|outcomes?)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\b(code|models?|dataset|benchmark|data|package|project)\b.*\b(available|accessed|found|released?)\b.*https?:",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of an abstract and how well it fits the question.

    The score is no probability: it rests on the `similarity`, the cosine with the question, and, where the sentence was read
    closely, on `answers`, the log odds that it answers.
    """

    passage: Passage
    score: float
    answers: float | None = None
    similarity: float = 0.0


class Said(Protocol):
    """Papers to their sentences."""

    def sentences(self, query: str, papers: Sequence[Paper]) -> tuple[Hit, ...]:
        """Return the sentences of `papers`, in order, each scored by its cosine with `query`."""
        ...


def quotes(query: str, hits: Sequence[Hit], said: Said, read: Sequence[Read] = ()) -> tuple[Quote, ...]:
    """Return the sentences of the papers that were found, the one that fits `query` best first.

    A sentence is scored by its cosine with the question, less what its paper was found worse than the best of them, and, of
    what was `read` closely, by the log odds that it answers. Where the question holds names that few of the papers mention,
    only those papers count.
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

    One with its names comes before one without, and what a paper says of itself a little before what it says of its field.
    """
    wanted = asked(query)
    best: dict[str, Quote] = {}
    for quote in _scored(query, dict.fromkeys(_best(hits), 0.0), _best(hits), said):
        paper = quote.passage.paper.paper_id
        before = best.get(paper)
        if before is None or _tells(wanted, quote) > _tells(wanted, before):
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


def chosen(query: str, ranked: Sequence[Quote]) -> tuple[Quote, ...]:
    """Return the quotes that make the answer: the best, and at most three more that are nearly as good and differ.

    Where the question asks about several papers, each gives its best sentence before one gives its second.
    """
    several = asked(query).several
    first = ranked[0]
    best = [quote for quote in ranked if quote.score >= first.score - _distance(quote, first, several=several)]
    if several:
        firsts = {quote.passage.paper.paper_id: quote for quote in reversed(best)}
        best.sort(key=lambda quote: quote not in firsts.values())
    picked: list[Quote] = []
    for quote in best:
        if len(picked) < MAX_SENTENCES and not any(_repeats(quote, other) for other in picked):
            picked.append(quote)
    told = tuple(map(with_antecedent, _in_reading_order(picked)))
    foremost = with_antecedent(first)
    whole = tuple(
        with_finding(quote, of_it=not _lacks_finding(query, quote)) if quote == foremost else quote for quote in told
    )
    return tuple(quote for quote in whole if not any(_lies_in(quote, other) for other in whole))


def with_antecedent(quote: Quote) -> Quote:
    """Return a quote; with the sentence before it if it opens with a pronoun, as that says what the pronoun means."""
    if not _LEANING.match(quote.passage.text):
        return quote
    before = sentence_ahead(quote)
    return replace(quote, passage=Passage(quote.passage.paper, before.start, quote.passage.end)) if before else quote


def with_finding(quote: Quote, *, of_it: bool = False) -> Quote:
    """Return a quote; with the sentence behind it if it says what was done, as that says what came of it.

    With `of_it`, only if that goes on about the same: "It is 3 m."
    """
    said = [*sentences(quote.passage)]
    if not said or not _DID.match(said[-1].text):
        return quote
    paper = quote.passage.paper
    after = next((one for one in sentences(_whole(paper)) if one.start >= quote.passage.end), None)
    if not after or (of_it and not _LEANING.match(after.text)):
        return quote
    return replace(quote, passage=Passage(paper, quote.passage.start, after.end))


def sentence_ahead(quote: Quote) -> Passage | None:
    """The sentence before a quote."""
    before = [one for one in sentences(_whole(quote.passage.paper)) if one.end <= quote.passage.start]
    return before[-1] if before else None


def _distance(quote: Quote, first: Quote, *, several: bool) -> float:
    """How far below the best score a further quote may lie."""
    if quote.passage.paper.paper_id == first.passage.paper.paper_id:
        return _SAME_PAPER
    return _OTHER_PAPER_OF_SEVERAL if several else _OTHER_PAPER


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
    """The ids of the papers to quote from: those whose title or rare name the question holds, or all."""
    wanted = asked(query)
    texts = {key: f"{hit.passage.paper.title} {hit.passage.paper.abstract}" for key, hit in best.items()}
    if titled := [key for key, hit in best.items() if holds_title(query, hit.passage.paper.title)]:
        return titled
    few = [keys for name in wanted.names if len(keys := naming(texts, name)) <= _FEW]
    telling = (set.intersection(*few) if few else set()) or set().union(*few)
    return [key for key in best if key in telling or not telling]


def _tells(wanted: Asked, quote: Quote) -> float:
    names = any(mentions(quote.passage.text, name) for name in wanted.names)
    return quote.score + names + _OWN * is_own_work(quote.passage.text)


def _whole(paper: Paper) -> Passage:
    return Passage(paper, 0, len(paper.abstract))


def _in_reading_order(picked: Sequence[Quote]) -> tuple[Quote, ...]:
    """Papers in the order of their best quote; the quotes of one paper in the order of its abstract."""
    papers = list(dict.fromkeys(quote.passage.paper.paper_id for quote in picked))
    return tuple(sorted(picked, key=lambda quote: (papers.index(quote.passage.paper.paper_id), quote.passage.start)))


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
