"""Labelled pairs: a claim, the words that it is held against, and whether they support it."""

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any, Literal, get_args

from index.errors import QuestionSetError
from index.papers import Paper, normalise
from index.passages import Passage

# Of our own, over the sample corpus and over papers that the scorer was not trained on.
PAIRS = Path(__file__).parent / "sets" / "pairs.jsonl"

Label = Literal[
    "supported",
    "partially_supported",
    "contradicted",
    "not_enough_info",
    "unsupported",
    "benign_extrinsic",
    "questionable",
]


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim and its evidence, as passages of one text; `split` tells what a scorer may have been trained on."""

    id: str
    dataset: str
    split: str
    claim: str
    evidence: tuple[Passage, ...]
    label: Label
    title: str = ""

    @property
    def supported(self) -> bool:
        """Whether the evidence supports the whole of the claim."""
        return self.label == "supported"


def read_pairs(path: Path) -> tuple[Pair, ...]:
    """Read labelled pairs in JSONL, plain or gzipped. Raises `QuestionSetError` naming file and line at fault."""
    try:
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        lines = content.decode("utf-8").splitlines()
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise QuestionSetError(f"Cannot read the labelled pairs {path}: {error}.") from None
    pairs = tuple(_pairs(path, lines))
    if not pairs:
        raise QuestionSetError(f"{path} holds no labelled pair.")
    return pairs


def _pairs(path: Path, lines: list[str]) -> Iterator[Pair]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield _pair(json.loads(line))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise QuestionSetError(f"{path}:{number} is not a labelled pair: {error!r}.") from None


def _pair(record: dict[str, Any]) -> Pair:
    if record["label"] not in get_args(Label):
        raise ValueError(f"no label {record['label']}")
    return Pair(
        id=str(record["id"]),
        dataset=record["dataset"],
        split=record.get("split", ""),
        claim=record["claim"],
        evidence=passages_of(record["evidence"]),
        label=record["label"],
        title=record.get("title") or "",
    )


def passages_of(texts: Sequence[str]) -> tuple[Passage, ...]:
    """Texts as passages of one paper without a title, whose abstract is all of them."""
    folded = [text for text in map(normalise, texts) if text]
    paper = Paper.from_source("", " ".join(folded))
    ends = accumulate(len(text) + 1 for text in folded)
    return tuple(Passage(paper, end - 1 - len(text), end - 1) for text, end in zip(folded, ends, strict=True))
