"""What a paper is about, or what several say of a topic, in a few sentences of their abstracts."""

import math
from collections.abc import Sequence

from assistant.question.asked import content_words
from assistant.question.subject import subject_of, titled
from assistant.reading.extractive import Said, is_idle, one_each
from assistant.reading.quote import Quote, with_antecedent, with_finding
from assistant.reading.reader import Reader, pair_of
from index.index import Hit
from index.papers import Paper
from index.passages import Passage, cut, sentences, sentences_in
from index.words.lexical import stems

# What is asked of a paper to sum it up, and how far on in an abstract that rather stands: a sentence loses so much of its log odds
# for a whole abstract's way from there. Found on twenty papers.
_PROBLEM, _METHOD, _FINDING = (
    ("What is the open problem?", 0.0),
    ("What is the method?", 0.35),
    ("What are the results?", 1.0),
)
_AWAY = 4.0
# Papers that are told of, and sentences that tell of one.
_TOLD, _SENTENCES = 4, 4
# Of the topic's words a paper holds so many, or is found so near, that it is about them; those in its title count
# once more by so much; and it is told of if it holds nearly as many as the best.
_HELD, _NEAR, _TITLED, _AS_WELL = 0.6, 0.45, 0.5, 0.9


def told_of(query: str, hits: Sequence[Hit], said: Said, reader: Reader, *, only_titles: bool) -> tuple[Quote, ...]:
    """Return what the corpus holds of the paper that `query` names, or of what it orders a summary of; nothing where it asks."""
    subject = subject_of(query)
    papers = {hit.passage.paper.paper_id: hit.passage.paper for hit in hits}
    if paper := titled(query, subject, papers.values()):
        return gist(paper, reader)
    return () if only_titles or not subject.is_ordered else telling(subject.text, hits, said, reader)


def told_of_all(hits: Sequence[Hit], reader: Reader) -> tuple[Quote, ...]:
    """Return what the papers of `hits` found: what the only one is about, or of each of several the sentence most like a finding."""
    papers = tuple({hit.passage.paper.paper_id: hit.passage.paper for hit in hits}.values())
    if len(papers) == 1:
        return gist(papers[0], reader)
    best = [_answering(_FINDING, paper, reader)[0] for paper in papers[:_TOLD] if paper.abstract]
    return tuple(with_antecedent(Quote(passage, odds)) for passage, odds in best)


def gist(paper: Paper, reader: Reader) -> tuple[Quote, ...]:
    """Return what `paper` is about in the order of its abstract: the problem, what was done, and what was found.

    All of an abstract of at most four sentences; else the sentence in which the reader finds each, and a second finding.
    """
    found = [one for one in sentences(Passage(paper, 0, len(paper.abstract))) if not is_idle(one.text)]
    if len(found) <= _SENTENCES:
        return tuple(Quote(one, 0.0) for one in found)
    picked: list[Passage] = []
    for question in (_PROBLEM, _METHOD, _FINDING, _FINDING):
        picked += [one for one, _ in _answering(question, paper, reader) if one not in picked][:1]
    picked.sort(key=lambda one: one.start)
    quotes = [Quote(one, 0.0) for one in picked]
    stand = {one.start: place for place, one in enumerate(found)}
    places = [stand[one.start] for one in picked]
    return tuple(
        quote if place - 1 in places else with_antecedent(quote) for place, quote in zip(places, quotes, strict=True)
    )


def telling(topic: str, hits: Sequence[Hit], said: Said, reader: Reader) -> tuple[Quote, ...]:
    """Return a sentence of each of the best papers about `topic`, or, where one alone is, what it is about; nothing without one."""
    papers = {hit.passage.paper.paper_id: hit.passage.paper for hit in hits}
    wanted = _stems(topic)
    held = {key: _share(wanted, f"{paper.title} {paper.abstract}") for key, paper in papers.items()}
    fits = {key: share + _TITLED * _share(wanted, papers[key].title) for key, share in held.items() if share >= _HELD}
    about = [key for key, fit in fits.items() if fit >= _AS_WELL * max(fits.values())] or _near(topic, hits, said)
    if len(about) == 1:
        return gist(papers[about[0]], reader)
    of_them = [hit for hit in hits if hit.passage.paper.paper_id in about[:_TOLD]]
    one = {quote.passage.paper.paper_id: quote for quote in one_each(topic, of_them, said)}
    return tuple(map(with_finding, one.values()))


def _answering(asked: tuple[str, float], paper: Paper, reader: Reader) -> list[tuple[Passage, float]]:
    """The sentences of `paper` with the log odds that they answer what is asked and stand where that does, best first."""
    question, where = asked
    passages = cut(paper)
    odds: dict[Passage, float] = {}
    for passage, found in zip(passages, reader.read([pair_of(question, each) for each in passages]), strict=True):
        for one, answers in zip(sentences_in(passage), found.sentences, strict=True):
            away = abs(one.start / len(paper.abstract) - where)
            odds[one] = max(answers - _AWAY * away, odds.get(one, -math.inf))
    kept = [(one, answers) for one, answers in odds.items() if not is_idle(one.text)]
    return sorted(kept, key=lambda pair: -pair[1])


def _near(topic: str, hits: Sequence[Hit], said: Said) -> list[str]:
    """The papers that are about `topic` in other words, of which a sentence comes near to it."""
    papers = {hit.passage.paper.paper_id: hit.passage.paper for hit in hits}
    sentences = said.sentences(topic, tuple(papers.values()))
    return [key for key in papers if any(hit.score >= _NEAR for hit in sentences if hit.passage.paper.paper_id == key)]


def _share(wanted: set[str], text: str) -> float:
    return len(wanted & {*stems(text)}) / len(wanted) if wanted else 0.0


def _stems(topic: str) -> set[str]:
    return {stem for word in content_words(topic) for stem in stems(word)}
