"""An index whose papers are embedded anew, from its store alone, by another embedder or by other rules."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.invented import HashEmbedder, paper, records_of
from index import build as build_module
from index import made_with
from index.build import BuildReport, Event
from index.doctor import examine
from index.errors import CorpusError, IndexLocked, IndexMismatch, IndexMissing
from index.index import Hit, Index
from index.passages import cut
from index.readers import Deleted, Read, Record
from index.reembedding import EmbeddedAnew
from index.store import generations, writer
from index.store.store import Store
from index.vectors.embedding import Embedder, Parts, Vectors

PAPERS = [paper(number) for number in range(12)]
QUERIES = ("abstract", "subject3")


class PulledOut(Exception):
    """The process ended here."""


class Another(HashEmbedder):
    """Other vectors under another name; with `after`, it ends when it was given so many batches."""

    def __init__(self, name: str = "another", dimension: int = 48, after: int | None = None) -> None:
        super().__init__(dimension)
        self.fingerprint = replace(self.fingerprint, name=name)
        self.embedded: list[str] = []
        self._after = after

    def embed(self, texts: Sequence[str]) -> Vectors:
        return -super().embed(texts)

    def embed_with_parts(self, texts: Sequence[str], parts: Parts) -> tuple[Vectors, Vectors]:
        if self._after is not None:
            if not self._after:
                raise PulledOut
            self._after -= 1
        self.embedded += texts
        return super().embed_with_parts(texts, parts)


def built(root: Path, records: Sequence[Read] | None, embedder: Embedder, **options: Any) -> BuildReport:
    return build_module.build(root, records, embedder, **options)


def found(root: Path, embedder: Embedder) -> list[list[tuple[str, float]]]:
    """What is found, and each sentence of it with its cosine."""
    index = Index.open(root, embedder)
    hits: list[tuple[Hit, ...]] = []
    for query in QUERIES:
        hits += [index.search(query, 10), index.search(query, 10, "dense"), index.sentences(query, PAPERS[:6])]
    index.close()
    return [[(hit.passage.passage_id, round(hit.score, 5)) for hit in each] for each in hits]


def told(root: Path) -> list[list[tuple[object, ...]]]:
    """All that a store knows of its papers but the numbers of their rows."""
    store = Store.open(root / "store.sqlite")
    kept = [
        store.rows("SELECT paper_id, digest FROM papers WHERE retired IS NULL ORDER BY row"),
        store.rows("SELECT * FROM records ORDER BY source, key"),
        store.rows("SELECT * FROM keys ORDER BY key, paper_id"),
    ]
    store.close()
    return kept


@pytest.fixture
def root(tmp_path: Path) -> Path:
    built(tmp_path / "my index", records_of(PAPERS), HashEmbedder())
    return tmp_path / "my index"


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("fresh") / "index"
    built(root, records_of(PAPERS), Another())
    return root


def stopped(root: Path, after: int = 2, **options: Any) -> None:
    """Embed anew until so many batches of two papers are embedded."""
    with pytest.raises(PulledOut):
        built(root, None, Another(after=after), batch=2, **options)


def test_an_index_of_another_embedder_names_the_command_that_embeds_it_anew(root: Path) -> None:
    sentence = (
        f"The index in {root} was made with another embedder (the index has hash, this program another). "
        "To search it as it is, set SCHOLIAST_EMBED_MODEL or SCHOLIAST_EMBED_FOLDER to the embedder that it was made with, "
        "or neither for the one that is shipped. "
        f"Embed its papers anew with: scholiast build --reembed --index '{root}'"
    )
    for told_apart in (
        lambda: Index.open(root, Another()),
        lambda: built(root, records_of(PAPERS), Another()),
        lambda: [*examine(root, Another())],
    ):
        with pytest.raises(IndexMismatch) as caught:
            told_apart()
        assert str(caught.value) == sentence


def test_what_is_embedded_anew_is_found_as_in_an_index_made_of_the_same_records(root: Path, fresh: Path) -> None:
    before = told(root)
    report = built(root, None, Another())
    assert (report.papers_anew, report.papers_read, report.embedded) == (12, 0, report.passages)
    assert found(root, Another()) == found(fresh, Another())
    assert told(root) == before == told(fresh)
    assert [each.state for each in examine(root, Another())] == ["sound"] * 5


def test_the_same_corpus_is_unchanged_after_it_and_nothing_is_embedded(root: Path) -> None:
    built(root, None, Another())
    again = Another()
    report = built(root, records_of(PAPERS), again)
    assert (report.papers_unchanged, report.embedded, report.papers_anew, again.embedded) == (12, 0, 0, [])
    assert generations.last_derived(root) == 2


def test_papers_are_withdrawn_pruned_merged_and_corrected_after_it_as_before(root: Path) -> None:
    other = Record(replace(PAPERS[1], year=1999), "another source", 1)
    built(root, [other], HashEmbedder())
    built(root, None, Another())
    merged = built(root, [Record(replace(PAPERS[1], year=2001), "another source", 1)], Another()).merged
    assert [one.paper_id for one in merged] == ["1"]
    built(root, [Deleted("2", "invented", 0), *records_of([paper(3, 1)])], Another())
    report = built(root, records_of([PAPERS[0], *PAPERS[3:]]), Another(), prune=True)
    assert (report.papers_updated, report.papers_unchanged, report.papers_removed) == (1, 9, 1)
    assert [paper_id for paper_id, _ in told(root)[0]] == [str(n) for n in (0, 4, 5, 6, 7, 8, 9, 10, 11, 3)]


def test_embedding_anew_what_is_up_to_date_embeds_nothing(root: Path) -> None:
    before = [path.stat().st_ino for path in sorted((root / "generations").rglob("*"))]
    report = built(root, None, HashEmbedder())
    assert (report.papers_anew, report.embedded, report.passages) == (0, 0, 21)
    assert [path.stat().st_ino for path in sorted((root / "generations").rglob("*"))] == before


def test_where_nothing_is_there_is_nothing_to_embed_anew(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="Build one: scholiast build CORPUS"):
        built(tmp_path / "none", None, Another())
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(("after", "reembed"), [(0, True), (2, False), (5, True)])
def test_what_was_stopped_is_gone_on_with_by_the_next_build(
    root: Path, fresh: Path, after: int, *, reembed: bool
) -> None:
    before = told(root)
    stopped(root, after)
    assert told(root)[1:] == before[1:]
    assert sorted(told(root)[0]) == sorted(before[0])
    going_on = Another()
    report = built(root, None if reembed else records_of(PAPERS), going_on)
    # Two batches of two papers may have been on their way.
    assert 12 - 2 * after <= report.papers_anew <= 12 - max(0, 2 * after - 4)
    assert len(going_on.embedded) == report.embedded
    assert found(root, Another()) == found(fresh, Another())
    assert sorted(told(root)[0]) == sorted(before[0])


def test_until_it_ends_the_old_index_is_read_by_the_old_embedder_and_no_other(root: Path) -> None:
    opened = Index.open(root, HashEmbedder())
    before, at_first = found(root, HashEmbedder()), opened.search("abstract", 30)
    stopped(root)
    assert found(root, HashEmbedder()) == before
    with pytest.raises(IndexMismatch, match="--reembed"):
        Index.open(root, Another())
    with pytest.raises(IndexMismatch, match="--reembed"):
        built(root, records_of(PAPERS), HashEmbedder())
    built(root, None, Another())
    assert opened.search("abstract", 30) == at_first
    assert opened.sentences(QUERIES[0], PAPERS)
    opened.close()
    with pytest.raises(IndexMismatch, match="the index has another, this program hash"):
        Index.open(root, HashEmbedder())


def test_a_third_embedder_takes_over_what_the_second_began(root: Path, tmp_path: Path) -> None:
    before = found(root, HashEmbedder())
    stopped(root)
    with pytest.raises(PulledOut):
        built(root, None, Another("third", 16, after=1), batch=2)
    assert found(root, HashEmbedder()) == before
    report = built(root, None, Another("third", 16))
    assert report.papers_anew >= 10
    built(tmp_path / "third", records_of(PAPERS), Another("third", 16))
    assert found(root, Another("third", 16)) == found(tmp_path / "third", Another("third", 16))


def test_the_first_embedder_may_come_back(root: Path) -> None:
    before = found(root, HashEmbedder())
    stopped(root)
    assert built(root, None, HashEmbedder()).papers_anew == 12
    assert found(root, HashEmbedder()) == before


def test_rows_that_a_stopped_build_left_are_embedded_anew_too(root: Path) -> None:
    def dying() -> Any:
        yield from records_of([paper(number) for number in range(12, 18)])
        raise CorpusError("the disk was pulled out")

    with pytest.raises(CorpusError):
        build_module.build(root, dying(), HashEmbedder(), batch=2)
    report = built(root, None, Another())
    assert (report.papers_anew, report.embedded) == (18, report.passages)


def test_a_first_build_that_was_stopped_is_embedded_anew_from_what_it_left(tmp_path: Path) -> None:
    def dying() -> Any:
        yield from records_of(PAPERS)
        raise CorpusError("the disk was pulled out")

    with pytest.raises(CorpusError):
        build_module.build(tmp_path / "index", dying(), HashEmbedder(), batch=2)
    assert built(tmp_path / "index", None, Another()).papers_anew == 12


@pytest.mark.parametrize("step", ["embed_anew", "generations.derive", "generations.forget_old"])
def test_an_end_between_two_steps_loses_nothing(
    root: Path, fresh: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def ended(*_: object, **__: object) -> None:
        raise PulledOut

    with monkeypatch.context() as patched:
        patched.setattr(f"index.build.{step}", ended)
        with pytest.raises(PulledOut):
            built(root, None, Another())
    built(root, None, Another())
    assert found(root, Another()) == found(fresh, Another())


class Unsaid(Another):
    """Other vectors of the same dimension under the name of the first embedder."""

    def __init__(self, after: int | None = None) -> None:
        super().__init__("hash", 32, after)


def test_other_vectors_under_the_same_name_are_embedded_anew_and_never_mixed(root: Path, tmp_path: Path) -> None:
    with pytest.raises(PulledOut):
        built(root, None, Unsaid(after=3), batch=2)
    with pytest.raises(IndexMismatch, match=r"calls its embedder hash all the same.*--reembed"):
        Index.open(root, Unsaid())
    with pytest.raises(IndexMismatch, match=r"calls its embedder hash all the same.*--reembed"):
        built(root, records_of(PAPERS), HashEmbedder())
    Index.open(root, HashEmbedder()).close()
    built(root, records_of(PAPERS), Unsaid())
    built(tmp_path / "unsaid", records_of(PAPERS), Unsaid())
    assert found(root, Unsaid()) == found(tmp_path / "unsaid", Unsaid())
    assert generations.last_derived(root) == 2


def test_other_rules_of_passages_cut_the_papers_anew(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(made_with, "RULES", "sentences/1 shorter")
    monkeypatch.setattr(writer, "cut", lambda paper: cut(paper, 20))
    with pytest.raises(IndexMismatch, match=r"other rules of passages.*--reembed"):
        Index.open(root, HashEmbedder())
    before = told(root)
    report = built(root, None, HashEmbedder())
    assert (report.papers_anew, report.embedded) == (12, report.passages)
    assert report.passages > 40
    assert told(root) == before
    Index.open(root, HashEmbedder()).close()


@pytest.mark.parametrize("entry", ["schema", "server"])
def test_an_index_of_another_version_or_server_is_built_elsewhere(root: Path, entry: str) -> None:
    store = Store.create_or_open(root / "store.sqlite")
    store.declare(**{entry: "another"})
    store.close()
    with pytest.raises(IndexMismatch, match="build a new one with scholiast build --index OTHER_FOLDER CORPUS"):
        built(root, None, Another())


def test_the_doctor_derives_nothing_from_vectors_of_two_kinds_and_takes_out_what_is_damaged(root: Path) -> None:
    stopped(root)
    store = Store.create_or_open(root / "store.sqlite")
    store.rows("UPDATE papers SET abstract = 'Altered.' WHERE paper_id = '11'")
    store.close()
    findings = examine(root, Another())
    assert [next(findings).state, next(findings).state] == ["sound", "damaged"]
    with pytest.raises(IndexMismatch, match=r"still have the vectors of another embedder.*scholiast build --reembed"):
        next(findings)
    assert generations.last_derived(root) == 1
    built(root, None, Another())
    assert [each.state for each in examine(root, Another())] == ["sound"] * 5


def test_it_says_how_far_it_is(root: Path) -> None:
    heard: list[Event] = []
    built(root, None, Another(), batch=2, on_event=heard.append)
    papers = [event.papers for event in heard if isinstance(event, EmbeddedAnew)]
    assert papers == sorted(papers)
    assert (papers[-1], {event.of for event in heard if isinstance(event, EmbeddedAnew)}) == (12, {12})


def test_two_do_not_embed_at_once(root: Path) -> None:
    with build_module.only_writer(root), pytest.raises(IndexLocked):
        built(root, None, Another())
