"""What a further turn says of the limits of the last list: "without limits", "for all years"."""

import re
from dataclasses import dataclass

# What a limit is called, and the fields of a `Filter` that it means.
_KINDS = {
    r"years?|dates?|time|period|when": ("since", "until"),
    r"authors?|names?|whoever|who": ("authors",),
    r"venues?|journals?|conferences?|where": ("venues",),
    r"sources?|files?": ("sources",),
}
_KIND = "|".join(_KINDS)
_LIMIT = r"(?:limit(?:s|ations?)?|filter(?:s|ing)?|restrictions?|constraints?|conditions?|range|span|frame)"
_LIFT = (
    r"(?:without|with no|no|not|drop|remove|lift|forget|ignor(?:e|ing)|clear|reset|disable|discard|skip|undo|cancel|delete|relax|"
    r"regardless of|irrespective of|no matter|whatever|never mind|(?:get rid|take care) of|(?:turn|switch|take) off|leave out)"
)
_ALL = r"(?:all|any|every|other)"
_LIFTS = re.compile(
    rf"\b{_LIFT}\s+(?:the\s+|any\s+|all\s+|that\s+|those\s+|these\s+|my\s+|such\s+|a\s+)*"
    rf"(?:(?P<one>{_KIND})(?:\s+{_LIMIT})?|{_LIMIT})\b(?:\s+(?:on|of|for|by)\s+(?:the\s+)?(?P<of>{_KIND})\b)?"
    rf"|\b(?:(?:for|from|in|across|of|by|over)\s+)?{_ALL}\s+(?:the\s+|other\s+)*(?P<every>{_KIND})\b(?:\s+too\b)?"
    r"|\bunlimited\b|\bunfiltered\b|\b(?:search|look (?:in|through)|in|across)\s+(?:everything|everywhere|(?:the\s+)?(?:whole|entire|full)\s+"
    r"(?:corpus|collection|library|index))\b|\beverywhere\b",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    r"\W*(?:(?:and|but|now|ok|okay|please|then|so|just|the|same|question|search|thing|list|again|that|this|it|one|do|show|give|me|"
    r"them|papers|repeat|redo|try|ask|once|more|instead|with|for|from|time|everything|all)\b\W*)*",
    re.IGNORECASE,
)
_APART = re.compile(r"\s*[,:;.!–—-]\s*|\Z")


@dataclass(frozen=True, slots=True)
class Lifting:
    """The fields of a `Filter` that are lifted, and what is asked besides; empty if it is the same as before."""

    lifted: frozenset[str]
    rest: str


def lifting(text: str) -> Lifting | None:
    """Return what a further turn of a conversation says of the limits; None if nothing. English only.

    Where more is asked, what lifts the limits must stand at its begin or its end: filters that something removes elsewhere
    are those of its own.
    """
    found = _LIFTS.search(text)
    if not found:
        return None
    before, after = text[: found.start()], text[found.end() :]
    kind = found["one"] or found["of"] or found["every"]
    fields = next((each for names, each in _KINDS.items() if kind and re.fullmatch(names, kind, re.IGNORECASE)), None)
    lifted = frozenset(fields or (field for each in _KINDS.values() for field in each))
    if _AGAIN.fullmatch(before) and _AGAIN.fullmatch(after):
        return Lifting(lifted, "")
    if _AGAIN.fullmatch(before) and (apart := _APART.match(after)):
        return Lifting(lifted, after[apart.end() :].strip())
    if _AGAIN.fullmatch(after) and before.strip():
        return Lifting(lifted, before.rstrip(" ,:;–—-"))
    return None
