"""What the tests share: the real embedder, and the sample corpus indexed once."""

from pathlib import Path

import pytest

from index.build import build
from index.embedding import LocalEmbedder
from index.readers import read_corpus

SAMPLE = Path(__file__).parent.parent / "index" / "sample" / "papers_page.txt"


@pytest.fixture(scope="session")
def embedder() -> LocalEmbedder:
    return LocalEmbedder()


@pytest.fixture(scope="session")
def sample_index(tmp_path_factory: pytest.TempPathFactory, embedder: LocalEmbedder) -> Path:
    """The folder of an index of the sample corpus; not to be written to."""
    root = tmp_path_factory.mktemp("sample") / "index"
    build(root, read_corpus([str(SAMPLE)]), embedder)
    return root
