"""Programs in processes of their own that start at once: forked from one that has loaded what they need, and done nothing."""

import atexit
import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from threading import Timer
from typing import TextIO

REPOSITORY = Path(__file__).parent.parent
PROGRAM = str(Path(sys.executable).parent / "scholiast")
PATIENCE = 120
MAIN = "from ui.cli import main; main()"
_FORKING = multiprocessing.get_context("forkserver")
# Not `ui.web.serving`, which makes a folder of its process.
_FORKING.set_forkserver_preload(
    ["ui.cli", "chromadb", "llama_index.vector_stores.chroma", "openai", "gradio", "uvicorn", "tests.scripted"]
)


def scholiast(*arguments: object, stdin: str = "", **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run the command line to its end."""
    return ran(MAIN, [PROGRAM, *map(str, arguments)], os.environ | environment, stdin)


def ran(
    program: str, command: Sequence[str], environment: Mapping[str, str], stdin: str = ""
) -> "subprocess.CompletedProcess[str]":
    """Run a `program` to its end."""
    with tempfile.TemporaryDirectory() as folder:
        given, errors = Path(folder, "stdin"), Path(folder, "stderr")
        given.write_text(stdin)
        with running(program, command, environment, errors, given) as (process, said):
            hanging = Timer(PATIENCE, process.kill)
            hanging.start()
            out = said.read()
            process.join()
            hanging.cancel()
        assert process.exitcode is not None
        return subprocess.CompletedProcess(command, process.exitcode, out, errors.read_text())


@contextmanager
def running(
    program: str,
    command: Sequence[str],
    environment: Mapping[str, str],
    errors: Path | None = None,
    given: Path = Path(os.devnull),
) -> Iterator[tuple[ForkServerProcess, TextIO]]:
    """A `program`, and what it says on stdout; on stderr, to the file `errors` or to that of the tests. It ends with the block."""
    os.environ["PYTHONPATH"] = str(REPOSITORY)
    reading, writing = _FORKING.Pipe(duplex=False)
    start = _Start(program, command, {**environment}, Path.cwd(), given, writing, errors)
    child = _FORKING.Process(target=_become, args=(start,), daemon=True)
    with reading, open(reading.fileno(), encoding="utf-8", closefd=False) as said:
        with writing:
            child.start()
        try:
            yield child, said
        finally:
            child.terminate()
            child.join(10)
            child.kill()


@dataclass(frozen=True)
class _Start:
    """What a process becomes: a program, with a command line, an environment, a folder and streams of its own."""

    program: str
    command: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    given: Path
    out: Connection
    errors: Path | None


def _become(start: _Start) -> None:
    os.chdir(start.folder)
    os.environ.clear()
    os.environ.update(start.environment)
    # Found anew, where this environment says.
    tempfile.tempdir = None
    os.dup2(os.open(start.given, os.O_RDONLY), 0)
    os.dup2(start.out.fileno(), 1)
    start.out.close()
    if start.errors:
        os.dup2(os.open(start.errors, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), 2)
    sys.stdin, sys.stdout, sys.stderr = (
        os.fdopen(number, mode, encoding="utf-8", closefd=False) for number, mode in enumerate("rww")
    )
    sys.argv = [*start.command]
    try:
        exec(start.program, {"__name__": "__main__"})
    finally:
        # A fork ends without them.
        atexit._run_exitfuncs()
