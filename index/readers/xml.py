"""The one way into XML: elements as they come, flat in memory, with no entity, no file and no network."""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import TypeAlias

from lxml import etree

from index.readers.records import HEAD_BYTES, MAX_RECORD_BYTES, Read, Rejected, Source

Element: TypeAlias = etree._Element

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
    source: Source, mappings: Mapping[str, Callable[[Source, Element], Iterator[Read]]]
) -> Iterator[Read]:
    """Yield what each element of a file makes, by the mapping of its name (without prefix), in the file's order.

    The first fault ends the file: what stands before it is kept, and a rejection tells its line. Codes: XML (not
    well-formed), XML_ENTITY (an entity is declared, or used without being declared), ENCODING (not UTF-8), TOO_LONG
    (more than 16 MiB without the end of a record), EMPTY (none of the elements is there).
    """
    empty = True
    for found in _elements(source, tuple(mappings)):
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


def _elements(source: Source, names: tuple[str, ...]) -> Iterator[Element | Rejected]:
    """Yield each element of one of these names when it is whole, and last the rejection that the file ended with.

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
    declared = _DECLARED.match(prolog[0])
    parser = _parser(names)
    opened: Element | None = None
    last: Element | None = None
    unread = 0
    for chunk in chain([head], iter(lambda: stream.read(HEAD_BYTES), b""), [b""]):
        fault = _fault(parser, chunk)
        unread += len(chunk)
        for event, element in parser.read_events():
            if event == "start":
                opened = element
                continue
            yield element
            _forget(last)
            last, unread = element, 0
        if fault:
            line, code, reason = fault
            yield source.reject(line, code, reason + (_cure(declared) if code == "ENCODING" else ""))
            return
        if unread > MAX_RECORD_BYTES:
            line = 1 if opened is None else opened.sourceline
            yield source.reject(line, "TOO_LONG", "no record ends within 16 MiB: nothing from here on is read")
            return


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


def _fault(parser: etree.XMLPullParser, chunk: bytes) -> tuple[int, str, str] | None:
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
        return entry.line, _CODES.get(entry.type, "XML"), f"{message}: nothing from here on is read"
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
