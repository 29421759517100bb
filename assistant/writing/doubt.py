"""An answer that may be none says so."""

from collections.abc import Sequence
from dataclasses import replace

from assistant.reading.premise import corrected
from assistant.types import DOUBTED, Claim
from assistant.writing.sections import UNSURE, Draft, Section


def doubt_of(draft: Draft) -> str:
    """What the reader holds against an answer, for the LLM that writes it and for whoever reads it; nothing if it is sure."""
    if draft.why_not:
        return draft.why_not.sentence
    if draft.premise:
        return f"{corrected(draft.premise)} “{draft.premise.contradicted_by.text}”"
    if draft.chance is None or draft.chance >= UNSURE:
        return ""
    return f"The abstracts may not answer this (probability {draft.chance:.0%})."


def doubted_claim(claim: Claim, doubt: str) -> Claim:
    """Return a claim of an LLM with what the reader holds against the answer."""
    return replace(claim, remark=" ".join(filter(None, [claim.remark, f"{DOUBTED} {doubt}"])))


def doubted(sections: Sequence[Section]) -> list[Section]:
    """Return `sections`, before whose quotes it is said that the abstracts may not answer what was asked, where the chance that they do is small."""
    chances = [one.draft.chance for one in sections if one.draft.chance is not None and not one.draft.why_not]
    least = min(chances, default=1.0)
    if least >= UNSURE:
        return [*sections]
    doubt = f"The abstracts may not answer this (probability {least:.0%}); what comes nearest:"
    return [
        one
        if one.draft.why_not
        else replace(one, draft=replace(one.draft, preface=f"{one.draft.preface} {doubt}".strip()))
        for one in sections
    ]
