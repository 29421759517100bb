"""Whether the evidence answers the question at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from assistant.question.asked import Asked, asked, is_people, mentions, naming
from assistant.reading.extractive import LEAST
from assistant.reading.figures import gives_figure
from assistant.reading.quote import Quote
from assistant.reading.reader import Read, probability
from assistant.types import Reason
from index.index import Hit
from index.papers import Paper

# Similarities: below the first, of the nearest sentence, a question is about nothing of the corpus; above the second, of the best
# one, its paper is told of: both choose words and refuse nothing.
_IN_SCOPE, _ABOUT_IT = 0.24, 0.5
# A sentence that is nearer is no surer to answer.
_NEAR = 0.4
# Between 0.45 and 0.55 the sum of both errors on development questions hardly changes; here the fewest are refused that are answered.
ANSWER_ABOVE = 0.45
# Logistic regression on `Signs`, and 1, fitted by benchmarks/answering.py.
_WEIGHTS = (0.655, 3.517, -1.125)


@dataclass(frozen=True, slots=True)
class Abstention:
    """Why there is no answer: the reason for programs, a sentence for people, and the paper that it names, if any.

    It `is_doubt` where that was read out of the abstracts, of which an LLM may find otherwise.
    """

    reason: Reason
    sentence: str
    paper: Paper | None = None
    is_doubt: bool = False


EMPTY = Abstention("empty_question", "There is no question to answer.")
TOO_MANY = Abstention("blocked", "This was not looked at: fewer questions are answered at once.")

UNRESOLVED = Abstention("no_evidence", "What this is about could not be told.")
UNMENTIONED = Abstention("no_evidence", "No abstract that was found says this of it.", is_doubt=True)


class Signs(NamedTuple):
    """What tells whether the abstracts answer a question.

    The highest log odds of a passage, of the papers that are quoted from, that it answers; and the highest cosine of a sentence, which
    tells nothing more above 0.4. Beside them, what the question names and whether a figure is given tell nothing.
    """

    passage: float
    similarity: float


def signs(read: Sequence[Read], ranked: Sequence[Quote]) -> Signs:
    """Return what tells whether `ranked`, the sentences of what was `read`, best first, are an answer."""
    papers = {quote.passage.paper.paper_id for quote in ranked}
    answers = [one.odds.answers for one in read if one.odds and one.hit.passage.paper.paper_id in papers]
    return Signs(max(answers, default=LEAST), min(_NEAR, max(quote.similarity for quote in ranked)))


def chance_of_answer(read: Sequence[Read], ranked: Sequence[Quote]) -> float:
    """Return the probability that `ranked`, the sentences of what was `read`, best first, answer the question.

    Calibrated on development questions of all kinds, as if as many were answered as not.
    """
    found = (*signs(read, ranked), 1.0) if ranked else ()
    return probability(sum(weight * value for weight, value in zip(_WEIGHTS, found, strict=True))) if found else 0.0


def unanswered(
    query: str, hits: Sequence[Hit], ranked: Sequence[Quote], chance: float, answer_above: float
) -> Abstention | None:
    """Return why `ranked`, the sentences of `hits`, best first, are no answer to `query`; None if they are one.

    `chance` is the probability that they are one, and must be at least `answer_above`; what else is looked at only says why.
    """
    if ranked and chance >= answer_above:
        return None
    if not in_scope(ranked):
        return Abstention("out_of_scope", "No abstract in this corpus is about that.", is_doubt=True)
    if missing := _unmentioned(asked(query), hits):
        none = f"The abstracts do not answer this: none that was found mentions {missing}."
        return Abstention("no_evidence", none, is_doubt=True)
    nearest = ranked[0].passage.paper
    if unstated := _unstated(asked(query), hits, ranked):
        return _not_stated(nearest, unstated)
    if ranked[0].similarity >= _ABOUT_IT:
        return _not_stated(nearest, "its abstract does not state this")
    return Abstention("no_evidence", "The abstracts do not answer this.", is_doubt=True)


def in_scope(ranked: Sequence[Quote]) -> bool:
    """Whether one of the sentences that are `ranked` is about the question at all."""
    return max((quote.similarity for quote in ranked), default=0.0) >= _IN_SCOPE


def _not_stated(nearest: Paper, unstated: str) -> Abstention:
    sentence = f"“{nearest.title}” comes nearest, but {unstated}."
    return Abstention("not_in_abstracts", sentence, nearest, is_doubt=True)


def silent(nearest: Paper | None, sure: float | None = None) -> Abstention:
    """Why there is no answer where an LLM that read the abstracts found none, though the reader was `sure` of one, if it was."""
    none = "The abstracts that were found do not answer this."
    if nearest:
        none = f"“{nearest.title}” comes nearest, but neither its abstract nor another that was found answers this."
    if sure is not None:
        none = f"The LLM finds no answer in the abstracts; what comes nearest, a small reader takes for one (probability {sure:.0%})."
    return Abstention("not_in_abstracts", none, nearest)


def unresolved(words: str) -> Abstention:
    """Why nothing is searched where `words` lean on nothing that was said."""
    none = f"What “{words}” means cannot be told from what was said so far: please name it."
    return Abstention("no_evidence", none, is_doubt=True)


def none_fits(limit: str, apart: str = "") -> Abstention:
    """Why there is no list: no paper fits; `limit` says which papers were looked through, if not all, `apart` from which."""
    none = " ".join(filter(None, ["No abstract of this corpus fits that", apart]))
    return Abstention("no_evidence", " ".join([*filter(None, [limit]), f"{none}."]))


def unknown(sentence: str) -> Abstention:
    """Why nothing is answered where the corpus does not know what a question says of the record of the papers."""
    return Abstention("not_in_abstracts", f"This cannot be answered: {sentence}.")


def _unstated(wanted: Asked, hits: Sequence[Hit], ranked: Sequence[Quote]) -> str:
    """What the abstract that comes nearest does not say; nothing if it says all that is asked for."""
    if wanted.record:
        return "its abstract does not say this about the paper itself"
    if missing := _elsewhere(wanted, hits, ranked[0]):
        return f"its abstract does not mention {missing}"
    if wanted.figure and not gives_figure(wanted, ranked[0]):
        return "its abstract does not give this figure"
    return ""


def _unmentioned(wanted: Asked, hits: Sequence[Hit]) -> str:
    text = "\n".join(f"{hit.passage.paper.title} {hit.passage.paper.abstract}" for hit in hits)
    return " or ".join(name for name in wanted.names if not (mentions(text, name) or is_people(name)))


def _elsewhere(wanted: Asked, hits: Sequence[Hit], best: Quote) -> str:
    """The names that the best paper lacks and others hold, where the question names one thing that only it holds."""
    if wanted.several:
        return ""
    texts = {hit.passage.paper.paper_id: f"{hit.passage.paper.title} {hit.passage.paper.abstract}" for hit in hits}
    titles = {hit.passage.paper.paper_id: hit.passage.paper.title for hit in hits}
    own = best.passage.paper.paper_id
    found = {name: naming(texts, name) for name in wanted.names}
    anothers = any(own not in keys and len(keys) == 1 and naming(titles, name) == keys for name, keys in found.items())
    if {own} not in found.values() and not anothers:
        return ""
    return " or ".join(name for name, keys in found.items() if own not in keys)
