"""Answers with an LLM beside extractive ones, with and without rewording: `python -m benchmarks.with_llm`.

Asks development questions of the shipped corpora, of the LLM in the settings (`SCHOLIAST_LLM_*`), and says of each figure n and an
interval, and what an answer costs. What the LLM replied is kept in `--kept FILE` as it comes: who stops this goes on where it was.
"""

import argparse
import hashlib
import json
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from assistant.assistant import Assistant
from assistant.llm.action import Action
from assistant.llm.messages import LLM, Finished, Message
from assistant.opening import open_llm
from assistant.reading.cross_encoder import JUDGE, READER, CrossEncoder
from assistant.reading.grounding import CalibratedJudge
from assistant.settings import read_settings
from assistant.types import Question, Usage
from assistant.writing.abstractive import Writer
from assistant.writing.rewording import Rewording
from assistant.writing.terms import Terms
from benchmarks.replies import CORPORA
from benchmarks.table import print_table
from eval import report
from eval.measures import figures
from eval.questions import SETS, read_questions
from eval.run import Outcome
from index.build import build
from index.errors import SettingsError
from index.index import Index
from index.readers import read_corpus
from index.vectors.embedding import LocalEmbedder

_K = 10
_MARK = re.compile(r"=====DATA [0-9a-f]+=====")
_REMEMBERED = 100_000
# A small model on two cores is slow.
_SECONDS = 1800.0


class Kept:
    """Asks an LLM, and what was asked before is not asked again: its replies stand in a file, a line each."""

    def __init__(self, llm: LLM, path: Path) -> None:
        self._llm = llm
        self._path = path
        lines = path.read_text("utf-8").splitlines() if path.exists() else ()
        self._replies = {line["asked"]: line for line in map(json.loads, lines)}

    def stream(self, messages: Sequence[Message], action: Action) -> Iterator[str | Finished]:
        """Yield what the LLM writes, or wrote."""
        asked = "\n".join(f"{one.role}: {_MARK.sub('=====DATA=====', one.content)}" for one in messages)
        key = hashlib.sha256(asked.encode()).hexdigest()
        if key not in self._replies:
            text, usage = "", None
            for piece in self._llm.stream(messages, action):
                if isinstance(piece, str):
                    text += piece
                else:
                    usage = piece.usage and asdict(piece.usage)
            self._replies[key] = {"asked": key, "text": text, "usage": usage}
            with self._path.open("a", encoding="utf-8") as kept:
                kept.write(json.dumps(self._replies[key], ensure_ascii=False) + "\n")
        else:
            action.take_request()
        reply = self._replies[key]
        if reply["text"]:
            yield reply["text"]
        yield Finished(Usage(**reply["usage"]) if reply["usage"] else None)


def main() -> None:
    """Print the table of figures, and that of what an answer costs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=30, help="how many of each of the two sets")
    parser.add_argument("--kept", type=Path, required=True, help="the file of the replies")

    given = parser.parse_args()
    settings = read_settings()
    endpoint = open_llm(settings)
    if not endpoint or not settings.llm_model:
        raise SettingsError("No LLM is set: set SCHOLIAST_LLM_MODEL, and SCHOLIAST_LLM_BASE_URL to its address.")
    llm, judge = Kept(endpoint, given.kept), CalibratedJudge(CrossEncoder(JUDGE, remembered=_REMEMBERED))
    terms, reader, embedder = Terms(settings.llm_model), CrossEncoder(READER, remembered=_REMEMBERED), LocalEmbedder()
    writer, rewording = Writer(llm, judge, terms), Rewording(llm, terms)
    found: dict[str, list[Outcome]] = {"extractive": [], "LLM": [], "LLM, with rewording": []}
    with tempfile.TemporaryDirectory() as folder:
        for name, corpus in CORPORA.items():
            build(Path(folder) / name, read_corpus([str(corpus)]), embedder)
            index = Index.open(Path(folder) / name, embedder)
            alone = Assistant(lambda: index, judge, reader, _K)  # noqa: B023
            written = Assistant(lambda: index, judge, reader, _K, writer=writer)  # noqa: B023
            helped = Assistant(lambda: index, judge, reader, _K, writer=writer, rewording=rewording)  # noqa: B023
            asked = [question for question in read_questions(SETS / f"{name}.jsonl") if not question.conversation]
            for question in asked[: given.questions]:
                gold = tuple(index.names()[paper] for paper in question.gold_papers)
                for engine, assistant in zip(found, (alone, written, helped), strict=True):
                    answer = assistant.ask(Question(question.question), Action(_SECONDS))
                    found[engine].append(Outcome(question, gold, answer))
            index.close()
    print(report.table("development questions", {name: (figures(each), {}) for name, each in found.items()}))
    print()
    print_table(("an answer", "n", "requests", "tokens", "struck", "marked none or contradicted"), _costs(found))


def _costs(found: dict[str, list[Outcome]]) -> Iterator[tuple[str, ...]]:
    for name, outcomes in found.items():
        answers = [outcome.answer for outcome in outcomes]
        marked = sum(claim.support in {"none", "contradicted"} for answer in answers for claim in answer.claims)
        means = (sum(a.usage.requests for a in answers), sum(a.usage.tokens for a in answers))
        struck = sum(len(answer.struck) for answer in answers)
        yield name, str(len(answers)), *(f"{each / len(answers):.2f}" for each in means), str(struck), str(marked)


if __name__ == "__main__":
    main()
