"""An answer that may be none says so."""

from collections.abc import Sequence
from dataclasses import replace

from assistant.writing.telling import Section

# On all development questions, so are half of the answers that are wrong or to questions that nothing answers, and a sixth of the right ones.
UNSURE = 2 / 3


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
