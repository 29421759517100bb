"""By what a list of papers is to be grouped: "papers on tea, grouped by year"."""

import re
from typing import Literal

Grouping = Literal["year", "venue"]
_GROUPED = re.compile(
    r"[,;:(]?\s*\b(?:(?:and|but|please)\s+)*"
    r"(?:(?:group|sort|order|arrang|organi[sz]|split|divid|break|broken|list)\w*(?:\s+(?:them|these|it|up|down|out))*\s+)?"
    r"(?:by|per)\s+(?:the\s+|their\s+)?(?:publication\s+)?(year|venue|journal|conference)s?\W*$",
    re.IGNORECASE,
)
_COUNTS = re.compile(r"\b(?:how many|number of|counts?)\b", re.IGNORECASE)


def grouped(request: str) -> tuple[str, Grouping | None]:
    """Return a request for papers without the words that group them at its end, and by what they do; how many there are of each is another question."""
    found = _GROUPED.search(request)
    if not found or _COUNTS.search(request):
        return request, None
    return request[: found.start()].rstrip(), "year" if found.group(1).lower() == "year" else "venue"
