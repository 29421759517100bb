"""Indexes in shared folders: their files follow the umask, and who may not read them is told so."""

import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from index.doctor import examine
from index.errors import IndexUnreadable, IndexUnwritable
from index.following import Following
from index.index import Index
from index.store.generations import is_index
from index.vectors.embedding import LocalEmbedder
from tests.index.another_user import IS_ROOT, NOBODY, another_user
from tests.index.test_build import OLD, OTHER, numbered
from tests.index.told import build

# Where only root can become another user, whoever runs the tests is shut out as the owner.
WHOSE = "o" if IS_ROOT else "u"
OWNER = "Its owner, root, can" if IS_ROOT else "You can"


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@pytest.fixture(scope="module")
def built(shared: Path, embedder: LocalEmbedder) -> Path:
    root = shared / "built"
    with umask(0o022):
        build(root, numbered(20), embedder)
    # What is imported late is imported now, by who may read it.
    Index.open(root, embedder).close()
    return root


@pytest.fixture
def root(shared: Path, built: Path) -> Iterator[Path]:
    """An index that everyone may read."""
    root = Path(shutil.copytree(built, shared / "an index"))
    yield root
    subprocess.run(["chmod", "-R", "u+rwX", root], check=True)
    shutil.rmtree(root)


def modes(root: Path) -> dict[bool, set[int]]:
    """The modes of the folders, and of the files."""
    found: dict[bool, set[int]] = {True: set(), False: set()}
    for path in (root, *root.rglob("*")):
        found[path.is_dir()].add(stat.S_IMODE(path.stat().st_mode))
    return found


@pytest.mark.parametrize("mask", [0o002, 0o022, 0o027, 0o077])
def test_every_file_and_folder_of_an_index_follows_the_umask(
    tmp_path: Path, embedder: LocalEmbedder, mask: int
) -> None:
    root = tmp_path / "index"
    with umask(mask):
        build(root, [OLD], embedder)
        build(root, [OTHER], embedder)
        index = Index.open(root, embedder)
        index.search("cats", 1)
        found = modes(root)
        index.close()
    assert found == {True: {0o777 & ~mask}, False: {0o666 & ~mask}}


def test_whoever_the_umask_lets_read_an_index_can_search_it(built: Path, embedder: LocalEmbedder) -> None:
    with another_user():
        index = Index.open(built, embedder)
        assert index.search("paper", 3)
        index.close()


@pytest.mark.skipif(not IS_ROOT, reason="only root can give a folder to a group")
def test_a_group_that_may_write_to_an_index_can_add_to_it(shared: Path, embedder: LocalEmbedder) -> None:
    root = shared / "of a group"
    with umask(0o002):
        build(root, [OLD], embedder)
        for path in (root, *root.rglob("*")):
            os.chown(path, 0, NOBODY)
        with another_user():
            report = build(root, [OTHER], embedder)
    assert (report.papers_added, report.embedded) == (1, 1)


@pytest.mark.parametrize(
    "barred",
    [
        "",
        "CURRENT",
        "store.sqlite",
        "generations",
        "generations/000001",
        "generations/000001/manifest.json",
        "generations/000001/lexical",
        "generations/000001/lexical/meta.json",
        "generations/000001/dense/chroma.sqlite3",
        "generations/000001/vectors/vectors.npy",
    ],
)
def test_what_may_not_be_read_is_named_with_who_can_mend_it_and_how(
    root: Path, embedder: LocalEmbedder, barred: str
) -> None:
    (root / barred).chmod(0)
    with another_user(), pytest.raises(IndexUnreadable) as raised:
        Index.open(root, embedder)
    said = str(raised.value)
    assert said.startswith(f"{root / barred} may not be read by ")
    assert said.endswith(f". {OWNER} mend that: chmod -R {WHOSE}+rX '{root}', then run the command again.")


def test_a_folder_above_the_index_that_may_not_be_entered_is_to_be_opened_alone(
    shared: Path, root: Path, embedder: LocalEmbedder
) -> None:
    (shared / "home").mkdir(mode=0o700)
    moved = root.rename(shared / "home" / "index")
    try:
        (shared / "home").chmod(0o600)
        with another_user():
            for look in (lambda: Index.open(moved, embedder), lambda: is_index(moved)):
                with pytest.raises(IndexUnreadable, match=rf"/home may not be read by .*: chmod {WHOSE}\+x \S+/home, "):
                    look()
    finally:
        (shared / "home").chmod(0o700)
        moved.rename(root)


@pytest.mark.parametrize("barred", ["write.lock", "store.sqlite", ""])
def test_an_index_that_may_be_read_alone_is_neither_built_nor_examined(
    root: Path, embedder: LocalEmbedder, barred: str
) -> None:
    mode = 0o555 if not barred else 0o444
    (root / barred).chmod(mode)
    with another_user():
        for write in (lambda: build(root, [OTHER], embedder), lambda: [*examine(root, embedder)]):
            with pytest.raises(
                IndexUnwritable, match=rf"may not be written by .* chmod -R {WHOSE}\+rwX '.*'\. Or name"
            ):
                write()


def test_the_doctor_says_what_it_may_not_read(root: Path, embedder: LocalEmbedder) -> None:
    (root / "store.sqlite").chmod(0)
    with another_user(), pytest.raises(IndexUnreadable, match=r"store\.sqlite may not be read"):
        [*examine(root, embedder)]


def test_what_is_open_answers_on_when_the_newest_index_may_not_be_read(root: Path, embedder: LocalEmbedder) -> None:
    with another_user():
        following = Following(root, lambda: Index.open(root, embedder))
        before = following.newest()
    (root / "CURRENT").chmod(0)
    with another_user():
        assert following.newest() is before
        following.close()


def test_an_unreadable_index_is_one_sentence_of_the_program(root: Path) -> None:
    (root / "generations" / "000001" / "lexical" / "meta.json").chmod(0o600 if IS_ROOT else 0)
    # Where Python itself lies, another user may not be able to look.
    becoming = f"os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY});" if IS_ROOT else ""
    program = f"import os; from ui.cli import main; {becoming} main()"
    done = subprocess.run(
        [sys.executable, "-c", program, "search", "cats", "--index", str(root)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "XDG_CONFIG_HOME": str(root / "none")},
    )
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    assert re.fullmatch(
        r"/\S+ index/generations/000001/lexical/meta\.json may not be read by .* again\.\n", done.stderr
    )
    assert "doctor" not in done.stderr
