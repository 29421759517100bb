"""What a question calls a paper or its work: the name that the paper coins, and whether that names a resource or a method."""

import re
from dataclasses import dataclass
from typing import Literal

from assistant.question.asked import asked, is_coined, words
from assistant.question.conversation import called
from index.papers import Paper

Sort = Literal["resource", "method", "unknown"]

_INTRODUCED = re.compile(
    r"\b(?:propose|introduce|present|release|develop|called|named|dubbed|termed)(?: (?:the|our))? ([A-Z][\w+-]*\w)(?![\w-]| [A-Z])"
)
_NAME = re.compile(r"\w[\w+-]*(?:\.\d+)?")
_DEVICE = re.compile(r"[A-Z]\d+")
_WORD = re.compile(r"[a-z]+")
_RESOURCES = words(
    "dataset datasets corpus corpora benchmark benchmarks treebank lexicon wordnet collection database resource resources"
)
_METHODS = words(
    """
    method model models approach framework architecture network networks algorithm system technique module parser strategy family
    agent optimizer mechanism pipeline transformer transformers
    """
)
# So many words behind a name say what it is.
_BEHIND = 8


@dataclass(frozen=True, slots=True)
class Named:
    """The name that a paper coins, and of what sort it is, as far as the words behind it say."""

    name: str
    sort: Sort


def name_of(paper: Paper) -> Named | None:
    """Return the name that the title of `paper` opens with or the abstract says that it gives; None without one."""
    opening = called(paper)
    given = (opening, *(found.group(1) for found in _INTRODUCED.finditer(paper.abstract)))
    name = next((name for name in given if is_own(name)), None)
    return Named(name, _sort(name, paper)) if name else None


def is_own(name: str) -> bool:
    """Whether `name` is one that nothing else bears: no field's (AI), no words that a hyphen joins (Cross-Domain), no device's (A100)."""
    is_name = _NAME.fullmatch(name) and not _DEVICE.fullmatch(name) and asked(f"is {name}").names
    return bool(is_name) and any(map(is_coined, name.split("-")))


def _sort(name: str, paper: Paper) -> Sort:
    """What the first telling word behind `name` says that it is."""
    text = f"{paper.title}. {paper.abstract}"
    for found in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text):
        for word in _WORD.findall(text[found.end() :].lower())[:_BEHIND]:
            if word in _RESOURCES:
                return "resource"
            if word in _METHODS:
                return "method"
    return "unknown"
