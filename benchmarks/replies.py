"""What the chain does to good answers: `python -m benchmarks.replies`.

Forty development questions are answered by hand, in eval/sets/replies.jsonl, as a strong LLM would, a fifth of the sentences wrong on
purpose. Each sentence points at what it rests on, as far as that was offered. The table says of right and wrong sentences how many reach
the reader, and with which badge, by what becomes of unsupported ones; `before` is repairing where the reader of passages refuses first.
"""

import argparse
import json
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from assistant.assistant import Assistant
from assistant.llm.action import Action
from assistant.llm.messages import Finished, Message
from assistant.reading.cross_encoder import JUDGE, READER, CrossEncoder
from assistant.reading.grounding import CalibratedJudge
from assistant.types import Answer, Question
from assistant.writing.abstractive import Writer
from assistant.writing.prompts import NOT_ANSWERED, as_data
from assistant.writing.terms import Terms, Unsupported
from benchmarks.table import cells, print_table
from eval.intervals import figure
from eval.questions import SETS, read_questions
from index.build import build
from index.index import Index
from index.readers import read_corpus
from index.vectors.embedding import LocalEmbedder

CORPORA = {
    "sample-dev": Path(__file__).parents[1] / "index" / "sample" / "papers_page.txt",
    "acl-dev": SETS / "acl-papers.jsonl.gz",
}
_K = 10
_NUMBERED = re.compile(r"^\[(\d+)\] (.*)$", re.MULTILINE)
_SUPPORTED = {"full", "partial"}


class Replying:
    """Writes what was written by hand for one question, with the numbers under which its sentences stand in the prompt."""

    def __init__(self, line: Mapping[str, Any]) -> None:
        self._line = line
        self.said: list[Mapping[str, Any]] = []

    def stream(self, messages: Sequence[Message], action: Action) -> Iterator[str | Finished]:
        """Yield the sentences of which something was offered; where none was, that there is no answer."""
        action.take_request()
        numbers = {text: number for number, text in _NUMBERED.findall(messages[-1].content)}
        for sentence in self._line["sentences"]:
            if found := [numbers[text] for text in map(as_data, sentence["rests_on"]) if text in numbers]:
                self.said.append(sentence)
                words, stop = sentence["text"][:-1], sentence["text"][-1]
                yield f"{words} {''.join(f'[{number}]' for number in found)}{stop} "
        if not self.said:
            yield NOT_ANSWERED
        yield Finished()


@dataclass(frozen=True, slots=True)
class _Fate:
    """A sentence, whether it was said at all, whether it reaches the reader, and whether as supported."""

    right: bool
    wrong: str
    said: bool
    shown: bool
    supported: bool


def main() -> None:
    """Print what becomes of right and of wrong sentences."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    lines = [json.loads(line) for line in (SETS / "replies.jsonl").read_text("utf-8").splitlines()]
    embedder, reader, judge = LocalEmbedder(), CrossEncoder(READER), CalibratedJudge(CrossEncoder(JUDGE))
    fates: dict[str, list[_Fate]] = {name: [] for name in ("before", *get_args(Unsupported))}
    with tempfile.TemporaryDirectory() as folder:
        for name, corpus in CORPORA.items():
            build(Path(folder) / name, read_corpus([str(corpus)]), embedder)
            index = Index.open(Path(folder) / name, embedder)
            asked = {question.id: question.question for question in read_questions(SETS / f"{name}.jsonl")}
            for line in (line for line in lines if line["id"] in asked):
                refused = Assistant(lambda: index, judge, reader, _K).ask(Question(asked[line["id"]])).abstained  # noqa: B023
                for unsupported in get_args(Unsupported):
                    replying = Replying(line)
                    writer = Writer(replying, judge, Terms("by hand", unsupported=unsupported))
                    answer = Assistant(lambda: index, judge, reader, _K, writer=writer).ask(Question(asked[line["id"]]))  # noqa: B023
                    found = [*_fates(line, replying, answer)]
                    fates[unsupported] += found
                    if unsupported == "repair":
                        lost = (_Fate(one.right, one.wrong, one.said, shown=False, supported=False) for one in found)
                        fates["before"] += lost if refused else found
            index.close()
    print_table(
        ("sentences", "unsupported ones", "n", "shown, %", "95 %", "shown as supported, %", "95 %"), _rows(fates)
    )


def _fates(line: Mapping[str, Any], replying: Replying, answer: Answer) -> Iterator[_Fate]:
    claims = {claim.text: claim.support for claim in answer.claims}
    for sentence in line["sentences"]:
        support = claims.get(sentence["text"])
        yield _Fate(
            sentence["right"],
            sentence.get("wrong", ""),
            sentence in replying.said,
            support is not None,
            support in _SUPPORTED,
        )


def _rows(fates: Mapping[str, Sequence[_Fate]]) -> Iterator[tuple[str, ...]]:
    kinds = dict.fromkeys(one.wrong for one in fates["mark"] if one.wrong)
    groups = {"right": {""}, "wrong": {*kinds}, **{f"wrong: {kind}": {kind} for kind in kinds}}
    for name, wrong in groups.items():
        for unsupported, own in fates.items():
            of = [one for one in own if one.wrong in wrong and one.said]
            shown, supported = [float(one.shown) for one in of], [float(one.supported) for one in of]
            yield name, unsupported, str(len(of)), *cells(figure("", shown)), *cells(figure("", supported))


if __name__ == "__main__":
    main()
