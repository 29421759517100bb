"""PubMedQA (Jin et al. 2019): an object of questions by PMID, each with the sections of its abstract and its conclusion."""

from pathlib import Path

from eval.foreign.records import FAULTS, Foreign, Json, document, faulty, question
from eval.pairs import Pair, passages_of
from index.papers import Paper

_NAME = "pubmedqa"
_KEYS = {"QUESTION", "CONTEXTS"}


def recognises(path: Path, first: Json) -> bool:  # noqa: ARG001
    """Whether a file begins with such an object."""
    one = next(iter(first.values()), None)
    return isinstance(one, dict) and one.keys() >= _KEYS


def read(path: Path) -> Foreign:
    """Read the questions, with their abstracts without the conclusion as papers; the title of each is its question.

    Its conclusion is a claim that the abstract supports.
    """
    asked, papers, pairs = [], [], []
    for number, (pmid, record) in enumerate(document(path).items(), 1):
        try:
            papers.append(Paper.from_source(record["QUESTION"], " ".join(record["CONTEXTS"]), paper_id=pmid))
            asked.append(question(pmid, record["QUESTION"], _NAME, (pmid,)))
            told = passages_of(record["CONTEXTS"])
            pairs.append(Pair(f"{_NAME}:{pmid}", _NAME, "", record["LONG_ANSWER"], told, "supported"))
        except FAULTS as error:
            raise faulty(path, number, error, f"a question of PubMedQA, {pmid}") from None
    gains = {one.id: {one.id: 1.0} for one in asked}
    return Foreign(_NAME, tuple(asked), tuple(papers), gains, tuple(pairs))
