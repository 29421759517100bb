"""The answer with an LLM: its draft sentence by sentence to claims that were checked, and what became of the others."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing

from assistant.llm.action import Action, LLMFailed
from assistant.llm.messages import LLM
from assistant.llm.wrapping import answer_text
from assistant.question.turns import Numbering
from assistant.reading.extractive import Said
from assistant.reading.grounding import Judge
from assistant.types import Claim, Step, Usage
from assistant.writing.drafted import Drafted
from assistant.writing.judging import SecondOpinion
from assistant.writing.prompts import Prompt, answer_prompt
from assistant.writing.terms import Brief, Terms, Written
from index.index import Hit
from index.passages import Passage, sentences, sentences_in

# Tokens that are kept free for the answer.
_ANSWER = 600
# Other tokenizers make up to about a sixth more of English than the one that counts here.
_MARGIN = 0.85
_SMALLEST = 700
# More sentences cost time and money, and small models lose the thread.
_MOST_OFFERED = 40
# A draft that goes on for longer, in characters, is not read to its end.
_MOST_TEXT = 4000


class Writer:
    """Has an LLM answer from numbered sentences, and lets stand what `judge` says that they support.

    With an `opinion`, an LLM has the last word on how well.
    """

    def __init__(self, llm: LLM, judge: Judge, terms: Terms, opinion: SecondOpinion | None = None) -> None:
        self._llm = llm
        self._judge = judge
        self.terms = terms
        self.opinion = opinion

    def write(
        self, brief: Brief, said: Said, numbering: Numbering, action: Action, *, spent: Usage
    ) -> Iterator[Step | Claim | Written]:
        """Yield the steps, each claim that stands as soon as it was checked, and what else came of it. No fault is raised.

        After an error about the size of the prompt, a smaller one is sent, once. `spent` was spent on the same answer before.
        """
        draft = Drafted(self._judge, self.terms, said, numbering)
        if spent.tokens + _SMALLEST + _ANSWER > self.terms.most_tokens:
            yield draft.written(f"An answer may cost {self.terms.most_tokens:,} tokens, and these are spent.")
            return
        failed: LLMFailed | None = None
        preferred = _preferred(brief.hits)
        budget = self._budget(min(self.terms.window, self.terms.most_tokens - spent.tokens))
        for is_last in (False, True):
            prompt = answer_prompt(brief.query, preferred, brief.earlier, budget, brief.doubt)
            papers = len({one.paper.paper_id for one in prompt.offered})
            told = f"{len(prompt.offered)} sentences of {papers} abstracts, {prompt.tokens} tokens"
            yield Step(f"Asked {self.terms.model}", told)
            try:
                failed = None
                with closing(self._text(prompt, action, draft)) as text:
                    yield from draft.claims(text, prompt.offered)
            except LLMFailed as failure:
                failed = failure
            if is_last or not failed or failed.fault != "context" or draft.kept:
                break
            budget = max(_SMALLEST, min(prompt.tokens // 2, self._budget(failed.window or self.terms.window)))
            if budget >= prompt.tokens:
                break
        yield Step("Checked what it wrote", draft.told())
        yield draft.written(failed.sentence if failed else "")

    def _budget(self, room: int) -> int:
        """How many of `room` tokens a prompt may take."""
        return max(_SMALLEST, int(_MARGIN * room) - _ANSWER)

    def _text(self, prompt: Prompt, action: Action, draft: Drafted) -> Generator[str]:
        """The answer in what the LLM writes; thoughts do not use up its length."""
        length = 0
        with closing(self._said(prompt, action, draft)) as said:
            for piece in answer_text(said):
                yield piece
                length += len(piece)
                if length > _MOST_TEXT:
                    draft.cut_off = True
                    return

    def _said(self, prompt: Prompt, action: Action, draft: Drafted) -> Generator[str]:
        """All that the LLM writes; what that costs is put down to `draft`, however it ends."""
        said, counted = "", None
        left = action.requests_left
        try:
            for piece in self._llm.stream(prompt.messages, action):
                if isinstance(piece, str):
                    said += piece
                    yield piece
                else:
                    counted, draft.cut_off = piece.usage, piece.cut_off
        finally:
            draft.spend(prompt, said, counted, left - action.requests_left)


def _preferred(hits: Sequence[Hit]) -> tuple[Passage, ...]:
    """The sentences of the passages that were found, best first, then those that stand around them in their abstracts."""
    near = [sentence for hit in hits for sentence in sentences_in(hit.passage)]
    papers = dict.fromkeys(hit.passage.paper for hit in hits)
    around = [one for paper in papers for one in sentences(Passage(paper, 0, len(paper.abstract)))]
    return tuple(dict.fromkeys([*near, *around]))[:_MOST_OFFERED]
