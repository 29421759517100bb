"""The turns so far: which number each paper has in this conversation."""

from assistant.types import Question


class Numbering:
    """Numbers papers from 1 in the order of their first citation; a paper keeps its number through a conversation."""

    def __init__(self, question: Question) -> None:
        self._numbers = {paper.paper_id: n for answer in question.history for n, paper in answer.papers}

    def number(self, paper_id: str) -> int:
        """The number of a paper, a new one if it has none yet."""
        return self._numbers.setdefault(paper_id, len(self._numbers) + 1)
