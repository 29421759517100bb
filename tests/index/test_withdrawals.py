"""What an authority withdraws: its own records, and no more than a fifth of the papers unasked."""

import json
from pathlib import Path

import pytest

from index.build import BuildReport
from index.build import build as build_index
from index.errors import PruneRefused
from index.papers import Paper
from index.readers import Deleted, Record, read_corpus
from index.vectors.embedding import LocalEmbedder
from tests.index.test_build import living

DELETED = " status='deleted'"
PAPERS = [
    Paper.from_source(f"Of {number} cats", f"{number} cats sleep.", paper_id=f"p{number}") for number in range(10)
]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "index"


def of(authority: str, *papers: Paper, source: str = "papers") -> list[Record]:
    return [Record(paper, source, number, authority) for number, paper in enumerate(papers, start=1)]


def withdraw(root: Path, embedder: LocalEmbedder, *names: str, sure: bool = False) -> BuildReport:
    return build_index(root, [Deleted(name, "withdrawn", 1, "oai") for name in names], embedder, sure=sure)


def test_an_authority_does_not_withdraw_papers_that_others_told_of(root: Path, embedder: LocalEmbedder) -> None:
    build_index(root, of("jsonl", *PAPERS), embedder)
    assert withdraw(root, embedder, "p0", "p1", sure=True).papers_removed == 0
    assert len(living(root)) == 10


def test_of_a_paper_that_others_tell_of_too_what_they_say_is_left(root: Path, embedder: LocalEmbedder) -> None:
    build_index(root, of("oai", *PAPERS), embedder)
    mine = Paper.from_source("Of 3 cats", "3 cats sleep, we say.", paper_id="p3")
    build_index(root, of("bibtex", mine, source="library"), embedder)
    assert withdraw(root, embedder, "p3", "p4").papers_removed == 1
    assert living(root)["p3"] == "3 cats sleep, we say."
    assert "p4" not in living(root)


def test_more_than_a_fifth_is_withdrawn_only_if_that_is_said_twice(root: Path, embedder: LocalEmbedder) -> None:
    build_index(root, of("oai", *PAPERS), embedder)
    with pytest.raises(PruneRefused, match=r"3 of 10 papers are withdrawn .* Add --yes to remove them"):
        withdraw(root, embedder, "p0", "p1", "p2")
    assert len(living(root)) == 10
    assert withdraw(root, embedder, "p0", "p1").papers_removed == 2
    assert withdraw(root, embedder, "p2", "p3", "p4", sure=True).papers_removed == 3


def test_what_is_withdrawn_and_told_of_again_stays(root: Path, embedder: LocalEmbedder) -> None:
    build_index(root, of("oai", *PAPERS), embedder)
    report = build_index(root, [Deleted("p0", "papers", 1, "oai"), *of("oai", PAPERS[0])], embedder)
    assert (report.papers_removed, len(living(root))) == (0, 10)


def test_a_file_of_deletions_removes_what_its_own_repository_told(
    root: Path, tmp_path: Path, embedder: LocalEmbedder
) -> None:
    def answer(*records: str) -> str:
        return f'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>{"".join(records)}</ListRecords></OAI-PMH>'

    def header(number: int, status: str = "") -> str:
        return f"<header{status}><identifier>oai:arXiv.org:2401.0000{number}</identifier></header>"

    told = [
        f"<record>{header(number)}<metadata><arXiv xmlns='http://arxiv.org/OAI/arXiv/'><id>2401.0000{number}</id>"
        f"<title>Of {number} dogs</title><abstract>{number} dogs bark.</abstract></arXiv></metadata></record>"
        for number in range(1, 7)
    ]
    (tmp_path / "told.xml").write_text(answer(*told))
    lines = [
        json.dumps({"paper_id": f"2401.0001{n}", "title": f"Of {n} owls", "abstract": "Owls see."}) for n in range(3)
    ]
    (tmp_path / "mine.jsonl").write_text("\n".join(lines))
    gone = [f"<record>{header(1, DELETED)}</record>"]
    gone += [f"<record>{header(n, DELETED)}</record>".replace("0000", "0001") for n in range(3)]
    (tmp_path / "gone.xml").write_text(answer(*gone))
    build_index(root, read_corpus([str(tmp_path / "told.xml"), str(tmp_path / "mine.jsonl")]), embedder)
    assert build_index(root, read_corpus([str(tmp_path / "gone.xml")]), embedder).papers_removed == 1
    assert sorted(living(root)) == [*(f"2401.0000{n}" for n in range(2, 7)), *(f"2401.0001{n}" for n in range(3))]
