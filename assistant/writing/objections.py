"""What speaks against an answer: sentences of other passages that contradict one of its claims."""

from collections.abc import Container, Iterator, Sequence
from itertools import islice

from assistant.question.turns import Numbering
from assistant.reading.grounding import Judge, coverage
from assistant.types import Citation, Claim
from index.filters import Filter
from index.index import Retriever
from index.passages import Passage, sentences_in

# Passages that are looked through for each claim, sentences of them that are held against it, and how many are told.
_PASSAGES, _HELD, _TOLD = 5, 3, 2
_ALIKE = 0.3


def against(
    claims: Sequence[Claim], corpus: Retriever, within: Filter, judge: Judge, numbering: Numbering
) -> Iterator[Claim]:
    """Yield sentences of other passages that contradict one of `claims`, as `judge` says, each under a heading that names it."""
    cited = {citation.passage for claim in claims for citation in claim.citations}
    found = (one for claim in claims for one in _against(claim, cited, corpus, within, judge))
    for claim, one in islice(found, _TOLD):
        verdict = judge.support(one.text, [one])
        citation = Citation(numbering.number(one.paper.paper_id), one)
        yield Claim(one.text, (citation,), verdict.support, verdict.score, heading=f"Against “{claim.text}”")


def _against(
    claim: Claim, cited: Container[Passage], corpus: Retriever, within: Filter, judge: Judge
) -> Iterator[tuple[Claim, Passage]]:
    hits = corpus.search(claim.text, _PASSAGES, within=within)
    said = dict.fromkeys(one for hit in hits for one in sentences_in(hit.passage) if one not in cited)
    near = sorted(said, key=lambda one: -coverage(claim.text, one.text))[:_HELD]
    yield from (
        (claim, one)
        for one in near
        if coverage(claim.text, one.text) >= _ALIKE and judge.support(claim.text, [one]).support == "contradicted"
    )
