"""Outcomes of questions, made by hand."""

from assistant.types import Answer, Citation, Claim, Evidence, Premise, Reason, Support
from eval.questions import GoldQuestion
from eval.run import Outcome
from index.index import Hit
from index.papers import Paper
from index.passages import Passage

WORDS = "Depth helps a lot. Width helps 40 models."


def paper(name: str, abstract: str = WORDS) -> Paper:
    return Paper.from_source(f"On {name}", abstract, paper_id=name)


def whole(name: str) -> Passage:
    one = paper(name)
    return Passage(one, 0, len(one.abstract))


def outcome(
    *cited: str,
    gold: tuple[str, ...] = ("a",),
    found: tuple[str, ...] = ("a", "b", "c"),
    slice: str = "factoid",  # noqa: A002
    kind: str | None = None,
    nuggets: tuple[str, ...] = (),
    short: tuple[str, ...] = (),
    evidence: tuple[str, ...] = (),
    answerable: bool = True,
    reason: Reason | None = None,
    support: Support = "full",
    chance: float | None = 0.9,
    papers: int = 0,
    premise: bool = False,
    id: str = "q 1",  # noqa: A002
) -> Outcome:
    """What came of a question, whose answer cites the whole abstracts of the papers `cited`."""
    question = GoldQuestion(id, "What helps?", slice, kind or slice, gold, evidence, short, answerable, None, nuggets)
    claims = tuple(
        Claim(WORDS, (Citation(n, whole(name)),), support, None if support == "unscored" else 0.9)
        for n, name in enumerate(cited, start=1)
    )
    answer = Answer(
        question.question,
        Evidence(question.question, tuple(Hit(whole(name), 1.0) for name in found), papers=papers),
        claims,
        " ".join(claim.marked for claim in claims) or "No.",
        reason,
        premise=Premise("Depth hurts.", whole("a")) if premise else None,
        chance=chance,
    )
    return Outcome(question, gold, answer)
