"""What sources write where a paper was retracted or withdrawn: as a kind of publication, a keyword, a note, a comment."""

import re
from collections.abc import Iterable

# A kind or a keyword says nothing else; `Retraction` and `Retraction of Publication` are the kind of the notice.
_KIND = re.compile(
    r"\W*(?:retracted|withdrawn)(?: and republished)?(?: (?:publication|article|paper|preprint|work|chapter))?\W*"
    r"|\W*(?:article|paper|publication) (?:retracted|withdrawn)\W*",
    re.IGNORECASE,
)
_BETWEEN_KINDS = re.compile(r"[;|,]")
# How publishers call the update of a paper that is one no longer.
_UPDATES = frozenset({"retraction", "withdrawal", "removal", "partial_retraction", "retracted", "withdrawn"})
# A clause that says it of the paper itself, and of no part or other paper: where it begins, and what may follow.
_NOTE = re.compile(
    r"(?:^|[.;:,()\[\]<>|]) ?(?:arxiv admin note:? )?(?:notice of retraction|retractions? in\b|(?:(?:this|the|our) )?"
    r"(?:(?:paper|article|submission|manuscript|preprint|work|publication|chapter|review|study|version) )?"
    r"(?:(?:(?:has|have) (?:now )?been|was|is|is now|now|being) )?(?:retracted|withdrawn)\b"
    r"(?= ?(?:$|[.;:,!()\[\]<>|–—-]|\d|by|due|because|from|in|on|as|for|at|after|since|and|until|pending|owing|with|"
    r"article|paper|publication)))"
    r"|\b(?:paper|article|submission|manuscript|preprint) (?:has|have) been (?:retracted|withdrawn)\b",
    re.IGNORECASE,
)
_MOST_OF_A_NOTE = 10_000


def is_retracted_kind(kinds: object) -> bool:
    """Whether one of the `kinds` of a publication, or its keywords, in one text or several, is that of a retracted paper."""
    return any(_KIND.fullmatch(kind) for text in _texts(kinds) for kind in _BETWEEN_KINDS.split(text))


def is_retraction(update: object) -> bool:
    """Whether Crossref's name of an update's kind means that what was updated is retracted."""
    return isinstance(update, str) and update.strip().lower().replace("-", "_").replace(" ", "_") in _UPDATES


def says_retracted(notes: object) -> bool:
    """Whether one of the `notes` on a paper, a text or several, says that it is retracted or withdrawn. English only."""
    return any(bool(_NOTE.search(note)) for note in _texts(notes))


def _texts(value: object) -> list[str]:
    values: Iterable[object] = value if isinstance(value, list | tuple) else (value,)
    return [" ".join(each[:_MOST_OF_A_NOTE].split()) for each in values if isinstance(each, str)]
