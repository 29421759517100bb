"""A run: every question of a set asked of the assistant that people talk to, and what came of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from assistant.assistant import Assistant
from assistant.question.turns import Conversations
from assistant.types import Answer
from eval.questions import GoldQuestion
from index.errors import QuestionSetError


@dataclass(frozen=True, slots=True)
class Outcome:
    """A question, the ids of its gold papers, and the answer it got."""

    question: GoldQuestion
    gold: tuple[str, ...]
    answer: Answer


def run(
    assistant: Assistant,
    questions: Sequence[GoldQuestion],
    papers: Mapping[str, str],
    on_answer: Callable[[Outcome], None] = lambda _: None,
) -> tuple[Outcome, ...]:
    """Ask all `questions`; `papers` gives the paper id for each id and each exact title of the corpus.

    `on_answer` is told of each as it comes. Raises `QuestionSetError` if a gold paper is not in the corpus.
    """
    missing = {name for question in questions for name in question.gold_papers if name not in papers}
    if missing:
        raise QuestionSetError(
            f"{len(missing)} gold papers of the questions are not in the index, such as {min(missing)!r}. "
            "Build the index from their corpus, or name it with --index; the sample's is built by: scholiast build --sample"
        )
    conversations = Conversations()
    outcomes = []
    for question in questions:
        answer = assistant.ask(conversations.question(question.question, question.conversation))
        conversations.remember(answer, question.conversation)
        outcomes.append(Outcome(question, tuple(papers[name] for name in question.gold_papers), answer))
        on_answer(outcomes[-1])
    return tuple(outcomes)
