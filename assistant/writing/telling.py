"""What was drafted to the words of an answer: claims as they come, of quotes or of an LLM, then the whole."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from assistant.clock import Clock
from assistant.llm.action import Action
from assistant.question.turns import Numbering
from assistant.reading.abstention import silent
from assistant.reading.extractive import Said
from assistant.reading.fitting import Searched
from assistant.reading.grounding import Judge
from assistant.reading.nearest import nearest
from assistant.types import DOUBTED, RECORD, Answer, Citation, Claim, Evidence, Opening, Question, Step, Struck, Usage
from assistant.writing.abstractive import Writer
from assistant.writing.doubt import doubt_of, doubted_claim
from assistant.writing.judging import SecondOpinion
from assistant.writing.objections import against
from assistant.writing.sections import UNSURE, Draft, Section, Sought
from assistant.writing.terms import Brief, Written
from index.passages import Passage
from index.words.language import is_english

_NOT_ENGLISH = "Questions are read in English; other languages are understood only in part, so please ask in English."
_SPACE_AND_WORD = re.compile(r"\s*\S+")


class Teller:
    """Has a `writer` word each section where there is one and it may, and tells the quotes where there is none or it fails."""

    def __init__(self, judge: Judge, writer: Writer | None) -> None:
        self._judge = judge
        self._writer = writer

    def tell(
        self, question: Question, sought: Sought, corpus: Searched, action: Action, clock: Clock, *, objections: bool
    ) -> Iterator[Step | str | Answer]:
        """Yield the steps and the words as they come, then the answer; with `objections`, also what speaks against it."""
        evidence, sections = sought.evidence, sought.sections
        answered = [one for one in sections if not one.draft.why_not or (self._writer and one.is_for_words)]
        if not answered:
            refused = refusal(evidence, question, sections[0].draft, clock, corpus)
            yield from said(replace(refused, steps=sought.steps, usage=sought.usage))
            return
        doubts = (doubt_of(one.draft) for one in answered if self._writer and one.is_for_words)
        doubts = (f"{DOUBTED} {doubt}" for doubt in doubts if doubt)
        prefaces = (remark(question.text), *(one.draft.preface for one in answered), *doubts)
        whole = _Whole(" ".join(dict.fromkeys(filter(None, prefaces))), steps=[*sought.steps], usage=sought.usage)
        for told in self._told(question, evidence, answered, corpus, action, whole, objections=objections):
            match told:
                case Step():
                    whole.steps.append(told)
                    yield told
                case Written():
                    whole.take(told)
                    clock.lap("answer")
                case Claim():
                    yield from _SPACE_AND_WORD.findall(whole.prefaced())
                    first, *words = _SPACE_AND_WORD.findall(whole.words(told))
                    yield Opening(first, whole.claims[-1])
                    yield from words
        opinion = self._writer.opinion if self._writer and action.requests_left else None
        if opinion and (step := whole.judged(opinion, action)):
            yield step
        clock.lap("check")
        if not whole.claims and all(section.draft.is_recorded for section in answered):
            whole.text = whole.preface
            yield from _SPACE_AND_WORD.findall(whole.text)
        if whole.text:
            yield replace(whole.answer(question, evidence, sections, clock), compares=sought.compares)
        else:
            draft = answered[0].draft
            unsaid = _unsaid(draft) if any(one.is_final for one in whole.written) or not draft.why_not else draft
            yield from said(whole.written_of(refusal(evidence, question, unsaid, clock, corpus)))

    def _told(
        self,
        question: Question,
        evidence: Evidence,
        sections: Sequence[Section],
        corpus: Searched,
        action: Action,
        whole: "_Whole",
        *,
        objections: bool,
    ) -> Iterator[Step | Claim | Written]:
        numbering = Numbering(question)
        if len({section.evidence.query for section in sections}) > 1:
            yield Step("Broken into parts", "; ".join(section.heading for section in sections))
        for section in sections:
            whole.begin(section)
            yield from self._section(section, question, corpus, numbering, action, whole.usage)
        if objections and whole.claims:
            whole.begin(None)
            found = tuple(against(whole.claims, corpus, evidence.within, self._judge, numbering))
            yield Step("Looked for what contradicts it", f"found: {len(found)}")
            yield from found

    def _section(
        self, section: Section, question: Question, corpus: Searched, numbering: Numbering, action: Action, spent: Usage
    ) -> Iterator[Step | Claim | Written]:
        """The claims of a section, of the LLM if there is one and it wrote some that stand, else the quotes."""
        if self._writer and section.is_for_words:
            found, earlier, doubt = (
                section.evidence,
                (one.question for one in question.history),
                doubt_of(section.draft),
            )
            against = section.draft.why_not or section.draft.premise
            brief = Brief(found.query, found.hits, tuple(earlier), doubt)
            for told in self._writer.write(brief, corpus, numbering, action, spent=spent):
                yield doubted_claim(told, doubt) if isinstance(told, Claim) and against else told
                if isinstance(told, Written) and told.is_final:
                    return
        for text, passage in section.draft.recorded:
            yield Claim(text, (Citation(numbering.number(passage.paper.paper_id), passage),), "unscored", None, RECORD)
        for quote in section.draft.quotes:
            passages = (quote.passage, *quote.also)
            parts = (quote.part, *(None for _ in quote.also))
            cited = tuple(
                Citation(numbering.number(one.paper.paper_id), one, part)
                for one, part in zip(passages, parts, strict=True)
            )
            verdict = self._judge.support(quote.passage.text, [quote.passage])
            yield Claim(quote.passage.text, cited, verdict.support, verdict.score)


@dataclass(slots=True)
class _Whole:
    """An answer as it grows."""

    preface: str
    text: str = ""
    claims: list[Claim] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    struck: list[Struck] = field(default_factory=list)
    written: list[Written] = field(default_factory=list)
    usage: Usage = field(default_factory=Usage)
    _heading: str | None = None
    _before: int = 0

    def begin(self, section: Section | None) -> None:
        """Begin a section, or what comes under headings of its own."""
        self._heading, self._before = section.heading if section else None, len(self.claims)

    def prefaced(self) -> str:
        """Begin the text with what stands before the claims, and return that; nothing where it has begun."""
        if self.text:
            return ""
        self.text = self.preface
        return self.preface

    def words(self, claim: Claim) -> str:
        """Take a claim, and return the words by which the text grows."""
        self.claims.append(claim if self._heading is None else replace(claim, heading=self._heading))
        said = f" {claim.marked}" if self.text else claim.marked
        self.text += said
        return said

    def take(self, written: Written) -> None:
        """Take what an LLM had to do with a section."""
        self.written.append(written)
        self.usage = self.usage.plus(written.usage)
        self.struck += [replace(one, after=one.after + self._before) for one in written.struck]

    def judged(self, opinion: SecondOpinion, action: Action) -> Step | None:
        """Have an LLM judge what an LLM wrote: its words take the place of those of the scorer, whose probabilities stay."""
        places = [n for n, claim in enumerate(self.claims) if claim.score not in {None, 1.0}]
        if not places:
            return None
        cited = [(self.claims[n].text, [one.passage for one in self.claims[n].citations]) for n in places]
        said = opinion.of(cited, action)
        self.usage = self.usage.plus(said.usage)
        for n, word in zip(places, said.words, strict=True):
            self.claims[n] = replace(self.claims[n], support=word or self.claims[n].support)
        counts = Counter(word or "no word that can be read" for word in said.words)
        told = said.failed or ", ".join(f"{word}: {count}" for word, count in counts.items())
        self.steps.append(Step(f"Had {opinion.model} judge the claims", told))
        return self.steps[-1]

    def answer(self, question: Question, evidence: Evidence, sections: Sequence[Section], clock: Clock) -> Answer:
        """The whole, once nothing more comes."""
        told = {claim.heading for claim in self.claims}
        told |= {section.heading for section in sections if section.draft.is_recorded}
        drafts = [section.draft for section in sections if section.heading in told]
        answer = Answer(
            question.text,
            evidence,
            tuple(self.claims),
            self.text,
            preface=self.preface,
            premise=next((draft.premise for draft in drafts if draft.premise), None),
            chance=min((draft.chance for draft in drafts if draft.chance is not None), default=None),
            engine=RECORD if all(draft.is_recorded for draft in drafts) else "extractive",
            missing=(
                *(one for draft in drafts for one in draft.missing),
                *(_missing(section) for section in sections if section.heading not in told),
            ),
            timings=clock.timings(),
        )
        return self.written_of(answer)

    def written_of(self, answer: Answer) -> Answer:
        """The answer with what an LLM had to do with it."""
        model = next((one.model for one in self.written if one.is_final), answer.engine)
        return replace(
            answer,
            engine=model,
            usage=self.usage,
            notice=" ".join(dict.fromkeys(one.notice for one in self.written if one.notice)),
            incomplete=any(one.incomplete for one in self.written),
            struck=tuple(self.struck),
            forged=sum(one.forged for one in self.written),
            steps=tuple(self.steps),
        )


def as_turn(question: Question, section: Section, corpus: Said) -> Answer:
    """What was drafted for one of several questions, as a turn that the next of them may lean on."""
    numbering, draft = Numbering(question), section.draft
    passages = [passage for _, passage in draft.recorded] or [quote.passage for quote in draft.quotes]
    cited = [Citation(numbering.number(passage.paper.paper_id), passage) for passage in passages]
    claims = tuple(Claim(one.passage.text, (one,), "unscored", None) for one in cited)
    engine, why_not = RECORD if draft.is_recorded else "extractive", draft.why_not
    answer = Answer(section.heading, section.evidence, claims, draft.preface, engine=engine)
    if not why_not:
        return answer
    # What could not be told, the newest of papers without years, is none of those that were found.
    named = replace(section.evidence, hits=())
    return replace(answer, reason=why_not.reason, nearest=_nearest(named, draft, corpus))


def said(answer: Answer) -> Iterator[str | Answer]:
    """The words of an answer, then the answer."""
    yield from _SPACE_AND_WORD.findall(answer.text)
    yield answer


def remark(question: str) -> str:
    """What to say of the language of a question: nothing if it is English."""
    return "" if is_english(question) else _NOT_ENGLISH


def refusal(evidence: Evidence, question: Question, draft: Draft, clock: Clock, corpus: Said | None = None) -> Answer:
    """The answer that there is none, with what comes nearest in the `corpus`, if one was searched; `draft` says why."""
    why_not = draft.why_not
    assert why_not is not None
    return Answer(
        question.text,
        evidence,
        claims=(),
        text=" ".join(filter(None, [why_not.sentence, remark(question.text)])),
        reason=why_not.reason,
        nearest=_nearest(evidence, draft, corpus) if corpus is not None else (),
        chance=draft.chance,
        timings=clock.timings(),
    )


def _unsaid(draft: Draft) -> Draft:
    """A draft whose LLM found no answer; of one that the reader is sure of, what it quotes comes nearest."""
    sure = draft.chance if draft.quotes and (draft.chance or 0.0) >= UNSURE else None
    return replace(draft, why_not=silent(draft.nearest, sure), ranked=(*draft.quotes, *draft.ranked))


def _missing(section: Section) -> str:
    draft = section.draft
    why_not = draft.why_not or silent(draft.nearest)
    colon = ":" if section.heading[-1:].isalnum() else ""
    return " ".join(filter(None, [f"{section.heading}{colon}", why_not.sentence]))


def _nearest(evidence: Evidence, draft: Draft, corpus: Said) -> tuple[Passage, ...]:
    """The sentences that came closest of the papers that were found, the paper that the refusal names before all."""
    named = draft.why_not.paper if draft.why_not else None
    papers = [*([named] if named else []), *(hit.passage.paper for hit in evidence.hits)]
    return nearest(evidence.query, papers, draft.ranked, corpus) if papers else ()
