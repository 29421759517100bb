"""The papers that a question asks for, apart from those that it leaves out."""

from collections.abc import Container, Sequence

from assistant.asking import Part, found_for
from assistant.question.asked import content_words
from assistant.question.corpus import Corpus
from assistant.question.limits import described, limits
from assistant.question.negation import called, speaks_of, told
from assistant.question.spelling import spelt
from assistant.reading.fitting import DEPTH, fitting, one_hit_each
from assistant.reading.reader import Reader
from assistant.types import Evidence
from assistant.writing.listing import topic_of
from index.index import Hit

_TAKEN_BACK = ("retracted", "withdrawn", "retractions", "withdrawals")


def listed(corpus: Corpus, part: Part, reader: Reader, k: int) -> Evidence:
    """The best passage of each paper that `part` asks for, without what it leaves out; the `k` nearest where none fits."""
    topic, within = topic_of(part.limited.topic), part.limited.within
    found = found_for(part.about("", topic or part.alone.query), corpus, DEPTH)
    hits = apart_from(part.alone.apart_from, found)
    kept, apart, is_read = _without(corpus, part.wanted.left_out, hits)
    unread = part.wanted.unread or not is_read
    every = not content_words(topic)
    if every and not apart:
        whole = corpus.facets.count(within)
        return Evidence(part.alone.query, one_hit_each(hits), within, whole, unread=unread)
    fit = one_hit_each(kept) if every else fitting(part.wanted.query, topic, kept, corpus, reader)
    for text in part.also:
        other = topic_of(text.rstrip(" ?."))
        fit = one_hit_each([*fit, *fitting(f"papers on {other}", other, kept, corpus, reader)])
    return Evidence(part.alone.query, fit or kept[:k], within, len(fit), len(found) < DEPTH, apart, unread=unread)


def apart_from(told: Container[str], hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """The hits of papers whose ids are not among those `told` of."""
    return tuple(hit for hit in hits if hit.passage.paper.paper_id not in told)


def _without(corpus: Corpus, left_out: Sequence[str], hits: Sequence[Hit]) -> tuple[tuple[Hit, ...], str, bool]:
    """The hits of papers that are not left out; which papers are, in words; and whether all that was denied could be.

    A year or an author is left out by the record, where the record knows any.
    """
    papers = {hit.passage.paper.paper_id: hit.passage.paper for hit in hits}
    texts = {key: f"{paper.title}\n{paper.abstract}" for key, paper in papers.items()}
    gone: set[str] = set()
    words: list[str] = []
    is_read = True
    for phrase in left_out:
        if phrase.lower() in _TAKEN_BACK:
            gone |= {key for key, paper in papers.items() if paper.retracted}
            words.append("those that are retracted or withdrawn")
            continue
        by_record = limits(f"papers {phrase}", corpus.facets, corpus.spelling)
        if by_record.unknown and not by_record.within:
            is_read = False
            continue
        if by_record.within and (by_record.unknown or not by_record.topic):
            of_them = {hit.passage.paper.paper_id for hit in corpus.search(phrase, DEPTH, within=by_record.within)}
            words.append(f"those {described(by_record.within)}")
        else:
            names = called(spelt(phrase, corpus.spelling), texts.values())
            of_them = {key for key, text in texts.items() if any(speaks_of(text, name) for name in names)}
            words.append(told(names))
        gone |= of_them & papers.keys()
    apart = f"apart from {' and '.join(words)} ({len(gone)} paper{'' if len(gone) == 1 else 's'})" if words else ""
    return apart_from(gone, hits), apart, is_read
