"""An eval that others made, run: their measures and ours, side by side."""

from collections.abc import Sequence

from assistant.assistant import Assistant
from assistant.reading.grounding import Judge
from assistant.reading.reader import Reader, read_closely
from eval.foreign.records import Foreign
from eval.foreign.scifact_measures import Predicted, scifact_figures
from eval.intervals import Figure, figure
from eval.measures import figures
from eval.questions import GoldQuestion
from eval.retrieval import ndcg, ranked_papers, recall
from eval.run import run
from index.index import Index
from index.papers import Paper
from index.passages import Passage

# Passages that are looked through for a hundred papers; papers that a claim is held against, and sentences of each.
_PASSAGES, _PAPERS, _SENTENCES = 300, 3, 3
_FOUND = 20
_LABELS = {"full": "SUPPORT", "contradicted": "CONTRADICT"}


def retrieval_figures(foreign: Foreign, index: Index) -> tuple[Figure, ...]:
    """nDCG@10 and recall@100, as BEIR has them, beside recall@1 and recall@5, over the questions that have gold."""
    asked = [one for one in foreign.questions if one.gold_papers]
    found = [(ranked_papers(index.search(one.question, _PASSAGES)), foreign.gains[one.id]) for one in asked]
    return (
        figure("nDCG@10", [ndcg(ranked, gains, 10) for ranked, gains in found]),
        *(figure(f"recall@{k}", [recall(ranked, [*gains], k) for ranked, gains in found]) for k in (1, 5, 100)),
    )


def answer_figures(foreign: Foreign, assistant: Assistant, index: Index) -> tuple[Figure, ...]:
    """Our own figures of the answers; without those that need gold sentences where there are none."""
    found = figures(run(assistant, foreign.questions, index.names()))
    has_sentences = any(one.gold_evidence for one in foreign.questions)
    return tuple(each for each in found if each.n and (has_sentences or each.name != "gold sentence quoted"))


def claim_figures(foreign: Foreign, index: Index, reader: Reader, judge: Judge) -> tuple[Figure, ...]:
    """The measures of SciFact: of the three papers found best for a claim, what their best three sentences say of it."""
    said = [_said(one, foreign, index, reader, judge) for one in foreign.questions]
    return scifact_figures([foreign.evidence[one.id] for one in foreign.questions], said)


def _said(claim: GoldQuestion, foreign: Foreign, index: Index, reader: Reader, judge: Judge) -> dict[str, Predicted]:
    read = read_closely(claim.question, index.search(claim.question, _FOUND), reader)
    odds: dict[Paper, dict[Passage, float]] = {}
    for one in read:
        odds.setdefault(one.hit.passage.paper, {}).update(one.sentences)
    found = {}
    for paper, own in [*odds.items()][:_PAPERS]:
        best = sorted(own, key=lambda each: -own[each])[:_SENTENCES]
        label = _LABELS.get(judge.support(claim.question, best).support) if best else None
        if label:
            found[paper.paper_id] = Predicted(label, _places(best, foreign.sentences[paper.paper_id]))
    return found


def _places(chosen: Sequence[Passage], sentences: Sequence[str]) -> tuple[int, ...]:
    """The numbers, in the original, of the sentences that were chosen, which may be cut elsewhere."""
    places: dict[int, None] = {}
    for passage in chosen:
        begin = 0
        for place, text in enumerate(sentences):
            if begin < passage.end and passage.start < begin + len(text):
                places[place] = None
            begin += len(text) + 1
    return tuple(places)
