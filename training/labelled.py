"""Labelled data as items: SciFact, WiCE, ExpertQA, CLAPNQ, PubMedQA, and lines of our own."""

import gzip
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

from index.sentences import sentence_spans
from training.altered import raised
from training.items import ANSWERED, CONTRADICTED, SUPPORTED, UNANSWERED, UNRELATED, Item, fold_of, window

Row = dict[str, Any]

_SEED = 7
_PAPERS = "lines-papers.jsonl.gz"
_LABELS = {"supported": SUPPORTED, "contradicted": CONTRADICTED}
_DECISIONS = {"yes": SUPPORTED, "no": CONTRADICTED}
ASKS_WHETHER = re.compile(r"^(?:Do|Does|Did|Is|Are|Was|Were|Can|Could|Has|Have|Should|Will)\s+")
_FINDINGS = re.compile("RESULT|CONCLU|FINDING")
_MEANS = re.compile("METHOD|DESIGN|SETTING|PARTICIP|PATIENT")


def labelled(folder: Path, lines: Path) -> tuple[Item, ...]:
    """Return all items, always the same, each with the fold of its paper or question.

    `folder` holds grounding/claims_dev.jsonl.gz, clapnq/dev_half_(un)answerable.jsonl and
    pubmedqa/pqal_train500.json; beside `lines`, of which only the split "train" is used, lie their papers.
    """
    chance = Random(_SEED)  # noqa: S311 - what to learn from, no secret
    questions = json.loads((folder / "pubmedqa" / "pqal_train500.json").read_text("utf-8"))
    return (
        *_claims(_rows(folder / "grounding" / "claims_dev.jsonl.gz"), chance),
        *_our_own(lines, chance),
        *_clapnq(_rows(folder / "clapnq" / "dev_half_answerable.jsonl"), ANSWERED, chance),
        *_clapnq(_rows(folder / "clapnq" / "dev_half_unanswerable.jsonl"), UNANSWERED, chance),
        *_pubmedqa(questions, chance),
    )


def abstracts_of(lines: Path) -> dict[str, str]:
    """Return the abstracts that lines of our own are about, by the Anthology's ids."""
    return {row["paper_id"]: row["abstract"] for row in _rows(lines.with_name(_PAPERS))}


def _rows(path: Path) -> Iterator[Row]:
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    yield from map(json.loads, content.decode("utf-8").splitlines())


def _claims(rows: Iterator[Row], chance: Random) -> Iterator[Item]:
    for row in rows:
        sentences = [_spaced(each) for each in row["evidence"]]
        claim, label = row["claim"], _LABELS.get(row["label"], UNRELATED)
        rationales = [sorted({*each}) for each in row.get("rationales") or () if each]
        fold = fold_of(row.get("title") or " ".join(sentences)[:200])
        if row["dataset"] == "scifact":
            yield from _scifact(claim, sentences, rationales, label, fold, chance)
        elif row["dataset"] == "wice":
            yield Item(claim, _wice(claim, sentences, rationales), label, fold)
        elif row["dataset"] == "expertqa":
            yield Item(claim, _expertqa(claim, " ".join(sentences)), label, fold)


def _scifact(
    claim: str, sentences: Sequence[str], rationales: Sequence[Sequence[int]], label: int, fold: int, chance: Random
) -> Iterator[Item]:
    places = sorted({place for each in rationales for place in each if place < len(sentences)})
    end = " ".join(sentences[-7:])
    if label == UNRELATED:
        nearest = _nearest(claim, sentences)
        for place in nearest[:2]:
            yield Item(claim, window(sentences, place, place, 1, chance), UNRELATED, fold)
        yield Item(claim, end, UNRELATED, fold)
        yield Item(claim.rstrip(".") + "?", sentences[nearest[0]], UNANSWERED, fold)
    elif places:
        for rationale in rationales[:3]:
            if held := [place for place in rationale if place < len(sentences)]:
                yield Item(claim, _joined(sentences, held), label, fold)
                yield Item(claim, window(sentences, held[0], held[-1], 1, chance), label, fold)
        yield Item(claim, end, label, fold)
        yield from _scifact_elsewhere(claim, sentences, places, fold, chance)


def _scifact_elsewhere(
    claim: str, sentences: Sequence[str], places: Sequence[int], fold: int, chance: Random
) -> Iterator[Item]:
    rest = [place for place in _nearest(claim, sentences) if place not in places]
    if len(rest) > 1:  # the nearest may say it too
        yield Item(claim, sentences[chance.choice(rest[1:])], UNRELATED, fold)
    place = chance.choice(places)
    if chance.random() < 0.5:
        question = f"Is it true that {claim[:1].lower()}{claim[1:].rstrip('.')}?"
    else:
        question = claim.rstrip(".") + "?"
    yield Item(question, window(sentences, place, place, 1, chance), ANSWERED, fold)
    if rest:
        yield Item(question, sentences[chance.choice(rest)], UNANSWERED, fold)


def _wice(claim: str, sentences: Sequence[str], rationales: Sequence[Sequence[int]]) -> str:
    if not rationales:
        return _joined(sentences, _nearest(claim, sentences)[:4])
    return _joined(sentences, [place for place in rationales[0][:8] if place < len(sentences)])


def _expertqa(claim: str, text: str) -> str:
    sentences = [text[begin:end] for begin, end in sentence_spans(text)]
    return _joined(sentences, sorted(_nearest(claim, sentences)[:6])) if len(sentences) > 6 else text


