"""What the record of the papers answers: exactly, from the store, with the papers cited."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Protocol

from assistant.abstention import Abstention
from assistant.asked import asked, content_words, mentions
from assistant.clock import Clock
from assistant.conversation import Numbering, Standalone
from assistant.limits import Catalogue, Limits, described
from assistant.listing import DEPTH, MOST_QUOTED, fitting
from assistant.record import Wanted, may_ask, wanted
from assistant.stating import entry, enumerated, lacking, number_of, stated
from assistant.titles import Titled, titled
from assistant.types import RECORD, Answer, Citation, Claim, Evidence, Question
from index.facets import Field, Order
from index.filters import EVERYTHING, Filter
from index.index import Hit, Retriever
from index.papers import Paper
from index.passages import Passage, sentences_in

# Passages that are looked through for the title that a question names, and papers that "the paper on X" may be.
_TITLES, _MEANT = 50, 3
_COUNTED: dict[str, str] = {"author": "author", "year": "year", "venue": "venue"}
_PLACED: dict[Field, str] = {"author": "by", "year": "from", "venue": "in"}


class Library(Retriever, Protocol):
    """A retriever that knows the records of what it searches."""

    def papers(
        self, within: Filter = EVERYTHING, order: Order = "stored", most: int | None = None
    ) -> tuple[Paper, ...]:
        """The papers that `within` lets through, at most `most`; by year, those of an unknown one come last."""
        ...

    def tally(self, field: Field, within: Filter = EVERYTHING, most: int | None = None) -> tuple[tuple[str, int], ...]:
        """How many papers bear each year, or each venue or author, those with most papers first; at most `most`."""
        ...

    @property
    def facets(self) -> Catalogue:
        """The years, venues, authors and sources of the papers."""
        ...


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the record says: a sentence before all, sentences with their papers, what no source gave; or why nothing."""

    preface: str = ""
    told: tuple[tuple[str, Paper], ...] = ()
    missing: tuple[str, ...] = ()
    why_not: Abstention | None = None

    def evidence(self, query: str, within: Filter) -> Evidence:
        """The papers that are told of, each by the beginning of its abstract."""
        return Evidence(query, tuple(Hit(_opening(paper), 1.0) for _, paper in self.told), within, len(self.told))

    def answer(self, question: Question, evidence: Evidence, clock: Clock) -> Answer:
        """The sentences as claims that no words of an abstract support, and none need."""
        numbering = Numbering(question)
        claims = tuple(
            Claim(text, (Citation(numbering.number(paper.paper_id), _opening(paper)),), "unscored", None, RECORD)
            for text, paper in self.told
        )
        text = " ".join(filter(None, [self.preface, *(claim.marked for claim in claims)]))
        return Answer(
            question.text,
            evidence,
            claims,
            text,
            preface=self.preface,
            missing=self.missing,
            engine=RECORD,
            timings=clock.timings(),
        )


def recorded(alone: Standalone, limited: Limits, library: Library, told_before: Sequence[Paper]) -> Recorded | None:
    """Return what the record answers; None if the question asks for something else, or names a paper that is not found.

    `told_before` are the papers that the conversation has cited.
    """
    if may_ask(alone.query) and (named := _named(alone.query, library)):
        want = wanted(named.rest, titled=True)
        return _of_papers(named.papers, want, library) if want and want.fields and not want.topic else None
    want = wanted(limited.left)
    if limited.unknown:
        sentence = f"{limited.unknown[0].upper()}{limited.unknown[1:]}."
        return Recorded(sentence) if want and want.counts and not want.topic and limited.within else None
    if want is None or want.points:
        return _listed(limited.within, alone, want or Wanted(), library) if _is_limit_alone(limited) else None
    if want.topic:
        return _on_topic(want, limited.within, library, told_before)
    if want.by:
        return _tallied(want.by, library.tally(want.by, limited.within), limited.within, library, top=want.top)
    if want.counts and (want.counts != "paper" or not limited.within):
        return Recorded(_count(want.counts, limited.within, library))
    if want.order:
        return _first(want, limited.within, library)
    if want.fields and not limited.within and not want.speaks_of_papers:
        return _all_of(want.fields[0], library)
    if want.fields and not limited.within and not want.several:
        return None
    return _listed(limited.within, alone, want, library)


