"""Files that are no corpus: what each is, told from its first bytes, and what to do instead."""

import re
from dataclasses import dataclass
from pathlib import PurePath

_EXPORT = "export the references from your reference manager (BibTeX, RIS, CSL JSON) instead"
_AS_TEXT = "save its papers as plain text, a title and then its abstract, or export them as BibTeX or RIS"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BY_SUFFIX = {
    ".doc": ("a Word document", _AS_TEXT),
    ".xls": ("an Excel workbook", "save its sheet as CSV"),
    ".ppt": ("a PowerPoint file", _EXPORT),
    ".enl": ("an EndNote library", "export it from EndNote as XML or RIS"),
    ".enlx": ("a packed EndNote library", "export it from EndNote as XML or RIS"),
    ".epub": ("an EPUB book", _EXPORT),
    ".docx": ("a Word document", _AS_TEXT),
    ".xlsx": ("an Excel workbook", "save its sheet as CSV"),
    ".pptx": ("a PowerPoint file", _EXPORT),
    ".odt": ("an OpenDocument file", "save it as plain text, or its sheet as CSV"),
}
# A ZIP archive holds other kinds, told by the name of a part.
_IN_ZIP = (
    (b"application/epub+zip", "an EPUB book", _EXPORT),
    (b"word/", "a Word document", _AS_TEXT),
    (b"xl/", "an Excel workbook", "save its sheet as CSV"),
    (b"ppt/", "a PowerPoint file", _EXPORT),
    (b"application/vnd.oasis.opendocument", "an OpenDocument file", "save it as plain text, or its sheet as CSV"),
    (b"sdb/", "a packed EndNote library", "export it from EndNote as XML or RIS"),
)
_SIGNATURES = (
    (b"%PDF-", "a PDF", f"abstracts are read, not whole papers; {_EXPORT}"),
    (b"%!PS", "a PostScript file", _EXPORT),
    (b"PK\x03\x04", "a ZIP archive", "unpack it, and name the files or the folder in it"),
    (b"PK\x05\x06", "an empty ZIP archive", "name the files of papers"),
    (b"\xfd7zXZ\x00", "packed with xz", "unpack it with xz -d, or pack it with gzip"),
    (b"BZh", "packed with bzip2", "unpack it with bunzip2, or pack it with gzip"),
    (b"\x28\xb5\x2f\xfd", "packed with Zstandard", "unpack it with zstd -d, or pack it with gzip"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack it, and name the files or the folder in it"),
    (b"Rar!\x1a\x07", "a RAR archive", "unpack it, and name the files or the folder in it"),
    (b"\x04\x22\x4d\x18", "packed with LZ4", "unpack it with lz4 -d, or pack it with gzip"),
    (b"\x89PNG\r\n\x1a\n", "a picture (PNG)", _EXPORT),
    (b"\xff\xd8\xff", "a picture (JPEG)", _EXPORT),
    (b"GIF8", "a picture (GIF)", _EXPORT),
    (b"II*\x00", "a picture (TIFF)", _EXPORT),
    (b"MM\x00*", "a picture (TIFF)", _EXPORT),
    (b"AT&TFORM", "a DjVu document", _EXPORT),
    (b"SQLite format 3\x00", "a database (SQLite)", _EXPORT),
    (b"\x00\x01\x00\x00Standard ", "a database (Access)", "export its table as CSV"),
    (b"\x1f\x8b", "packed by gzip twice", "unpack it once with gunzip"),
    (b"\x89HDF\r\n\x1a\n", "a file of arrays (HDF5)", _EXPORT),
    (b"OggS\0", "a sound", _EXPORT),
    (b"fLaC\0", "a sound", _EXPORT),
    (b"ID3\x03", "a sound", _EXPORT),
    (b"ID3\x04", "a sound", _EXPORT),
    (b"\x1a\x45\xdf\xa3", "a film", _EXPORT),
    (_OLE, "a file of old Microsoft Office", "save its papers as plain text, or its sheet as CSV"),
    (b"\x7fELF", "a program", "name the files of papers"),
    (b"MZ\x90\x00", "a program", "name the files of papers"),
)
_TAR = slice(257, 262)
_RIFF = {b"WEBP": "a picture (WebP)", b"WAVE": "a sound", b"AVI ": "a film"}
_PICTURES = {b"heic", b"heix", b"heif", b"mif1", b"msf1", b"avif", b"avis"}
# Kinds of text, told where no format was named.
_TEXTS = (
    (
        re.compile(r"(?i)\A\s*+(?:<\?xml[^>]{0,200}>\s*+)?(?:<!--[^>]{0,2000}-->\s*+)?<(?:!doctype\s+html|html|head|body)\b"),
        "a web page",
        "a page is no corpus; save what its site exports (BibTeX, RIS, CSV, JSON), or the page as plain text",
    ),
    (re.compile(r"\A(?:MIME-Version: |From: <Saved by )"), "a saved web page", "a page is no corpus; save what its site exports"),
    (re.compile(r"\A\s*+\{\\rtf"), "a rich text document (RTF)", _AS_TEXT),
    (
        re.compile(r"(?m)^[ \t]{0,20}\\(?:documentclass|documentstyle|begin\{(?:document|abstract)\}|(?:sub){0,2}section\*?\{)"),
        "a LaTeX source",
        "papers are read from its bibliography (.bib) if that holds abstracts",
    ),
    (re.compile(r"\A\s*+(?:<\?xpacket|<svg\b)"), "a picture (SVG)", _EXPORT),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Foreign:
    """What a file is, and what to do instead of reading it."""

    kind: str
    cure: str


def binary(head: bytes, name: str) -> Foreign | None:
    """What a file that is no text begins as; None for text, and for bytes of no known kind."""
    if found := next((Foreign(*rest) for start, *rest in _SIGNATURES if head.startswith(start)), None):
        if found.kind == "a ZIP archive":
            return next((Foreign(*rest) for part, *rest in _IN_ZIP if part in head), None) or _by_suffix(name) or found
        return _by_suffix(name) or found if head.startswith((_OLE, b"SQLite")) else found
    if head[_TAR] == b"ustar":
        return Foreign("a tar archive", "unpack it with tar xf, and name the files or the folder in it")
    if head.startswith(b"RIFF") and (kind := _RIFF.get(head[8:12])):
        return Foreign(kind, _EXPORT)
    if head[4:8] == b"ftyp" and b"\0" in head[:4]:
        return Foreign("a picture" if head[8:12] in _PICTURES else "a film or a sound", _EXPORT)
    return _by_suffix(name) if b"\0" in head else None


def text(head: str) -> Foreign | None:
    """What kind of text a file is that holds no records of papers; None for any other."""
    return next((Foreign(kind, cure) for pattern, kind, cure in _TEXTS if pattern.search(head)), None)


def _by_suffix(name: str) -> Foreign | None:
    known = _BY_SUFFIX.get(PurePath(name.lower()).suffix)
    return Foreign(*known) if known else None
