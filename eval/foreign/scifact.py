"""SciFact (Wadden et al. 2020) as it was published: claims with their rationales, and `corpus.jsonl` beside them."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from eval.foreign.records import FAULTS, Evidence, Foreign, Json, beside, faulty, question, records
from eval.pairs import Label, Pair, passages_of
from index.papers import Paper, normalise

_NAME = "scifact"
_LABELS: Mapping[str, Label] = {"SUPPORT": "supported", "CONTRADICT": "contradicted"}


def recognises(path: Path, first: Json) -> bool:
    """Whether a file begins with a claim, or a folder holds claims."""
    return {"claim", "evidence"} <= first.keys() or (path / "claims_dev.jsonl").exists()


def read(path: Path) -> Foreign:
    """Read a file of claims, of a folder `claims_dev.jsonl`, with the corpus beside it; a claim with evidence is answerable."""
    claims = path / "claims_dev.jsonl" if path.is_dir() else path
    titles, sentences = _corpus(beside(path, "corpus.jsonl"))
    asked, pairs, evidence = [], list[Pair](), dict[str, dict[str, Evidence]]()
    for number, record in records(claims):
        try:
            own = {paper: _evidence(sets, len(sentences[paper])) for paper, sets in (record["evidence"] or {}).items()}
            key, claim = str(record["id"]), record["claim"]
            told = tuple(text for paper, one in own.items() for text in _told(one, sentences[paper]))
            asked.append(question(key, claim, _NAME, tuple(own), told))
            pairs += _pairs(record, own, sentences, titles)
        except FAULTS as error:
            raise faulty(claims, number, error, "a claim of SciFact, over the papers of its corpus") from None
        evidence[key] = own
    papers = (Paper.from_source(titles[each], " ".join(sentences[each]), paper_id=each) for each in sentences)
    gains = {key: dict.fromkeys(own, 1.0) for key, own in evidence.items()}
    return Foreign(_NAME, tuple(asked), tuple(papers), gains, tuple(pairs), evidence, sentences)


def _corpus(path: Path) -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """The titles and the sentences of the papers, by their ids."""
    titles, sentences = dict[str, str](), dict[str, tuple[str, ...]]()
    for number, record in records(path):
        try:
            paper = str(record["doc_id"])
            titles[paper], sentences[paper] = record["title"], tuple(map(normalise, record["abstract"]))
        except FAULTS as error:
            raise faulty(path, number, error, "a paper of SciFact") from None
    return titles, sentences


def _evidence(sets: list[dict[str, Any]], count: int) -> Evidence:
    rationales = tuple(frozenset(one["sentences"]) for one in sets)
    if any(not 0 <= place < count for rationale in rationales for place in rationale):
        raise ValueError(f"a rationale has a sentence that an abstract of {count} does not have")
    label = sets[0]["label"]
    if label not in _LABELS:
        raise ValueError(f"no label {label}")
    return Evidence(label, rationales)


def _told(evidence: Evidence, sentences: tuple[str, ...]) -> Iterator[str]:
    """The sentences of all rationales, each once, in order."""
    return (sentences[place] for place in sorted(frozenset().union(*evidence.rationales)))


def _pairs(
    record: Json, own: Mapping[str, Evidence], sentences: Mapping[str, tuple[str, ...]], titles: Mapping[str, str]
) -> Iterator[Pair]:
    """A claim with the first rationale of each paper; with a whole abstract that was cited and says nothing of it."""
    for paper in {**dict.fromkeys(own), **dict.fromkeys(map(str, record.get("cited_doc_ids", ())))}:
        label: Label = _LABELS[own[paper].label] if paper in own else "not_enough_info"
        places = sorted(own[paper].rationales[0]) if paper in own else range(len(sentences[paper]))
        told = passages_of([sentences[paper][place] for place in places])
        yield Pair(f"{_NAME}:{record['id']}-{paper}", _NAME, "", record["claim"], told, label, titles[paper])
