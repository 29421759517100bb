"""The papers that a question asks for: on what, how many, under which headings."""

import re
from dataclasses import replace

from assistant.question.grouping import Grouping
from assistant.reading.quote import Quote
from assistant.types import Evidence
from assistant.writing.sections import Section

MOST_QUOTED = 20
_FRAME = re.compile(
    r"\W*(?:(?:which|what|list|find|show|give|name|how many|number of|are there|is there|do|does|any|all|every|each|other|me|us|of|the|these|"
    r"those|in|this|corpus|collection|please|recent)\W+)*(?:papers?|works?|stud(?:y|ies)|abstracts?|articles?|publications?|anything|something|stuff|research)\b"
    r"(?:\W+(?:are|is|that|which|do|does|there|have|been|in|this|the|corpus|collection|library|co-authored|authored|about|on|of|mention\w*|discuss\w*|stud(?:y|ies)|"
    r"dealing|deals?|with|us(?:e|es|ing)|propos\w+|look\w*|at|cover\w*|address\w*|concern\w*|published|written|exist|work)\b)*",
    re.IGNORECASE,
)
_UNREAD = (
    "A list can leave out only what titles and abstracts mention: nothing was left out for what this question denies."
)
# What is asked of the papers besides.
_FURTHER = re.compile(r",? and (?:what|how|why|which|where|whether|do|does|who)\b|[?;]\s+\w", re.IGNORECASE)


def topic_of(query: str) -> str:
    """What papers are asked for: "layer normalisation" of "Which papers are about layer normalisation, and why?"; empty if all are."""
    first = _FURTHER.split(query, maxsplit=1)[0]
    frame = _FRAME.match(first)
    return first[frame.end() if frame else 0 :].strip(" ?.,:")


def counted(evidence: Evidence) -> str:
    """How many papers fit, and by what, as a sentence."""
    number = f"{'' if evidence.is_whole else 'At least '}{evidence.papers}"
    fit = "1 paper fits" if number == "1" else f"{number} papers fit"
    more = f"; the {MOST_QUOTED} that fit best are quoted" if evidence.papers > MOST_QUOTED else ""
    apart = f", {evidence.apart}" if evidence.apart else ""
    return " ".join(
        [
            f"{fit}, as far as the abstracts say, in words and in meaning{apart}{more}.",
            *([_UNREAD] if evidence.unread else []),
        ]
    )


def under_groups(listed: Section, by: Grouping) -> list[Section]:
    """The quotes of a list under each year, the newest first, or each venue, that with most first; those of papers of which no source gave it come last."""
    groups: dict[str, list[Quote]] = {}
    for quote in listed.draft.quotes:
        paper = quote.passage.paper
        groups.setdefault(str((paper.year if by == "year" else paper.venue) or ""), []).append(quote)
    unknown = groups.pop("", [])
    order = sorted(groups, reverse=True) if by == "year" else sorted(groups, key=lambda name: -len(groups[name]))
    under = [*((name, groups[name]) for name in order), *([(f"{by.capitalize()} unknown", unknown)] if unknown else [])]
    return [replace(listed, heading=name, draft=replace(listed.draft, quotes=tuple(quotes))) for name, quotes in under]