def _is_limit_alone(limited: Limits) -> bool:
    return bool(limited.within) and not limited.topic


def _named(query: str, library: Library) -> Titled | None:
    papers = dict.fromkeys(hit.passage.paper for hit in library.search(query, _TITLES))
    return titled(query, papers)


def _of_papers(papers: Sequence[Paper], want: Wanted, library: Library) -> Recorded:
    """What is asked of papers that are named, or of the other papers by their authors."""
    if want.others and "author" in want.fields:
        return _others_by_the_same(papers[0], library)
    told = [(sentence, paper) for paper in papers if (sentence := stated(paper, want.fields))]
    missing = tuple(sentence for paper in papers for sentence in lacking(paper, want.fields))
    if told:
        return Recorded(told=tuple(told), missing=missing)
    return Recorded(why_not=Abstention("not_in_abstracts", " ".join(missing), papers[0]))


def _others_by_the_same(paper: Paper, library: Library) -> Recorded:
    found = [each for each in library.papers(Filter(authors=paper.authors), "newest") if each != paper]
    if not paper.authors or not found:
        none = f"This corpus holds nothing else by {enumerated(paper.authors)}."
        sentence = none if paper.authors else " ".join(lacking(paper, ["author"]))
        return Recorded(why_not=Abstention("not_in_abstracts", sentence, paper))
    others = f"{number_of(len(found), 'other paper')} by {' or '.join(paper.authors)}"
    return Recorded(f"This corpus holds {others}.", _entries(found))


def _on_topic(want: Wanted, within: Filter, library: Library, told_before: Sequence[Paper]) -> Recorded | None:
    """What is asked of the papers on a topic, if it speaks of papers or means one that was told of."""
    named = [paper for paper in told_before if _holds(paper.title, want.topic)]
    if named and want.fields and not want.speaks_of_papers:
        return _of_papers(named[:1], want, library)
    if not (want.speaks_of_papers or want.order) or want.counts not in {"", "paper"}:
        return None
    if not (want.fields or want.by or want.order):
        return None
    papers = _fitting(want.topic, within, library)
    if not papers:
        return None
    if want.by:
        return _tallied(want.by, _tally(want.by, papers), within, library, top=want.top, total=len(papers))
    if want.order:
        known = [paper for paper in papers if paper.year]
        known.sort(key=lambda paper: paper.year or 0, reverse=want.order == "newest")
        return _ordered(known, len(papers), len(known), want)
    if not want.several and "who" not in want.topic:
        by_title = [paper for paper in papers if _holds(paper.title, want.topic)]
        papers = by_title[:_MEANT] or papers[:1]
    return _of_papers(papers[:MOST_QUOTED], want, library)


def _fitting(topic: str, within: Filter, library: Library) -> list[Paper]:
    """The papers on a topic, best first; none if no paper holds most of its words."""
    hits = fitting(asked(topic), topic, library.search(topic, DEPTH, within=within))
    found, words = [hit.passage.paper for hit in hits], content_words(topic)
    held = {paper: sum(mentions(f"{paper.title}\n{paper.abstract}", word) for word in words) for paper in found}
    return [paper for paper in found if 2 * held[paper] >= len(words)]


def _holds(text: str, topic: str) -> bool:
    words = content_words(topic)
    return bool(words) and all(mentions(text, word) for word in words)


def _first(want: Wanted, within: Filter, library: Library) -> Recorded:
    """The newest or oldest papers of all that the filter lets through."""
    total = library.facets.count(within)
    known = sum(count for _, count in library.facets.tally("year", within))
    order: Order = "newest" if want.order == "newest" else "oldest"
    return _ordered(library.papers(within, order, known)[: max(want.most, MOST_QUOTED)], total, known, want)


def _ordered(papers: Sequence[Paper], total: int, known: int, want: Wanted) -> Recorded:
    if not papers:
        sentence = f"Which is the {want.order} cannot be told: no source gave the year of " + (
            "any of these papers." if total > 1 else "this paper."
        )
        return Recorded(why_not=Abstention("not_in_abstracts", sentence))
    alike = [*takewhile(lambda paper: paper.year == papers[0].year, papers)]
    first = alike if want.most == 1 else papers[: want.most]
    unknown = f" whose year is known; of {total - known:,} no source gave it" if known < total else ""
    share = "this is" if len(first) == 1 else "these are"
    preface = f"Of {number_of(known, 'paper')}{unknown}{';' if unknown else ','} {share} the {want.order}."
    told = tuple((stated(paper, want.fields) or entry(paper), paper) for paper in first[:MOST_QUOTED])
    return Recorded(preface, told)


