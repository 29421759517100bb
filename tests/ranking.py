"""An endpoint on loopback that ranks over HTTP in the forms that there are, and a ranker that does what a test says."""

from collections.abc import Callable, Sequence

from assistant.llm.action import Action
from assistant.types import Ranking, Step
from tests.faults import Body, Exchange, Reply

Score = Callable[[str], float]


def ranks(score: Score, *, top: int | None = None) -> Reply:
    """Return a reply as Jina and Cohere give it, and vLLM with the texts: best first, of the best `top` alone."""

    def reply(exchange: Exchange) -> None:
        asked = exchange.request.body
        if "documents" not in asked:
            exchange.status(422, {"detail": [{"loc": ["body", "documents"], "msg": "Field required"}]})
            return
        scored = sorted(enumerate(map(score, asked["documents"])), key=lambda one: -one[1])
        results = [{"index": place, "relevance_score": number} for place, number in scored[: top or asked["top_n"]]]
        exchange.status(200, {"id": "1", "model": asked.get("model"), "results": results, "usage": {"total_tokens": 9}})

    return reply


def ranks_as_llama_cpp(score: Score) -> Reply:
    """Return a reply as llama.cpp gives it: in the order of the texts, scores as the logits are."""

    def reply(exchange: Exchange) -> None:
        texts: list[str] = exchange.request.body["documents"]
        results = [{"index": place, "relevance_score": score(text)} for place, text in enumerate(texts)]
        said: Body = {"model": "", "object": "list", "usage": {"prompt_tokens": 9, "total_tokens": 9}}
        exchange.status(200, {**said, "results": results})

    return reply


def ranks_as_tei(score: Score) -> Reply:
    """Return a reply as text-embeddings-inference gives it: an array, or 422 in words for a body of another form."""

    def reply(exchange: Exchange) -> None:
        asked = exchange.request.body
        if "texts" not in asked:
            exchange.status(
                422,
                "Failed to deserialize the JSON body into the target type: missing field `texts` at line 1 column 90",
            )
            return
        scored = sorted(enumerate(map(score, asked["texts"])), key=lambda one: -one[1])
        exchange.status(200, [{"index": place, "score": number} for place, number in scored])

    return reply


class ScriptedRanker:
    """Puts those of the texts first that hold some words; gives no ranking where there are no such words."""

    def __init__(self, words: str) -> None:
        self._words = words
        self.asked: list[tuple[str, ...]] = []

    def ranked(self, query: str, texts: Sequence[str], action: Action) -> Ranking:  # noqa: ARG002
        self.asked.append(tuple(texts))
        if not self._words:
            return Ranking((), Step("Asked scripted for a ranking", "It is busy."))
        places = sorted(range(len(texts)), key=lambda place: self._words not in texts[place])
        return Ranking(tuple(places), Step("Ranked by scripted", f"{len(texts)} passages"))
