"""Whether the evidence answers the question at all."""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.asked import Asked, asked, holds_figure, mentions, naming
from assistant.extractive import Quote
from assistant.types import Reason
from index.index import Hit

# Scores of the best sentence, found on the development half of the sample questions: below the first, questions were
# answered wrongly more often than rightly; below the second, they were not about the corpus at all.
_ANSWERS, _IN_SCOPE = 0.55, 0.42


@dataclass(frozen=True, slots=True)
class Abstention:
    """Why there is no answer: the reason for programs, a sentence for people."""

    reason: Reason
    sentence: str


EMPTY = Abstention("empty_question", "There is no question to answer.")


def abstention(query: str, hits: Sequence[Hit], ranked: Sequence[Quote]) -> Abstention | None:
    """Return why `ranked`, the sentences of `hits`, best first, are no answer to `query`; None if they are one."""
    wanted = asked(query)
    if not ranked or ranked[0].score < _IN_SCOPE:
        return Abstention("out_of_scope", "No abstract in this corpus is about that.")
    if unknown := _unmentioned(wanted, hits):
        return Abstention("no_evidence", f"The abstracts do not answer this: none that was found mentions {unknown}.")
    if ranked[0].score < _ANSWERS:
        return Abstention("no_evidence", "The abstracts do not answer this.")
    if unstated := _unstated(wanted, hits, ranked):
        return Abstention("not_in_abstracts", f"“{ranked[0].passage.paper.title}” comes nearest, but {unstated}.")
    return None


def _unstated(wanted: Asked, hits: Sequence[Hit], ranked: Sequence[Quote]) -> str:
    """What the abstract that comes nearest does not say; nothing if it says all that is asked for."""
    if wanted.record:
        return "its abstract does not say this about the paper itself"
    if missing := _elsewhere(wanted, hits, ranked[0]):
        return f"its abstract does not mention {missing}"
    if wanted.figure and not _gives_figure(wanted, ranked):
        return "its abstract does not give this figure"
    return ""


def _unmentioned(wanted: Asked, hits: Sequence[Hit]) -> str:
    text = "\n".join(f"{hit.passage.paper.title} {hit.passage.paper.abstract}" for hit in hits)
    return " or ".join(name for name in wanted.names if not mentions(text, name))


def _elsewhere(wanted: Asked, hits: Sequence[Hit], best: Quote) -> str:
    """The names that the best paper lacks and others hold, where the question names one thing that only it holds."""
    if wanted.several:
        return ""
    texts = {hit.passage.paper.paper_id: f"{hit.passage.paper.title} {hit.passage.paper.abstract}" for hit in hits}
    own = best.passage.paper.paper_id
    found = {name: naming(texts, name) for name in wanted.names}
    if {own} not in found.values():
        return ""
    return " or ".join(name for name, keys in found.items() if own not in keys)


def _gives_figure(wanted: Asked, ranked: Sequence[Quote]) -> bool:
    """Whether the best sentence holds a figure, and of what is counted, where the question says what that is."""
    text = ranked[0].passage.text
    return holds_figure(text) and (not wanted.counted or any(mentions(text, word) for word in wanted.counted))
