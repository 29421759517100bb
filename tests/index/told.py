"""What tests of the index share: papers as sources tell them, and programs run under hard conditions."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

import index.build
from index.build import BuildReport
from index.papers import Paper
from index.readers import Read, Record
from index.vectors.embedding import Embedder

PROGRAM = str(Path(sys.executable).parent / "scholiast")


def told(records: Iterable[Paper | Read], source: str = "corpus") -> Iterator[Read]:
    """Yield each paper as a record of `source`, everything else as it is."""
    for number, record in enumerate(records, start=1):
        yield Record(record, source, number) if isinstance(record, Paper) else record


def build(
    root: Path, records: Iterable[Paper | Read], embedder: Embedder, source: str = "corpus", **options: Any
) -> BuildReport:
    """Build an index of papers that one source tells."""
    return index.build.build(root, told(records, source), embedder, **options)


def in_a_mount_namespace(script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a shell script that may mount what nobody else sees; it exits with 77 where it cannot, and the test is skipped."""
    if (
        shutil.which("unshare") is None
        or subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode
    ):
        pytest.skip("this system has no mount namespaces for us")
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", script, "sh", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    if done.returncode == 77:
        pytest.skip("this system lets us mount nothing")
    return done
