"""Which papers of the corpus fit a question for papers: all of them, and one quote each."""

import re
from collections.abc import Mapping, Sequence

from assistant.question.asked import Asked, content_words, mentions, naming
from assistant.types import Evidence
from index.index import Hit

# Passages that are looked through. Beyond them, a list says that it is not whole.
DEPTH = 1000
MOST_QUOTED = 20
# A paper fits if its share of the best score and half the share of the question's words that it holds reach this: found on
# eighteen questions over the sample corpus.
_FITS, _WORDS = 1.08, 0.5
# Of papers that hold the names asked for, those fit that are not about something else altogether.
_NAMED_FITS = 0.6
_FRAME = re.compile(
    r"\W*(?:(?:which|what|list|find|show|give|name|how many|number of|are there|is there|do|does|any|all|every|each|other|me|us|of|the|these|"
    r"those|in|this|corpus|collection|please|recent)\W+)*(?:papers?|works?|stud(?:y|ies)|abstracts?|articles?|publications?)\b"
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


def fitting(wanted: Asked, topic: str, hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """Return the best passage of each paper that fits, best first.

    Where names are asked for, the papers that hold them: all, or one where the question says "or". Else a paper is measured by
    its score against the best one, and by how many of the question's words it holds against the one that holds most.
    """
    best = {hit.passage.paper.paper_id: hit for hit in one_hit_each(hits)}
    texts = {key: f"{hit.passage.paper.title}\n{hit.passage.paper.abstract}" for key, hit in best.items()}
    words = content_words(topic)
    shares = {key: _share(words, text) for key, text in texts.items()}
    most = max(shares.values(), default=0.0) or 1.0
    fits = {key: hit.score + _WORDS * shares[key] / most for key, hit in best.items()}
    holding = _holding(wanted.names, topic, texts)
    about_names = _NAMED_FITS if len(words) > len(wanted.names) else 0.0
    bar = about_names if wanted.names else _FITS
    chosen = [key for key in best if key in holding and fits[key] >= bar]
    return tuple(best[key] for key in sorted(chosen, key=lambda key: -fits[key]))


def one_hit_each(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """The best hit of each paper, in their order."""
    best: dict[str, Hit] = {}
    for hit in hits:
        best.setdefault(hit.passage.paper.paper_id, hit)
    return tuple(best.values())


def counted(evidence: Evidence) -> str:
    """How many papers fit, as a sentence."""
    number = f"{'' if evidence.is_whole else 'At least '}{evidence.papers}"
    fit = "1 paper fits" if number == "1" else f"{number} papers fit"
    more = f"; the {MOST_QUOTED} that fit best are quoted" if evidence.papers > MOST_QUOTED else ""
    apart = f", {evidence.apart}" if evidence.apart else ""
    return " ".join([f"{fit}, as far as the abstracts say{apart}{more}.", *([_UNREAD] if evidence.unread else [])])


def _holding(names: Sequence[str], topic: str, texts: Mapping[str, str]) -> set[str]:
    held = [naming(texts, name) for name in names]
    if not held:
        return {*texts}
    return set.union(*held) if re.search(r"\bor\b", topic) else set.intersection(*held)


def _share(words: Sequence[str], text: str) -> float:
    return sum(mentions(text, word) for word in words) / len(words) if words else 0.0
