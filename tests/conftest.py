"""What the tests share: the real embedder, and the sample corpus indexed once."""

import fcntl
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import settings

from assistant.reading.cross_encoder import JUDGE, READER, CrossEncoder
from assistant.reading.grounding import CalibratedJudge
from index.readers import read_corpus
from index.vectors.embedding import LocalEmbedder, Parts, Vectors
from tests.index.told import build

SAMPLE = Path(__file__).parent.parent / "index" / "sample" / "papers_page.txt"

# Whatever the environment says: the tests start many processes, which load what was compiled for the first.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

settings.register_profile("ci", max_examples=100, deadline=None, derandomize=True)
settings.load_profile("ci")


class Remembering(LocalEmbedder):
    """The real embedder, which reads the same texts once: each index draws the vectors of some known texts anew."""

    def __init__(self) -> None:
        super().__init__()
        self._drawn: dict[object, tuple[Vectors, Vectors]] = {}

    def embed_with_parts(self, texts: Sequence[str], parts: Parts) -> tuple[Vectors, Vectors]:
        key = (*texts,), (*map(tuple, parts),)
        if key not in self._drawn:
            self._drawn[key] = super().embed_with_parts(texts, parts)
        vectors, of_parts = self._drawn[key]
        return vectors.copy(), of_parts.copy()


@pytest.fixture(scope="session")
def embedder() -> LocalEmbedder:
    return Remembering()


@pytest.fixture(scope="session")
def reader() -> CrossEncoder:
    return CrossEncoder(READER)


@pytest.fixture(scope="session")
def judge() -> CalibratedJudge:
    return CalibratedJudge(CrossEncoder(JUDGE))


@pytest.fixture(scope="session")
def sample_index(tmp_path_factory: pytest.TempPathFactory, embedder: LocalEmbedder) -> Path:
    """The folder of an index of the sample corpus, which all workers share; not to be written to."""
    own = tmp_path_factory.getbasetemp()
    root = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "sample" / "index"
    root.parent.mkdir(exist_ok=True)
    with (root.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not root.exists():
            build(root, read_corpus([str(SAMPLE)]), embedder)
    return root


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whoever runs the tests may have an index and settings of their own."""
    for name in os.environ:
        if name.startswith(("SCHOLIAST_", "OPENAI_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    # The width of a terminal that the workers of pytest-xdist do not have.
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)
