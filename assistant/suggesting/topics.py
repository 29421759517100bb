"""Noun phrases of a corpus: what ends a stretch of words in a title, and stands in other papers, too."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from assistant.question.asked import content_words, is_coined, words
from assistant.question.corpus import Corpus
from index.papers import Paper

_TOKEN = re.compile(r"[^\W_][\w+/’'-]*|[^\w\s]")
_BETWEEN = words("via toward towards through during against versus vs without within across beyond using based is are")
# What stands before these goes on behind them: "large language and vision models".
_JOINS = words("and or & /")
# They tell nothing of what they stand before.
_IDLE = words(
    "proposed different new novel various several single many complex recent existing simple better larger smaller improved efficient"
)
# What stands behind these is one of its kind, and wants them in a question, too: "a voice assistant".
_DETERMINERS = words("a an the this that each every any no one another its our their his her my your some such")
# In a title, what opens with a verb is no noun phrase.
_GERUND = re.compile(r"[a-z]{2,}ing", re.IGNORECASE)
_MOST_WORDS, _LONGEST = 4, 48
# A topic of fewer papers is none, and one of more tells nothing apart.
_FEWEST, _MANY = 2, 12
# Passages in which the papers on a topic are counted.
_COUNTED = 50
# So alike are the titles of papers that are about much the same (cosine).
_ALIKE = 0.45


def topics(of: Paper, among: Sequence[Paper]) -> tuple[str, ...]:
    """Return the phrases of titles that `of` speaks of and at least one other of `among`, the longest first, as abstracts spell them.

    A noun phrase of English ends with its noun, so that each end of one is one by itself. In some abstract it stands alone, without an article
    before it and a noun behind; else its plural does.
    """
    papers = {paper.paper_id: paper for paper in (of, *among)}
    texts = {key: f"{paper.title}\n{paper.abstract}" for key, paper in papers.items()}
    tokens = [_TOKEN.findall(paper.abstract) for paper in papers.values()]
    phrases = {phrase.lower() for paper in papers.values() for phrase in phrases_of(paper.title)}
    held: list[str] = []
    for phrase in sorted(phrases, key=lambda each: (-len(each), each)):
        if phrase not in texts[of.paper_id].lower() or any(phrase in longer.lower() for longer in held):
            continue
        speaking = [
            key for key, text in texts.items() if re.search(rf"(?<![\w-]){re.escape(phrase)}s?(?![\w-])", text, re.I)
        ]
        if of.paper_id in speaking and len(speaking) >= _FEWEST:
            held += [spelt for each in (phrase, f"{phrase}s") if (spelt := _alone(each, tokens))][:1]
    return tuple(held)


def tells_apart(topic: str, corpus: Corpus) -> bool:
    """Whether some papers speak of `topic`, but not many."""
    papers = {hit.passage.paper for hit in corpus.search(topic, _COUNTED)}
    speaking = sum(topic.lower() in f"{paper.title}\n{paper.abstract}".lower() for paper in papers)
    return _FEWEST <= speaking <= _MANY


def near(text: str, papers: Sequence[Paper], corpus: Corpus, least: float = _ALIKE) -> list[Paper]:
    """Return those of `papers` that are about much the same as `text`, the nearest first: their titles are so like it, at `least`."""
    likeness = corpus.alike(text, [paper.title for paper in papers]) if papers else ()
    ranked = sorted(zip(likeness, range(len(papers)), strict=True), reverse=True)
    return [papers[place] for cosine, place in ranked if cosine >= least]


def phrases_of(title: str) -> Iterator[str]:
    """Yield the noun phrases of two to four words that end where a stretch of content words does."""
    for stretch in _stretches(title):
        for begin in range(max(0, len(stretch) - _MOST_WORDS), len(stretch) - 1):
            phrase = " ".join(stretch[begin:])
            opens = stretch[begin]
            if len(phrase) <= _LONGEST and not _GERUND.fullmatch(opens) and opens.lower() not in _IDLE:
                yield phrase


def _stretches(title: str) -> Iterator[list[str]]:
    stretch: list[str] = []
    for token in (*_TOKEN.findall(title), "."):
        if token[0].isalnum() and content_words(token) and token.lower() not in _BETWEEN:
            stretch.append(token)
        else:
            if token.lower() not in _JOINS:
                yield stretch
            stretch = []


def _alone(phrase: str, tokens: Sequence[Sequence[str]]) -> str:
    """A phrase as abstracts mostly write it where it stands alone, without the capital that opens a sentence; empty if it never does."""
    wanted = phrase.split()
    count, found, small = len(wanted), Counter[str](), set[str]()
    for said in tokens:
        small |= {*said}
        for place in range(1, len(said) - count):
            spelt = said[place : place + count]
            before, behind = said[place - 1], said[place + count]
            if (
                [*map(str.lower, spelt)] == wanted
                and _is_end(behind)
                and _is_end(before)
                and before.lower() not in _DETERMINERS
            ):
                found[" ".join(spelt)] += 1
    most = max(found, key=lambda one: (found[one], one), default="")
    return " ".join(word.lower() if word.lower() in small and not is_coined(word) else word for word in most.split())


def _is_end(token: str) -> bool:
    return not content_words(token) or token.lower() in _BETWEEN
