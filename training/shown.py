"""What the reader is shown of a paper and of a cluster of papers: its questions with passages that answer, that tempt, that are near."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import cycle
from random import Random

from index.sentences import Span
from training.altered import falsified, reworded
from training.items import ANSWERED, CONTRADICTED, SUPPORTED, UNANSWERED, UNRELATED, Item
from training.taught import LIST, OPEN_NONE, OTHER_WORDS, Group, Piece, Query, Taught

_VERDICTS = {"supported": SUPPORTED, "contradicted": CONTRADICTED, "neutral": UNRELATED}
# What is to be said of a passage that answers whether something is so, and how much that counts.
_SAYS = {"yes": (SUPPORTED, 1.0), "no": (CONTRADICTED, 1.0), "mixed": (None, 0.0)}
_PREMISES = {"true_premise": SUPPORTED, "false_premise": CONTRADICTED}
# Of each visit: what is asked beside questions in other words and one for a finding, what nothing answers, and what was made or
# labelled elsewhere.
_FURTHER, _UNANSWERED, _ELSEWHERE = 1, 3, 6
_LISTS = 0.5
# Passages of an open question.
_OPEN = 12
# How often the wrong passage is another one of the same paper; and a claim is also held against a sentence of another one.
_SAME_PAPER, _STRANGE = 0.4, 0.3
# Ranks of wrong passages: among the nearest, and behind them.
_NEAREST, _NEAR = 6, 40
# How often words stand alone, and with their neighbours, else within their passage.
_ALONE, _WINDOW = 0.5, 0.3
_TEMPTED, _OF_OTHERS = 1.5, 0.2
# Premises hold the words of their sentence: as answers they count little, lest words in common pass for one.
_PREMISE = 0.3
# A sentence that answers is one of many; one that tempts is, too.
_RARE = 3.0


@dataclass(frozen=True, slots=True)
class Reading:
    """Two texts, and what is to be said of them; what is None does not count.

    `answers` is the probability that the second answers the first, which counts `weight` times, and `sentences` are the spans of its
    sentences, each with the same and how often it counts; `verdict` is one of `items`. Of the readings of one `question`, those that answer come first.
    """

    first: str
    second: str
    answers: float | None = None
    weight: float = 1.0
    sentences: tuple[tuple[Span, float, float], ...] = ()
    verdict: int | None = None
    verdict_weight: float = 1.0
    question: int | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """What can be shown: groups with their papers, the passages nearest to each question (of other papers), and items."""

    taught: Taught
    near: Mapping[str, Sequence[Piece]]
    items: Sequence[Item]


def visits(shown: Shown, passes: int, chance: Random) -> Iterator[tuple[Reading, ...]]:
    """Yield what is shown at once, papers and open questions in random order, each so many times."""
    alone = [group for group in shown.taught.groups if len(group.papers) == 1]
    asked = [(group, query) for group in shown.taught.groups if len(group.papers) > 1 for query in group.queries]
    items = cycle(shown.items)
    for _ in range(passes):
        # A request for papers stands there twice, in few words and as it is typed.
        now = [one for one in asked if one[1].kind != LIST or chance.random() < _LISTS]
        due: list[tuple[Group, Query | None]] = [*((group, None) for group in alone), *now]
        chance.shuffle(due)
        for group, query in due:
            own = _of_cluster(shown, group, query, chance) if query else _of_paper(shown, group, chance)
            elsewhere = (_of_item(next(items)) for _ in range(_ELSEWHERE))
            yield (*own, *elsewhere)


def _of_paper(shown: Shown, group: Group, chance: Random) -> Iterator[Reading]:
    kinds: dict[str, list[Query]] = {}
    for query in group.queries:
        kinds.setdefault(query.kind, []).append(query)
    in_other_words = kinds.pop(OTHER_WORDS)
    premises = [*zip(*(kinds.pop(kind) for kind in _PREMISES), strict=True)]
    claims = [query for kind in _VERDICTS for query in kinds.pop(kind)]
    missed = [query for queries in kinds.values() for query in queries if not query.is_answered]
    plain = [query for queries in kinds.values() for query in queries if query.is_answered]
    findings = [query for query in plain if query.kind == "finding"]
    others = [query for query in plain if query.kind != "finding"]
    chosen = [*in_other_words, *findings, *chance.sample(others, min(_FURTHER, len(others)))]
    for question, query in enumerate(chosen):
        yield from _answered(shown, query, question, chance)
    for pair in premises:
        for query in pair:
            yield _of_words(shown, query, _PREMISES[query.kind], chance, alone=True)
    for query in chance.choice(premises):
        for piece in _right(shown, query)[:1]:
            yield _reading(query, piece, verdict=_PREMISES[query.kind], weight=_PREMISE)
    for query in chance.sample(missed, min(_UNANSWERED, len(missed))):
        for piece in _right(shown, query)[:1]:
            yield _reading(query, piece, verdict=UNRELATED, weight=_TEMPTED, verdict_weight=0.5)
    yield from _claims(shown, claims, chance)


def _answered(shown: Shown, query: Query, question: int, chance: Random) -> Iterator[Reading]:
    """A passage that answers, and such as do not: one of the nearest, and, of a question in other words, one that is near and one far off.

    What is worded unlike all passages is answered by few of them, however strange it sounds.
    """
    right = _right(shown, query)
    if not right:
        return
    (paper,) = query.answers
    own = [piece for piece in shown.taught.pieces[paper] if piece not in right]
    near = shown.near[query.text]
    wrong = [chance.choice(own) if own and chance.random() < _SAME_PAPER else chance.choice(near[:_NEAREST])]
    if query.kind == OTHER_WORDS:
        wrong += [chance.choice(near[_NEAREST:_NEAR]), chance.choice(_far(shown, paper, chance))]
    verdict, weight = _SAYS.get(query.says, (SUPPORTED, 0.3))
    yield _reading(query, right[0], verdict=verdict, verdict_weight=weight, question=question)
    for piece in wrong:
        yield _reading(query, piece, verdict=UNRELATED, verdict_weight=_OF_OTHERS, question=question)


def _of_cluster(shown: Shown, group: Group, query: Query, chance: Random) -> Iterator[Reading]:
    """The passages of a cluster for one of its open questions; what is only near to it counts where none answers."""
    pieces = [piece for paper in group.papers for piece in shown.taught.pieces[paper]]
    right = [piece for piece in pieces if _answers(query, piece)]
    wrong = [piece for piece in pieces if piece.paper_id not in query.answers]
    if query.kind != OPEN_NONE:
        wrong = [piece for piece in wrong if piece.paper_id not in query.bears]
    chance.shuffle(right)
    chance.shuffle(wrong)
    wrong.sort(key=lambda piece: piece.paper_id not in query.tempts)
    right = right[: _OPEN // 3]
    for piece in (*right, *wrong[: _OPEN - len(right)]):
        tempts = piece.paper_id in {*query.bears, *query.tempts}
        yield _reading(query, piece, weight=_TEMPTED if tempts else 1.0, question=0)


def _claims(shown: Shown, claims: Sequence[Query], chance: Random) -> Iterator[Reading]:
    """The claims of a paper, and what is altered of one by rule, so that wording alone tells nothing."""
    for query in claims:
        yield _of_words(shown, query, _VERDICTS[query.kind], chance)
    supported = chance.choice([query for query in claims if query.kind == "supported"])
    words = _of_words(shown, supported, SUPPORTED, chance, alone=True)
    yield replace(words, first=reworded(words.second, chance))
    if altered := falsified(chance.choice((words.first, words.second)), chance):
        yield replace(words, first=altered[1], verdict=CONTRADICTED)
    (paper,) = supported.answers
    for query in claims:
        if chance.random() < _STRANGE:
            yield Reading(
                query.text, _sentence_of(chance.choice(_far(shown, paper, chance)), chance), verdict=UNRELATED
            )
    others = [place for place in range(len(shown.taught.sentences[paper])) if place not in supported.answers[paper]]
    if others:
        elsewhere = Query(supported.text, "", {paper: (chance.choice(others),)})
        yield _of_words(shown, elsewhere, UNRELATED, chance, alone=True)


def _far(shown: Shown, paper: str, chance: Random) -> Sequence[Piece]:
    """The passages of another paper, whichever it is."""
    papers = sorted(shown.taught.pieces)
    other = chance.choice(papers)
    return shown.taught.pieces[other if other != paper else papers[papers.index(other) - 1]]


def _sentence_of(piece: Piece, chance: Random) -> str:
    _, (begin, end) = chance.choice(piece.sentences)
    return piece.text[begin:end]


def _of_words(shown: Shown, query: Query, verdict: int, chance: Random, *, alone: bool = False) -> Reading:
    """The claim or question, and the words that it is held against: alone, with their neighbours, or in their passage."""
    ((paper, places),) = query.answers.items()
    spans, abstract = shown.taught.sentences[paper], shown.taught.papers[paper].abstract
    how = 0.0 if alone else chance.random()
    if how >= _ALONE + _WINDOW and (pieces := _right(shown, query)):
        return Reading(query.text, pieces[0].text, verdict=verdict)
    first, last = min(places), max(places)
    if how >= _ALONE:
        first, last = max(0, first - 1), min(len(spans) - 1, last + 1)
        return Reading(query.text, abstract[spans[first][0] : spans[last][1]], verdict=verdict)
    return Reading(query.text, " ".join(abstract[spans[n][0] : spans[n][1]] for n in sorted(places)), verdict=verdict)


def _of_item(item: Item) -> Reading:
    if item.label in (UNANSWERED, ANSWERED):
        return Reading(item.first, item.second, answers=float(item.label == ANSWERED), weight=0.5)
    return Reading(item.first, item.second, verdict=item.label)


def _reading(
    query: Query,
    piece: Piece,
    *,
    verdict: int | None = None,
    verdict_weight: float = 1.0,
    weight: float = 1.0,
    question: int | None = None,
) -> Reading:
    answers = query.answers.get(piece.paper_id) if query.is_answered else ()
    right = float(query.is_answered and _answers(query, piece))
    # Keywords are answered by a paper, not by any sentence of it; a list by papers.
    spans = () if query.kind == LIST or (query.kind == "keywords" and right) else piece.sentences
    tempting = (*query.tempting, *query.tempts.get(piece.paper_id, ()))
    sentences = tuple(_sentence(place, span, answers or (), tempting) for place, span in spans)
    return Reading(query.text, piece.text, right, weight, sentences, verdict, verdict_weight, question)


def _sentence(place: int, span: Span, answers: Sequence[int], tempting: Sequence[int]) -> tuple[Span, float, float]:
    return span, float(place in answers), _RARE if place in (*answers, *tempting) else 1.0


def _right(shown: Shown, query: Query) -> list[Piece]:
    """The passages that hold most of the sentences which answer, or tempt, and at least one."""
    found = [piece for paper in query.answers for piece in shown.taught.pieces[paper] if _answers(query, piece)]
    return sorted(found, key=lambda piece: -_held(query, piece))


def _answers(query: Query, piece: Piece) -> bool:
    answers = query.answers.get(piece.paper_id)
    return answers is not None and (not answers or _held(query, piece) > 0)


def _held(query: Query, piece: Piece) -> int:
    return sum(place in query.answers[piece.paper_id] for place, _ in piece.sentences)
