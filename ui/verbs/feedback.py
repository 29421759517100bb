"""The verb that turns what readers thought of answers into eval questions: `feedback`."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from assistant.settings import Settings, read_settings
from eval.feedback import Feedback, Unreviewed, questions_of, write_questions
from index.errors import UserError
from ui.conversations.keeping import Conversations, Opinion, beside
from ui.conversations.telling import answers
from ui.terminal import visible
from ui.verbs.options import Where


def feedback(
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help="Write to this new file, not to stdout.")
    ] = None,
    index: Where = None,
) -> None:
    """Turn what readers thought into eval questions."""
    questions = marked(read_settings(index=index))
    if not questions:
        raise UserError(
            "Nobody has said what they think of an answer yet: in the chat window, Good, Not good and Wrong citation do. "
            "Open it: scholiast chat"
        )
    if out:
        write_questions(out, questions)
        return
    for question in questions:
        print(visible(json.dumps(question.record, ensure_ascii=False)))


def marked(settings: Settings) -> tuple[Unreviewed, ...]:
    """What readers marked in the chat window over the index of `settings`, as questions; none where nobody did."""
    path = beside(settings.root)
    opinions = Conversations(path).opinions() if path.exists() else ()
    return questions_of(map(_feedback, opinions))


def _feedback(opinion: Opinion) -> Feedback:
    (answer,) = answers((opinion.turn,))
    when = datetime.fromtimestamp(opinion.given, UTC)
    paper = opinion.n if any(cited.n == opinion.n for cited in answer.papers) else None
    return Feedback(opinion.turn.question, answer, opinion.verdict, when, paper=paper, comment=opinion.comment)
