"""The figures of answers that were checked, and what is wrong with each of them, worst first."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from assistant.types import Support
from eval.citations import says
from eval.intervals import Figure, figure
from eval.questions import GoldQuestion
from eval.told.answers import Told
from eval.told.checking import Checked, CheckedSentence, Link
from eval.told.corpus import Corpus
from eval.told.measures import MEASURES, citation_recall, evidence_f1, evidence_iou
from eval.told.quotes import QuoteKind
from index.papers import normalise

_OF_QUOTES: dict[QuoteKind, str] = {
    "misplaced": "stands in the cited abstract, but not between its offsets",
    "respelt": "stands in the cited abstract in other letters or signs",
    "stitched": "is stitched from distant words of the cited abstract",
    "misattributed": "stands in another paper than the one cited",
    "fabricated": "stands in no paper of the index",
}
_OF_SUPPORT: dict[Support, str] = {
    "partial": "what it cites does not surely support all of it",
    "none": "what it cites does not support it",
    "contradicted": "what it cites does not support it, and says otherwise",
    "unscored": "it rests on a text that the index does not hold, and cannot be judged",
}


@dataclass(frozen=True, slots=True)
class Scored:
    """A checked answer, the question of a set that it answers, if any, and what is wrong with the whole of it and with each sentence."""

    answer: Checked
    question: GoldQuestion | None
    of_whole: tuple[str, ...]
    of_sentences: tuple[tuple[str, ...], ...]

    @property
    def wrong(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """What is wrong, behind the words of the sentence that it is wrong with; of the whole answer first, behind none."""
        texts = ("", *(checked.sentence.text for checked in self.answer.sentences))
        told = zip(texts, (self.of_whole, *self.of_sentences), strict=True)
        return tuple((text, what) for text, what in told if what)

    @property
    def sentences(self) -> tuple[tuple[CheckedSentence, tuple[str, ...]], ...]:
        """Each sentence and what is wrong with it."""
        return tuple(zip(self.answer.sentences, self.of_sentences, strict=True))

    @property
    def faults(self) -> int:
        """How many things are wrong."""
        return sum(map(len, (self.of_whole, *self.of_sentences)))


def matched(answers: Sequence[Told], questions: Sequence[GoldQuestion]) -> tuple[GoldQuestion | None, ...]:
    """The question of each answer: the one of its words, or else the one of its id."""
    by_id = {question.id: question for question in questions}
    by_words = {_asked(question.question): question for question in questions}
    return tuple(by_words.get(_asked(told.question)) or by_id.get(told.id) for told in answers)


def scored(answer: Checked, question: GoldQuestion | None = None) -> Scored:
    """What is wrong with an answer: of each of its sentences in turn, and of the answer as a whole."""
    of_sentences = tuple(tuple(_wrong(checked)) for checked in answer.sentences)
    return Scored(answer, question, tuple(_wrong_as_whole(answer, question)), of_sentences)


def worst_first(answers: Sequence[Scored]) -> tuple[Scored, ...]:
    """Those that are wrong in anything: those wrong as a whole, then by the share of sentences whose citations support them, then by the number of faults."""
    return tuple(sorted((each for each in answers if each.faults), key=_standing))


def told_figures(answers: Sequence[Scored], corpus: Corpus) -> tuple[Figure, ...]:
    """Each measure as the mean over the answers that it measures, with n of them and a 95 % interval.

    Answers to questions of a set are measured against its gold papers, evidence and short answers, too.
    """
    checked = [each.answer for each in answers]
    named = {name: [measure(each) for each in checked] for name, measure in MEASURES.items()}
    return (
        figure("answered", [float(not each.told.abstained) for each in checked]),
        *(figure(name, [each for each in values if each is not None]) for name, values in named.items()),
        *_against_gold([(each.answer, each.question) for each in answers if each.question], corpus),
    )


def counts(answers: Sequence[Checked]) -> dict[str, int]:
    """How many answers, sentences, citations and quotes there are, and how many sentences and quotes of each kind."""
    sentences = [sentence for each in answers for sentence in each.sentences]
    judged = [sentence for sentence in sentences if not sentence.sentence.recorded]
    quotes = [quote for sentence in sentences for quote in sentence.quotes]
    return {
        "answers": len(answers),
        "abstained": sum(each.told.abstained for each in answers),
        "sentences": len(sentences),
        "sentences of the record": len(sentences) - len(judged),
        **{f"sentences {word}": n for word, n in sorted(Counter(s.offered.support for s in judged).items())},
        "sentences that cite nothing": sum(not s.links for s in judged),
        "citations": sum(len(s.links) for s in sentences),
        "citations that lead to no paper": sum(link.paper is None for s in sentences for link in s.links),
        "quotes": len(quotes),
        **{f"quotes {kind}": n for kind, n in sorted(Counter(quotes).items())},
    }


def answer_record(each: Scored) -> dict[str, Any]:
    """An answer as JSON: its sentences with their verdicts, where their citations lead, and what is wrong."""
    return {
        "id": each.answer.told.id,
        "question": each.answer.told.question,
        "abstained": each.answer.told.abstained,
        "measures": {name: measure(each.answer) for name, measure in MEASURES.items()},
        "sentences": [_sentence_record(sentence) for sentence in each.answer.sentences],
        "wrong": [{"sentence": sentence, "what": list(what)} for sentence, what in each.wrong],
    }


def _sentence_record(checked: CheckedSentence) -> dict[str, Any]:
    return {
        "text": checked.sentence.text,
        "support": checked.offered.support,
        "score": checked.offered.score,
        "cited_support": checked.cited.support,
        "citations": [_link_record(link) for link in checked.links],
        "quoted": [{"text": words, "kind": kind} for words, kind in checked.quoted],
    }


def _link_record(link: Link) -> dict[str, Any]:
    source, evidence = link.cited.source, link.evidence
    return {
        "source": asdict(source) if source else None,
        "paper_id": link.paper.paper_id if link.paper else None,
        "title": link.paper.title if link.paper else None,
        "evidence": {"start": evidence.start, "end": evidence.end, "text": evidence.text} if evidence else None,
        "quote": link.cited.quote or None,
        "quote_kind": link.quote,
        "needed": link.needed,
    }


def _wrong(checked: CheckedSentence) -> Iterator[str]:
    if checked.sentence.recorded:
        return
    if not checked.links:
        yield "it cites nothing"
    for link in checked.links:
        if link.cited.source is None:
            yield "it cites a number that stands for no source"
        elif link.paper is None:
            yield f"its source is no paper of the index: {_called(link)}"
        if link.quote and link.quote != "verbatim":
            yield f"the quote “{link.cited.quote}” {_OF_QUOTES[link.quote]}"
    for words, kind in checked.quoted:
        if kind != "verbatim":
            yield f"“{words}” {_OF_QUOTES[kind]}"
    verdict = checked.offered
    if verdict.support in _OF_SUPPORT and (checked.links or verdict.support != "none"):
        yield _OF_SUPPORT[verdict.support] + (
            "" if verdict.score is None else f" (probability {verdict.score:.2f} that it does)"
        )
    spare = sum(link.needed is False and link.evidence is not None for link in checked.links)
    if spare and checked.cited.support == "full":
        yield f"it does not need {spare} of its {len(checked.links)} citations"


def _wrong_as_whole(answer: Checked, question: GoldQuestion | None) -> Iterator[str]:
    told = answer.told
    if question is None:
        return
    if told.abstained and question.answerable:
        yield "it refuses a question that the abstracts answer"
    if not told.abstained and not question.answerable:
        yield "it answers a question that no abstract answers"
    if not told.abstained and question.short_answers and not says(told.text, question.short_answers):
        yield f"it does not say {question.short_answers[0]}"


def _against_gold(pairs: Sequence[tuple[Checked, GoldQuestion]], corpus: Corpus) -> Iterator[Figure]:
    if not pairs:
        return
    answered = [(answer, question) for answer, question in pairs if question.answerable and not answer.told.abstained]
    gold = [{paper.paper_id for paper in map(corpus.named, q.gold_papers) if paper} for _, q in answered]
    cited = [(set(answer.papers), own) for (answer, _), own in zip(answered, gold, strict=True) if own]
    yield figure("cited papers that are gold", [len(mine & own) / len(mine) for mine, own in cited if mine])
    yield figure("gold papers that are cited", [len(mine & own) / len(own) for mine, own in cited])
    for name, of in (
        ("gold evidence, F1 of words", evidence_f1),
        ("gold evidence, overlap of characters", evidence_iou),
    ):
        values = [of(question, corpus)(answer) for answer, question in answered]
        yield figure(name, [value for value in values if value is not None])
    yield figure(
        "says the short answer", [float(says(a.told.text, q.short_answers)) for a, q in answered if q.short_answers]
    )
    yield figure("answered when answerable", [float(not a.told.abstained) for a, q in pairs if q.answerable])
    yield figure("refused when unanswerable", [float(a.told.abstained) for a, q in pairs if not q.answerable])


def _standing(each: Scored) -> tuple[float, int]:
    recall = citation_recall(each.answer)
    return ((0.0 if recall is None else recall) - len(each.of_whole), -each.faults)


def _called(link: Link) -> str:
    source = link.cited.source
    return (source.names[0] if source.names else f"{source.text[:60]}…") if source else ""


def _asked(question: str) -> str:
    return normalise(question).casefold()
