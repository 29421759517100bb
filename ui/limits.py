"""What papers a question is limited to, as chips: a condition of a filter each, in words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, replace

from assistant.question.corpus import Corpus
from assistant.question.limits import described
from index.filters import EVERYTHING, Filter

# Venues and authors that can be chosen: those with most papers.
_MOST = 100


def chips(within: Filter) -> tuple[tuple[str, Filter], ...]:
    """The conditions of a filter, each in words and alone."""
    return tuple((described(one), one) for one in _alone(within))


def chosen(words: Sequence[str], among: Sequence[tuple[str, Filter]]) -> Filter:
    """The filter of the chips of these `words`: of several years, both ends; of several names of one kind, any; words of none are passed over."""
    known = dict(among)
    filters = [known[one] for one in words if one in known]
    since = max((one.since for one in filters if one.since), default=None)
    until = min((one.until for one in filters if one.until), default=None)
    return Filter(
        since,
        until,
        venues=tuple(name for one in filters for name in one.venues),
        authors=tuple(name for one in filters for name in one.authors),
        sources=tuple(name for one in filters for name in one.sources),
    )


def implied(whole: Filter, beside: Filter) -> tuple[tuple[str, str], ...]:
    """The conditions that the words of a question set and nobody chose `beside` it, each in words with the name of its field."""
    own = {one for _, one in chips(beside)}
    return tuple((words, _field(one)) for words, one in chips(whole) if one not in own)


def choices(corpus: Corpus) -> tuple[tuple[str, Filter], ...]:
    """The chips that the papers of a corpus allow: years, venues, authors, sources; none of what no source gave."""
    return tuple((described(one), one) for one in _choices(corpus))


def _choices(corpus: Corpus) -> Iterator[Filter]:
    span = corpus.facets.span
    if span and span[0] < span[1]:
        years = range(span[1], span[0] - 1, -1)
        yield from (Filter(since=year) for year in years[:-1])
        yield from (Filter(until=year) for year in years[1:])
    for name, _ in corpus.tally("venue", most=_MOST):
        yield Filter(venues=(name,))
    for name, _ in corpus.tally("author", most=_MOST):
        yield Filter(authors=(name,))
    if len(corpus.facets.sources) > 1:
        yield from (Filter(sources=(name,)) for name in corpus.facets.sources)


def _alone(within: Filter) -> Iterable[Filter]:
    for field in fields(Filter):
        value = getattr(within, field.name)
        if field.name != "also" and value != getattr(EVERYTHING, field.name):
            yield replace(EVERYTHING, **{field.name: value})
    if within.also:
        yield from _alone(within.also)


def _field(within: Filter) -> str:
    return next(
        field.name for field in fields(Filter) if getattr(within, field.name) != getattr(EVERYTHING, field.name)
    )
