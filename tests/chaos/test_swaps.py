"""A reader in a process of its own while an index is replaced two hundred times."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.invented import HashEmbedder, paper
from tests.conftest import SAMPLE
from tests.index.told import build

pytestmark = pytest.mark.long

SWAPS, PAPERS = 200, 8
READER = """
import json, re, sys, threading
from pathlib import Path
from benchmarks.invented import HashEmbedder
from index.following import Following
from index.index import Index

root = Path(sys.argv[1])
reader = Following(root, lambda: Index.open(root, HashEmbedder()))
seen, searches, done = [], 0, threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), done.set()), daemon=True).start()
print("reading", flush=True)
while True:
    last = done.is_set()
    texts = [hit.passage.text for hit in reader.newest().search("an abstract", 50)]
    versions = [int(version) for text in texts for version in re.findall(r"version(\\d+)", text)]
    searches += 1
    if not seen or seen[-1] != versions:
        seen.append(versions)
    if last:
        break
reader.close()
print(json.dumps([searches, seen]), flush=True)
"""


@pytest.fixture
def reader(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    build(tmp_path, [paper(number, 0) for number in range(1, PAPERS)], HashEmbedder())
    with subprocess.Popen(
        [sys.executable, "-c", READER, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(SAMPLE.parents[2])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "reading\n"
        yield process


def test_a_reader_during_200_swaps_sees_no_error_and_every_index_whole(
    tmp_path: Path, reader: "subprocess.Popen[str]"
) -> None:
    for version in range(1, SWAPS + 1):
        build(tmp_path, [paper(number, version) for number in range(1, PAPERS)], HashEmbedder())
    said, _ = reader.communicate()
    assert reader.returncode == 0
    searches, seen = json.loads(said)
    # Each answer is of one index alone, none goes back, and the last search finds the last index.
    assert {len(set(versions)) for versions in seen} == {1}
    shown = [versions[0] for versions in seen]
    assert shown == sorted(shown)
    assert shown[-1] == SWAPS
    assert searches > SWAPS
