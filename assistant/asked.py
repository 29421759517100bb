"""What a question asks for, as far as its words say: the names it holds, a figure and of what, one paper or several."""

import re
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+(?:[-.'’+/][^\W_]+)*\+*")
_FIGURE = re.compile(
    r"\bhow (?:many|much|large|big|fast|long|often|far|high|small)\b|\bnumber of\b"
    r"|\bwhat (?:[\w-]+ )?(?:percentage|share|fraction|proportion|accuracy|score|speed-?up|factor|rate|mAP|recall)\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\b(?:how many|number of) ((?:[\w-]+ ){0,4}?)(?:do|does|did|is|are|was|were|has|have|had|can|could|will|would|it|"
    r"to|in|on|of|from|for|with|at|by|the|a|there)\b",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    r"\b(?:which|what) (?:\w+ )?(?:papers|works|studies|methods|models|approaches|abstracts)\b|\bpapers\b"
    r"|\b(?:each|both|respectively|compare[ds]?|versus|vs|differ|whereas|on the other)\b",
    re.IGNORECASE,
)
_RECORD = re.compile(
    r"\bwho (?:wrote|authored|published|are the authors|is the author)\b|\b(?:authors?|affiliations?) of\b"
    r"|\b(?:which|what) (?:year|venue|conference|journal)\b|\bwhen was\b.*\b(?:published|written)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(r"\b(?:code|github|urls?|links?|repository|website|download(?:ed)?|available)\b", re.IGNORECASE)
# A figure is a number that stands by itself (3D and A100 are names), or one in words.
_NUMBER = re.compile(
    r"(?<![A-Za-z\d-])[\d][\d,.]*(?:\s?[%x×kKMBGT]|\\%|times|-fold)?(?![A-Za-z\d])"
    r"|(?<![\w-])(?:half|thirds?|quarters?|twice|doubled?|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"hundreds?|thousands?|millions?|billions?)(?![\w-])",
    re.IGNORECASE,
)

_LIST_MARK = re.compile(r"\(?\b\d{1,2}\)")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question asks for.

    `names` are the words that can only be names (Mamba, CIFAR100, GPT-4); `counted` what a "how many" counts; `record` is
    about the paper itself (authors, year, venue), `place` about where its code or its models are.
    """

    names: tuple[str, ...]
    figure: bool
    counted: tuple[str, ...]
    several: bool
    record: bool
    place: bool


def asked(query: str) -> Asked:
    """Read a question. English only: in other languages nothing is found, and nothing is demanded of the answer."""
    counted = _COUNTED.search(query)
    return Asked(
        names=_names(query),
        figure=bool(_FIGURE.search(query)),
        counted=tuple(_WORD.findall(counted.group(1).lower())) if counted else (),
        several=bool(_SEVERAL.search(query)),
        record=bool(_RECORD.search(query)),
        place=bool(_PLACE.search(query)),
    )


def holds_figure(text: str) -> bool:
    """Whether `text` holds a number, in digits or in words; the numbers of a list, as in (1), are none."""
    return bool(_NUMBER.search(_LIST_MARK.sub(" ", text)))


def mentions(text: str, word: str) -> bool:
    """Whether `text` holds `word`, in any case, with or without hyphens, in the singular or the plural."""
    return _letters(word).removesuffix("s") in _letters(text)


def _names(query: str) -> tuple[str, ...]:
    words = [(match.group(), match.start()) for match in _WORD.finditer(query)]
    # In A Title Like This One, a capital says nothing.
    title_case = 2 * sum(word[0].isupper() for word, _ in words) > len(words)
    return tuple(
        word
        for word, start in words
        if any(c.isupper() for c in word[1:])
        or (any(c.isdigit() for c in word) and any(c.isalpha() for c in word))
        or (word[0].isupper() and not title_case and len(word) > 1 and not _opens_sentence(query, start))
    )


def _opens_sentence(query: str, start: int) -> bool:
    before = query[:start].rstrip(" \"'“‘(")
    return not before or before[-1] in ".?!:"


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text).lower()
