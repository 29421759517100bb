"""Nothing calls home: every switch is flipped before what it silences is loaded, and stands in the table of the docs."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks.traced import why_not
from index.silence import SWITCHES
from tests.test_architecture import FILES, MAY_IMPORT, ROOT, name
from tests.ui.browser import free_port
from tests.ui.visitor import QUESTION, visiting


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_whoever_imports_a_package_has_every_switch_flipped_whatever_the_environment_says(package: str) -> None:
    variables = [switch.variable for switch in SWITCHES]
    script = f"import os, {package}; print([os.environ[variable] for variable in {variables}])"
    environment = {**os.environ, **dict.fromkeys(variables, "as it was"), "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == f"{[switch.value for switch in SWITCHES]}\n"


def test_no_switch_stands_anywhere_else() -> None:
    here = {"index/silence.py"}
    for path in FILES:
        written = path.read_text(encoding="utf-8")
        assert name(path) in here or not [each for each in SWITCHES if each.variable in written], name(path)


def test_the_table_of_the_docs_names_every_switch() -> None:
    rows = [f"| {each.package} | `{each.variable}={each.value}` | {each.sends} |" for each in SWITCHES]
    lines = Path(ROOT / "docs" / "privacy.md").read_text(encoding="utf-8").splitlines()
    begin = lines.index(rows[0])
    assert lines[begin : begin + len(rows) + 1] == [*rows, ""]


# Read before a fixture hides the settings of whoever runs the tests. onnxruntime begins to send after ten seconds.
SECONDS = float(os.environ.get("WATCHED_SECONDS", "15"))
CALLS = (
    "connect,sendto,sendmsg,?sendmmsg,?open,openat,?openat2,?creat,?mkdir,mkdirat,?rename,?renameat,?renameat2,"
    "?link,linkat,?symlink,symlinkat"
)
DEPTH = "The Curse of Depth in Large Language Models"
OPENED_TO_WRITE = re.compile(r"O_WRONLY|O_RDWR|O_CREAT")
CALL = re.compile(r"\d+ +(\w+)\((.*?)(?:\) += (-1 .*|.*)|<unfinished \.\.\.>)")
# The last path of a call is the one that it makes or opens; where it is relative, its folder stands before it.
MADE = re.compile(r'(?:<([^<>]*)>, )?"([^"]*)"[^"]*')


class Watched:
    """A verb of the program and all that it starts: each call that reaches another machine or makes a file is noted.

    It ends with the block, by the end of its standard input or by a `signal`.
    """

    def __init__(self, folder: Path, *arguments: str, by: signal.Signals | None = None) -> None:
        self._home, self._scratch, self._log, self._by = folder / "home", folder / "scratch", folder / "calls", by
        for each in (self._home, self._scratch):
            each.mkdir(parents=True)
        quiet = {each.variable for each in SWITCHES}
        places = {"HOME": str(self._home), "TMPDIR": str(self._scratch), "PYTHONPATH": str(ROOT)}
        # What Python compiles beside the code is not the program's.
        compiled = {"PYTHONDONTWRITEBYTECODE": "1"}
        traced = [
            "strace",
            "-f",
            "--seccomp-bpf",
            "-qq",
            "-y",
            "-s",
            "4096",
            "-o",
            str(self._log),
            "-e",
            f"trace={CALLS}",
        ]
        self.process = subprocess.Popen(
            [*traced, sys.executable, "-c", "from ui.cli import main; main()", *arguments],
            env={name: value for name, value in os.environ.items() if name not in quiet} | places | compiled,
            cwd=self._home,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> "Watched":
        return self

    def __exit__(self, *_: object) -> None:
        if self._by:
            # strace ends when what it traces has ended.
            (child,) = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
            os.kill(int(child), self._by)
        self.process.communicate(timeout=60)

    def told(self) -> str:
        """The next line that it prints."""
        assert self.process.stdout
        line: str = self.process.stdout.readline()
        return line

    def reached(self) -> list[str]:
        """The calls that reached for another machine."""
        return [line for line in self._log.read_text().splitlines() if "AF_INET" in line]

    def left(self, *allowed: Path) -> list[str]:
        """The files that it made outside of the `allowed` folders, or left in the folder for temporary files."""
        places = (*map(str, allowed), str(self._scratch), "/dev", "/proc")
        found = filter(None, map(CALL.match, self._log.read_text().splitlines()))
        made = [self._made(call[1], call[2]) for call in found if not call[3] or not call[3].startswith("-1 ")]
        outside = [path for path in made if path and not path.startswith(places)]
        return [*outside, *map(str, self._scratch.iterdir()), *map(str, self._home.iterdir())]

    def _made(self, name: str, given: str) -> str | None:
        if name in {"connect", "sendto", "sendmsg", "sendmmsg"}:
            return None
        if name in {"open", "openat", "openat2"} and not OPENED_TO_WRITE.search(given):
            return None
        *_, (folder, path) = MADE.findall(given)
        return os.path.normpath(Path(folder or self._home, path))


@pytest.mark.long
def test_a_chat_a_build_an_ask_and_an_eval_reach_nobody_and_leave_nothing_behind(tmp_path: Path) -> None:
    reason = why_not()
    if reason and not os.environ.get("CI"):
        pytest.skip(reason)
    assert reason is None
    root, port, questions = tmp_path / "there" / "index", free_port(), tmp_path / "questions.jsonl"
    root.parent.mkdir()
    gold = {"gold_papers": [DEPTH], "gold_evidence": [], "nuggets": [], "short_answers": []}
    question = {"id": "1", "question": QUESTION, "slice": "factoid", "answerable": True, **gold}
    questions.write_text(json.dumps(question) + "\n")
    where = ("--index", str(root))
    with Watched(tmp_path / "build", "build", "--sample", *where) as build:
        assert "77 added" in build.told()
    with (
        Watched(tmp_path / "chat", "chat", "--port", str(port), *where, by=signal.SIGTERM) as chat,
        Watched(tmp_path / "ask", "ask", "--jsonl", *where) as ask,
    ):
        assert "answers on" in chat.told()
        assert ask.process.stdin
        ask.process.stdin.write(questions.read_text())
        ask.process.stdin.flush()
        assert json.loads(ask.told())["claims"]
        began = time.monotonic()
        with visiting(f"http://127.0.0.1:{port}") as visitor:
            assert "close_stream" in visitor.ask()
            with Watched(tmp_path / "eval", "eval", str(questions), *where) as evaluation:
                assert evaluation.told()
            # Not for a condition: nothing is what must happen.
            time.sleep(max(0.0, began + SECONDS - time.monotonic()))
    for watched in (build, chat, ask, evaluation):
        assert watched.reached() == []
        assert watched.left(root) == []
