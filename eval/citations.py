"""Whether an answer cites the right papers and the right words, and answers right."""

import re
from collections.abc import Sequence

from assistant.types import Answer, Citation
from eval.questions import GoldQuestion


def citations(answer: Answer) -> tuple[Citation, ...]:
    """All citations of an answer, in order."""
    return tuple(citation for claim in answer.claims for citation in claim.citations)


def paper_precision(answer: Answer, gold: Sequence[str]) -> float:
    """The share of the citations that point at a gold paper."""
    cited = [citation.passage.paper.paper_id for citation in citations(answer)]
    return sum(paper_id in gold for paper_id in cited) / len(cited)


def paper_recall(answer: Answer, gold: Sequence[str]) -> float:
    """The share of the gold papers that the answer cites."""
    cited = {citation.passage.paper.paper_id for citation in citations(answer)}
    return len(cited & {*gold}) / len({*gold})


def quotes_gold(answer: Answer, question: GoldQuestion) -> bool:
    """Whether some citation quotes a gold sentence, or a part of one that is most of it."""
    return any(same_words(c.passage.text, gold) for c in citations(answer) for gold in question.gold_evidence)


def contradicts(answer: Answer, question: GoldQuestion) -> bool:
    """Whether what the question takes for granted is contradicted by the words of a gold sentence."""
    told = answer.premise.contradicted_by.text if answer.premise else ""
    return bool(told) and any(same_words(told, gold) for gold in question.gold_evidence)


def is_verbatim(citation: Citation) -> bool:
    """Whether the quote is what stands between its offsets in the stored abstract."""
    passage = citation.passage
    return bool(passage.text) and passage.text == passage.paper.abstract[passage.start : passage.end]


def is_correct(answer: Answer, question: GoldQuestion) -> bool:
    """Whether the answer's words hold one of the short answers."""
    return says(" ".join([answer.preface, *(claim.text for claim in answer.claims)]), question.short_answers)


def says(text: str, short_answers: Sequence[str]) -> bool:
    """Whether a text holds one of the short answers, in letters of either case; `re:` begins a regular expression."""
    return any(
        re.search(short[3:], text, re.IGNORECASE) if short.startswith("re:") else short.lower() in text.lower()
        for short in short_answers
    )


def same_words(quote: str, gold: str) -> bool:
    """Whether one of two texts holds the other, which is at least half as long."""
    shorter, longer = sorted((quote, gold), key=len)
    return shorter in longer and len(shorter) >= 0.5 * len(longer)
