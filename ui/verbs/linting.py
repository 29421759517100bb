"""The verb that finds the faults of question sets: `eval lint`."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from assistant.assistant import Assistant
from assistant.embedder_settings import open_embedder
from assistant.opening import open_assistant, open_index
from assistant.question.turns import Conversations
from assistant.settings import read_settings
from eval.linting import Shelves, faults
from eval.questions import GoldQuestion
from index.passages import Passage
from ui.terminal import visible
from ui.verbs.options import AsJson, Where

# An answer that is no surer is not told of: some of the questions that are to have none are close to one.
_SURE = 0.7


def lint(
    sets: Annotated[list[Path], typer.Argument(metavar="SET", help="Question sets, in JSONL.")],
    index: Where = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Find the faults of question sets themselves over the corpus of the index, a line for each; exit with 1 if there are any.

    A warning is for somebody to look at: a question that no abstract is to answer, and a sentence that seems to.
    """
    settings = read_settings(index=index)
    shelves = Shelves(open_index(settings, open_embedder(settings)).papers())
    assistant = open_assistant(settings.model_copy(update={"llm_model": None}))
    found = [fault for path in sets for fault in faults(path, shelves, _Asked(assistant))]
    for fault in found:
        print(visible(json.dumps(asdict(fault), ensure_ascii=False) if as_json else str(fault)))
    if not (found or as_json):
        print("No faults.")
    if not all(fault.warns for fault in found):
        raise typer.Exit(1)


class _Asked:
    """What an assistant surely answers, by the sentence that it quotes first; of a conversation, after all before it."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._conversations = Conversations()

    def __call__(self, question: GoldQuestion) -> Passage | None:
        """Return the sentence that answers `question`, if one surely does."""
        answer = self._assistant.ask(self._conversations.question(question.question, question.conversation))
        self._conversations.remember(answer, question.conversation)
        # What contradicts the question does not answer it.
        if answer.abstained or answer.premise or (answer.chance or 0.0) < _SURE:
            return None
        return next((each.passage for claim in answer.claims for each in claim.citations), None)
