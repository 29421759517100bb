"""Passages in the order in which an LLM ranks them, all at once."""

import re
from collections.abc import Sequence

from assistant.llm.action import OF_LLM, Action, LLMFailed
from assistant.llm.messages import LLM
from assistant.types import Ranking, Step, Usage
from assistant.writing.asking_llm import Reply, replied
from assistant.writing.prompts import ranking_prompt
from assistant.writing.terms import Terms

# Tokens of a prompt, and those that are kept free for the numbers; other tokenizers make up to about a sixth more of English.
_LEAST_PROMPT, _MOST_PROMPT, _REPLY, _MARGIN = 700, 6000, 200, 0.85
# The share of the tokens of an answer that its ranking may cost.
_SHARE = 4
_RUN = re.compile(r"\[?\s*\d{1,3}\s*\]?(?:\s*[>,]\s*\[?\s*\d{1,3}\s*\]?)*")


class ListwiseRanker:
    """Asks an LLM, in one request within `seconds`, for the numbers of passages, best first (RankGPT, Sun et al. 2023).

    Only where a request is left for the answer. Any thread may call it.
    """

    def __init__(self, llm: LLM, terms: Terms, seconds: float) -> None:
        self._llm = llm
        self._terms = terms
        self._seconds = seconds

    def ranked(self, query: str, texts: Sequence[str], action: Action) -> Ranking:
        """Return the places of `texts`, what fits `query` best first; none, and why, where there is no ranking. No fault is raised."""
        budget = min(int(_MARGIN * self._terms.window), self._terms.most_tokens // _SHARE, _MOST_PROMPT) - _REPLY
        if budget < _LEAST_PROMPT:
            return self._unranked(
                "Not asked, as SCHOLIAST_LLM_TOKENS or SCHOLIAST_LLM_WINDOW leaves too little for it."
            )
        if action.requests_left < 2:
            return self._unranked("Not asked, as one request is kept for the answer.")
        messages, _ = ranking_prompt(query, texts, budget)
        try:
            action.take_request()
            with action.within(self._seconds, 1, OF_LLM) as own:
                reply = replied(self._llm, self._terms, messages, own)
        except LLMFailed as failure:
            reply = Reply("", failed=failure.sentence)
        places = () if reply.failed else _places_in(reply.text, len(texts))
        if not places:
            none = "The reply is no ranking of the passages, whose order stays."
            return self._unranked(reply.failed or none, reply.usage)
        return Ranking(places, Step(f"Ranked by {self._terms.model}", f"{len(texts)} passages"), reply.usage)

    def _unranked(self, why: str, usage: Usage | None = None) -> Ranking:
        return Ranking((), Step(f"Asked {self._terms.model} for a ranking", why), usage or Usage())


def _places_in(text: str, count: int) -> tuple[int, ...]:
    """The places that the longest list of numbers names, then those that it left out; none where it names one twice or another.

    A number alone is a list where nothing stands around it.
    """
    run = max((found[0] for found in _RUN.finditer(text)), key=lambda one: len(re.findall(r"\d+", one)), default="")
    places = [int(number) - 1 for number in re.findall(r"\d+", run)]
    is_list = len(places) > 1 or (bool(places) and run.strip() == text.strip(" \n."))
    if not is_list or len(set(places)) < len(places) or not all(0 <= place < count for place in places):
        return ()
    return (*places, *(place for place in range(count) if place not in places))
