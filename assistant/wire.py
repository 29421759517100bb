"""Hits and answers as the JSON objects that other programs rely on."""

from dataclasses import asdict
from typing import Any

from assistant.types import Answer, Citation, Claim
from index.index import Hit
from index.papers import Paper
from index.passages import Passage

Json = dict[str, Any]


def hit_record(rank: int, hit: Hit) -> Json:
    """A hit as JSON; `start` and `end` are character offsets into the paper's abstract, `text` what stands there."""
    passage = hit.passage
    return {
        "rank": rank,
        "paper_id": passage.paper.paper_id,
        "title": passage.paper.title,
        "retracted": passage.paper.retracted,
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
        "score": hit.score,
    }


def hit_records(hits: tuple[Hit, ...]) -> list[Json]:
    """Hits as JSON, ranked from 1."""
    return [hit_record(rank, hit) for rank, hit in enumerate(hits, start=1)]


def paper_record(paper: Paper) -> Json:
    """A paper as JSON, in the native format of a corpus."""
    return {**asdict(paper), "authors": list(paper.authors)}


def answer_record(answer: Answer, answer_id: str | None = None) -> Json:
    """An answer as JSON, the whole of what was shown and what it stands on."""
    return {
        "id": answer_id,
        "question": answer.question,
        "query": answer.evidence.query,
        "filters": asdict(answer.evidence.within),
        "abstained": answer.abstained,
        "reason": answer.reason,
        "text": answer.text,
        "preface": answer.preface,
        "compares": answer.compares,
        "claims": [_claim(claim) for claim in answer.claims],
        "papers": [{"n": n, **_paper(paper)} for n, paper in answer.papers],
        "evidence": hit_records(answer.evidence.hits),
        "nearest": [_quoted(passage) for passage in answer.nearest],
        "premise": _premise(answer),
        "chance": answer.chance,
        "engine": answer.engine,
        "notice": answer.notice,
        "incomplete": answer.incomplete,
        "struck": [asdict(struck) for struck in answer.struck],
        "forged_citations": answer.forged,
        "missing": list(answer.missing),
        "steps": [asdict(step) for step in answer.steps],
        "usage": asdict(answer.usage),
        "timings_ms": {step: round(spent, 3) for step, spent in asdict(answer.timings).items()},
    }


def _claim(claim: Claim) -> Json:
    return {
        "text": claim.text,
        "support": claim.support,
        "score": claim.score,
        "remark": claim.remark,
        "heading": claim.heading,
        "citations": [_citation(citation) for citation in claim.citations],
    }


def _citation(citation: Citation) -> Json:
    part = citation.part and {"start": citation.part.start, "end": citation.part.end}
    return {"n": citation.n, **_quoted(citation.passage), "part": part}


def _quoted(passage: Passage) -> Json:
    return {
        "paper_id": passage.paper.paper_id,
        "title": passage.paper.title,
        "retracted": passage.paper.retracted,
        "start": passage.start,
        "end": passage.end,
        "quote": passage.text,
    }


def _paper(paper: Paper) -> Json:
    return {
        "paper_id": paper.paper_id,
        "title": paper.title,
        "authors": list(paper.authors),
        "year": paper.year,
        "url": paper.url,
        "notice": paper.notice,
        "retracted": paper.retracted,
    }


def _premise(answer: Answer) -> Json | None:
    if answer.premise is None:
        return None
    passage = answer.premise.contradicted_by
    return {
        "text": answer.premise.text,
        "support": "contradicted",
        "quote": passage.text,
        "paper_id": passage.paper.paper_id,
    }
