"""`EndpointRanker`, which has texts ranked at `/rerank`: Jina, Cohere, vLLM, llama.cpp, text-embeddings-inference."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from assistant.llm.action import Action, Kind, LLMFailed
from assistant.llm.exchange import Exchange
from assistant.llm.retrying import Patience, Retries
from assistant.types import Ranking, Step

OF_RERANKER = Kind("reranker", "SCHOLIAST_RERANK", "URL", "a reranker")
# An answer waits for it, and can do without.
_PATIENCE = Patience(tries=2, longest=1.0, most_waited_for=2.0)
# Each form twice, and one for the models that an endpoint has.
_REQUESTS = 5
# A ranking has no more bytes, even where each text comes back with it.
_MOST = 2_000_000

_Said = Mapping[str, Any] | Sequence[Any]
_Form = Callable[[str, Sequence[str]], Mapping[str, Any]]


class EndpointRanker:
    """Ranks by `POST /rerank` through an `Exchange`, within `seconds`, asked once again where that may help.

    In the form of Jina and Cohere, or, where that is refused, in that of text-embeddings-inference; the one that was taken is
    used from then on. Its requests are none of the LLM's. Any thread may call it.
    """

    def __init__(self, exchange: Exchange, seconds: float) -> None:
        self._exchange = exchange
        self._seconds = seconds
        self._retries = Retries(kind=OF_RERANKER)
        self._forms: tuple[_Form, ...] = (_as_documents, _as_texts)

    def ranked(self, query: str, texts: Sequence[str], action: Action) -> Ranking:
        """Return the places of `texts`, what fits `query` best first; none, and why, where there is no ranking. No fault is raised."""
        name = self._exchange.peer.model or "the reranker"
        try:
            with action.within(self._seconds, _REQUESTS, OF_RERANKER) as own:
                places = self._checked(self._asked(query, texts, own), len(texts))
        except LLMFailed as failed:
            return Ranking((), Step(f"Asked {name} for a ranking", failed.sentence))
        return Ranking(places, Step(f"Ranked by {name}", f"{len(texts)} passages"))

    def _asked(self, query: str, texts: Sequence[str], own: Action) -> _Said:
        refused: LLMFailed | None = None
        for form in self._forms:
            try:
                said = self._posted(form(query, texts), own)
            except LLMFailed as failed:
                # Of two refusals, the first is of the form that most endpoints take.
                refused = refused or failed
                if failed.fault != "rejected":
                    break
            else:
                self._forms = (form,)
                return said
        assert refused
        raise refused

    def _posted(self, body: Mapping[str, Any], own: Action) -> _Said:
        model = self._exchange.peer.model
        named = {"model": model, **body} if model else body
        return self._retries.whole(lambda: self._exchange.post_for_any("/rerank", named, own, _MOST), own, _PATIENCE)

    def _checked(self, said: _Said, count: int) -> tuple[int, ...]:
        try:
            return _places(said, count)
        except ValueError as wrong:
            raise LLMFailed(
                "bad_response",
                f"{self._exchange.peer.who} gave {wrong}, where a ranking of {count} texts is wanted. See whether "
                f"{OF_RERANKER.settings}_MODEL names a reranker, and {OF_RERANKER.settings}_{OF_RERANKER.address} its address.",
            ) from None


def _as_documents(query: str, texts: Sequence[str]) -> Mapping[str, Any]:
    """As Jina and Cohere want it, and vLLM and llama.cpp take it."""
    return {"query": query, "documents": [*texts], "top_n": len(texts)}


def _as_texts(query: str, texts: Sequence[str]) -> Mapping[str, Any]:
    """As text-embeddings-inference wants it, which refuses what is too long unless it may cut it."""
    return {"query": query, "texts": [*texts], "truncate": True}


def _places(said: _Said, count: int) -> tuple[int, ...]:
    """The places of a reply, best first, then those that it left out. Raises `ValueError` where it is no ranking of so many texts."""
    found = (said.get("results") or said.get("data")) if isinstance(said, Mapping) else said
    if not isinstance(found, list) or not found or not all(isinstance(one, dict) for one in found):
        raise ValueError("no ranking")
    places = [one.get("index") for one in found]
    if any(type(place) is not int or not 0 <= place < count for place in places):
        raise ValueError("numbers of no texts")
    if len(set(places)) < len(places):
        raise ValueError("one text two places")
    scores = [one.get("relevance_score", one.get("score")) for one in found]
    if any(type(score) not in {int, float} or not abs(score) < math.inf for score in scores):
        raise ValueError("a score that is no number")
    ranked = [place for _, place in sorted(zip(scores, places, strict=True), key=lambda one: -one[0])]
    return (*ranked, *(place for place in range(count) if place not in places))
