"""LlamaIndex's `CitationQueryEngine` beside this program, the same words of an LLM in both: `python -m benchmarks.citing`.

Asks the development questions of the sample that eval/sets/replies.jsonl answers by hand, a fifth of the sentences wrong on purpose, of both.
One endpoint on loopback says these sentences, each with the numbers of the sources that hold what it rests on; what was offered
under no number, it leaves out. What both made of that, and the extractive answers, is scored as `scholiast eval answers` does it; with
`--out FOLDER`, what was scored is written there, a file each.
"""

import argparse
import json
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.assistant import Assistant
from assistant.llm.llm import Endpoint
from assistant.reading.cross_encoder import JUDGE, READER, CrossEncoder
from assistant.reading.grounding import CalibratedJudge
from assistant.types import Question
from assistant.wire import answer_record
from assistant.writing.abstractive import Writer
from assistant.writing.prompts import as_data
from assistant.writing.terms import Terms
from benchmarks.misbehaving import Body, Misbehaving, computes
from benchmarks.pipeline import citing
from benchmarks.replies import CORPORA
from eval import report
from eval.questions import SETS, GoldQuestion, read_questions
from eval.told import read_answers
from eval.told.checking import checked
from eval.told.corpus import Corpus
from eval.told.scoring import matched, scored, told_figures
from index.build import build
from index.index import Index
from index.readers import read_corpus
from index.vectors.embedding import LocalEmbedder

LLAMA_INDEX, WITH_LLM, EXTRACTIVE = "CitationQueryEngine", "Scholiast, the same LLM", "Scholiast, extractive"
_K = 10
# What each of the two calls what it offers: `Source 1:` and a text, or `[1]` and a sentence.
_SOURCE = re.compile(r"^Source (\d+):\n(.*?)(?=\n+Source \d+:|\n-{3,}|\Z)", re.MULTILINE | re.DOTALL)
_NUMBERED = re.compile(r"^\[(\d+)\] (.*)$", re.MULTILINE)
_BELOW = "Below are several numbered sources"
_NO_SOURCE = "None of the sources answer this."

Line = Mapping[str, Any]


def main() -> None:
    """Print the figures of the three side by side."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, help="the folder of the answers")
    out = parser.parse_args().out
    lines, asked = replies()
    judge, embedder = CalibratedJudge(CrossEncoder(JUDGE)), LocalEmbedder()
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder) / "index", read_corpus([str(CORPORA["sample-dev"])]), embedder)
        index = Index.open(Path(folder) / "index", embedder)
        corpus = Corpus(index.papers())
        with Misbehaving(computes(scripted(lines, asked))) as endpoint:
            llm, reader = Endpoint(endpoint.url, "scripted"), CrossEncoder(READER)
            engine = citing(corpus.papers, embedder, llm, _K)
            ours = Assistant(lambda: index, judge, reader, _K, writer=Writer(llm, judge, Terms("scripted")))
            extractive = Assistant(lambda: index, judge, reader, _K)
            found = {
                LLAMA_INDEX: [{**engine(question.question), "id": question.id} for question in asked],
                WITH_LLM: [answer_record(ours.ask(Question(each.question)), each.id) for each in asked],
                EXTRACTIVE: [answer_record(extractive.ask(Question(each.question)), each.id) for each in asked],
            }
        index.close()
        runs: dict[str, report.Run] = {}
        for number, (name, records) in enumerate(found.items()):
            path = written((out or Path(folder)) / f"{number}.jsonl", records)
            told = read_answers(path).answers
            pairs = zip(told, matched(told, asked), strict=True)
            runs[name] = (told_figures([scored(checked(one, corpus, judge), of) for one, of in pairs], corpus), {})
    print(report.table(f"{len(asked)} questions", runs))


def replies() -> tuple[tuple[Line, ...], tuple[GoldQuestion, ...]]:
    """The replies by hand to questions over the sample, and these questions."""
    lines = [json.loads(line) for line in (SETS / "replies.jsonl").read_text("utf-8").splitlines()]
    asked = {question.id: question for question in read_questions(SETS / "sample-dev.jsonl")}
    own = tuple(line for line in lines if line["id"] in asked)
    return own, tuple(asked[line["id"]] for line in own)


def scripted(lines: Sequence[Line], asked: Sequence[GoldQuestion]) -> Callable[[Body], Sequence[str]]:
    """What the endpoint says to a prompt: the reply to the question in it, its sources numbered as the prompt numbers them."""

    def reply(body: Body) -> Sequence[str]:
        prompt = body["messages"][-1]["content"]
        _, _, below = prompt.rpartition(_BELOW)
        offered = dict(_SOURCE.findall(below) or _NUMBERED.findall(prompt))
        pairs = zip(lines, asked, strict=True)
        line = next((one for one, question in pairs if as_data(question.question) in as_data(prompt)), None)
        return [*_said(line, offered)] or [_NO_SOURCE] if line else [_NO_SOURCE]

    return reply


def written(path: Path, records: Sequence[Line]) -> Path:
    """Write records to a new file, a line each."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
    return path


def _said(line: Line, offered: Mapping[str, str]) -> Iterator[str]:
    for sentence in line["sentences"]:
        wanted = [*map(as_data, sentence["rests_on"])]
        held = [number for number, text in offered.items() if any(words in as_data(text) for words in wanted)]
        if held:
            words, stop = sentence["text"][:-1], sentence["text"][-1]
            yield f"{words} {''.join(f'[{number}]' for number in held)}{stop} "


if __name__ == "__main__":
    main()
