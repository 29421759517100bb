"""ALCE (Gao et al. 2023): questions of ASQA, QAMPARI and ELI5, each with the passages that were found for it."""

from collections.abc import Iterator
from pathlib import Path

from eval.foreign.records import FAULTS, Foreign, Json, faulty, question, records
from index.papers import Paper, normalise

_NAME = "alce"


def recognises(path: Path, first: Json) -> bool:  # noqa: ARG001
    """Whether a file begins with a question and its passages."""
    return {"question", "docs"} <= first.keys()


def read(path: Path) -> Foreign:
    """Read the questions, with their passages as papers: gold are those that hold one of the short answers.

    Of ELI5, which has claims and no short answers, and where no passage holds one, nothing says what is gold.
    """
    asked, papers, without = [], dict[str, Paper](), 0
    for number, record in records(path):
        try:
            docs = [_paper(one) for one in record["docs"]]
            short = tuple(dict.fromkeys(_short_answers(record)))
            gold = [doc.paper_id for doc in docs if any(each.lower() in doc.abstract.lower() for each in short)]
            key = str(record.get("sample_id") or record.get("id") or number)
            one = question(key, record["question"], _NAME, tuple(dict.fromkeys(gold)), (), short)
        except FAULTS as error:
            raise faulty(path, number, error, "a question of ALCE") from None
        papers |= {doc.paper_id: doc for doc in docs}
        without += not gold
        asked += [one] if gold else []
    gains = {one.id: dict.fromkeys(one.gold_papers, 1.0) for one in asked}
    return Foreign(_NAME, tuple(asked), tuple(papers.values()), gains, without_gold=without)


def _short_answers(record: Json) -> Iterator[str]:
    """Those of the parts of a question (ASQA), or of each thing that is listed (QAMPARI)."""
    groups = [pair["short_answers"] for pair in record.get("qa_pairs") or ()] or record.get("answers") or ()
    return (text for group in groups for text in map(normalise, group) if text)


def _paper(record: Json) -> Paper:
    own = record.get("id")
    return Paper.from_source(record.get("title") or "", record["text"], paper_id=None if own is None else str(own))
