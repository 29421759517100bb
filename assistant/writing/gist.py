"""What a paper is about, or what several say of a topic, in a few sentences of their abstracts."""

from collections.abc import Sequence

from assistant.question.asked import content_words, holds_figure
from assistant.question.subject import subject_of, titled
from assistant.reading.extractive import (
    MAX_SENTENCES,
    Quote,
    Said,
    is_idle,
    is_own_work,
    one_each,
    with_antecedent,
    with_finding,
)
from index.index import Hit
from index.papers import Paper
from index.passages import Passage
from index.words.lexical import stems

# What findings are like, and by how much a figure, and a place at the end, makes a sentence one.
_FINDINGS = ("We find that it improves the results.", "The effect was significant.")
_FIGURE, _LATE = 0.1, 0.1
_TOLD = 4
# Of the topic's words a paper holds so many, or is found so near, that it is about them; those in its title count
# once more by so much; and it is told of if it holds nearly as many as the best.
_HELD, _NEAR, _TITLED, _AS_WELL = 0.6, 0.45, 0.5, 0.9


def told_of(query: str, hits: Sequence[Hit], said: Said, *, only_titles: bool) -> tuple[Quote, ...]:
    """Return what the corpus holds of the paper or the topic that `query` names or orders a summary of; nothing where it asks."""
    subject = subject_of(query)
    papers = {hit.passage.paper.paper_id: hit.passage.paper for hit in hits}
    if paper := titled(query, subject, papers.values()):
        return gist(paper, said)
    if only_titles or not (subject.is_ordered or subject.is_bare):
        return ()
    return telling(subject.text if subject.is_ordered else query, hits, said)


def told_of_all(hits: Sequence[Hit], said: Said) -> tuple[Quote, ...]:
    """Return what the papers of `hits` found: what the only one is about, or of each of several the sentence most like a finding."""
    papers = tuple({hit.passage.paper.paper_id: hit.passage.paper for hit in hits}.values())
    if len(papers) == 1:
        return gist(papers[0], said)
    like = [_findings(paper, said) for paper in papers[:_TOLD]]
    best = [max(each.items(), key=lambda item: item[1]) for each in like if each]
    return tuple(with_antecedent(Quote(passage, score)) for passage, score in best)


def gist(paper: Paper, said: Said) -> tuple[Quote, ...]:
    """Return what `paper` is about in the order of its abstract: the problem, what was done, and what was found.

    All of an abstract of at most four sentences; else its first, the first that speaks of the work itself, and of
    those behind it the two that are most like findings.
    """
    found = [hit for hit in said.sentences(paper.title, [paper]) if not is_idle(hit.passage.text)]
    if len(found) <= MAX_SENTENCES:
        return tuple(Quote(hit.passage, hit.score) for hit in found)
    own = next((place for place, hit in enumerate(found) if is_own_work(hit.passage.text)), 1)
    like = _findings(paper, said)
    after = range(own + 1, len(found)) or range(1, len(found))
    findings = sorted(after, key=lambda place: -(like.get(found[place].passage, 0.0) + _LATE * place / len(found)))
    places = sorted({0, own, *findings[: MAX_SENTENCES - len({0, own})]})
    quotes = [Quote(found[place].passage, found[place].score) for place in places]
    return tuple(
        quote if place - 1 in places else with_antecedent(quote) for place, quote in zip(places, quotes, strict=True)
    )


def telling(topic: str, hits: Sequence[Hit], said: Said) -> tuple[Quote, ...]:
    """Return a sentence of each of the best papers about `topic`, or, where one alone is, what it is about; nothing without one."""
    papers = {hit.passage.paper.paper_id: hit.passage.paper for hit in hits}
    wanted = _stems(topic)
    held = {key: _share(wanted, f"{paper.title} {paper.abstract}") for key, paper in papers.items()}
    fits = {key: share + _TITLED * _share(wanted, papers[key].title) for key, share in held.items() if share >= _HELD}
    about = [key for key, fit in fits.items() if fit >= _AS_WELL * max(fits.values())] or _near(topic, hits, said)
    if len(about) == 1:
        return gist(papers[about[0]], said)
    of_them = [hit for hit in hits if hit.passage.paper.paper_id in about[:_TOLD]]
    one = {quote.passage.paper.paper_id: quote for quote in one_each(topic, of_them, said)}
    return tuple(map(with_finding, one.values()))


def _findings(paper: Paper, said: Said) -> dict[Passage, float]:
    """How much like a finding each sentence of `paper` is."""
    found = [said.sentences(finding, [paper]) for finding in _FINDINGS]
    return {
        hits[0].passage: max(hit.score for hit in hits) + _FIGURE * holds_figure(hits[0].passage.text)
        for hits in zip(*found, strict=True)
    }


def _near(topic: str, hits: Sequence[Hit], said: Said) -> list[str]:
    """The papers that are about `topic` in other words, of which a sentence comes near to it."""
    papers = {hit.passage.paper.paper_id: hit.passage.paper for hit in hits}
    sentences = said.sentences(topic, tuple(papers.values()))
    return [key for key in papers if any(hit.score >= _NEAR for hit in sentences if hit.passage.paper.paper_id == key)]


def _share(wanted: set[str], text: str) -> float:
    return len(wanted & {*stems(text)}) / len(wanted) if wanted else 0.0


def _stems(topic: str) -> set[str]:
    return {stem for word in content_words(topic) for stem in stems(word)}
