"""What is asked, in parts that can be searched: each with its limits, its heading, and whether it wants a list of papers."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise

from assistant.question.asked import asked, mentions
from assistant.question.comparing import Comparison, compared
from assistant.question.conversation import Standalone, points_at_paper, standalone
from assistant.question.corpus import Corpus
from assistant.question.grouping import Grouping, grouped
from assistant.question.limits import Limits, limits, narrowed
from assistant.question.negation import Wanted, wanted
from assistant.question.parts import Mode, parts_of, questions_of
from assistant.question.record import is_vocabulary
from assistant.question.spelling import Spelling, spelt
from assistant.question.talk import is_talk
from assistant.question.typed import AND_ASKS, joined_questions, leans_on_record, questions_in
from assistant.reading.fitting import papers_on
from assistant.reading.reader import Reader
from assistant.recorded.bibliography import is_whole, recorded
from assistant.recorded.recorded import Recorded
from assistant.types import Question
from index.filters import EVERYTHING, Filter
from index.index import Hit


@dataclass(frozen=True, slots=True)
class Part:
    """A part of what is asked: its heading, what is searched for it within its limits, and whether that is a list of papers.

    `within` lets through what is searched: where the limits are unknown, what was asked for besides the question. Of a
    list, `wanted` says what is left out, `by` what it is grouped by. Of a `comparison` it is the whole, or one `side`. `also` is
    what an LLM would search besides.
    """

    heading: str
    alone: Standalone
    limited: Limits
    lists: bool
    within: Filter = EVERYTHING
    wanted: Wanted = field(default_factory=lambda: Wanted(""))
    comparison: Comparison | None = None
    side: str = ""
    by: Grouping | None = None
    also: tuple[str, ...] = ()

    @property
    def query(self) -> str:
        """The words that are searched."""
        return self.limited.topic or self.alone.query

    def recorded(self, question: Question, corpus: Corpus, reader: Reader) -> Recorded | None:
        """What the record says, if it is asked, and of no papers apart from others."""
        if self.wanted.left_out or self.by:
            return None
        told_before = [paper for answer in question.history for _, paper in answer.papers]
        return recorded(self.alone, self.limited, corpus, told_before, partial(papers_on, corpus, reader))

    def about(self, heading: str, query: str) -> "Part":
        """The same of `query`."""
        return replace(
            self, heading=heading, alone=replace(self.alone, query=query), limited=replace(self.limited, topic=query)
        )


def asked_of(question: Question, corpus: Corpus, reader: Reader) -> tuple[str, ...]:
    """The questions in what was typed, without what is only said; none if nothing is asked of the corpus."""
    follows = bool(question.history)
    texts = questions_in(question.text, lambda name: _knows(corpus, name), follows=follows)
    leaning = {text for before, text in pairwise(texts) if leans_on_record(text, before)}
    asking = (
        text
        for text in texts
        if points_at_paper(replace(question, text=text))
        or not is_talk(text, corpus, follows=follows or text in leaning)
    )
    return tuple(part for text in asking for part in _apart(text, question, corpus, reader))


def understood(text: str, question: Question, corpus: Corpus) -> Part:
    """What `text`, one of the things that `question` asks, asks of the papers that its limits let through."""
    own = limits(text, corpus.facets, corpus.spelling) if question.history else None
    alone = Standalone(text) if own and is_whole(own) else standalone(replace(question, text=text), corpus.alike)
    request, by = grouped(alone.query)
    if is_vocabulary(request):
        # All papers by year are counted.
        request, by = alone.query, None
    asks = wanted(request)
    limited = _lifted(limits(asks.query, corpus.facets, corpus.spelling, question.waived), alone.lifted)
    if alone.lifted and limited.topic and not (limited.within or asks.left_out):
        # The turns after this one lean on a question without limits.
        alone = replace(alone, query=limited.topic)
    alone, limited = _spelt(alone, limited, corpus.spelling)
    limited_list = limited.within and limited.asks_for_papers and not limited.asks_what_they_say
    lists = asked(alone.query).lists or bool(asks.left_out or limited_list)
    limited = narrowed(limited, question.within, corpus.facets)
    within = question.within if limited.unknown else limited.within
    return Part("", alone, limited, lists, within, asks, by=by if lists else None)


def found_for(part: Part, corpus: Corpus, k: int) -> tuple[Hit, ...]:
    """Return the best `k` hits for a part: those for its words and, none of them before the best of these, those for what else is searched.

    The scores of another search are lowered, where its best is better, until it is as good as that of the question's own.
    """
    found = [corpus.search(query, k, within=part.within) for query in (part.query, *part.also)]
    best: dict[str, Hit] = {}
    for hits in found:
        lowered = max(0.0, hits[0].score - found[0][0].score) if hits and found[0] else 0.0
        for hit in hits:
            key = hit.passage.passage_id
            if key not in best or hit.score - lowered > best[key].score:
                best[key] = replace(hit, score=hit.score - lowered)
    return tuple(sorted(best.values(), key=lambda hit: -hit.score))[:k]


def searched(one: Part, corpus: Corpus, mode: Mode) -> list[Part]:
    """What is searched for one question: its parts or its sides, or the question."""
    if one.lists:
        return [one]
    parts = () if mode == "fast" else parts_of(one.query)
    if not parts and (comparison := compared(one.query, corpus.alike)):
        whole = replace(one, comparison=comparison)
        sides = [whole.about(side, query) for side, query in zip(comparison.sides, comparison.queries, strict=True)]
        return [whole, *(replace(part, side=part.heading) for part in sides)]
    if mode == "fast":
        return [one, *(one.about(part.heading, part.query) for part in questions_of(one.query))]
    return [one.about(part.heading, part.query) for part in parts] or [one]


def _apart(text: str, question: Question, corpus: Corpus, reader: Reader) -> tuple[str, ...]:
    """The questions that `text` joins, of which the record is asked some; `text` where it names a paper that is so called."""
    pieces = joined_questions(text)
    named = understood(text, question, corpus).recorded(question, corpus, reader) if len(pieces) > 1 else None
    return (text,) if named and any(AND_ASKS.search(paper.title) for _, paper in named.told) else pieces


def _knows(corpus: Corpus, name: str) -> bool:
    """Whether the papers found for `name` hold it."""
    papers = [hit.passage.paper for hit in corpus.search(name, 1)]
    return any(mentions(f"{paper.title} {paper.abstract}", name) for paper in papers)


def _lifted(limited: Limits, lifted: Collection[str]) -> Limits:
    """What is left where the limits of these names are `lifted`."""
    if not lifted:
        return limited
    within = replace(limited.within, **{name: getattr(EVERYTHING, name) for name in lifted})
    return replace(limited, within=within, unknown="")


def _spelt(alone: Standalone, limited: Limits, spelling: Spelling) -> tuple[Standalone, Limits]:
    """Both in the spelling of the corpus; what the limits have read, names of people and places, stays as it is."""
    topic = spelt(limited.topic, spelling)
    query = topic if limited.topic == alone.query else alone.query
    return replace(alone, query=query), replace(limited, topic=topic)