def _our_own(lines: Path, chance: Random) -> Iterator[Item]:
    abstracts = abstracts_of(lines)
    for row in _rows(lines):
        if row["split"] == "train":
            text, fold = abstracts[row["paper_id"]], fold_of(row["paper_id"])
            sentences = [text[begin:end] for begin, end in sentence_spans(text)]
            if "claim" in row:
                yield from _claim(row, sentences, fold, chance)
            elif row["kind"] == "unstated":
                yield from _unstated(row, sentences, fold, chance)
            else:
                yield from _stated(row, sentences, fold, chance)


def _claim(row: Row, sentences: Sequence[str], fold: int, chance: Random) -> Iterator[Item]:
    claim, label = row["claim"], _LABELS.get(row["kind"], UNRELATED)
    places = [sentences.index(each) for each in row["evidence"]]
    rest = [place for place in range(len(sentences)) if place not in places]
    yield from [Item(claim, _joined(sentences, places), label, fold)] * 2
    yield Item(claim, " ".join(sentences[max(0, places[0] - 1) : places[-1] + 2]), label, fold)
    yield Item(claim, " ".join(sentences), label, fold)
    if rest:
        yield Item(claim, sentences[chance.choice(rest)], UNRELATED, fold)


def _unstated(row: Row, sentences: Sequence[str], fold: int, chance: Random) -> Iterator[Item]:
    question = row["question"]
    near = sentences.index(row["near"][0]) if row["near"] else 0
    yield from [Item(question, sentences[near], UNANSWERED, fold)] * 2
    yield from [Item(question, " ".join(sentences), UNANSWERED, fold)] * 2
    yield Item(question, chance.choice(sentences), UNANSWERED, fold)
    yield Item(question, window(sentences, near, near, 1, chance), UNANSWERED, fold)


def _stated(row: Row, sentences: Sequence[str], fold: int, chance: Random) -> Iterator[Item]:
    question = row["question"]
    places = [sentences.index(each) for each in row["answer"]]
    rest = [place for place in range(len(sentences)) if place not in places]
    answer = _joined(sentences, places)
    yield from [Item(question, answer, ANSWERED, fold)] * 2
    yield Item(question, window(sentences, places[0], places[0], 1, chance), ANSWERED, fold)
    yield Item(question, " ".join(sentences), ANSWERED, fold)
    for place in chance.sample(rest, min(2, len(rest))):
        yield Item(question, sentences[place], UNANSWERED, fold)
    if rest:
        yield Item(question, _joined(sentences, rest), UNANSWERED, fold)
    if row["kind"] == "premise":
        yield from [Item(question, answer, CONTRADICTED, fold)] * 2
    else:
        yield Item(question, answer, SUPPORTED, fold)


def _clapnq(rows: Iterator[Row], label: int, chance: Random) -> Iterator[Item]:
    for row in rows:
        question, passage = row["input"].rstrip("?") + "?", row["passages"][0]
        sentences, fold = passage.get("sentences") or [], fold_of(question)
        outputs = row.get("output", []) if label == ANSWERED else []
        selected = [each for output in outputs for each in output.get("selected_sentences") or ()]
        yield from [Item(question, _spaced(passage["text"]), label, fold)] * 2
        if selected:
            if answer := outputs[0].get("answer"):
                yield Item(answer, _spaced(passage["text"]), SUPPORTED, fold)
                yield Item(answer, _spaced(" ".join(selected)), SUPPORTED, fold)
            yield Item(question, _spaced(selected[0]), ANSWERED, fold)
            if rest := [each for each in sentences if each not in selected]:
                yield Item(question, _spaced(chance.choice(rest)), UNANSWERED, fold)
        elif label == UNANSWERED and sentences:
            yield Item(question, _spaced(sentences[_nearest(question, sentences)[0]]), UNANSWERED, fold)


def _pubmedqa(rows: dict[str, Row], chance: Random) -> Iterator[Item]:
    everything = list(rows.values())
    for name, row in rows.items():
        question, fold = row["QUESTION"], fold_of(name)
        sections = [*zip(row["CONTEXTS"], row.get("LABELS", ()), strict=False)]
        findings = [text for text, heading in sections if _FINDINGS.search(heading)][-1:]
        means = [text for text, heading in sections if _MEANS.search(heading)][:1]
        yield Item(question, _spaced(row["LONG_ANSWER"]), ANSWERED, fold)
        yield from (Item(question, _spaced(text[:1200]), ANSWERED, fold) for text in findings)
        yield from (Item(question, _spaced(text[:1000]), UNANSWERED, fold) for text in means)
        yield from _pubmedqa_claims(row, findings, means, fold)
        others = [other["LONG_ANSWER"] for other in chance.sample(everything, 60) if other is not row]
        yield Item(question, _spaced(others[_nearest(question, others)[0]]), UNANSWERED, fold)


def _pubmedqa_claims(row: Row, findings: Sequence[str], means: Sequence[str], fold: int) -> Iterator[Item]:
    question, answer = row["QUESTION"], _spaced(row["LONG_ANSWER"])
    claim = raised(ASKS_WHETHER.sub("", question).rstrip("?").strip()) + "."
    label = _DECISIONS.get(row["final_decision"], UNRELATED)
    yield Item(claim, answer, label, fold)
    yield Item(question, answer, label, fold)
    yield from (Item(claim, _spaced(text[:1200]), label, fold) for text in findings)
    yield from (Item(claim, _spaced(text[:800]), UNRELATED, fold) for text in means)


def _nearest(text: str, sentences: Sequence[str]) -> list[int]:
    """Return the places of sentences, those first that hold the most of the text's words."""
    words = _words(text)
    return sorted(range(len(sentences)), key=lambda place: -len(words & _words(sentences[place])))


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z0-9]{3,}", text.lower()))


def _joined(sentences: Sequence[str], places: Sequence[int]) -> str:
    return " ".join(sentences[place] for place in places)


def _spaced(text: str) -> str:
    return " ".join(text.split())
