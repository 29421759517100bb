"""Why the answer to a question lost points, in a sentence for each reason."""

from collections.abc import Iterator, Sequence

from eval import citations as cited
from eval.lists import LISTS, counts_exactly
from eval.retrieval import ranked_papers
from eval.run import Outcome

_FOUND_AT = 5
_TOLD = 0.5


def losses(outcome: Outcome, values: dict[str, tuple[float, ...]]) -> tuple[str, ...]:
    """The reasons, what comes first on the path of a question first; none where nothing was lost."""
    if outcome.question.answerable:
        return (*_search(outcome), *_refusal(outcome), *_citing(outcome), *_words(outcome, values))
    return (
        ()
        if outcome.answer.abstained
        else (f"No abstract answers this ({outcome.question.kind.replace('_', ' ')}), and it was answered.",)
    )


def _search(outcome: Outcome) -> Iterator[str]:
    if not outcome.gold:
        return
    ranked = ranked_papers(outcome.answer.evidence.hits)
    ranks = [ranked.index(paper) + 1 for paper in outcome.gold if paper in ranked]
    missing = len({*outcome.gold}) - len(ranks)
    if missing:
        yield f"The search did not find {_of(missing, outcome.gold, 'gold paper')} among the {len(ranked)} papers of its evidence."
    if ranks and min(ranks) > _FOUND_AT:
        yield f"The first gold paper stands only at rank {min(ranks)}."


def _refusal(outcome: Outcome) -> Iterator[str]:
    answer = outcome.answer
    if answer.abstained:
        chance = "" if answer.chance is None else f", at a chance of {answer.chance:.2f}"
        yield f"It was refused ({answer.reason}{chance}), and the abstracts answer it."


def _citing(outcome: Outcome) -> Iterator[str]:
    answer, gold = outcome.answer, {*outcome.gold}
    if answer.abstained or not gold:
        return
    papers = dict(answer.papers)
    others = [n for n, paper in papers.items() if paper.paper_id not in gold]
    missing = gold - {paper.paper_id for paper in papers.values()}
    if others:
        yield f"It cites {', '.join(f'[{n}]' for n in others)}, which {'is' if len(others) == 1 else 'are'} not gold."
    if missing:
        yield f"It does not cite {_of(len(missing), outcome.gold, 'gold paper')}."
    if outcome.question.gold_evidence and not missing and not cited.quotes_gold(answer, outcome.question):
        yield "It cites the right paper and quotes other words of it than the gold sentence."
    if outcome.question.slice in LISTS and not counts_exactly(answer, outcome.gold):
        yield f"It counts {answer.evidence.papers or len(papers)} papers where the gold list holds {len(gold)}."


def _words(outcome: Outcome, values: dict[str, tuple[float, ...]]) -> Iterator[str]:
    answer, question = outcome.answer, outcome.question
    if answer.abstained:
        return
    if 0.0 in values.get("short answer in the quotes", ()):
        yield "Its words do not hold the short answer."
    if min(values.get("nugget recall", (1.0,))) < _TOLD:
        yield "It tells less than half of the nuggets."
    if 0.0 in values.get("false premises contradicted", ()):
        yield "It does not see that what the question takes for granted is contradicted."
    if 0.0 in values.get("no false premise seen where none is", ()):
        yield f"It takes for false what is not: {question.question!r}."
    if wrong := values.get("verbatim", ()).count(0.0):
        yield f"{wrong} of its quotes do not stand in the abstract."
    if wrong := values.get("claims fully supported", ()).count(0.0):
        yield f"The scorer does not find {wrong} of its claims fully supported."


def _of(some: int, gold: Sequence[str], name: str) -> str:
    whole = len({*gold})
    return f"the {name}" if whole == 1 else f"{some} of the {whole} {name}s"
