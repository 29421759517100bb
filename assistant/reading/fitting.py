"""Which papers fit what is asked for: by vectors and words, if the reader finds that any does."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from assistant.question.asked import asked, content_words, is_coined, is_people, naming, share_held
from assistant.reading.extractive import LEAST, Said
from assistant.reading.reader import Reader, pair_of, probability
from index.filters import Filter
from index.index import Hit, Retriever
from index.papers import Paper

# Passages that are looked through. Beyond them, a list says that it is not whole.
DEPTH = 1000
# So many papers that were found best are read. If one of them fits with this probability, some do: all that do with the second one, and with
# such a part of that of the surest, what was read left aside. Found, as are the weights of `Signs` and 1 (logistic regression, each request held out in turn), on the development
# requests of eval/sets/acl-shapes.jsonl: what is read tells whether anything fits, and beside vectors and words not which paper does.
_READ, _SOME, _FITS, _OF_SUREST = 20, 0.2, 0.08, 0.2
_WEIGHTS = (1.323, 2.911, 0.997, 0.751, 1.157, -4.967)
_ANSWERS, _WEIGHTS_OF_READ = 0.699, (1.02, 1.755, 0.305, 0.578, 0.592, -2.961)


class Searched(Retriever, Said, Protocol):
    """A retriever that knows the sentences of what it found."""


class Signs(NamedTuple):
    """What tells whether a paper fits: the highest cosine of a sentence, how well it was found, how many of the words it holds, in its title, and whether all."""

    similarity: float
    score: float
    share: float
    titled: float
    every: float


def fitting(request: str, topic: str, hits: Sequence[Hit], said: Said, reader: Reader) -> tuple[Hit, ...]:
    """Return the best passage of each paper of `hits` that fits a `request` for papers on a `topic`, the surest first; none where none does.

    It holds the names that the topic is made of or that are coined: all, or one where the topic says "or".
    """
    papers, names = one_hit_each(hits), _names(topic)
    signs = _signs(topic, _holding(names, topic, papers) if names else papers, said)
    if not (names or _some_fit(request, topic, signs, reader)):
        return ()
    sure = {hit: _chance(_WEIGHTS, each) for hit, each in signs.items()}
    least = max(_FITS, _OF_SUREST * max(sure.values(), default=0.0))
    return tuple(sorted((hit for hit in sure if sure[hit] >= least), key=lambda hit: -sure[hit]))


def papers_on(corpus: Searched, reader: Reader, topic: str, within: Filter) -> tuple[Paper, ...]:
    """Return the papers that `within` lets through that fit a `topic`, the surest first."""
    hits = corpus.search(topic, DEPTH, within=within)
    return tuple(hit.passage.paper for hit in fitting(f"papers on {topic}", topic, hits, corpus, reader))


def one_hit_each(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """The best hit of each paper, in their order."""
    best: dict[str, Hit] = {}
    for hit in hits:
        best.setdefault(hit.passage.paper.paper_id, hit)
    return tuple(best.values())


def _some_fit(request: str, topic: str, signs: Mapping[Hit, Signs], reader: Reader) -> bool:
    """Whether one of the papers that were found best fits, as it is read for the whole request and for the topic."""
    found = [*signs][:_READ]
    read = zip(*(reader.read([pair_of(text, hit.passage) for hit in found]) for text in (request, topic)), strict=True)
    return any(
        _chance(_WEIGHTS_OF_READ, signs[hit], _ANSWERS * sum(one.answers for one in odds) / len(odds)) >= _SOME
        for hit, odds in zip(found, read, strict=True)
    )


def _signs(topic: str, hits: Sequence[Hit], said: Said) -> Mapping[Hit, Signs]:
    likeness: dict[str, float] = {}
    for sentence in said.sentences(topic, [hit.passage.paper for hit in hits]):
        key = sentence.passage.paper.paper_id
        likeness[key] = max(sentence.score, likeness.get(key, LEAST))
    words, found = content_words(topic), {}
    for hit in hits:
        paper = hit.passage.paper
        share = share_held(words, f"{paper.title}\n{paper.abstract}")
        titled, every = share_held(words, paper.title), float(share == 1)
        found[hit] = Signs(likeness.get(paper.paper_id, 0.0), hit.score, share, titled, every)
    return found


def _chance(weights: Sequence[float], signs: Signs, beside: float = 0.0) -> float:
    return probability(beside + sum(weight * value for weight, value in zip(weights, (*signs, 1.0), strict=True)))


def _names(topic: str) -> Sequence[str]:
    """The names that a paper must hold: where at least half the topic is names, those that are coined, or all that it is made of."""
    names, words = asked(topic).names, content_words(topic)
    if 2 * len(names) < len(words):
        return ()
    return [name for name in names if is_coined(name) or (len(words) == len(names) and not is_people(name))]


def _holding(names: Sequence[str], topic: str, hits: Sequence[Hit]) -> tuple[Hit, ...]:
    papers = [hit.passage.paper for hit in hits]
    texts = {paper.paper_id: f"{paper.title}\n{paper.abstract}" for paper in papers}
    held = [naming(texts, name) for name in names]
    kept = set.union(*held) if re.search(r"\bor\b", topic) else set.intersection(*held)
    return tuple(hit for hit in hits if hit.passage.paper.paper_id in kept)
