"""The 64 bad inputs of the reliability plan: what each is made of, and what must come of it."""

import gzip
import io
import json
import os
import socket
import tarfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

Make = Callable[[Path], list[str]]
GOOD = {"title": "On good records", "abstract": "A good record beside a bad one is kept, whatever the bad one holds."}


@dataclass(frozen=True)
class Case:
    """One input: `make` writes its files in a folder and returns the arguments of `scholiast build`."""

    name: str
    make: Make
    code: int = 0
    # How many records are added, updated, unchanged and rejected.
    counts: tuple[int, int, int, int] = (0, 0, 0, 0)
    rejected: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    # What the one sentence says where nothing is usable.
    says: str = ""
    # Abstracts that must be in the store afterwards, exactly.
    holds: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)


def file(content: bytes | str, name: str = "corpus.jsonl") -> Make:
    """A case of a single file."""

    def make(folder: Path) -> list[str]:
        (folder / name).write_bytes(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)
        return [str(folder / name)]

    return make


def lines(*records: object, good: bool = True) -> Make:
    """A JSONL file of records, or of lines where they are text, with a good record after them."""
    all_records = [*records, *([GOOD] if good else [])]
    texts = [record if isinstance(record, str) else json.dumps(record) for record in all_records]
    return file("\n".join(texts) + "\n")


def paper(**changed: object) -> dict[str, object]:
    """A record that is as good as `changed` leaves it."""
    return {"title": "A title of its own", "abstract": "We say one thing, and then we say another thing.", **changed}


def one(name: str, *codes: str, remarks: tuple[str, ...] = (), **changed: Any) -> Case:
    """A case of one odd record beside a good one: rejected with a code, or kept."""
    counts = (1, 0, 0, 1) if codes else (2, 0, 0, 0)
    return Case(name, lines(paper(**changed)), counts=counts, rejected=codes, remarks=remarks)


def kept(name: str, abstract: str, *remarks: str) -> Case:
    """A case of a record whose abstract is odd and is kept as it is."""
    return Case(name, lines(paper(abstract=abstract)), counts=(2, 0, 0, 0), remarks=remarks, holds=(abstract,))


def archive(folder: Path) -> list[str]:
    with tarfile.open(folder / "papers.tar", "w") as archive:
        for name in ("../../outside.jsonl", "/etc/outside.jsonl", "..\\outside.jsonl", "C:\\outside.jsonl"):
            content = json.dumps(GOOD).encode()
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return [str(folder / "papers.tar")]


def folder_of_links(folder: Path) -> list[str]:
    inside = folder / "papers"
    inside.mkdir()
    (inside / "link.jsonl").symlink_to("/etc/passwd")
    (inside / "good.jsonl").write_text(json.dumps(GOOD))
    return [str(inside)]


def odd_names(folder: Path) -> list[str]:
    inside = folder / "a b'c\";d\n"
    inside.mkdir()
    names = ["-x.jsonl", "e\U0001f600.jsonl", "n" * 240 + ".jsonl", os.fsdecode(b"latin\xe9.jsonl")]
    for number, name in enumerate(names):
        (inside / name).write_text(json.dumps(paper(title=f"Title {number}")))
    return [str(inside)]


def special_files(folder: Path) -> list[str]:
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.path.relpath(folder / "socket"))
    return [str(folder / "pipe"), str(folder / "socket"), "/dev/zero"]


def reserved_names(folder: Path) -> list[str]:
    deep = folder / "/".join(["d" * 60] * 5)
    deep.mkdir(parents=True)
    (folder / "CON.jsonl").write_text(json.dumps(GOOD))
    (deep / "papers.jsonl").write_text(json.dumps(paper()))
    return [str(folder / "CON.jsonl"), str(deep / "papers.jsonl")]


def bomb(folder: Path) -> list[str]:
    (folder / "bomb.jsonl.gz").write_bytes(gzip.compress(b'{"title": "' + b"a" * 50_000_000))
    return [str(folder / "bomb.jsonl.gz")]


def vanished(folder: Path) -> list[str]:
    (folder / "gone.jsonl").symlink_to(folder / "nowhere.jsonl")
    return [str(folder / "gone.jsonl")]


RANDOM = Random(0).randbytes(1_000_000)
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><PubmedArticleSet><PubmedArticle>&c;</PubmedArticle></PubmedArticleSet>'
)
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY p SYSTEM "file:///etc/passwd">]>'
    "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>&p;</ArticleTitle>"
    "<Abstract><AbstractText>&p;</AbstractText></Abstract></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>"
)
ZALGO = "Z" + "\u0301" * 1000 + " is a letter that bears a thousand marks, as some people write for fun."
EMOJI = "A family \U0001f468\u200d\U0001f469\u200d\U0001f467 and a helix \U0001f9ec and \U00020000 stand in this text."
JATS = (
    "<jats:title>Abstract</jats:title><jats:p>Here &lt;b&gt; is text, and <jats:italic>x</jats:italic> is too.</jats:p>"
)
CROSSREF = {
    "DOI": "10.1/x",
    "type": "journal-article",
    "prefix": "10.1",
    "issued": {"date-parts": [[2020]]},
    "title": ["On marks"],
    "abstract": JATS,
    "container-title": ["J"],
}
BIB = (
    "@article{broken,\n  title = {A title without an end,\n  abstract = {We}\n\n"
    "@article{good,\n  title = {On good entries},\n  abstract = {A good entry after a broken one is kept as it is.},\n"
    "  year = {2021}\n}\n"
)
NAMES = [f"Ada {n}" for n in range(3000)]
