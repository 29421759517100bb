"""The measures of a run, four things apart: retrieval, citation, correctness, refusal; and the figures made of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from eval import citations as cited
from eval.abstention import Told, area, curve, told
from eval.intervals import Figure, figure, figure_of
from eval.judging import calibration_error
from eval.lists import LISTS, counts_exactly, list_precision, list_recall
from eval.nuggets import nugget_recall
from eval.overlap import token_f1
from eval.retrieval import ndcg, ranked_papers, recall, reciprocal_rank
from eval.run import Outcome

Kind = Literal["retrieval", "citation", "correctness", "refusal"]

_FALSE_PREMISE = "false_premise"
_LANGUAGES = frozenset({"german", "french", "spanish", "chinese", "japanese"})
# Names of figures that are no mean over questions.
AREA, MISCALIBRATED = "risk–coverage area", "calibration error of the chance"
# Of these, less is better.
LESS_IS_BETTER = frozenset({"false refusal", AREA, MISCALIBRATED})
# What says nothing of a question that another measure does not, or is so of nearly all.
_NO_POINTS = frozenset({"false refusal", "no false premise seen where none is"})


@dataclass(frozen=True, slots=True)
class Measure:
    """What is measured of the questions that `applies` to: values in 0..1 of each, the more the better.

    `is_judged` says that it rests on the scorer of support.
    """

    name: str
    kind: Kind
    applies: Callable[[Outcome], bool]
    of: Callable[[Outcome], Iterable[float]]
    is_judged: bool = False


def _answerable(outcome: Outcome) -> bool:
    return outcome.question.answerable and bool(outcome.gold)


def _answered(outcome: Outcome) -> bool:
    return _answerable(outcome) and bool(cited.citations(outcome.answer))


def _listing(outcome: Outcome) -> bool:
    return _answerable(outcome) and outcome.question.slice in LISTS


def _one(of: Callable[[Outcome], float]) -> Callable[[Outcome], Iterable[float]]:
    return lambda outcome: (float(of(outcome)),)


def _ranked(of: Callable[[Sequence[str], Sequence[str]], float]) -> Callable[[Outcome], Iterable[float]]:
    return lambda outcome: (of(ranked_papers(outcome.answer.evidence.hits), outcome.gold),)


def _supported(outcome: Outcome) -> Iterable[float]:
    # What the record says needs no words of an abstract to support it, and what was not scored is not found wanting.
    scored = (claim for claim in outcome.answer.claims if not claim.is_recorded and claim.support != "unscored")
    return (float(claim.support == "full") for claim in scored)


MEASURES = (
    Measure("retrieval recall@1", "retrieval", _answerable, _ranked(lambda found, gold: recall(found, gold, 1))),
    Measure("retrieval recall@5", "retrieval", _answerable, _ranked(lambda found, gold: recall(found, gold, 5))),
    Measure(
        "retrieval nDCG@10",
        "retrieval",
        _answerable,
        _ranked(lambda found, gold: ndcg(found, dict.fromkeys(gold, 1.0))),
    ),
    Measure("retrieval MRR", "retrieval", _answerable, _ranked(reciprocal_rank)),
    Measure("citation precision", "citation", _answered, _one(lambda o: cited.paper_precision(o.answer, o.gold))),
    Measure("citation recall", "citation", _answerable, _one(lambda o: cited.paper_recall(o.answer, o.gold))),
    Measure("gold sentence quoted", "citation", _answerable, _one(lambda o: cited.quotes_gold(o.answer, o.question))),
    Measure(
        "gold evidence, F1 of words",
        "citation",
        lambda o: _answered(o) and bool(o.question.gold_evidence),
        _one(lambda o: token_f1([c.passage for c in cited.citations(o.answer)], o.question.gold_evidence)),
    ),
    Measure(
        "verbatim",
        "citation",
        lambda _: True,
        lambda o: (float(cited.is_verbatim(citation)) for citation in cited.citations(o.answer)),
    ),
    Measure("claims fully supported", "citation", lambda _: True, _supported, is_judged=True),
    Measure(
        "short answer in the quotes",
        "correctness",
        lambda o: o.question.answerable and bool(o.question.short_answers),
        _one(lambda o: cited.is_correct(o.answer, o.question)),
    ),
    Measure(
        "nugget recall",
        "correctness",
        lambda o: o.question.answerable and bool(o.question.nuggets),
        _one(lambda o: nugget_recall(o.answer, o.question.nuggets)),
    ),
    Measure(
        "list precision",
        "correctness",
        lambda o: _listing(o) and bool(o.answer.papers),
        _one(lambda o: list_precision(o.answer, o.gold)),
    ),
    Measure("list recall", "correctness", _listing, _one(lambda o: list_recall(o.answer, o.gold))),
    Measure("list counted exactly", "correctness", _listing, _one(lambda o: counts_exactly(o.answer, o.gold))),
    Measure(
        "false premises contradicted",
        "correctness",
        lambda o: o.question.answerable and o.question.slice == _FALSE_PREMISE,
        _one(lambda o: o.answer.premise is not None),
    ),
    Measure(
        "false premises contradicted by a gold sentence",
        "correctness",
        lambda o: o.question.answerable and o.question.slice == _FALSE_PREMISE,
        _one(lambda o: cited.contradicts(o.answer, o.question)),
    ),
    Measure(
        "no false premise seen where none is",
        "correctness",
        lambda o: o.question.answerable and o.question.slice != _FALSE_PREMISE,
        _one(lambda o: o.answer.premise is None),
    ),
    Measure(
        "answered when answerable",
        "refusal",
        lambda o: o.question.answerable,
        _one(lambda o: not o.answer.abstained),
    ),
    Measure("false refusal", "refusal", lambda o: o.question.answerable, _one(lambda o: o.answer.abstained)),
    Measure(
        "refused when unanswerable",
        "refusal",
        lambda o: not o.question.answerable,
        _one(lambda o: o.answer.abstained),
    ),
)
JUDGED = frozenset(measure.name for measure in MEASURES if measure.is_judged)
KINDS: Mapping[str, Kind] = {measure.name: measure.kind for measure in MEASURES}


def kind_of(name: str) -> Kind:
    """Which of the four things a figure tells of."""
    return KINDS.get(name, "refusal")


def measured(outcome: Outcome) -> dict[str, tuple[float, ...]]:
    """The values of one question by the name of the figure; none where there is nothing to measure."""
    found = {each.name: tuple(each.of(outcome)) for each in MEASURES if each.applies(outcome)}
    question = outcome.question
    if not question.answerable and question.kind != question.slice:
        found[f"refused: {question.kind}"] = found["refused when unanswerable"]
    return {name: values for name, values in found.items() if values}


def points(values: Mapping[str, Sequence[float]]) -> float:
    """What a question earned of 1: the mean over the four things of the means of their measures.

    What no abstract answers earns by its refusal alone: an answer to it is no better for the quotes that it is made of.
    """
    if "refused when unanswerable" in values:
        return values["refused when unanswerable"][0]
    means: dict[Kind, list[float]] = {}
    for measure in MEASURES:
        if measure.name in values and measure.name not in _NO_POINTS:
            own = values[measure.name]
            means.setdefault(measure.kind, []).append(sum(own) / len(own))
    return sum(sum(each) / len(each) for each in means.values()) / len(means)


def figures(outcomes: Sequence[Outcome]) -> tuple[Figure, ...]:
    """The figures of a run, each with n and a 95 % confidence interval.

    Recall is measured over all answerable questions; citation recall and correctness count a refusal as a miss;
    citation precision and list precision are over the questions that were answered with citations.
    """
    return (*_means(outcomes), *_of_chances([told(outcome) for outcome in outcomes]))


def groups_of(outcome: Outcome) -> tuple[str, ...]:
    """The slices that a question is of: its own, and for some a wider or a finer one."""
    question = outcome.question
    if not question.answerable:
        return question.slice, *([f"{question.slice}: {question.kind}"] if question.kind != question.slice else [])
    return question.slice, *(["other language"] if question.slice in _LANGUAGES else [])


def by_slice(outcomes: Sequence[Outcome]) -> dict[str, tuple[Figure, ...]]:
    """The figures of each slice that are means over its questions."""
    groups = [groups_of(outcome) for outcome in outcomes]
    slices = dict.fromkeys([*(own for own, *_ in groups), *sorted(group for _, *others in groups for group in others)])
    return {name: _means([o for o in outcomes if name in groups_of(o)]) for name in slices}


def area_of(all_told: Sequence[Told]) -> float:
    """The area under the risk–coverage curve of what was told."""
    return area(curve(all_told))


def miscalibration(all_told: Sequence[Told]) -> float:
    """The calibration error of the chances that were told, as probabilities that the answer is right."""
    known = [(chance, right) for chance, right in all_told if chance is not None]
    if not known:
        return 0.0
    chances, rights = zip(*known, strict=True)
    return calibration_error(np.array(chances, np.float64), np.array(rights, np.float64))


def _means(outcomes: Iterable[Outcome]) -> tuple[Figure, ...]:
    found = [measured(outcome) for outcome in outcomes]
    names = dict.fromkeys([*KINDS, *(name for each in found for name in each)])
    return tuple(figure(name, [value for each in found for value in each.get(name, ())]) for name in names)


def _of_chances(all_told: Sequence[Told]) -> tuple[Figure, ...]:
    """What can be said of the chances; nothing where none was told."""
    known = [one for one in all_told if one[0] is not None]
    if not known:
        return Figure(AREA, 0, None, None, None), Figure(MISCALIBRATED, 0, None, None, None)
    return (
        figure_of(AREA, [np.arange(len(all_told), dtype=np.float64)], lambda drawn: area_of(_drawn(all_told, drawn))),
        figure_of(MISCALIBRATED, [np.arange(len(known), dtype=np.float64)], lambda d: miscalibration(_drawn(known, d))),
    )


def _drawn(all_told: Sequence[Told], places: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> list[Told]:
    return [all_told[int(place)] for place in places]
