"""The verb that scores answers of any system over the papers of the index: `eval answers`."""

import json
import sys
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from assistant.embedder_settings import open_embedder
from assistant.opening import open_index, open_judge
from assistant.settings import read_settings
from eval import report
from eval.questions import read_questions
from eval.told import read_answers
from eval.told.checking import checked
from eval.told.corpus import Corpus
from eval.told.measures import JUDGED
from eval.told.scoring import answer_record, counts, matched, scored, told_figures, worst_first
from eval.trust import trust_record, trust_text
from index.errors import UserError
from ui import terminal
from ui.reporting import write_page
from ui.told_report import page
from ui.verbs.options import AsJson, Where


def answers_verb(
    answers: Annotated[Path, typer.Argument(metavar="FILE", help="Answers in JSONL, a line each.")],
    questions: Annotated[
        Path | None,
        typer.Option("--questions", metavar="SET", help="The questions with their gold papers, evidence and answers."),
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="Write one page of HTML that says all of it.")
    ] = None,
    index: Where = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Score answers of any system over the papers of the index.

    What they cite, quote and claim is checked, and what is wrong is listed by answer and sentence, worst first. A line is an answer of
    `ask --json`, a text with [n] and its sources, a response of LlamaIndex, a message of OpenAI's APIs with annotations, or a sample of
    ragas. A line that is none is named, and the others are scored.
    """
    settings = read_settings(index=index)
    read = read_answers(answers)
    asked = read_questions(questions) if questions else ()
    for fault in read.faults:
        print(terminal.visible(str(fault)), file=sys.stderr)
    corpus, judge = Corpus(open_index(settings, open_embedder(settings)).papers()), open_judge(settings)
    gold = matched(read.answers, asked)
    if asked and not any(gold):
        raise UserError(f"No answer of {answers} belongs to a question of {questions}: neither words nor ids agree.")
    found = tuple(
        scored(checked(told, corpus, judge), question) for told, question in zip(read.answers, gold, strict=True)
    )
    figures, counted = told_figures(found, corpus), counts([each.answer for each in found])
    if html:
        write_page(html, page(answers.name, figures, counted, found, version("scholiast")))
    if as_json:
        record = {
            "answers": answers.stem,
            "figures": [asdict(each) for each in figures],
            "counts": counted,
            "scorer": trust_record(JUDGED),
            "unread": [str(fault) for fault in read.faults],
            "worst_first": [answer_record(each) for each in worst_first(found)],
        }
        print(json.dumps(record, ensure_ascii=False))
        return
    print(report.table(answers.stem, {answers.stem: (figures, {})}))
    print("\n" + ", ".join(f"{count} {name}" for name, count in counted.items()))
    print(trust_text(JUDGED))
    for each in worst_first(found):
        told = each.answer.told
        print(terminal.visible(f"\n{told.id}  {told.question}"))
        for sentence, wrong in each.wrong:
            print(terminal.visible(f"  {sentence or 'The whole answer:'}"))
            for one in wrong:
                print(terminal.visible(f"    - {one}"))
