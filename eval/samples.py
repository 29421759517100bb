"""An answer as a sample of other programs that evaluate: of ragas, and of LlamaIndex."""

from typing import Any

from assistant.types import Answer
from eval.questions import GoldQuestion

Json = dict[str, Any]


def ragas_sample(answer: Answer, question: GoldQuestion | None = None) -> Json:
    """Return an answer as a `SingleTurnSample` of ragas; with its question of a set, what that holds for gold, too."""
    hits = [hit.passage for hit in answer.evidence.hits]
    sample: Json = {
        "user_input": answer.question,
        "response": plain(answer),
        "retrieved_contexts": [passage.text for passage in hits],
        "retrieved_context_ids": [passage.paper.paper_id for passage in hits],
    }
    if question and question.gold_evidence:
        sample["reference"] = " ".join(question.gold_evidence)
        sample["reference_contexts"] = [*question.gold_evidence]
        sample["reference_context_ids"] = [*question.gold_papers]
    return sample


def llama_index_sample(answer: Answer, question: GoldQuestion | None = None) -> Json:
    """Return an answer as what LlamaIndex's evaluators take: `evaluator.evaluate(**sample)`."""
    contexts = [hit.passage.text for hit in answer.evidence.hits]
    sample: Json = {"query": answer.question, "response": plain(answer), "contexts": contexts}
    if question and question.gold_evidence:
        sample["reference"] = " ".join(question.gold_evidence)
    return sample


def plain(answer: Answer) -> str:
    """The words of an answer without the markers of its citations, which other programs take for words."""
    told = [answer.preface, *(claim.text for claim in answer.claims)] if answer.claims else [answer.text]
    return " ".join(filter(None, told))
