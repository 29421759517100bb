"""Markup and entities, as any source may leave them in its texts, to the words that they show."""

import re

from index.readers.jats import decoded, is_marked, text_of

# An ampersand that was escaped, however many times.
_ESCAPED = re.compile(r"&(?:(?:amp|#0{0,6}38|#x0{0,6}26);)+", re.IGNORECASE)
_DEEPEST = 4


def plain(text: str) -> str:
    """The text that a title, an abstract or a name shows: tags taken away, entities decoded, escaped twice or once.

    JATS, HTML and MathML are markup only where they are used as such (`is_marked`): `a < b`, `List<int>` and the name of
    a tag in passing are text, and LaTeX is left alone. Text without markup comes back as it is.
    """
    if "<" not in text and "&" not in text:
        return text
    for _ in range(_DEEPEST):
        before, once = text, _ESCAPED.sub("&", text)
        text = text_of(once) if is_marked(once) else decoded(once)
        if text == before:
            break
    return text
