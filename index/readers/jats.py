"""Abstracts in JATS or HTML markup, as publishers deposit them, to plain text."""

import re
from html import unescape
from html.entities import html5

_TOKEN = re.compile(
    r"""(?P<span><!--|<!\[CDATA\[|<\?)
    | <(?P<close>/?)(?P<full>(?P<prefix>[A-Za-z][\w.-]*:)?(?P<name>[A-Za-z][\w.-]*))
      (?:\s++[\w:.-]++\s*+=\s*+(?:"[^"<]*+"|'[^'<]*+'|[^\s"'<>=/]++))*+\s*+(?P<empty>/?)>
    | (?P<entity>&(?:\#\d+|\#[xX][0-9a-fA-F]+|[A-Za-z]\w*);)""",
    re.VERBOSE,
)
_ENDS = {"<!--": "-->", "<![CDATA[": "]]>", "<?": "?>"}
_TITLE = re.compile(r"title | h[1-6]", re.VERBOSE)
_BLOCK = re.compile(
    r"""title | h[1-6] | abstract | array | article | blockquote | body | br | break | center | dd | def | def-item
    | def-list | disp-formula | disp-quote | div | dl | dt | fig | figcaption | figure | footer | header | hr | html
    | label | li | list | list-item | ol | p | pre | sec | section | statement | table | tbody | td | term | th | thead
    | tr | trans-abstract | ul | verse-line""",
    re.VERBOSE,
)
_INLINE = re.compile(
    r"""a | abbr | abbrev | acronym | alternatives | b | big | bold | chem-struct | cite | code | del | dfn | em | email
    | emphasis | ext-link | fn | font | graphic | i | img | inf | inline-formula | inline-graphic | ins | italic | mark
    | math | monospace | named-content | overline | q | roman | sans-serif | sc | small | span | strike | strong
    | styled-content | sub | sup | tex-math | tt | u | underline | uri | var | xref
    # MathML's own
    | maction | menclose | merror | mfenced | mfrac | mi | mmultiscripts | mn | mo | mover | mpadded | mphantom | mroot
    | mrow | ms | mspace | msqrt | mstyle | msub | msubsup | msup | mtable | mtd | mtext | mtr | munder | munderover
    | semantics""",
    re.VERBOSE,
)
_NEVER_CLOSED = re.compile(r"br | hr | img | break", re.VERBOSE)
# A formula's second copy, and what was never meant to be read.
_UNREAD = re.compile(r"annotation | annotation-xml | script | style", re.VERBOSE)
_BODY = (r"\begin{document}", r"\end{document}")
_ABSTRACT = re.compile(r"abstract\s*[.:]?", re.IGNORECASE)


def text_of(jats: str) -> str:
    """The text of an abstract in markup: tags taken away, entities decoded once, white space folded.

    Blocks are kept apart by a space. A title reads `Methods: …`; a first one that only says "Abstract" is left out. Of
    a formula in TeX and in MathML, the TeX is kept. A tag is what has a prefix (`jats:p`) or a name of JATS or HTML:
    any other `<` is text, so that nothing of a text that is not well-formed is lost.
    """
    return _Reading(jats).text()


def is_marked(text: str) -> bool:
    """Whether tags in `text` mark it up, rather than being what it speaks of.

    They do where one is closed, empty or has attributes, where it is one of JATS or MathML by its prefix, and where a
    text begins with a block, or ends with the end of one, that was cut off.
    """
    opened: set[str] = set()
    last = {mark: text.rfind(mark) for mark in _ENDS.values()}
    edges = len(text) - len(text.lstrip()), len(text.rstrip())
    for token in _TOKEN.finditer(text):
        if token["span"]:
            if last[_ENDS[token["span"]]] >= token.end():
                return True
        elif token["name"] and _is_tag(token) and _marks(token, opened, edges):
            return True
    return False


def decoded(text: str) -> str:
    """A text that has no tags, its entities decoded once and its white space folded."""
    return " ".join(
        _TOKEN.sub(lambda found: _character(found["entity"]) if found["entity"] else found[0], text).split()
    )


