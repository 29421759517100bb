"""What the record of the papers answers: exactly, from the store, with the papers cited."""

from collections.abc import Callable, Collection, Sequence
from itertools import takewhile

from assistant.question.asked import content_words, mentions
from assistant.question.conversation import Standalone
from assistant.question.corpus import Library
from assistant.question.limits import Limits
from assistant.question.record import Wanted, may_ask, wanted
from assistant.question.titles import Titled, titled
from assistant.reading.abstention import Abstention
from assistant.recorded.recorded import Recorded
from assistant.recorded.stating import entry, enumerated, lacking, number_of, stated
from assistant.recorded.tallies import count, tallied, tallied_of, which
from assistant.writing.listing import MOST_QUOTED
from index.filters import Filter, folded
from index.papers import Paper
from index.records.facets import Field, Order

# Passages that are looked through for the title that a question names, and papers that "the paper on X" may be.
_TITLES, _MEANT = 50, 3
_TALLIED: tuple[Field, ...] = ("author", "year", "venue")
# A topic to the papers on it.
OnTopic = Callable[[str, Filter], tuple[Paper, ...]]


def recorded(
    alone: Standalone, limited: Limits, library: Library, told_before: Sequence[Paper], on_topic: OnTopic
) -> Recorded | None:
    """Return what the record answers; None if the question asks for something else, or names a paper that is not found.

    `told_before` are the papers that the conversation has cited; `on_topic` finds those on a topic, the surest first.
    """
    if may_ask(alone.query) and (named := _named(alone.query, library)):
        want = wanted(named.rest, titled=True)
        return _of_papers(named.papers, want, library) if want and want.fields and not want.topic else None
    want = wanted(limited.left)
    if limited.unknown:
        # Of what no paper has, there are none.
        counted = want and want.counts and limited.within
        return Recorded(f"{limited.unknown[0].upper()}{limited.unknown[1:]}.") if counted else None
    if want and want.topic:
        return _on_topic(want, limited.within, told_before, on_topic, library)
    told = {paper.paper_id for paper in told_before} if want and want.others else set[str]()
    if want and not want.points:
        return _of_all(want, limited.within, alone.apart_from | told, library)
    return _listed(limited.within, alone.apart_from, Wanted(), library) if _is_limit_alone(limited) else None


def is_whole(limited: Limits) -> bool:
    """Whether a question names all that it asks of the record, so that it can lean on nothing that was said before."""
    want = wanted(limited.left)
    return bool(limited.within and want and (want.fields or want.counts) and not (want.topic or want.points))


def _of_all(want: Wanted, within: Filter, apart_from: Collection[str], library: Library) -> Recorded | None:
    """What is asked of all papers that the filter lets through."""
    if "notice" in want.fields:
        return _taken_back(within, library)
    if want.by:
        return tallied(want.by, within, library, top=want.top)
    if want.counts and not (want.counts == "paper" and within and library.facets.count(within) <= MOST_QUOTED):
        return Recorded(count(want.counts, within, library))
    if want.order:
        return _first(want, within, library)
    if want.fields and not within:
        field = next((field for field in _TALLIED if field in want.fields), None)
        return tallied(field, within, library) if field and want.several else None
    return _listed(within, apart_from, want, library)


def _is_limit_alone(limited: Limits) -> bool:
    return bool(limited.within) and not limited.topic and not limited.asks_what_they_say


def _named(query: str, library: Library) -> Titled | None:
    papers = dict.fromkeys(hit.passage.paper for hit in library.search(query, _TITLES))
    found = titled(query, papers)
    # One that is left beside a name may be the name of another: "GlowBERT and DimFormer".
    while found and (want := wanted(found.rest, titled=True)) and want.topic:
        further = titled(found.rest, [paper for paper in papers if paper not in found.papers])
        if not further:
            break
        found = Titled((*found.papers, *further.papers), further.rest)
    return found


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
    names = {*map(folded, paper.authors)}
    near = library.papers(Filter(authors=paper.authors), "newest") if names else ()
    found = [each for each in near if each != paper and not names.isdisjoint(map(folded, each.authors))]
    if not found:
        none = f"This corpus holds nothing else by {enumerated(paper.authors)}."
        sentence = none if names else " ".join(lacking(paper, ["author"]))
        return Recorded(why_not=Abstention("not_in_abstracts", sentence, paper))
    others = number_of(len(found), "other paper")
    told = tuple((entry(each, paper.authors), each) for each in found[:MOST_QUOTED])
    return Recorded(f"This corpus holds {others} by {' or '.join(paper.authors)}.", told)


