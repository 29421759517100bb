"""Abstracts in JATS or HTML markup, as publishers deposit them, to plain text."""

import re
from html import unescape

_TOKEN = re.compile(
    r"""<!--.*?-->
    | <!\[CDATA\[(?P<verbatim>.*?)\]\]>
    | <\?.*?\?>
    | <(?P<close>/?)(?P<prefix>[A-Za-z][\w.-]*:)?(?P<name>[A-Za-z][\w.-]*)
      (?:\s++[\w:.-]++(?:\s*+=\s*+(?:"[^"<]*+"|'[^'<]*+'|[^\s"'<>=/]++))?+)*+\s*+(?P<empty>/?)>
    | (?P<entity>&(?:\#\d+|\#[xX][0-9a-fA-F]+|[A-Za-z]\w*);)""",
    re.VERBOSE | re.DOTALL,
)
_TITLES = frozenset("title h1 h2 h3 h4 h5 h6".split())
_BLOCKS = _TITLES | frozenset(
    "abstract array blockquote body br break dd def def-item def-list disp-formula disp-quote div dl dt hr label li list "
    "list-item ol p pre sec section statement table tbody td term th thead title tr trans-abstract ul verse-line".split()
)
_INLINE = frozenset(
    "a abbrev abbr alternatives b bold chem-struct cite code del email em emphasis ext-link fn font i inf "
    "inline-formula inline-graphic ins italic math monospace named-content overline q roman s sans-serif sc small span "
    "strike strong styled-content sub sup tex-math tt u underline uri xref".split()
)
# A formula's second copy, and what was never meant to be read.
_UNREAD = frozenset("annotation annotation-xml script style".split())
_PREAMBLE = re.compile(r"\\documentclass\b.*?\\begin\{document\}(.*?)\\end\{document\}", re.DOTALL)
_ABSTRACT = re.compile(r"abstract\s*[.:]?", re.IGNORECASE)


def text_of(jats: str) -> str:
    """The text of an abstract in markup: tags taken away, entities decoded once, white space folded.

    Blocks are kept apart by a space. A title reads `Methods: …`; a first one that only says "Abstract" is left out. Of
    a formula in TeX and in MathML, the TeX is kept. A tag is what has a prefix (`jats:p`) or a name of JATS or HTML:
    any other `<` is text, so that nothing of a text that is not well-formed is lost.
    """
    return _Reading().text(jats)


class _Reading:
    """What was read so far, and which elements are open."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._title: int | None = None
        self._alternatives: list[bool] = []

    def text(self, jats: str) -> str:
        at = 0
        while token := _TOKEN.search(jats, at):
            self._parts.append(jats[at : token.start()])
            at = token.end()
            if token["name"] is None:
                self._parts.append(unescape(token["entity"]) if token["entity"] else token["verbatim"] or "")
            elif not _is_tag(token):
                self._parts.append(token[0])
            elif self._is_unread(token):
                at = _end_of(token, jats)
            else:
                self._tag(token)
        self._parts.append(jats[at:])
        return " ".join(_PREAMBLE.sub(r" \1 ", "".join(self._parts)).split())

    def _tag(self, token: re.Match[str]) -> None:
        name, closes = token["name"].lower(), bool(token["close"])
        if name in _BLOCKS:
            self._parts.append(" ")
        if name in _TITLES and not token["empty"]:
            if closes:
                self._end_title()
            else:
                self._title = len(self._parts)
        if name == "alternatives":
            self._alternatives = [] if closes else [False]
        elif name == "tex-math" and self._alternatives:
            self._alternatives = [True]

    def _end_title(self) -> None:
        if self._title is None:
            return
        title = " ".join("".join(self._parts[self._title :]).split())
        first = not "".join(self._parts[: self._title]).strip()
        if not title or (first and _ABSTRACT.fullmatch(title)):
            del self._parts[self._title :]
        elif title[-1] not in ".:?!":
            self._parts.append(":")
        self._parts.append(" ")
        self._title = None

    def _is_unread(self, token: re.Match[str]) -> bool:
        name = token["name"].lower()
        second = name == "math" and self._alternatives == [True]
        return (name in _UNREAD or second) and not (token["close"] or token["empty"])


def _is_tag(token: re.Match[str]) -> bool:
    name = token["name"].lower()
    return bool(token["prefix"]) or name in _BLOCKS or name in _INLINE or name in _UNREAD


def _end_of(token: re.Match[str], jats: str) -> int:
    """Where an element that is not read ends; where it begins, if it never does."""
    end = re.compile(rf"</{re.escape((token['prefix'] or '') + token['name'])}\s*>", re.IGNORECASE).search(jats, token.end())
    return end.end() if end else token.end()
