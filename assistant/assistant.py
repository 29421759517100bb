"""`Assistant`: the path of a question, read top to bottom."""

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from assistant.abstention import ANSWER_ABOVE, EMPTY, TOO_MANY, none_fits, off_topic, too_far, unanswered, unknown
from assistant.abstractive import Writer
from assistant.action import Action
from assistant.asked import asked, content_words, mentions
from assistant.authors import Vocabulary
from assistant.bibliography import is_whole, recorded
from assistant.clock import Clock
from assistant.comparing import Comparison, compared, either, side_draft
from assistant.conversation import Standalone, standalone
from assistant.extractive import chosen, one_each, quotes, with_antecedent
from assistant.figures import with_figure_first
from assistant.gist import told_of
from assistant.grounding import Judge
from assistant.limits import Limits, described, limits, narrowed
from assistant.listing import DEPTH, MOST_QUOTED, counted, fitting, one_hit_each, topic_of
from assistant.parts import Mode, parts_of, questions_of
from assistant.premise import corrected, false_premise
from assistant.reading import Reader, chance_of_answer, read_closely
from assistant.recorded import Library, Recorded
from assistant.spelling import Spelling, spelt
from assistant.talk import Holdings, about, is_talk
from assistant.telling import Draft, Section, Teller, refusal, said, together, whole_or_parts
from assistant.typed import MOST_QUESTIONS, questions_in
from assistant.types import Answer, Evidence, Question, Step
from index.filters import EVERYTHING, Filter
from index.index import Hit
from index.known_names import Catalogue, require_known
from index.papers import Paper, normalise

Event = Evidence | Step | str | Answer

# Passages to spare for each paper that is left out.
_SPARE = 5


class Words(Spelling, Vocabulary, Protocol):
    """How the papers spell their words, and which words they use."""


class Records(Catalogue, Holdings, Protocol):
    """What is known of the records of a corpus, and of it as a whole."""