def _marks(token: re.Match[str], opened: set[str], edges: tuple[int, int]) -> bool:
    name, full = token["name"].lower(), token["full"].lower()
    if token["empty"] or token["prefix"] in ("jats:", "mml:") or _NEVER_CLOSED.fullmatch(name):
        return True
    cut_off = bool(_BLOCK.fullmatch(name)) and (
        token.end() == edges[1] if token["close"] else token.start() == edges[0]
    )
    if token["close"]:
        return cut_off or full in opened
    opened.add(full)
    return cut_off or "=" in token[0]


def _character(entity: str) -> str:
    """What an entity stands for; one that nobody has defined, as it is written."""
    return unescape(entity) if entity[1] == "#" or entity[1:] in html5 else entity


class _Reading:
    """What was read so far, and what is open of it."""

    def __init__(self, jats: str) -> None:
        self._jats = jats
        self._parts: list[str] = []
        self._said = False
        self._title: tuple[int, bool] | None = None
        self._tex: int | None = None
        self._has_tex: bool | None = None
        self._endless: set[str] = set()

    def text(self) -> str:
        at = 0
        while token := _TOKEN.search(self._jats, at):
            self._say(self._jats[at : token.start()])
            at = self._read(token)
        self._say(self._jats[at:])
        return " ".join("".join(self._parts).split())

    def _say(self, text: str) -> None:
        self._parts.append(text)
        self._said = self._said or bool(text.strip())

    def _read(self, token: re.Match[str]) -> int:
        """Read a token, and the rest of an element or a span that is one piece; where the next one begins."""
        if token["entity"]:
            self._say(_character(token["entity"]))
        elif token["span"]:
            return self._span(token["span"], token.end())
        elif not _is_tag(token):
            self._say(token[0])
        elif self._is_unread(token):
            return self._end(f"</{token['full']}>", token.end()) or token.end()
        else:
            self._tag(token)
        return token.end()

    def _span(self, start: str, at: int) -> int:
        end = self._end(_ENDS[start], at)
        if end is None:
            self._say(start)
        elif start == "<![CDATA[":
            self._say(self._jats[at : end - 3])
        return end or at

    def _end(self, mark: str, at: int) -> int | None:
        """Where the next `mark` ends; one that was not found is not looked for again, or time would be squared."""
        found = -1 if mark in self._endless else self._jats.find(mark, at)
        if found < 0:
            self._endless.add(mark)
            return None
        return found + len(mark)

    def _tag(self, token: re.Match[str]) -> None:
        name, closes = token["name"].lower(), bool(token["close"])
        if _BLOCK.fullmatch(name):
            self._parts.append(" ")
        if token["empty"]:
            return
        if _TITLE.fullmatch(name):
            if closes:
                self._end_title()
            self._title = None if closes else (len(self._parts), self._said)
        elif name == "tex-math":
            if closes:
                self._end_tex()
            self._tex = None if closes else len(self._parts)
        elif name == "alternatives" and (closes or self._has_tex is None):
            self._has_tex = None if closes else self._holds_tex(token)

    def _end_title(self) -> None:
        if self._title is None:
            return
        start, said = self._title
        title = " ".join("".join(self._parts[start:]).split())
        del self._parts[start:]
        if not said and _ABSTRACT.fullmatch(title):
            self._said = False
        elif title:
            self._parts.append(title + (" " if title[-1] in ".:?!" else ": "))

    def _end_tex(self) -> None:
        """Of a whole TeX document, keep what it shows."""
        if self._tex is None:
            return
        tex = "".join(self._parts[self._tex :])
        start, end = tex.find(_BODY[0]), tex.rfind(_BODY[1])
        if 0 <= start < end:
            self._parts[self._tex :] = [tex[start + len(_BODY[0]) : end]]

    def _holds_tex(self, alternatives: re.Match[str]) -> bool:
        end = self._end(f"</{alternatives['full']}>", alternatives.end())
        return end is not None and self._jats.find("tex-math", alternatives.end(), end) >= 0

    def _is_unread(self, token: re.Match[str]) -> bool:
        name = token["name"].lower()
        second = name == "math" and bool(self._has_tex)
        return bool(second or _UNREAD.fullmatch(name)) and not (token["close"] or token["empty"])


def _is_tag(token: re.Match[str]) -> bool:
    name = token["name"].lower()
    return bool(token["prefix"]) or any(known.fullmatch(name) for known in (_BLOCK, _INLINE, _UNREAD))
