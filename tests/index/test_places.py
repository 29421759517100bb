"""Places where no index can be: told in a sentence by whatever would read there, and waited for by nothing."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.invented import HashEmbedder, paper
from index.doctor import examine
from index.errors import UserError
from index.index import Index
from index.store import generations
from index.store.places import look_into
from tests.index.another_user import another_user
from tests.index.told import build

USES: dict[str, Callable[[Path], object]] = {
    "is there one": generations.is_index,
    "open it": lambda root: Index.open(root, HashEmbedder()),
    "examine it": lambda root: [*examine(root, HashEmbedder())],
    "build it": lambda root: build(root, [paper(1)], HashEmbedder()),
}


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def a_folder(path: Path) -> None:
    path.mkdir()


def a_link_to_itself(path: Path) -> None:
    path.symlink_to(path)


@pytest.mark.parametrize("use", USES.values(), ids=USES)
@pytest.mark.parametrize("make", [a_pipe, a_folder, a_link_to_itself])
@pytest.mark.parametrize("name", ["CURRENT", "store.sqlite"])
def test_what_is_no_file_is_told_and_not_waited_for(
    tmp_path: Path, name: str, make: Callable[[Path], None], use: Callable[[Path], object]
) -> None:
    make(tmp_path / name)
    with pytest.raises(UserError, match=r"cannot be read as the folder of an index \(.*another with --index"):
        use(tmp_path)


@pytest.mark.parametrize("use", USES.values(), ids=USES)
@pytest.mark.parametrize("name", ["a" * 300, "a/" * 3000, "a\0b"], ids=["long name", "long path", "NUL"])
def test_a_name_that_no_folder_can_have_is_told(tmp_path: Path, name: str, use: Callable[[Path], object]) -> None:
    with pytest.raises(UserError, match="cannot be read as the folder of an index"):
        use(tmp_path / name)


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_a_folder_that_may_not_be_read_is_told(shared: Path, use: Callable[[Path], object]) -> None:
    closed = shared / "index"
    closed.mkdir(mode=0o000)
    try:
        with another_user(), pytest.raises(UserError, match=f"{closed} may not be (read|written) by "):
            use(closed)
    finally:
        closed.rmdir()


@pytest.mark.parametrize("use", USES.values(), ids=USES)
@pytest.mark.parametrize("name", ["a file", "a pipe", "a file/below"])
def test_what_is_no_folder_is_told_and_no_permission_is_asked_for(
    tmp_path: Path, name: str, use: Callable[[Path], object]
) -> None:
    (tmp_path / "a file").touch()
    os.mkfifo(tmp_path / "a pipe")
    with pytest.raises(UserError, match=r"cannot be read as the folder of an index \(Not a directory\)"):
        use(tmp_path / name)


def test_where_there_is_no_index_nothing_is_wrong(tmp_path: Path) -> None:
    look_into(tmp_path / "nothing")
    assert not generations.is_index(tmp_path / "nothing")
