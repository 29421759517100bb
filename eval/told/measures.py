"""What is measured of an answer that was checked: each a share in 0..1, or None where there is nothing to measure.

An abstained answer is neither grounded nor ungrounded: nothing here measures it. A sentence that cannot be judged is left out of the
measures that rest on the judge.
"""

from collections.abc import Callable, Sequence
from statistics import mean

from assistant.types import Support
from eval.overlap import character_iou, token_f1
from eval.questions import GoldQuestion
from eval.told.checking import Checked
from eval.told.corpus import Corpus
from eval.told.quotes import QuoteKind
from index.passages import Passage

Measure = Callable[[Checked], float | None]


def citation_recall(answer: Checked) -> float | None:
    """ALCE's citation recall (Gao et al. 2023): the share of the sentences that all they cite, taken together, supports in full.

    recall = (number of sentences whose citations support them) / (number of sentences). A sentence that cites nothing counts as 0, and
    inherits nothing from its neighbours.
    """
    return _mean([s.cited.support == "full" for s in answer.sentences if s.cited.support != "unscored"])


def citation_precision(answer: Checked) -> float | None:
    """ALCE's citation precision (Gao et al. 2023): the share of the citations that are relevant.

    A citation is relevant if the sentence is supported by all it cites, and either this one supports it alone or the others
    without it do not. As in ALCE, an answer that cites nothing scores 0.
    """
    scored = [s for s in answer.sentences if s.cited.support != "unscored"]
    return _mean([bool(link.needed) for s in scored for link in s.links]) if _cites(answer) else _zero(answer)


def links_known(answer: Checked) -> float | None:
    """The share of the citations that lead to a paper of the index; a marker without a source leads to none."""
    return _mean([link.paper is not None for s in answer.sentences for link in s.links])


def quotes_of(kind: QuoteKind) -> Measure:
    """The measure of the share of the quotes of an answer that are of one kind, as `quote_kind` tells them apart."""

    def share(answer: Checked) -> float | None:
        return _mean([each == kind for s in answer.sentences for each in s.quotes])

    return share


def supported_as(support: Support) -> Measure:
    """The measure of the share of the sentences with one verdict of the scorer, among those that were scored.

    Sentences of an answer that cites nothing anywhere are held against all the sources that it was given; of the share of
    `unscored`, all sentences but those of the record are the whole.
    """

    def share(answer: Checked) -> float | None:
        told = [s.offered.support for s in answer.sentences if not s.sentence.recorded]
        return _mean([each == support for each in told if support == "unscored" or each != "unscored"])

    return share


def evidence_f1(question: GoldQuestion, corpus: Corpus) -> Measure:
    """The measure of `token_f1` of the spans that are cited against the gold evidence of a question."""
    gold = tuple(span.text for span in gold_spans(question, corpus))
    return lambda answer: token_f1(answer.evidence, gold) if gold and not answer.told.abstained else None


def evidence_iou(question: GoldQuestion, corpus: Corpus) -> Measure:
    """The measure of `character_iou` of the spans that are cited against the gold evidence of a question."""
    gold = gold_spans(question, corpus)
    return lambda answer: character_iou(answer.evidence, gold) if gold and not answer.told.abstained else None


def gold_spans(question: GoldQuestion, corpus: Corpus) -> tuple[Passage, ...]:
    """Where the gold evidence of a question stands in the abstracts of its gold papers; what stands in none is left out."""
    papers = [paper for paper in map(corpus.named, question.gold_papers) if paper]
    return tuple(
        Passage(paper, start, start + len(words))
        for words in question.gold_evidence
        for paper in papers
        if (start := paper.abstract.find(words)) >= 0
    )


# The shares of which more is better, then those of what is wrong, in the order of a report.
MEASURES: dict[str, Measure] = {
    "citation recall (ALCE)": citation_recall,
    "citation precision (ALCE)": citation_precision,
    "citations that lead to a paper": links_known,
    "quotes verbatim": quotes_of("verbatim"),
    "quotes in no paper": quotes_of("fabricated"),
    "quotes of another paper": quotes_of("misattributed"),
    "quotes stitched": quotes_of("stitched"),
    "quotes respelt": quotes_of("respelt"),
    "quotes elsewhere in the paper": quotes_of("misplaced"),
    "sentences supported": supported_as("full"),
    "sentences supported in part": supported_as("partial"),
    "sentences not supported": supported_as("none"),
    "sentences contradicted": supported_as("contradicted"),
    "sentences unscored": supported_as("unscored"),
}
# Those that rest on the scorer of support.
JUDGED = frozenset(
    name for name in MEASURES if name.startswith(("citation recall", "citation precision", "sentences "))
)


def _mean(each: Sequence[bool]) -> float | None:
    return mean(map(float, each)) if each else None


def _cites(answer: Checked) -> bool:
    return any(s.links for s in answer.sentences)


def _zero(answer: Checked) -> float | None:
    return 0.0 if any(s.cited.support != "unscored" for s in answer.sentences) else None
