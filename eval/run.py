"""A run: every question of a set asked of the assistant that people talk to, and what came of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assistant.assistant import Assistant
from assistant.question.turns import Conversations
from assistant.types import Answer
from eval import citations as cited
from eval.intervals import Figure, figure
from eval.questions import GoldQuestion
from eval.retrieval import ranked_papers, recall
from index.errors import QuestionSetError

_FALSE_PREMISE = "false_premise"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A question, the ids of its gold papers, and the answer it got."""

    question: GoldQuestion
    gold: tuple[str, ...]
    answer: Answer


def run(assistant: Assistant, questions: Sequence[GoldQuestion], papers: Mapping[str, str]) -> tuple[Outcome, ...]:
    """Ask all `questions`; `papers` gives the paper id for each id and each exact title of the corpus.

    Raises `QuestionSetError` if a gold paper is not in the corpus.
    """
    missing = {name for question in questions for name in question.gold_papers if name not in papers}
    if missing:
        raise QuestionSetError(
            f"{len(missing)} gold papers of the questions are not in the index, such as {min(missing)!r}. "
            "Build the index from their corpus, or name it with --index; the sample's is built by: scholiast build --sample"
        )
    conversations = Conversations()
    outcomes = []
    for question in questions:
        answer = assistant.ask(conversations.question(question.question, question.conversation))
        conversations.remember(answer, question.conversation)
        outcomes.append(Outcome(question, tuple(papers[name] for name in question.gold_papers), answer))
    return tuple(outcomes)


def figures(outcomes: Iterable[Outcome]) -> tuple[Figure, ...]:
    """The figures of a run, each with n and a 95 % confidence interval.

    Recall is measured over all answerable questions; citation recall and correctness count a refusal as a miss;
    citation precision is over the questions that were answered.
    """
    outcomes = tuple(outcomes)
    answerable = [o for o in outcomes if o.question.answerable]
    answered = [o for o in answerable if not o.answer.abstained]
    # What the record says needs no words of an abstract to support it.
    claims = [claim for o in outcomes for claim in o.answer.claims if not claim.is_recorded]
    quoted = [citation for o in outcomes for citation in cited.citations(o.answer)]
    found = [(ranked_papers(o.answer.evidence.hits), o.gold) for o in answerable]
    return (
        figure("retrieval recall@1", [recall(ranked, gold, 1) for ranked, gold in found]),
        figure("retrieval recall@5", [recall(ranked, gold, 5) for ranked, gold in found]),
        figure("citation precision", [cited.paper_precision(o.answer, o.gold) for o in answered]),
        figure("citation recall", [cited.paper_recall(o.answer, o.gold) for o in answerable]),
        figure("gold sentence quoted", [float(cited.quotes_gold(o.answer, o.question)) for o in answerable]),
        figure(
            "short answer in the quotes",
            [float(cited.is_correct(o.answer, o.question)) for o in answerable if o.question.short_answers],
        ),
        figure("verbatim", [float(cited.is_verbatim(citation)) for citation in quoted]),
        figure("claims fully supported", [float(claim.support == "full") for claim in claims]),
        figure("answered when answerable", [float(not o.answer.abstained) for o in answerable]),
        *_premises(answerable),
        *_refusals(outcomes),
    )


def by_slice(outcomes: Sequence[Outcome]) -> dict[str, tuple[Figure, ...]]:
    """The figures of each slice of answerable questions."""
    slices = dict.fromkeys(o.question.slice for o in outcomes if o.question.answerable)
    return {name: figures(o for o in outcomes if o.question.slice == name) for name in slices}


def _premises(answerable: Sequence[Outcome]) -> tuple[Figure, ...]:
    """How many false premises were answered with the words that contradict them, and how many other questions were not."""
    false = [o for o in answerable if o.question.slice == _FALSE_PREMISE]
    others = [o for o in answerable if o.question.slice != _FALSE_PREMISE]
    return (
        figure("false premises contradicted", [float(o.answer.premise is not None) for o in false]),
        figure(
            "false premises contradicted by a gold sentence",
            [float(cited.contradicts(o.answer, o.question)) for o in false],
        ),
        figure("no false premise seen where none is", [float(o.answer.premise is None) for o in others]),
    )


def _refusals(outcomes: Sequence[Outcome]) -> tuple[Figure, ...]:
    unanswerable = [o for o in outcomes if not o.question.answerable]
    kinds = dict.fromkeys(o.question.kind for o in unanswerable)
    return (
        figure("refused when unanswerable", [float(o.answer.abstained) for o in unanswerable]),
        *(
            figure(f"refused: {kind}", [float(o.answer.abstained) for o in unanswerable if o.question.kind == kind])
            for kind in kinds
            if len(kinds) > 1
        ),
    )
