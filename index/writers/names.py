"""Names as they are spoken, in the halves that reference managers keep."""

import re

# Words that no name of a person holds.
_BODY = re.compile(
    r"(?<!\S)(?:and|&|of|the|for|team|group|consortium|collaboration|network|committee|university|institute|laborator(?:y|ies)"
    r"|labs?|inc\.?|ltd\.?|corporation|initiative|community)(?![^\s,;])",
    re.IGNORECASE,
)
_BEHIND = frozenset({"jr", "jr.", "sr", "sr.", "ii", "iii", "iv"})


def is_body(name: str) -> bool:
    """Whether a name is that of a group or an institution, told from its words."""
    return bool(_BODY.search(name))


def halves(name: str) -> tuple[str, str]:
    """The given and the family name, which in their order are the name; a name of one word or of a body is the family's.

    Words in lower case before the last one ("van der") and what stands behind it ("Jr.") are the family's too.
    """
    words = [name] if is_body(name) else name.split()
    first = len(words) - 1
    while first > 1 and (words[first].lower() in _BEHIND or words[first - 1].islower()):
        first -= 1
    return " ".join(words[: max(first, 0)]), " ".join(words[max(first, 0) :])
