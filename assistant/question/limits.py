"""What a question says of the record of the papers it wants: years, authors, venues and sources become a filter."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from assistant.question.asked import content_words
from assistant.question.authors import Vocabulary, authors_in, cited_stranger, stranger
from assistant.question.record import asks_what_they_say, is_vocabulary
from assistant.question.subject import orders_alone, subject_of
from index.filters import Filter, folded
from index.records.known_names import Catalogue

_PAPERS = (
    r"(?:papers?|works?|stud(?:y|ies)|articles?|publications?|abstracts?|research|literature|publish(?:ed|es)?|appear(?:ed|s)?|"
    r"written|wrote|write|present(?:ed|s)?|authored|accepted|proposed|introduced)"
)
_YEAR = r"((?:19|20)\d\d)"
# Each with the first and the last year that it means, by its groups.
_SPANS = (
    (rf"(?:between|from|in|during)? ?{_YEAR} ?(?:and|to|until|till|through|-|–) ?{_YEAR}", lambda a, b: (a, b)),
    (rf"(?:(?:in|from) )?{_YEAR} (?:or|and) (?:later|newer|after)", lambda a: (a, None)),
    (rf"(?:(?:in|from) )?{_YEAR} (?:or|and) (?:earlier|older|before)", lambda a: (None, a)),
    (rf"from {_YEAR} on(?:wards?)?", lambda a: (a, None)),
    (rf"(?:since|starting (?:in|from)) {_YEAR}", lambda a: (a, None)),
    (rf"(?:after|later than|newer than) {_YEAR}", lambda a: (a + 1, None)),
    (rf"(?:before|prior to|earlier than|older than) {_YEAR}", lambda a: (None, a - 1)),
    (rf"(?:until|till|up to|no later than) {_YEAR}", lambda a: (None, a)),
)
_ONE_YEAR = re.compile(
    rf"\b(?:in|from|of|during)(?: the year)? {_YEAR}\b|\b{_YEAR}(?= (?:\w+ )?{_PAPERS}\b)", re.IGNORECASE
)
_ABOUT_PAPERS = re.compile(rf"\b{_PAPERS}\b", re.IGNORECASE)
_PUBLISHED_AT = re.compile(
    rf"\b{_PAPERS} (?:in|at|from) (?:the )?([A-Z][\w&-]*(?: [A-Z][\w&-]*)*)|\b([A-Z][\w&-]+) papers\b"
)
_APPEARED = re.compile(r"\b(?:publish|appear|present|accept)\w* $|\bat $", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Limits:
    """A question apart from what it says of the record of the papers.

    `topic` is what is left of it; empty if it asks for nothing but papers, though words are `left`. `unknown` says what it asks of the record that the
    corpus cannot tell, empty if nothing.
    """

    topic: str
    within: Filter
    unknown: str = ""
    left: str = ""

    @property
    def asks_for_papers(self) -> bool:
        """Whether it speaks of papers, or asks for nothing but what the filter lets through."""
        return not self.topic or bool(_ABOUT_PAPERS.search(self.topic))

    @property
    def asks_what_they_say(self) -> bool:
        """Whether it asks what the papers that the filter lets through found, whatever that is, or orders to sum them up."""
        return bool(self.within) and (asks_what_they_say(self.left) or orders_alone(self.left))

    @property
    def asks_for_all_they_say(self) -> bool:
        """Whether it asks that, on no topic."""
        return self.asks_what_they_say and not (self.topic and content_words(subject_of(self.left).text))


def limits(query: str, catalogue: Catalogue, vocabulary: Vocabulary, waived: Collection[str] = ()) -> Limits:
    """Take years, authors, venues and sources out of `query`; those that are `waived` limit nothing. English only."""
    found = Limits(query, Filter(), left=query)
    for read in (_source, _venue, _author, _years):
        found = read(found, catalogue, vocabulary)
        if found.unknown:
            return replace(found, topic=query)
    found = replace(found, within=found.within.without(waived))
    if found.within and not catalogue.count(found.within):
        return replace(found, topic=query, unknown=f"no paper of this corpus is {described(found.within)}")
    return found


def narrowed(found: Limits, within: Filter, catalogue: Catalogue) -> Limits:
    """`found` within what was asked for besides it; where no paper is in both, that is unknown."""
    if found.unknown:
        return replace(found, within=within or found.within)
    both = within.both(found.within)
    if within and not catalogue.count(both):
        return replace(found, within=within, unknown=f"no paper of this corpus is {described(both)}")
    return replace(found, within=both)


def described(within: Filter) -> str:
    """A filter in words: "from 2019 to 2021, by Manning"."""
    told = ", ".join(_described(replace(within, also=None)))
    return f"{told}, and {described(within.also)}" if within.also else told


def _described(within: Filter) -> Iterator[str]:
    if within.since and within.since == within.until:
        yield f"from {within.since}"
    elif within.since and within.until:
        yield f"from {within.since} to {within.until}"
    elif within.since or within.until:
        yield f"from {within.since} or later" if within.since else f"from {within.until} or earlier"
    if within.coauthors:
        yield f"by {' and '.join(within.coauthors)}"
    if within.authors:
        yield f"by {' or '.join(within.authors)}"
    if within.venues:
        # Of "acl" and "acl, ijcnlp", what was asked for is the one.
        shared = set.intersection(*({venue, *venue.split(", ")} for venue in within.venues))
        yield f"in {' / '.join(sorted(shared) or within.venues)}"
    if within.sources:
        yield f"from the file {' or '.join(within.sources)}"
    if within.without_retracted:
        yield "not retracted"


def _years(found: Limits, catalogue: Catalogue, _: Vocabulary) -> Limits:
    if found.within.since:
        return found
    for pattern, years in _SPANS:
        if span := re.search(rf"\b{pattern}\b", found.topic, re.IGNORECASE):
            since, until = years(*map(int, span.groups()))
            break
    else:
        is_of_papers = found.within.authors or found.within.coauthors or _ABOUT_PAPERS.search(found.topic)
        span = _ONE_YEAR.search(found.topic) if is_of_papers else None
        if not span:
            return found
        since = until = int(span.group(1) or span.group(2))
    if "year" not in catalogue.fields:
        return replace(found, unknown="of none of its papers does this corpus know the year")
    return _without(found, span, replace(found.within, since=since, until=until))


def _source(found: Limits, catalogue: Catalogue, _: Vocabulary) -> Limits:
    for source in catalogue.sources:
        named = re.search(rf"(?:\b(?:in|from|of) )?(?:the )?(?:file |source )?{re.escape(source)}(?!\w)", found.topic)
        if named and "." in source:
            return _without(found, named, replace(found.within, sources=(source,)))
    return found


def _venue(found: Limits, catalogue: Catalogue, vocabulary: Vocabulary) -> Limits:
    parts: dict[str, list[str]] = {}
    for venue in catalogue.venues:
        for part in {venue, venue.replace(", ", "-"), *venue.split(", ")}:
            parts.setdefault(part, []).append(venue)
    for name in sorted(parts, key=len, reverse=True):
        if named := _venue_named(name, found, vocabulary):
            year = int(named.group(2)) if named.group(2) else None
            return _without(found, named, replace(found.within, venues=tuple(parts[name]), since=year, until=year))
    published = _PUBLISHED_AT.search(found.topic)
    # Papers on Transformers are no Transformers papers: only what stands behind "published at" can be nothing but a venue.
    if not published or not published.group(1):
        return found
    if "venue" not in catalogue.fields:
        return replace(found, unknown="of none of its papers does this corpus know the venue")
    within = replace(found.within, venues=(published.group(1),))
    return replace(
        found, within=within, unknown=f"no paper of this corpus is known to have appeared in {published.group(1)}"
    )


def _venue_named(name: str, found: Limits, vocabulary: Vocabulary) -> re.Match[str] | None:
    """Where the topic says a venue: behind "at" or "in", or before a year or "papers"; "a SemEval task" is none.

    In lower case, what the abstracts use as a word is one only where something is said to have appeared in it.
    """
    if name not in folded(found.topic) or not _ABOUT_PAPERS.search(found.topic):
        return None
    spelt = rf"(?<![\w-])({re.escape(name)})(?: {_YEAR})?(?![\w-])"
    behind = re.search(
        rf"\b(?:at|in|from|of|by) (?:the )?{spelt}(?! (?:shared )?(?:tasks?|data|corp))", found.topic, re.IGNORECASE
    )
    before = re.search(rf"{spelt}(?= (?:\w+ )?{_PAPERS}\b)", found.topic, re.IGNORECASE)
    if behind and behind.group(1).islower() and vocabulary.writes(name) and not behind.group(2):
        behind = behind if _APPEARED.search(found.topic[: behind.start()]) else None
    return behind or (before if before and (before.group(2) or not before.group(1).islower()) else None)


def _author(found: Limits, catalogue: Catalogue, vocabulary: Vocabulary) -> Limits:
    unknown = cited_stranger(found.topic, catalogue, vocabulary)
    if not unknown and (said := authors_in(found.topic, catalogue, vocabulary)):
        together, any_of = (said.names, ()) if said.together else ((), said.names)
        within = replace(found.within, coauthors=together, authors=any_of)
        if said.year and not within.since and "year" in catalogue.fields:
            within = replace(within, since=said.year, until=said.year)
        return _cut(found, said.start, said.end, within)
    if name := unknown or stranger(found.topic, vocabulary):
        lacking = "author" not in catalogue.fields
        if lacking:
            return replace(found, unknown="of none of its papers does this corpus know the authors")
        within = replace(found.within, authors=(name,))
        return replace(found, within=within, unknown=f"no paper of this corpus is by {name}")
    return found


def _without(found: Limits, said: re.Match[str], within: Filter) -> Limits:
    return _cut(found, said.start(), said.end(), within)


def _cut(found: Limits, start: int, end: int, within: Filter) -> Limits:
    rest = " ".join(f"{found.topic[:start]} {found.topic[end:]}".split())
    rest = re.sub(r"\s+(?=[?.,;])", "", rest)
    return Limits("" if is_vocabulary(rest) else rest, within, left=rest)
