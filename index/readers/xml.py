"""The one way into XML: elements as they come, flat in memory, with no entity, no file and no network."""

import re
from collections.abc import Callable, Generator, Iterator, Mapping
from copy import deepcopy
from itertools import chain, count, takewhile
from typing import TypeAlias

from lxml import etree

from index.readers.pieces import Pieces
from index.readers.records import HEAD_BYTES, MAX_RECORD_BYTES, Read, Rejected, Source

Element: TypeAlias = etree._Element
# Its line, code and reason.
_Fault = tuple[int, str, str]
# In a file with so many, something is wrong with the file, and each costs a parser.
_MOST_FAULTS = 1000

_MISC = rb"(?>\s++|<\?.*?\?>|<!--.*?-->)*+"
_SUBSET = rb"""(?>[^\]"'<]++|"[^"]*"|'[^']*'|<!--.*?-->|<\?.*?\?>|<)*+"""
_NAME = rb"""[^\s<>/:!?"'=&]+"""
_PROLOG = re.compile(
    rb"(?:\xef\xbb\xbf)?" + _MISC
    # A document type: a name, ids in quotation marks, declarations in brackets.
    + rb"""(?:<!DOCTYPE(?>[^\[>"']++|"[^"]*"|'[^']*')*+(?:\[(?P<subset>""" + _SUBSET + rb")\]\s*+)?>)?" + _MISC
    + rb"(?=<(?:" + _NAME + rb":)?(?P<root>" + _NAME + rb"))",
    re.DOTALL,
)  # fmt: skip
_DECLARED = re.compile(rb"""^(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)""")
_ADVICE = re.compile(r", (?:try|use) XML_PARSE_HUGE(?: option)?")
_NOT_A_LINE_END = re.compile(rb"[^\r\n]")
_CODES = {
    etree.ErrorTypes.ERR_UNDECLARED_ENTITY: "XML_ENTITY",
    etree.ErrorTypes.ERR_INVALID_ENCODING: "ENCODING",
    etree.ErrorTypes.ERR_RESOURCE_LIMIT: "TOO_LONG",  # a text above 10 MB, or 256 elements one in another
}


def read_elements(
    source: Source, mappings: Mapping[str, Callable[[Source, Element], Iterator[Read]]], within: tuple[str, ...] = ()
) -> Iterator[Read]:
    """Yield what each element of a file makes, by the mapping of its name (without prefix), in the file's order.

    Records do not stand in each other. A fault costs the record that it stands in: a rejection tells its line, and reading goes on at the next start tag of
    a record, or of an element of the names `within`, which tell of the records in them. After a thousand faults, or one
    before the first record, nothing more is read, and the rejection says how many records are lost. Codes: XML (not
    well-formed), XML_ENTITY (an entity is declared, or used without being declared), ENCODING (not UTF-8), TOO_LONG
    (more than 16 MiB without the end of a record), EMPTY (none of the elements is there).
    """
    empty = True
    for found in _elements(source, tuple(mappings), within):
        empty = False
        if isinstance(found, Rejected):
            yield found
        else:
            yield from mappings[local_name(found)](source, found)
    if empty:
        yield source.reject(1, "EMPTY", f"the file holds no {' and no '.join(f'<{name}>' for name in mappings)}")


def root_of(head: str) -> str | None:
    """The name, without prefix, of the element that the text of an XML file begins with; None for any other text."""
    prolog = _PROLOG.match(head.encode("utf-8", "replace"))
    return prolog["root"].decode() if prolog else None


def local_name(element: Element) -> str:
    """An element's name without its namespace."""
    return str(etree.QName(element).localname)


def each(element: Element, path: str) -> list[Element]:
    """The elements at `path` below `element`: names without prefixes, `a/b`."""
    found: list[Element] = element.findall("/".join(f"{{*}}{name}" for name in path.split("/")))
    return found


def text(element: Element, path: str) -> str | None:
    """All text in the first element at `path`, its markup taken away; None where there is none."""
    return next((whole_text(found) for found in each(element, path)), None)


def whole_text(element: Element) -> str:
    """All text in an element, its markup taken away."""
    return "".join(element.itertext())


