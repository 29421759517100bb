"""ScholarQABench (Asai et al. 2024): the tasks over single papers, each question with its answer and its gold passages."""

from pathlib import Path

from eval.foreign.records import FAULTS, Foreign, Json, faulty, question, records
from index.errors import QuestionSetError
from index.papers import Paper

_NAME = "scholarqabench"
_GOLD = ("gold_ctxs", "gold_ctx")
# Of more words, an answer is no short one.
_SHORT = 4


def recognises(path: Path, first: Json) -> bool:  # noqa: ARG001
    """Whether a file begins with a question of these tasks, or of those that are scored by rubrics."""
    return ("input" in first and bool({*_GOLD, "ctxs"} & first.keys())) or {"case_id", "metric_config"} <= first.keys()


def read(path: Path) -> Foreign:
    """Read `input`, `answer` and the gold passages, whose papers are gold; other passages are papers, too.

    Raises `QuestionSetError` also for the tasks that are scored by rubrics, which an LLM alone can read.
    """
    asked, papers, without = [], dict[str, Paper](), 0
    for number, record in records(path):
        if "metric_config" in record:
            raise QuestionSetError(
                f"{path} holds rubrics, which are not scored here: name a file of the single-paper tasks."
            )
        try:
            gold = [_paper(one) for name in _GOLD for one in record.get(name) or ()]
            others = [_paper(one) for one in record.get("ctxs") or ()]
            papers |= {paper.paper_id: paper for paper in (*gold, *others)}
            answer = str(record.get("answer") or "")
            short = (answer,) if 0 < len(answer.split()) <= _SHORT and _is_word(answer) else ()
            one = question(
                str(record.get("id", number)),
                record["input"],
                _NAME,
                tuple(dict.fromkeys(paper.paper_id for paper in gold)),
                tuple(paper.abstract for paper in gold),
                short,
            )
        except FAULTS as error:
            raise faulty(path, number, error, "a question of ScholarQABench") from None
        without += not gold
        asked += [one] if gold else []
    gains = {one.id: dict.fromkeys(one.gold_papers, 1.0) for one in asked}
    return Foreign(_NAME, tuple(asked), tuple(papers.values()), gains, without_gold=without)


def _paper(record: Json) -> Paper:
    return Paper.from_source(record.get("title") or "", record["text"])


def _is_word(answer: str) -> bool:
    """Whether an answer may be looked for in words: a label may not."""
    return answer.lower() not in {"true", "false", "yes", "no", "maybe"}
