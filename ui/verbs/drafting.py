"""The verb that drafts questions of a corpus for an eval set, and has a person review them: `eval draft`."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from assistant.embedder_settings import open_embedder
from assistant.opening import open_index, open_llm, open_terms
from assistant.settings import Settings, read_settings
from eval.drafted_by_llm import in_other_words
from eval.drafting import drafts
from eval.feedback import Unreviewed, write_questions
from eval.reviewing import review, told
from index.errors import UserError
from ui.terminal import spent, visible
from ui.verbs.feedback import marked
from ui.verbs.options import AsJson, Where


def draft(
    count: Annotated[int, typer.Option(min=1, max=1000, help="At most so many questions.")] = 20,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help="Write to this new file, not to stdout.")
    ] = None,
    reviewed: Annotated[
        Path | None,
        typer.Option(
            "--review", metavar="FILE", help="Walk through the questions of this file: accept, edit or drop each."
        ),
    ] = None,
    index: Where = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Draft questions of the corpus of the index, each with its gold paper and sentence, for somebody to review.

    They ask for numbers, names and comparisons, and for what no abstract says. With an LLM, they are asked in its words, too.
    What readers marked in the chat window joins them.
    """
    if reviewed:
        done = review(reviewed, _typed, lambda text: print(visible(text)))
        print(f"{done.accepted} accepted, {done.mended} mended, {done.dropped} dropped, {done.left} left.")
        return
    settings = read_settings(index=index)
    opened = open_index(settings, open_embedder(settings))
    drafted = drafts(opened, count)
    found = (*drafted, *_in_other_words(drafted, settings), *marked(settings))
    if not found:
        raise UserError("Nothing was found to ask of these papers: their abstracts name no work. Write a set by hand.")
    if out:
        write_questions(out, found)
        print(f"{len(found)} questions to review: scholiast eval draft --review {out}", file=sys.stderr)
        return
    for one in found:
        print(visible(json.dumps(one.record, ensure_ascii=False) if as_json else f"{told(one.record)}\n"))


def _typed(prompt: str) -> str:
    return input(prompt)


def _in_other_words(drafted: tuple[Unreviewed, ...], settings: Settings) -> tuple[Unreviewed, ...]:
    """What the LLM of `settings` makes of the questions, if one is set; what that cost is told."""
    llm, terms = open_llm(settings), open_terms(settings)
    if not (llm and terms):
        return ()
    reworded = in_other_words(drafted, llm, terms)
    line = f"{terms.model}: {spent(reworded.usage)}; {len(reworded.questions)} in other words, {reworded.lost} unfit."
    print(visible(f"{line} {reworded.failed}".rstrip()), file=sys.stderr)
    return reworded.questions
