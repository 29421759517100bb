"""`Assistant`: the path of a question, read top to bottom."""

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from threading import Lock

from assistant.asking import Part, asked_of, found_for, searched, understood
from assistant.clock import Clock
from assistant.listed import apart_from, listed
from assistant.llm.action import Action
from assistant.question.corpus import Corpus
from assistant.question.limits import described
from assistant.question.parts import Mode
from assistant.question.talk import about
from assistant.question.typed import MOST_QUESTIONS, leans_on_record
from assistant.ranking import Ranker, Ranks
from assistant.reading.absent import of_those_without
from assistant.reading.abstention import (
    ANSWER_ABOVE,
    EMPTY,
    TOO_MANY,
    UNRESOLVED,
    chance_of_answer,
    in_scope,
    none_fits,
    unanswered,
    unknown,
    unresolved,
)
from assistant.reading.choosing import chosen
from assistant.reading.clauses import with_telling_part
from assistant.reading.extractive import one_each, quotes
from assistant.reading.grounding import Judge
from assistant.reading.premise import corrected, false_premise
from assistant.reading.quote import Quote, with_antecedent
from assistant.reading.reader import MOST_READ, Read, Reader, read_closely
from assistant.recorded.recorded import Recorded
from assistant.suggesting.examples import examples
from assistant.suggesting.follow_ups import MOST, SECONDS, follow_ups
from assistant.suggesting.trying import Source
from assistant.types import Answer, Evidence, Question, Step, Usage
from assistant.writing.abstractive import Writer
from assistant.writing.dissent import dissent_apart
from assistant.writing.doubt import doubted
from assistant.writing.gist import told_of, told_of_all
from assistant.writing.listing import MOST_QUOTED, counted, topic_of, under_groups
from assistant.writing.rewording import Reworded, Rewording
from assistant.writing.sections import Draft, Section, Sought, together, whole_or_parts
from assistant.writing.sides import either, side_draft
from assistant.writing.telling import Teller, as_turn, refusal, said
from index.papers import normalise
from index.records.known_names import require_known

Event = Evidence | Step | str | Answer

# Passages to spare for each paper that is left out.
_SPARE = 5


