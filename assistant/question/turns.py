"""The turns so far: which number each paper has, and which conversation each belongs to."""

from collections import defaultdict

from assistant.types import Answer, Question


class Numbering:
    """Numbers papers from 1 in the order of their first citation; a paper keeps its number through a conversation."""

    def __init__(self, question: Question) -> None:
        self._numbers = {paper.paper_id: n for answer in question.history for n, paper in answer.papers}

    def number(self, paper_id: str) -> int:
        """The number of a paper, the next one if it has none yet."""
        return self._numbers.setdefault(paper_id, max(self._numbers.values(), default=0) + 1)


class Conversations:
    """Several conversations side by side, each known by its name."""

    def __init__(self) -> None:
        self._answers: defaultdict[str, tuple[Answer, ...]] = defaultdict(tuple)

    def question(self, text: str, conversation: str | None) -> Question:
        """The question as the next turn of `conversation`; without one, it stands alone."""
        return Question(text, self._answers[conversation] if conversation is not None else ())

    def remember(self, answer: Answer, conversation: str | None) -> None:
        """Keep `answer` as the last turn of `conversation`."""
        if conversation is not None:
            self._answers[conversation] += (answer,)
