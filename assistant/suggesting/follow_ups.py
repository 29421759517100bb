"""Questions that may follow an answer or a refusal, each of which the corpus answers."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from assistant.question.corpus import Corpus
from assistant.suggesting.proposing import Proposed, beside, of_paper, of_results, of_topic, on_topics, title_or
from assistant.suggesting.topics import near, tells_apart, topics
from assistant.suggesting.trying import Source, Trial
from assistant.types import Answer, Question
from index.papers import Paper

MOST, SECONDS = 3, 1.5
# Papers that are asked about, of those cited and of others that were found; papers that are looked at beside each.
_ABOUT, _BESIDES, _BESIDE = 3, 3, 10
# So near to the question is a topic that is asked about after it, the title of a paper that came nearest to a refusal, and that of one that
# was found and not cited (cosine).
_TOPIC_NEAR, _TITLE_NEAR, _FOUND_NEAR = 0.3, 0.4, 0.2
_TOPICS, _OF_OTHER = 4, 2


def follow_ups(
    question: Question, answer: Answer, source: Source, most: int = MOST, seconds: float = SECONDS
) -> tuple[str, ...]:
    """Return at most `most` questions that may follow `answer`, found in about so many `seconds`.

    Each was asked after it, and is answered, surely, by the paper that it is about, mostly in sentences that the conversation has not shown.
    """
    if answer.is_talk:
        return ()
    trial = Trial(source, replace(question, history=(*question.history, answer)), seconds)
    return tuple(one.text for one in tried_after(answer, trial, most))


def tried_after(answer: Answer, trial: Trial, most: int) -> tuple[Proposed, ...]:
    """The same in a conversation that ends with `answer`, with the papers that are meant."""
    first, then = _nearest(answer, trial.source.corpus) if answer.abstained else _cited(answer, trial.source.corpus)
    turns = [_in_turn(paper, called, answer, trial) for paper, called in (*first, *then)]
    # One of each of the first papers, as far as that goes, then more.
    for number, turn in enumerate(turns[: len(first)], 1):
        trial.take(turn, min(number, most))
    for turn in turns:
        trial.take(turn, most)
    trial.take_left(most)
    return tuple(trial.taken)


# Papers, with what each is called in a question after the answer: empty where nothing reads well.
_Called = Sequence[tuple[Paper, str]]


def _cited(answer: Answer, corpus: Corpus) -> tuple[_Called, _Called]:
    """The first papers that an answer cites; those that were found besides and whose titles are most like the question."""
    numbers = {citation.passage.paper: citation.n for claim in answer.claims for citation in claim.citations}
    alone = len(numbers) == 1
    cited = [(paper, title_or(paper, "the paper" if alone else f"paper [{n}]")) for paper, n in numbers.items()]
    others = [paper for paper in _hits(answer) if paper not in numbers]
    besides = near(answer.evidence.query, others, corpus, _FOUND_NEAR)
    return cited[:_ABOUT], [(paper, title_or(paper)) for paper in besides[:_BESIDES]]


def _nearest(answer: Answer, corpus: Corpus) -> tuple[_Called, _Called]:
    """The paper that came nearest to an answer, and those whose titles are like the question; the others."""
    nearest = [*dict.fromkeys(passage.paper for passage in answer.nearest)]
    like = near(answer.evidence.query, nearest, corpus, _TITLE_NEAR)
    first = [*dict.fromkeys([*nearest[:1], *like])]
    others = [paper for paper in nearest if paper not in first]
    return [(paper, title_or(paper)) for paper in first], [(paper, title_or(paper)) for paper in others]


def _in_turn(paper: Paper, called: str, answer: Answer, trial: Trial) -> Iterator[Proposed]:
    """Yield one of each group of questions, then the next of each: of the paper, of it beside another, of the other, of its topics."""
    corpus = trial.source.corpus
    found = [hit.passage.paper for hit in corpus.search(paper.title, _BESIDE)]
    others = [other for other in dict.fromkeys([*found, *_hits(answer)]) if other != paper]
    close, shared = near(paper.title, others, corpus), topics(paper, others)
    own = (*of_results(paper), *of_paper(paper, called), *on_topics(paper, called, shared)[:_TOPICS])
    other = (one for each in close[:1] for one in trial.likely(of_paper(each, title_or(each)), each))
    turns = deque[Iterator[Proposed]](
        [
            trial.likely(own, paper),
            beside(paper, close),
            islice(other, _OF_OTHER),
            _lists(paper, shared, answer, corpus),
        ]
    )
    # Nothing is read before its turn has come; a list costs most.
    while turns:
        turn = turns.popleft()
        if one := next(turn, None):
            yield one
            turns.append(turn)


def _lists(paper: Paper, shared: Sequence[str], answer: Answer, corpus: Corpus) -> Iterator[Proposed]:
    """The questions for papers on the topics of `paper` that are nearest to what was asked."""
    likeness = corpus.alike(answer.evidence.query, shared) if shared else ()
    by_likeness = sorted(zip(likeness, shared, strict=True), reverse=True)
    return (
        of_topic(paper, topic) for cosine, topic in by_likeness if cosine >= _TOPIC_NEAR and tells_apart(topic, corpus)
    )


def _hits(answer: Answer) -> list[Paper]:
    return [*dict.fromkeys(hit.passage.paper for hit in answer.evidence.hits)]
