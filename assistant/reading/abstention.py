"""Whether the evidence answers the question at all."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.question.asked import Asked, asked, content_words, mentions, naming
from assistant.reading.extractive import Quote
from assistant.reading.figures import gives_figure, states_figure
from assistant.types import Reason
from index.index import Hit
from index.papers import Paper

# Scores of the best sentence, found on the development halves of the questions: below the first, questions were
# answered wrongly more often than rightly; below the second, they were not about the corpus at all; the third is for questions
# that ask for papers.
_ABOUT_IT, _IN_SCOPE, _LISTED = 0.5, 0.24, 0.3
# A question is answered if that is right more often than wrong.
ANSWER_ABOVE = 0.5
# Of that, where a sentence holds the very count that is asked for: found on the development questions.
_STATED = 0.5
# A people or a language may be put in other words.
_PEOPLE = re.compile(r"[A-Z][a-z]+(?:an|ese|ish|ic)")


@dataclass(frozen=True, slots=True)
class Abstention:
    """Why there is no answer: the reason for programs, a sentence for people, and the paper that it names, if any."""

    reason: Reason
    sentence: str
    paper: Paper | None = None


EMPTY = Abstention("empty_question", "There is no question to answer.")
TOO_MANY = Abstention("blocked", "This was not looked at: fewer questions are answered at once.")

UNRESOLVED = Abstention("no_evidence", "What this is about could not be told.")
UNMENTIONED = Abstention("no_evidence", "No abstract that was found says this of it.")


def off_topic(query: str, hits: Sequence[Hit], ranked: Sequence[Quote]) -> Abstention | None:
    """Return why `ranked`, the sentences of `hits`, best first, are not about `query` at all; None if they may be."""
    if not ranked or ranked[0].score < _IN_SCOPE:
        return Abstention("out_of_scope", "No abstract in this corpus is about that.")
    if missing := _unmentioned(asked(query), hits):
        none = f"The abstracts do not answer this: none that was found mentions {missing}."
        return Abstention("no_evidence", none)
    return None


def unanswered(
    query: str, hits: Sequence[Hit], ranked: Sequence[Quote], chance: float, answer_above: float
) -> Abstention | None:
    """Return why `ranked`, read closely, best first, are no answer to `query`; None if they are one.

    `chance` is the probability that they are one, and must be at least `answer_above`.
    """
    nearest = ranked[0].passage.paper
    if unstated := _unstated(asked(query), hits, ranked):
        return _not_stated(nearest, unstated)
    if chance >= answer_above or (chance >= answer_above * _STATED and states_figure(query, ranked[0])):
        return None
    if max(quote.score for quote in ranked) >= _ABOUT_IT:
        return _not_stated(nearest, "its abstract does not state this")
    return Abstention("no_evidence", "The abstracts do not answer this.")


def _not_stated(nearest: Paper, unstated: str) -> Abstention:
    return Abstention("not_in_abstracts", f"“{nearest.title}” comes nearest, but {unstated}.", nearest)


def silent(nearest: Paper) -> Abstention:
    """Why there is no answer where an LLM that read the abstracts found none."""
    none = f"“{nearest.title}” comes nearest, but neither its abstract nor another that was found answers this."
    return Abstention("not_in_abstracts", none, nearest)


def none_fits(limit: str, apart: str = "") -> Abstention:
    """Why there is no list: no paper fits; `limit` says which papers were looked through, if not all, `apart` from which."""
    none = " ".join(filter(None, ["No abstract of this corpus fits that", apart]))
    return Abstention("no_evidence", " ".join([*filter(None, [limit]), f"{none}."]))


def too_far(topic: str, quoted: Sequence[Quote]) -> Abstention | None:
    """Return why papers that were found do not fit `topic` after all; None if one holds its words or comes near them."""
    words, papers = content_words(topic), [quote.passage.paper for quote in quoted]
    if any(all(mentions(f"{paper.title}\n{paper.abstract}", word) for word in words) for paper in papers):
        return None
    if max((quote.score for quote in quoted), default=0.0) >= _LISTED:
        return None
    return Abstention("out_of_scope", "No abstract in this corpus is about that.")


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
    return " or ".join(name for name in wanted.names if not (mentions(text, name) or _PEOPLE.fullmatch(name)))


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