def _on_topic(
    want: Wanted, within: Filter, told_before: Sequence[Paper], on_topic: OnTopic, library: Library
) -> Recorded | None:
    """What is asked of the papers on a topic, if it speaks of papers or means one that was told of."""
    named = [paper for paper in told_before if _holds(paper.title, want.topic)]
    if named and want.fields and not want.speaks_of_papers:
        return _of_papers(named[:1], want, library)
    asks = want.speaks_of_papers and ((want.fields and not want.counts) or want.by or want.order)
    papers = on_topic(want.topic, within) if asks else ()
    return _of_fitting(papers, want, library) if papers else None


def _of_fitting(papers: Sequence[Paper], want: Wanted, library: Library) -> Recorded:
    if want.by:
        return tallied_of(papers, want.by, top=want.top)
    if want.order:
        known = [paper for paper in papers if paper.year]
        known.sort(key=lambda paper: paper.year or 0, reverse=want.order == "newest")
        return _ordered(known, len(papers), len(known), want)
    by_title = [paper for paper in papers if _holds(paper.title, want.topic)]
    meant = papers if want.several else by_title[:_MEANT] or papers[:1]
    return _of_papers(meant[:MOST_QUOTED], want, library)


def _holds(text: str, topic: str) -> bool:
    words = content_words(topic)
    return bool(words) and all(mentions(text, word) for word in words)


def _first(want: Wanted, within: Filter, library: Library) -> Recorded:
    """The newest or oldest papers of all that the filter lets through."""
    total = library.facets.count(within)
    known = sum(count for _, count in library.facets.tally("year", within))
    order: Order = "newest" if want.order == "newest" else "oldest"
    return _ordered(library.papers(within, order, min(known, MOST_QUOTED)), total, known, want)


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


def _taken_back(within: Filter, library: Library) -> Recorded:
    """The papers that their sources say to be retracted or withdrawn, the newest first."""
    found = [paper for paper in library.papers(within, "newest") if paper.retracted]
    of = " ".join(["papers", *which(within, library)])
    papers = number_of(len(found), "paper") if found else "no paper"
    preface = f"Of the {of} of this corpus, {papers} {'are' if len(found) > 1 else 'is'} retracted or withdrawn, as the sources say"
    stop = f"; {MOST_QUOTED} of them:" if len(found) > MOST_QUOTED else "."
    told = tuple((stated(paper, ["notice"]), paper) for paper in found[:MOST_QUOTED])
    return Recorded(preface + stop, told)


def _listed(within: Filter, apart_from: Collection[str], want: Wanted, library: Library) -> Recorded:
    """The papers that a filter lets through, the newest first, apart from those told of where others are asked for."""
    papers = library.papers(within, "newest", None if apart_from else MOST_QUOTED)
    others = [paper for paper in papers if paper.paper_id not in apart_from]
    total = len(others) if apart_from else library.facets.count(within)
    found = number_of(total, "other paper" if apart_from else "paper") if total else "no other paper"
    first = ", the newest first" if others and others[0].year else ""
    stop = f"; {MOST_QUOTED} of them{first}:" if total > MOST_QUOTED else "."
    fields, named = () if want.others else want.fields, (*within.authors, *within.coauthors)
    told = [(stated(paper, fields) or entry(paper, named), paper) for paper in others[:MOST_QUOTED]]
    return Recorded(" ".join(["This corpus holds", found, *which(within, library)]) + stop, tuple(told))