def _elements(source: Source, names: tuple[str, ...], within: tuple[str, ...]) -> Iterator[Element | Rejected]:
    """Yield each element of one of these names when it is whole, and a rejection for each that is not well-formed.

    An element is gone once the one after the next is asked for; those around it stay, for what they say of it.
    """
    stream = source.stream()
    head = stream.read(HEAD_BYTES)
    prolog = _PROLOG.match(head)
    if prolog is None or b"<!ENTITY" in (prolog["subset"] or b""):
        yield _refused(source, head)
        return
    # The parser sees no document type, and so cannot follow one; no declaration either: a source is UTF-8 whatever
    # its file was. Line ends stay, so that lines are counted right.
    head = _NOT_A_LINE_END.sub(b" ", prolog[0]) + head[prolog.end() :]
    pieces = Pieces(chain([head], iter(lambda: stream.read(HEAD_BYTES), b"")), (*names, *within))
    reading = _Reading(names)
    for faults in count(1):
        fault = yield from reading.read(pieces)
        if fault is None:
            return
        line, code, reason = fault
        resumed = reading.resumed(pieces) if faults < _MOST_FAULTS else None
        lost = 0 if resumed else pieces.left(names)
        left_out = f"the {lost} records after it are not read" if lost else "what stands here is left out"
        cure = _cure(_DECLARED.match(prolog[0])) if code == "ENCODING" else ""
        yield source.reject(line, code, f"{reason}: {left_out}{cure}")
        if resumed is None:
            return
        reading = resumed


class _Reading:
    """A file as far as it is well-formed, by one parser; `opening` stands for what the records stand in."""

    def __init__(self, names: tuple[str, ...], opening: bytes = b"") -> None:
        self._names = names
        self._parser = _parser(names)
        self._opened: Element | None = None
        self._last: Element | None = None
        if opening:
            _fault(self._parser, opening)

    def read(self, pieces: Pieces) -> Generator[Element, None, _Fault | None]:
        """Yield what is whole, until the end of `pieces` or the first fault, which is returned."""
        unread, is_open = 0, False
        for piece in chain(pieces, [b""]):
            # The parser may wait, for the end of an entity or of an attribute, in a record that has another behind it.
            waits = is_open and bool(pieces.begins(piece))
            if waits:
                pieces.put_back(piece)
            fault = _fault(self._parser, b"" if waits else piece)
            unread += len(piece)
            for event, element in self._parser.read_events():
                is_open = event == "start"
                if is_open:
                    self._opened = element
                    continue
                yield element
                _forget(self._last)
                self._last, unread = element, 0
            if fault:
                return fault
            if unread > MAX_RECORD_BYTES:
                line = 1 if self._opened is None else self._opened.sourceline
                return line, "TOO_LONG", "no record ends within 16 MiB"
        return None

    def resumed(self, pieces: Pieces) -> "_Reading | None":
        """A reading that begins at the next start tag among `pieces`; None without one, or where what it stands in is not known."""
        if self._opened is None or not (tag := pieces.skip()):
            return None
        opening = _opening(self._opened, self._names, tag)
        if len(opening) > HEAD_BYTES:
            return None
        # So many line ends that lines are counted right.
        return _Reading(self._names, opening + b"\n" * (pieces.line - 1 - opening.count(b"\n")))


def _opening(record: Element, names: tuple[str, ...], tag: str) -> bytes:
    """The start tags of what `record` stands in and an element called `tag` can stand in, each with what else it holds."""
    around = [*record.iterancestors()][::-1]
    opened: list[bytes] = []
    for element in takewhile(lambda one: local_name(one) not in {tag, *names}, around):
        shell = etree.Element(element.tag, dict(element.attrib), dict(element.nsmap))
        shell.text = " "
        shell.extend(deepcopy(child) for child in element if child not in around and local_name(child) not in names)
        written = etree.tostring(shell)
        opened.append(written[: written.rindex(b"</")])
    return b"".join(opened)


def _parser(names: tuple[str, ...]) -> etree.XMLPullParser:
    return etree.XMLPullParser(
        ("start", "end"),
        tag=tuple(f"{{*}}{name}" for name in names),
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _fault(parser: etree.XMLPullParser, chunk: bytes) -> _Fault | None:
    """Feed a chunk, or end with an empty one; the line, code and reason of what is wrong with it.

    The log is asked because not every fault is raised, and a parser that is fed after one begins anew.
    """
    raised: etree.XMLSyntaxError | None = None
    try:
        if chunk:
            parser.feed(chunk)
        else:
            parser.close()
    except etree.XMLSyntaxError as error:
        raised = error
    for entry in parser.feed_error_log.filter_from_errors():
        message = " ".join(_ADVICE.sub("", entry.message).split())
        return entry.line, _CODES.get(entry.type, "XML"), message
    return (raised.lineno or 1, "XML", " ".join(raised.msg.split())) if raised else None


def _forget(element: Element | None) -> None:
    # Only with an element behind it: the parser goes on writing at the end of what it has read.
    if element is not None and (parent := element.getparent()) is not None:
        parent.remove(element)


def _cure(declared: re.Match[bytes] | None) -> str:
    name = declared[1].decode().lower() if declared else "utf-8"
    return f" (it says that it is in {name}: --encoding {name})" if name not in ("utf-8", "utf8") else ""


def _refused(source: Source, head: bytes) -> Rejected:
    if b"<!ENTITY" in head:
        return source.reject(1, "XML_ENTITY", "the file declares entities in its DOCTYPE: take them out")
    return source.reject(1, "XML", "the file is not XML: no element begins in its first 64 KiB")