class Corpus(Library, Protocol):
    """A retriever that knows the records of what it searches, and the sentences of what it found."""

    def sentences(self, query: str, papers: Sequence[Paper]) -> tuple[Hit, ...]:
        """Return the sentences of `papers`, in order, each scored by its cosine with `query`."""
        ...

    @property
    def spelling(self) -> Words:
        """How the papers spell their words, and which they use."""
        ...

    def alike(self, text: str, others: Sequence[str]) -> tuple[float, ...]:
        """Return the cosine of `text` with each of `others`."""
        ...

    @property
    def facets(self) -> Records:
        """The years, venues, authors and sources of the papers."""
        ...


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of what is asked: its heading, what is searched for it within its limits, and whether that is a list of papers.

    Of a `comparison` it is the whole, or one `side`.
    """

    heading: str
    alone: Standalone
    limited: Limits
    lists: bool
    comparison: Comparison | None = None
    side: str = ""

    @property
    def query(self) -> str:
        """The words that are searched."""
        return self.limited.topic or self.alone.query

    def recorded(self, question: Question, corpus: Corpus) -> Recorded | None:
        """What the record says, if it is asked."""
        told_before = [paper for answer in question.history for _, paper in answer.papers]
        return recorded(self.alone, self.limited, corpus, told_before)

    def about(self, heading: str, query: str) -> "_Part":
        """The same of `query`."""
        return replace(
            self, heading=heading, alone=replace(self.alone, query=query), limited=replace(self.limited, topic=query)
        )


class Assistant:
    """Answers questions from sentences that it can cite; each from the corpus that is the newest when it is asked.

    Of `k` passages; a question is refused if the probability that they answer it is below `answer_above`. With a
    `writer`, an LLM writes the answer, unless it is a list of papers or rests on words that contradict the question. In
    the `mode` deep, a compound question is answered part by part and what speaks against the answer is looked for; in
    the mode auto, of compound questions alone.
    """

    def __init__(
        self,
        newest: Callable[[], Corpus],
        judge: Judge,
        reader: Reader,
        k: int,
        answer_above: float = ANSWER_ABOVE,
        *,
        writer: Writer | None = None,
        mode: Mode = "fast",
    ) -> None:
        self._newest = newest
        self._judge = judge
        self._reader = reader
        self._k = k
        self._answer_above = answer_above
        self._teller = Teller(judge, writer)
        self._mode = mode
        self._words = writer is not None

    def ask(self, question: Question, action: Action | None = None) -> Answer:
        """Return the answer to `question`."""
        *_, answer = self.stream(question, action)
        assert isinstance(answer, Answer)
        return answer

    def stream(self, question: Question, action: Action | None = None) -> Iterator[Event]:
        """Yield the evidence, then the steps and the words of the answer as they come, then the answer.

        `action` limits what an LLM may cost, and stops it. Raises `FilterUnknown` where the question is asked of an author,
        a venue or a source that the corpus does not have.
        """
        clock = Clock()
        typed = normalise(question.text)
        if not any(c.isalnum() for c in typed):
            yield from said(refusal(Evidence(typed, ()), question, Draft(why_not=EMPTY), clock))
            return
        corpus = self._newest()
        require_known(question.within, corpus.facets)
        texts = self._questions(question, corpus)
        if not texts:
            told = about(corpus, corpus.facets)
            yield from said(Answer(question.text, Evidence(typed, ()), (), told, preface=told, timings=clock.timings()))
            return
        understood = [_understood(text, question, corpus) for text in texts[:MOST_QUESTIONS]]
        clock.lap("rewrite")
        if len(understood) == 1 and (record := understood[0].recorded(question, corpus)):
            evidence = record.evidence(understood[0].alone.query, understood[0].limited.within, corpus, self._k)
            clock.lap("retrieve")
            yield evidence
            yield from said(record.answer(question, evidence, clock))
            return
        asking = self._asking(understood, texts, corpus)
        found = [(part, self._evidence(corpus, part)) for part in asking]
        evidence = together(" ".join(part.alone.query for part in understood), [each for _, each in found])
        clock.lap("retrieve")
        yield evidence
        sections = [Section(part.heading, each, self._draft(corpus, each, part)) for part, each in found]
        if comparison := asking[0].comparison:
            sections = either(comparison, sections, evidence, words=self._words)
        elif len(understood) == 1 and not asking[0].heading:
            sections = [*whole_or_parts(sections)]
        sections += [Section(text, Evidence(text, ()), Draft(why_not=TOO_MANY)) for text in texts[MOST_QUESTIONS:]]
        clock.lap("answer")
        objections = self._mode == "deep" or (self._mode == "auto" and len(sections) > 1)
        yield from self._teller.tell(
            question, evidence, sections, corpus, action or Action(), clock, objections=objections
        )

    def _questions(self, question: Question, corpus: Corpus) -> tuple[str, ...]:
        """What is asked, without what is only said; nothing if nothing is asked."""
        follows = bool(question.history)
        texts = questions_in(question.text, lambda name: _knows(corpus, name), follows=follows)
        return tuple(text for text in texts if not is_talk(text, corpus, follows=follows))

    def _asking(self, understood: Sequence[_Part], texts: Sequence[str], corpus: Corpus) -> list[_Part]:
        """What is searched: several questions, each under its own words; the parts or the sides of one; or the question."""
        if len(understood) > 1:
            return [replace(part, heading=text) for part, text in zip(understood, texts, strict=False)]
        (one,) = understood
        if one.lists:
            return [one]
        parts = () if self._mode == "fast" else parts_of(one.query)
        if not parts and (comparison := compared(one.query, corpus.alike)):
            whole = replace(one, comparison=comparison)
            sides = [whole.about(side, comparison.query(side)) for side in comparison.sides]
            return [whole, *(replace(part, side=part.heading) for part in sides)]
        if self._mode == "fast":
            return [one, *(one.about(part.heading, part.query) for part in questions_of(one.query))]
        return [one.about(part.heading, part.query) for part in parts] or [one]

    def _evidence(self, corpus: Corpus, part: _Part) -> Evidence:
        alone, limited = part.alone, part.limited
        within = EVERYTHING if limited.unknown else limited.within
        if part.lists and not limited.unknown:
            return self._listed(corpus, alone, limited.topic, within)
        # A paper has few passages: with some to spare, the best of others are among those found.
        hits = corpus.search(part.query, self._k + _SPARE * len(alone.apart_from), within=within)
        return Evidence(alone.query, _apart_from(alone.apart_from, hits)[: self._k], within)

    def _listed(self, corpus: Corpus, alone: Standalone, asked_for: str, within: Filter) -> Evidence:
        topic = topic_of(asked_for)
        found = corpus.search(topic or alone.query, DEPTH, within=within)
        hits = _apart_from(alone.apart_from, found)
        if not content_words(topic):
            return Evidence(alone.query, one_hit_each(hits), within, corpus.facets.count(within))
        fit = fitting(asked(asked_for), topic, hits)
        return Evidence(alone.query, fit or hits[: self._k], within, len(fit), is_whole=len(found) < DEPTH)

    def _draft(self, corpus: Corpus, evidence: Evidence, part: _Part) -> Draft:
        if part.limited.unknown:
            return Draft(why_not=unknown(part.limited.unknown))
        query, hits = part.query, evidence.hits
        limit = f"Limited to papers {described(evidence.within)}." if evidence.within else ""
        if part.lists:
            quoted = one_each(query, hits[:MOST_QUOTED], corpus)
            why_not = too_far(topic_of(part.limited.topic), quoted) if evidence.papers else none_fits(limit)
            preface = " ".join([*filter(None, [limit]), counted(evidence)])
            return Draft(quoted, preface, is_final=True, why_not=why_not)
        if not part.side and (told := told_of(query, hits, corpus, only_titles=bool(part.comparison))):
            return Draft(told, limit)
        return self._quoted(corpus, query, hits, part, limit)

    def _quoted(self, corpus: Corpus, query: str, hits: Sequence[Hit], part: _Part, limit: str) -> Draft:
        """The sentences that answer `query`, if some do."""
        if part.side and part.comparison:
            return side_draft(part.side, part.comparison, hits, corpus, limit)
        ranked = quotes(query, hits, corpus)
        if why_not := off_topic(query, hits, ranked):
            return Draft(why_not=why_not, chance=0.0)
        ranked = read_closely(query, ranked, self._reader)
        chance = chance_of_answer(ranked)
        # Who compares takes nothing for granted.
        premise = None if part.comparison else false_premise(query, ranked, self._judge)
        if premise:
            (quote,) = [one for one in ranked if one.passage == premise.contradicted_by]
            preface = " ".join(filter(None, [limit, corrected(premise)]))
            return Draft((with_antecedent(quote),), preface, is_final=True, premise=premise, chance=chance)
        ranked = with_figure_first(query, ranked)
        least = 0.0 if part.limited.asks_what_they_say else self._answer_above
        why_not = unanswered(query, hits, ranked, chance, least)
        return Draft(chosen(query, ranked), limit, chance=chance, why_not=why_not, ranked=ranked)


def _understood(text: str, question: Question, corpus: Corpus) -> _Part:
    """What `text`, one of the things that `question` asks, asks of the papers that its limits let through."""
    own = limits(text, corpus.facets, corpus.spelling) if question.history else None
    alone = Standalone(text) if own and is_whole(own) else standalone(replace(question, text=text), corpus.alike)
    limited = limits(alone.query, corpus.facets, corpus.spelling) if alone.limited else Limits(alone.query, EVERYTHING)
    alone, limited = _spelt(alone, limited, corpus.spelling)
    lists = asked(alone.query).lists or bool(limited.within and limited.asks_for_papers)
    return _Part("", alone, narrowed(limited, question.within, corpus.facets), lists)


def _knows(corpus: Corpus, name: str) -> bool:
    """Whether the papers found for `name` hold it."""
    papers = [hit.passage.paper for hit in corpus.search(name, 1)]
    return any(mentions(f"{paper.title} {paper.abstract}", name) for paper in papers)


def _spelt(alone: Standalone, limited: Limits, spelling: Spelling) -> tuple[Standalone, Limits]:
    """Both in the spelling of the corpus; what the limits have read, names of people and places, stays as it is."""
    topic = spelt(limited.topic, spelling)
    query = topic if limited.topic == alone.query else alone.query
    return replace(alone, query=query), replace(limited, topic=topic)


def _apart_from(told: Container[str], hits: Sequence[Hit]) -> tuple[Hit, ...]:
    return tuple(hit for hit in hits if hit.passage.paper.paper_id not in told)
