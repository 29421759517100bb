"""However the program ends, no copy of an index stays among the temporary files."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from index import private
from tests.preloaded import REPOSITORY
from tests.ui.browser import free_port

LINE = json.dumps({"id": "1", "question": "What is the curse of depth?"}) + "\n"


@contextmanager
def running(scratch: Path, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """A verb that has opened its index and waits for more."""
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "TMPDIR": str(scratch)}
    command = [sys.executable, "-c", "from ui.cli import main; main()", *arguments]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(LINE)
        process.stdin.flush()
        assert process.stdout.readline()
        assert [*scratch.iterdir()]
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_ends_the_program_leaves_no_copies(sample_index: Path, tmp_path: Path, number: int) -> None:
    with running(tmp_path, "ask", "--jsonl", "--index", str(sample_index)) as process:
        process.send_signal(number)
        assert process.wait(timeout=10) == -number
    assert [*tmp_path.iterdir()] == []


def test_a_chat_window_that_is_told_to_end_leaves_no_copies(sample_index: Path, tmp_path: Path) -> None:
    with running(tmp_path, "chat", "--port", str(free_port()), "--index", str(sample_index)) as process:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == -signal.SIGTERM
    assert [*tmp_path.iterdir()] == []


def test_what_a_kill_leaves_is_cleared_by_the_next_start_and_what_is_in_use_is_not(
    sample_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strangers = [tmp_path / "scholiast-of-somebody", tmp_path / "scholiast-link", tmp_path / "scholiast-file"]
    strangers[0].mkdir()
    strangers[1].symlink_to(tmp_path)
    strangers[2].touch()
    where = ("ask", "--jsonl", "--index", str(sample_index))
    with running(tmp_path, *where) as killed:
        (left,) = set(tmp_path.iterdir()) - {*strangers}
        killed.kill()
        killed.wait()
        assert left.exists()
    with running(tmp_path, *where) as process:
        (used,) = set(tmp_path.iterdir()) - {*strangers}
        assert used != left
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
        private._clear_after_the_dead()
        assert process.stdin
        process.stdin.close()
        assert process.wait(timeout=30) == 0
    assert {*tmp_path.iterdir()} == {*strangers}
