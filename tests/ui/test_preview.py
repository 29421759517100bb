"""What was brought, read before it is added, and what a build of it does then."""

from pathlib import Path

import pytest

from assistant.settings import read_settings
from index.build import BuildReport, only_writer
from index.errors import IndexLocked
from index.index import Index
from index.papers import Paper
from index.private import private_folder
from index.readers import Record, Skipped, read_corpus
from index.vectors.embedding import LocalEmbedder
from tests.index.told import build
from ui.importing.listing import SHOWN, Listing
from ui.importing.shelf import Shelf, open_shelf
from ui.web.importing import summed

SAMPLES = Path(__file__).parents[1] / "index" / "samples"
OWLS = Paper.from_source("Of owls", "Owls sleep by day.", authors=["Ana Roca"], year=2001)


@pytest.fixture
def root(tmp_path: Path, embedder: LocalEmbedder) -> Path:
    build(tmp_path / "index", [OWLS], embedder)
    return tmp_path / "index"


@pytest.fixture
def shelf(root: Path, embedder: LocalEmbedder) -> Shelf:
    index = Index.open(root, embedder)
    return open_shelf(read_settings(index=root), lambda: index)


def brought(name: str, content: bytes) -> Path:
    file = private_folder() / name
    file.write_bytes(content)
    return file


@pytest.mark.parametrize(
    "sample", ["zotero.bib", "mendeley.ris", "pubmed.nbib", "arxiv_api.xml", "hf_daily_papers.json"]
)
def test_what_is_shown_is_what_the_command_line_reads_and_what_is_added(shelf: Shelf, sample: str) -> None:
    file = brought(sample, (SAMPLES / sample).read_bytes())
    told = shelf.preview([file])
    assert not file.exists()
    read = [each.paper for each in read_corpus([str(SAMPLES / sample)]) if isinstance(each, Record)]
    assert [each.record.paper for each in told.papers] == read
    assert {each.record.source for each in told.papers} == {sample}
    *_, report = shelf.add(told)
    assert isinstance(report, BuildReport)
    assert (report.papers_added, report.papers_updated) == (told.count("new"), told.count("again"))
    assert not shelf.preview([brought(sample, (SAMPLES / sample).read_bytes())]).changes


def test_what_cannot_be_read_is_told_by_its_own_name_alone(shelf: Shelf) -> None:
    files = [brought("empty.bib", b""), brought("a.csv", b"\x1f\x8b\x08\0"), brought("b.json", b"PAR1..")]
    told = shelf.preview([*files, brought("owls.bib", b"@article{o, title={Of owls}, abstract={Owls sleep by day.}}")])
    assert [each.source for each in told.rejected] == ["empty.bib", "a.csv", "b.json"]
    assert all(isinstance(each, Skipped) and each.reason.startswith(each.source) for each in told.rejected)
    assert "/tmp" not in str(told.rejected)
    assert [each.standing for each in told.papers] == ["known"]
    assert summed(told).startswith("empty.bib, a.csv, b.json, owls.bib. 1 paper read")
    assert "3 files not read" in summed(told)


def test_while_another_process_builds_its_sentence_is_said_and_what_was_brought_stays(shelf: Shelf, root: Path) -> None:
    told = shelf.preview([brought("bats.bib", b"@article{b, title={Of bats}, abstract={Bats sleep, too.}}")])
    with only_writer(root), pytest.raises(IndexLocked, match="Another process is building"):
        list(shelf.add(told))
    assert [*shelf.add(told)][-1].papers_added == 1  # type: ignore[union-attr]


def test_whoever_leaves_does_not_stop_what_is_added(shelf: Shelf, root: Path, embedder: LocalEmbedder) -> None:
    adding = shelf.add(shelf.preview([brought("bats.bib", b"@article{b, title={Of bats}, abstract={Bats sleep.}}")]))
    next(adding)
    adding.close()  # type: ignore[attr-defined]
    while True:
        try:
            with only_writer(root):
                break
        except IndexLocked:
            continue
    assert len(Index.open(root, embedder).papers()) == 2


def test_a_corpus_is_called_by_its_files_and_its_papers_are_found_by_their_record(
    tmp_path: Path, embedder: LocalEmbedder
) -> None:
    papers = [Paper.from_source(f"Of {number} cats", "Cats sleep.", year=1900 + number) for number in range(60)]
    build(tmp_path / "many", [OWLS, *papers], embedder, source="/a/very/long/name-of-a-file-that-goes-on.bib")
    for name in ("b.ris", "c.ris"):
        build(tmp_path / "many", [Paper.from_source(f"In {name}", "Words.")], embedder, source=f"/a/{name}")
    index = Index.open(tmp_path / "many", embedder)
    listing = Listing(lambda: index)
    assert listing.called() == "63 papers of b.ris, c.ris and 1 more"
    newest = listing.listed("", "Newest first")
    assert (len(newest.papers), newest.found, newest.papers[0]) == (SHOWN, 63, OWLS)
    assert listing.listed("roca OWLS 2001", "Newest first").papers == (OWLS,)
    assert listing.listed("cats 19", "By title").found == 60
    assert [paper.title for paper in listing.listed("in ris", "By title").papers] == ["In b.ris", "In c.ris"]


@pytest.mark.parametrize(
    ("given", "host", "may"),
    [
        ("auto", "127.0.0.1", True),
        ("auto", "::1", True),
        ("auto", "localhost", True),
        ("auto", "0.0.0.0", False),
        ("auto", "192.168.1.5", False),
        ("auto", "scholiast.example.org", False),
        ("on", "192.168.1.5", True),
        ("off", "127.0.0.1", False),
    ],
)
def test_papers_are_taken_where_only_this_machine_is_served_or_where_that_is_set(
    given: str, host: str, *, may: bool
) -> None:
    settings = read_settings(import_papers=given, host=host)
    assert settings.may_import is may
    assert (open_shelf(settings, lambda: None).megabytes is not None) is may  # type: ignore[arg-type, return-value]
