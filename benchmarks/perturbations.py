"""Which measure sees which way of breaking an answer: `python -m benchmarks.perturbations`.

The extractive answers to the development questions of the sample, as they are and perturbed (`eval/perturbing.py`). A cell says the mean
before and after in %, the 95 % bootstrap interval of the paired difference in points, and of how many answers. `--hand` takes the right
sentences of eval/sets/replies.jsonl instead, in their own words, each citing the sentences that it rests on.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from assistant.assistant import Assistant
from assistant.question.turns import Conversations
from assistant.reading.cross_encoder import JUDGE, READER, CrossEncoder
from assistant.reading.grounding import CalibratedJudge, Judge
from assistant.wire import answer_record
from benchmarks.replies import CORPORA
from benchmarks.table import print_table
from eval.perturbing import MEANT, PERTURBATIONS, Change, change, perturbed
from eval.questions import SETS, GoldQuestion, read_questions
from eval.told import of_ours
from eval.told.answers import Cited, Sentence, Source, Told
from eval.told.checking import Checked, checked
from eval.told.corpus import Corpus
from eval.told.measures import MEASURES, Measure, evidence_f1, evidence_iou
from index.build import build
from index.index import Index
from index.readers import read_corpus
from index.vectors.embedding import LocalEmbedder

SHOWN = (
    "citation recall (ALCE)",
    "citation precision (ALCE)",
    "quotes verbatim",
    "quotes in no paper",
    "quotes of another paper",
    "quotes stitched",
    "sentences supported",
    "sentences contradicted",
    "gold evidence, F1 of words",
    "gold evidence, overlap of characters",
)
_K, _REMEMBERED = 10, 100_000


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hand", action="store_true", help="the sentences of eval/sets/replies.jsonl")
    by_hand = parser.parse_args().hand
    asked = [question for question in read_questions(SETS / "sample-dev.jsonl") if question.answerable]
    judge, embedder = CalibratedJudge(CrossEncoder(JUDGE, remembered=_REMEMBERED)), LocalEmbedder()
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder), read_corpus([str(CORPORA["sample-dev"])]), embedder)
        index = Index.open(Path(folder), embedder)
        corpus = Corpus(index.papers())
        told = (
            [*_by_hand(asked, corpus)]
            if by_hand
            else [*_answered(Assistant(lambda: index, judge, CrossEncoder(READER), _K), asked)]
        )
        index.close()
    good = [(one, question) for one, question in told if not one.abstained]
    print_table(("perturbed", *SHOWN), _rows(good, corpus, judge))


def changes(
    good: Sequence[tuple[Told, GoldQuestion]], before: Sequence[Checked], name: str, corpus: Corpus, judge: Judge
) -> dict[str, Change | None]:
    """What became of each measure of the answers that can be broken in this way; `before` are they as they were, checked."""
    broken = perturbed([told for told, _ in good], name, corpus)
    pairs = [
        (_measures(question, corpus), was, checked(now, corpus, judge))
        for (_, question), was, now in zip(good, before, broken, strict=True)
        if now is not None
    ]
    return {
        measure: change(measure, [(of[measure](was), of[measure](now)) for of, was, now in pairs]) for measure in SHOWN
    }


def _rows(good: Sequence[tuple[Told, GoldQuestion]], corpus: Corpus, judge: Judge) -> Iterator[tuple[str, ...]]:
    before = [checked(told, corpus, judge) for told, _ in good]
    for name in PERTURBATIONS:
        found = changes(good, before, name, corpus, judge)
        yield name, *(_cell(found[measure], meant=measure in MEANT[name]) for measure in SHOWN)


def _measures(question: GoldQuestion, corpus: Corpus) -> dict[str, Measure]:
    return {
        **MEASURES,
        "gold evidence, F1 of words": evidence_f1(question, corpus),
        "gold evidence, overlap of characters": evidence_iou(question, corpus),
    }


def _cell(found: Change | None, *, meant: bool) -> str:
    if found is None or found.difference.low is None or found.difference.high is None:
        return "–"
    if found.before == found.after and found.difference.low == found.difference.high:
        return f"{100 * found.before:.0f} ({found.difference.n})"
    span = f"{100 * found.difference.low:+.0f} to {100 * found.difference.high:+.0f}; {found.difference.n}"
    means = f"{100 * found.before:.0f} → {100 * found.after:.0f}"
    return f"**{means}** ({span})" if meant else f"{means} ({span})"


def _answered(assistant: Assistant, asked: Sequence[GoldQuestion]) -> Iterator[tuple[Told, GoldQuestion]]:
    conversations = Conversations()
    for question in asked:
        answer = assistant.ask(conversations.question(question.question, question.conversation))
        conversations.remember(answer, question.conversation)
        yield of_ours.read(answer_record(answer, question.id), question.id), question


def _by_hand(asked: Sequence[GoldQuestion], corpus: Corpus) -> Iterator[tuple[Told, GoldQuestion]]:
    lines = {line["id"]: line for line in map(json.loads, (SETS / "replies.jsonl").read_text("utf-8").splitlines())}
    for question in asked:
        told = lines.get(question.id, {"sentences": ()})["sentences"]
        right = [one for one in told if one["right"] and all(map(corpus.holding, one["rests_on"]))]
        if right:
            sources = tuple(Source((title,)) for title in question.gold_papers)
            yield Told(question.id, question.question, tuple(map(_sentence, right)), sources), question


def _sentence(line: dict[str, Any]) -> Sentence:
    return Sentence(line["text"], tuple(Cited(Source((), words), words) for words in line["rests_on"]))


if __name__ == "__main__":
    main()
