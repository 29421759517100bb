"""The retriever and the answerer as LlamaIndex has them, for its evaluators."""

from collections.abc import Callable

from llama_index.core.base.response.schema import Response
from llama_index.core.query_engine import CustomQueryEngine
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from assistant.assistant import Assistant
from assistant.types import Answer, Question
from eval.samples import plain
from index.index import Hit, Retriever
from index.papers import Paper

# Passages that are looked through for each paper that is wanted.
_DEEP = 3


class ScholiastRetriever(BaseRetriever):
    """The `k` best papers for a query, as nodes with the ids of the papers, each with its abstract and the score of its best passage."""

    def __init__(self, index: Retriever, k: int = 10) -> None:
        super().__init__()
        self._index = index
        self._k = k

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = self._index.search(query_bundle.query_str, self._k * _DEEP)
        best: dict[str, Hit] = {}
        for hit in hits:
            best.setdefault(hit.passage.paper.paper_id, hit)
        return [
            NodeWithScore(node=_node(hit.passage.paper, hit.passage.paper.abstract), score=hit.score)
            for hit in [*best.values()][: self._k]
        ]


class ScholiastQueryEngine(CustomQueryEngine):
    """Answers as the assistant does; the source nodes of a response are the quotes that the answer cites."""

    ask: Callable[[Question], Answer]

    def custom_query(self, query_str: str) -> Response:
        """Return the answer to a question that stands alone."""
        return response_of(self.ask(Question(query_str)))


def query_engine(assistant: Assistant) -> ScholiastQueryEngine:
    """Return an assistant as a query engine."""
    return ScholiastQueryEngine(ask=assistant.ask)


def response_of(answer: Answer) -> Response:
    """Return an answer as a response, its quotes as source nodes; those of a refusal are none."""
    quotes = dict.fromkeys(citation.passage for claim in answer.claims for citation in claim.citations)
    nodes = [NodeWithScore(node=_node(passage.paper, passage.text), score=None) for passage in quotes]
    told = {"abstained": answer.abstained, "reason": answer.reason, "chance": answer.chance}
    return Response(response=plain(answer), source_nodes=nodes, metadata=told)


def _node(paper: Paper, text: str) -> TextNode:
    return TextNode(id_=paper.paper_id, text=text, metadata={"paper_id": paper.paper_id, "title": paper.title})