class Assistant:
    """Answers questions from sentences that it can cite; each from the corpus that is the newest when it is asked.

    Of `k` passages; a question is refused if the probability that they answer it is below `answer_above`. With a
    `writer`, an LLM writes the answer, unless it is a list of papers; with a
    `rewording`, an LLM also says what else to search; with a `ranker`, the passages found best are in its order. In the `mode` deep, a compound question is answered part by part and what speaks against the answer is looked for; in
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
        rewording: Rewording | None = None,
        ranker: Ranker | None = None,
        mode: Mode = "fast",
    ) -> None:
        self._newest = newest
        self._judge = judge
        self._reader = reader
        self._k = k
        self._answer_above = answer_above
        self._teller = Teller(judge, writer)
        self._rewording = rewording
        self._ranker = ranker
        self._mode = mode
        self._words = writer is not None
        self._shown: tuple[Corpus, tuple[str, ...]] | None = None
        self._showing = Lock()

    @property
    def corpus(self) -> Corpus:
        """The newest corpus."""
        return self._newest()

    def ask(self, question: Question, action: Action | None = None) -> Answer:
        """Return the answer to `question`."""
        *_, answer = self.stream(question, action)
        assert isinstance(answer, Answer)
        return answer

    def follow_ups(
        self, question: Question, answer: Answer, most: int = MOST, seconds: float = SECONDS
    ) -> tuple[str, ...]:
        """Return at most `most` questions that may follow the `answer` to `question`, found in about so many `seconds` without an LLM."""
        return follow_ups(question, answer, self._source(), most, seconds)

    def examples(self, own: Sequence[str] = ()) -> tuple[str, ...]:
        """Return questions that show what the corpus answers, found once for each build; `own` where it answers all of these."""
        source = self._source()
        with self._showing:
            if self._shown is None or self._shown[0] is not source.corpus:
                self._shown = source.corpus, examples(source, own)
            return self._shown[1]

    def _source(self) -> Source:
        return Source(self._newest(), self._reader, lambda question: self.ask(question, Action(requests=0)))

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
        texts = asked_of(question, corpus, self._reader)
        if not texts:
            told = about(corpus, corpus.facets)
            yield from said(Answer(question.text, Evidence(typed, ()), (), told, preface=told, timings=clock.timings()))
            return
        action = action or Action()
        seeking = (
            self._one(texts[0], question, corpus, action, clock)
            if len(texts) == 1
            else self._several(texts, question, corpus, action)
        )
        sought = yield from seeking
        clock.lap("answer")
        several = len({section.evidence.query for section in sought.sections}) > 1
        objections = self._mode == "deep" or (self._mode == "auto" and several)
        yield from self._teller.tell(question, sought, corpus, action, clock, objections=objections)

    def _one(
        self, text: str, question: Question, corpus: Corpus, action: Action, clock: Clock
    ) -> Generator[Event, None, Sought]:
        """Yield the evidence of one question, and return it with what is drafted for the question, its parts or its sides.

        Where the first search is unsure, what an LLM would search besides is searched, too; its steps are yielded before.
        """
        part = asked = understood(text, question, corpus)
        clock.lap("rewrite")
        # A ranking is of what is found in the end; what was read for the first search is remembered.
        ranks = Ranks(self._ranker, self._reader, action)
        sought = self._sought(part, question, corpus, None if self._rewording else ranks)
        steps, usage = list[Step](), Usage()
        writing = sum(section.is_for_words for section in sought.sections)
        if self._rewording and writing < action.requests_left and self._rewording.helps(sought):
            earlier = tuple(answer.question for answer in question.history)
            for told in self._rewording.reword(text, earlier, action):
                match told:
                    case Step():
                        steps.append(told)
                        yield told
                    case Usage():
                        usage = told
                    case Reworded():
                        part = reworded(part, told, question, corpus)
        if self._rewording and (self._ranker or part is not asked):
            sought = self._sought(part, question, corpus, ranks)
        clock.lap("retrieve")
        yield from ranks.steps
        yield sought.evidence
        return replace(sought, steps=(*steps, *ranks.steps), usage=usage.plus(ranks.usage))

    def _sought(self, part: Part, question: Question, corpus: Corpus, ranks: Ranks | None) -> Sought:
        """What is found for a question, and drafted for it, its parts or its sides."""
        if part.alone.otherwise:
            found_alone = self._found(corpus, part, None, None)
            if self._section(corpus, part, found_alone, None).draft.why_not:
                part = part.about("", part.alone.otherwise)
        record = part.recorded(question, corpus, self._reader)
        asking = [part] if record else searched(part, corpus, self._mode)
        found = [self._found(corpus, each, record, ranks) for each in asking]
        evidence = together(part.alone.query, [one.evidence for one in found])
        sections = [self._section(corpus, each, one, record) for each, one in zip(asking, found, strict=True)]
        if comparison := asking[0].comparison:
            sections = either(comparison, sections, evidence, words=self._words)
        elif part.by and sections[0].draft.quotes:
            sections = under_groups(sections[0], part.by)
        elif not asking[0].heading:
            sections = [*whole_or_parts(sections)]
            if not self._words and len(sections) == 1:
                sections = dissent_apart(part.query, sections[0], self._reader)
        if not (self._words or any(one.draft.is_final for one in sections)):
            sections = doubted(sections)
        lists, compares = part.lists and not record, bool(asking[0].comparison)
        return Sought(evidence, tuple(sections), lists, compares)

    def _several(
        self, texts: Sequence[str], question: Question, corpus: Corpus, action: Action
    ) -> Generator[Event, None, Sought]:
        """The same of several questions, each under its own words; one may lean on what the record said to that before it."""
        sections: list[Section] = []
        ranks = Ranks(self._ranker, self._reader, action)
        turns = question
        for text in texts[:MOST_QUESTIONS]:
            follows = bool(sections) and leans_on_record(text, sections[-1].heading)
            asked_in = turns if follows else question
            part = replace(understood(text, asked_in, corpus), heading=text)
            record = part.recorded(asked_in, corpus, self._reader)
            section = self._section(corpus, part, self._found(corpus, part, record, ranks), record)
            if follows and sections[-1].draft.why_not and part.alone.query == text:
                section = replace(section, draft=Draft(why_not=UNRESOLVED))
            sections.append(section)
            turns = replace(turns, history=(*turns.history, as_turn(turns, sections[-1], corpus)))
        evidence = together(" ".join(one.evidence.query for one in sections), [one.evidence for one in sections])
        yield from ranks.steps
        yield evidence
        more = [Section(text, Evidence(text, ()), Draft(why_not=TOO_MANY)) for text in texts[MOST_QUESTIONS:]]
        return Sought(evidence, (*sections, *more), steps=ranks.steps, usage=ranks.usage)

    def _section(self, corpus: Corpus, part: Part, found: "_Found", record: Recorded | None) -> Section:
        return Section(part.heading, found.evidence, record.draft if record else self._draft(corpus, found, part))

    def _found(self, corpus: Corpus, part: Part, record: Recorded | None, ranks: Ranks | None) -> "_Found":
        alone = part.alone
        if record or alone.unresolved:
            of_record = record and record.evidence(alone.query, part.limited.within, corpus, self._k)
            return _Found(of_record or Evidence(alone.query, ()))
        if part.lists and not part.limited.unknown:
            return _Found(listed(corpus, part, self._reader, self._k))
        # A paper has few passages: with some to spare, the best of others are among those found.
        most = max(self._k, MOST_READ)
        hits = found_for(part, corpus, most + _SPARE * len(alone.apart_from))
        hits = apart_from(alone.apart_from, hits)[:most]
        evidence = Evidence(alone.query, hits[: self._k], part.within)
        if part.limited.unknown:
            return _Found(evidence)
        if part.limited.asks_for_all_they_say:
            return _Found(evidence, told_of_all(evidence.hits, self._reader))
        if not part.side:
            only_titles = bool(part.comparison)
            if told := told_of(part.query, evidence.hits, corpus, self._reader, only_titles=only_titles):
                return _Found(evidence, told)
        read = read_closely(part.query, hits, self._reader)
        read = (ranks.in_order(part.query, read) if ranks else read)[: self._k]
        return _Found(replace(evidence, hits=tuple(one.hit for one in read)), read=read)

    def _draft(self, corpus: Corpus, found: "_Found", part: Part) -> Draft:
        if part.alone.unresolved:
            return Draft(why_not=unresolved(part.alone.unresolved))
        if part.limited.unknown:
            return Draft(why_not=unknown(part.limited.unknown))
        evidence, query, hits = found.evidence, part.query, found.evidence.hits
        limit = f"Limited to papers {described(evidence.within)}." if evidence.within else ""
        if part.lists:
            quoted = one_each(topic_of(part.limited.topic) or query, hits[:MOST_QUOTED], corpus)
            why_not = None if evidence.papers else none_fits(limit, evidence.apart)
            preface = " ".join([*filter(None, [limit]), counted(evidence)])
            return Draft(quoted, preface, is_final=True, why_not=why_not)
        if found.told or part.limited.asks_for_all_they_say:
            return Draft(found.told, limit)
        if part.side and part.comparison:
            draft = side_draft(part.side, query, part.comparison, found.read, corpus, self._answer_above)
            return replace(draft, preface=limit) if draft.quotes else draft
        return self._quoted(corpus, query, found.read, part, limit)

    def _quoted(self, corpus: Corpus, query: str, read: Sequence[Read], part: Part, limit: str) -> Draft:
        """The sentences that answer `query`, if some do."""
        hits = [one.hit for one in read]
        ranked = of_those_without(query, quotes(query, hits, corpus, read))
        chance, is_about = chance_of_answer(read, ranked), in_scope(ranked)
        # Who compares takes nothing for granted.
        if is_about and not part.comparison and (premise := false_premise(query, read, ranked)):
            (quote,) = [one for one in ranked if one.passage == premise.contradicted_by]
            # An LLM is told, and decides.
            preface = limit if self._words else " ".join(filter(None, [limit, corrected(premise)]))
            return Draft((with_antecedent(quote),), preface, not self._words, premise, chance)
        least = 0.0 if part.limited.asks_what_they_say and is_about else self._answer_above
        why_not = unanswered(query, hits, ranked, chance, least)
        told = (
            () if why_not else tuple(with_telling_part(query, one, self._reader) for one in chosen(query, ranked, read))
        )
        return Draft(told, limit, chance=chance, why_not=why_not, ranked=ranked)


def reworded(part: Part, told: Reworded, question: Question, corpus: Corpus) -> Part:
    """A part with what an LLM would search besides; of a question that leans on others, in the words by which it stands alone."""
    if question.history and told.standalone != part.query:
        part = understood(told.standalone, replace(question, history=()), corpus)
    within = part.within if part.limited.unknown else part.within.both(told.within(question.text))
    also = told.lists if part.lists else told.searches
    return replace(part, also=also, within=within, limited=replace(part.limited, within=within))


@dataclass(frozen=True, slots=True)
class _Found:
    """The evidence of a part, what it tells of a paper or a topic that is asked about as a whole, and else what was read in it."""

    evidence: Evidence
    told: tuple[Quote, ...] = ()
    read: tuple[Read, ...] = ()
