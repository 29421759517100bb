"""Chroma is not steered by the folder that the program runs in."""

import os
import subprocess
import sys
from pathlib import Path

from tests.test_architecture import ROOT

SHOWN = "from index.vectors.dense_chroma import chromadb; print(chromadb.config.Settings().chroma_server_host, __import__('os').getcwd())"


def test_a_file_of_variables_in_the_current_folder_is_not_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"chroma_server_host=evil.example\nIS_PERSISTENT=banana\n\xff\xfe[[[\n")
    done = subprocess.run(
        [sys.executable, "-c", SHOWN],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == f"None {tmp_path}\n"
