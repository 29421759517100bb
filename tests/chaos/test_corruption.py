"""Files of an index that were altered: noticed before anything is served, and mended by `doctor`."""

import json
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.invented import HashEmbedder, paper
from index.doctor import examine
from index.errors import UserError
from tests.index.told import build
from tests.preloaded import ran

ASK = """
import json, sys
from pathlib import Path
from benchmarks.invented import HashEmbedder
from index.errors import UserError
from index.index import Index
try:
    index = Index.open(Path(sys.argv[1]), HashEmbedder())
    hits = [hit for query in ("subject3", "abstract", "version0") for hit in index.search(query, 400)]
    print(json.dumps([[h.passage.paper.paper_id, h.passage.text, h.score] for h in hits]))
except UserError as error:
    print(error, file=sys.stderr)
    sys.exit(1)
"""
Alter = Callable[[Path], None]


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def deleted(path: Path) -> None:
    path.unlink()


def flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x10
    path.write_bytes(content)


def zeroed(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def sql(statement: str) -> Alter:
    """What a flipped bit in a row of the store comes to."""

    def alter(path: Path) -> None:
        database = sqlite3.connect(path)
        database.execute(statement)
        database.commit()
        database.close()

    return alter


GRAPH = "generations/000002/dense/*-*-*"
CASES: dict[str, tuple[str, Alter]] = {
    f"{Path(pattern).name} {alter.__name__}": (pattern, alter)
    for pattern, alters in {
        f"{GRAPH}/data_level0.bin": (truncated, flipped, deleted),
        f"{GRAPH}/header.bin": (flipped, emptied),
        f"{GRAPH}/length.bin": (zeroed,),
        f"{GRAPH}/link_lists.bin": (truncated, emptied),
        f"{GRAPH}/index_metadata.pickle": (flipped, deleted),
        "generations/000002/dense/chroma.sqlite3": (truncated, zeroed, deleted),
        "generations/000002/lexical/*.store": (flipped, truncated),
        "generations/000002/lexical/meta.json": (deleted,),
        "generations/000002/vectors/vectors.npy": (flipped,),
        "generations/000002/manifest.json": (flipped,),
        "CURRENT": (emptied,),
    }.items()
    for alter in alters
} | {
    "a paper's text in the store": (
        "store.sqlite",
        sql("UPDATE papers SET abstract = replace(abstract, 'report', 'deny') WHERE row = 3"),
    ),
    "a vector in the store": ("store.sqlite", sql("UPDATE passages SET vector = zeroblob(128) WHERE row = 3")),
    "an offset in the store": ("store.sqlite", sql("UPDATE passages SET start = start + 1 WHERE row = 3")),
    "the store truncated": ("store.sqlite", truncated),
    "the store zeroed": ("store.sqlite", zeroed),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of two builds; not to be written to."""
    root = tmp_path_factory.mktemp("whole") / "index"
    for count in (60, 80):
        build(root, [paper(number) for number in range(count)], HashEmbedder())
    return root


@pytest.fixture(scope="module")
def served(whole: Path) -> str:
    """What the undamaged index answers."""
    return asked(whole).stdout


def asked(root: Path) -> "subprocess.CompletedProcess[str]":
    return ran(ASK, ["ask", str(root)], {"PATH": ""})


def test_there_are_24_cases() -> None:
    assert len(CASES) == 24


@pytest.mark.parametrize(("pattern", "alter"), CASES.values(), ids=CASES)
def test_damage_is_noticed_before_anything_is_served_and_doctor_mends_it_or_names_the_command(
    pattern: str, alter: Alter, whole: Path, served: str, tmp_path: Path
) -> None:
    root = Path(shutil.copytree(whole, tmp_path / "index"))
    (path,) = (
        root.glob(pattern) if "*.store" not in pattern else [max(root.glob(pattern), key=lambda p: p.stat().st_size)]
    )
    alter(path)
    done = asked(root)
    assert done.returncode == 1, done.stderr
    assert done.stdout == ""
    assert "scholiast " in done.stderr
    assert len(done.stderr.splitlines()) == 1
    if alter in (truncated, zeroed) and path.name == "store.sqlite":
        with pytest.raises(UserError, match="scholiast build"):
            list(examine(root, HashEmbedder()))
        return
    states = {finding.state for finding in examine(root, HashEmbedder())}
    assert {"mended", "damaged"} & states
    if path.name != "store.sqlite":
        assert json.loads(asked(root).stdout) == json.loads(served)
    else:
        build(root, [paper(number) for number in range(80)], HashEmbedder())
        assert sorted(json.loads(asked(root).stdout)) == sorted(json.loads(served))