def _count(what: str, within: Filter, library: Library) -> str:
    if what != "paper":
        field: Field = {"author": "author", "year": "year", "venue": "venue"}[what]  # type: ignore[assignment]
        return _number_of_names(field, library.facets.tally(field, within), within)
    papers = number_of(library.facets.count(within), "paper")
    is_one = papers == "1 paper"
    if within:
        return f"{papers} of this corpus {'is' if is_one else 'are'} {described(within)}."
    return f"There {'is' if is_one else 'are'} {papers} in this corpus."


def _number_of_names(field: Field, found: Sequence[tuple[str, int]], within: Filter) -> str:
    papers = f"papers {described(within)}" if within else "papers of this corpus"
    if not found:
        return f"Of none of the {papers} a source gave the {field}."
    span = f", {found[0][0]} to {found[-1][0]}" if field == "year" and len(found) > 1 else ""
    return f"The {papers} are {_PLACED[field]} {number_of(len(found), field)}{span}."


def _all_of(field: str, library: Library) -> Recorded | None:
    """All authors, venues or years of the corpus."""
    if field not in _PLACED:
        return None
    known: Field = field  # type: ignore[assignment]
    return _tallied(known, library.tally(known), EVERYTHING, library, top=False)


def _tally(field: Field, papers: Sequence[Paper]) -> tuple[tuple[str, int], ...]:
    borne: dict[Field, list[str]] = {
        "author": [name for paper in papers for name in dict.fromkeys(paper.authors)],
        "year": sorted(str(paper.year) for paper in papers if paper.year),
        "venue": [paper.venue for paper in papers if paper.venue],
    }
    found = Counter(borne[field])
    return tuple(found.items()) if field == "year" else tuple(found.most_common())


def _tallied(
    field: Field,
    found: Sequence[tuple[str, int]],
    within: Filter,
    library: Library,
    *,
    top: bool,
    total: int | None = None,
) -> Recorded:
    """How many papers there are by a field, or by what of it has most."""
    total = library.facets.count(within) if total is None else total
    if not found:
        return Recorded(
            why_not=Abstention("not_in_abstracts", f"No source gave the {field} of any of these {total:,} papers.")
        )
    limit = f"Of papers {described(within)}: " if within else ""
    if top:
        most = max(count for _, count in found)
        names = [name for name, count in found if count == most]
        each = " each" if len(names) > 1 else ""
        return Recorded(f"{limit}The most papers are {_PLACED[field]} {enumerated(names)}: {most:,}{each}.")
    told = [f"{number_of(count, 'paper')} {_PLACED[field]} {name}" for name, count in found]
    unknown = total - sum(count for _, count in found) if field != "author" else 0
    told += [f"{number_of(unknown, 'paper')} of which no source gave the {field}"] if unknown > 0 else []
    return Recorded(f"{limit}{enumerated(told)}.")


def _listed(within: Filter, alone: Standalone, want: Wanted, library: Library) -> Recorded:
    """The papers that a filter lets through, the newest first, apart from those told of where others are asked for."""
    papers = [paper for paper in library.papers(within, "newest") if paper.paper_id not in alone.apart_from]
    found = number_of(len(papers), "other paper" if alone.apart_from else "paper")
    preface = f"This corpus holds {found} {described(within)}".rstrip() + "."
    if len(papers) > MOST_QUOTED:
        preface = f"{preface[:-1]}; {MOST_QUOTED} of them, the newest first:"
    told = [(stated(paper, want.fields) or entry(paper), paper) for paper in papers[:MOST_QUOTED]]
    return Recorded(preface, tuple(told))


def _entries(papers: Sequence[Paper]) -> tuple[tuple[str, Paper], ...]:
    return tuple((entry(paper), paper) for paper in papers[:MOST_QUOTED])


def _opening(paper: Paper) -> Passage:
    """The first sentence of an abstract."""
    whole = Passage(paper, 0, len(paper.abstract))
    return next(iter(sentences_in(whole)), whole)
