"""Which files are taken, and what they are called: the name that the record of sources keeps."""

import unicodedata
from pathlib import PurePosixPath, PureWindowsPath

# What the readers read, but for what is packed.
KINDS = (
    *(".bib", ".ris", ".nbib", ".enw", ".ciw", ".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".xml", ".rdf"),
    *(".md", ".txt"),
)
PASTED = "pasted.txt"
# Of Parquet and gzip, which may unpack to any size.
PACKED = (b"PAR1", b"\x1f\x8b")
MEGABYTE = 1_000_000
_LONGEST = 100


def own_name(given: str) -> str:
    """The name of a file alone, of letters, digits and a few marks, so that it can stand on a disk and in a sentence."""
    name = unicodedata.normalize("NFC", PureWindowsPath(PurePosixPath(given).name).name)
    kept = "".join(each if each.isalnum() or each in " ._-()+" else "_" for each in name).strip(" .")
    stem, dot, kind = kept.rpartition(".")
    return f"{stem[: _LONGEST - len(kind)]}{dot}{kind}" if len(kind) < _LONGEST else kept[:_LONGEST]


def is_taken(name: str) -> bool:
    """Whether a file of this name is one of the `KINDS`."""
    return name.lower().endswith(KINDS)


def wrong_kind() -> str:
    """Why a file of another kind is not read."""
    return f"Files of papers end in {', '.join(KINDS[:-1])} or {KINDS[-1]}: this one is not read."


def too_long(megabytes: int) -> str:
    """Why a longer file is not read, and what reads it."""
    return f"A file may hold {megabytes} MB here. The command line reads longer ones: scholiast build FILE"


def packed(name: str) -> str:
    """Why a packed file is not read, and what reads it."""
    return f"{name} is packed, and may be of any size inside. The command line reads it: scholiast build FILE"
