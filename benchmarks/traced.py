"""System calls of a process, watched and used as the moments to kill it at, by strace."""

import ctypes
import re
import shutil
import subprocess
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

# A question mark: not every processor's Linux has the call.
_NAMES = (
    "write,pwrite64,?writev,?pwritev,fsync,fdatasync,?msync,ftruncate,openat,"
    "?rename,?renameat,?renameat2,?unlink,?unlinkat,?mkdir,?mkdirat,?rmdir"
)
_ENTRY = re.compile(r"(\d+) +(\w+)\((.*)")
_PR_SET_PTRACER, _ANYONE = 0x59616D61, ctypes.c_ulong(-1)


@dataclass(frozen=True, slots=True)
class Call:
    """The `number`-th call of a name, counted from 1 in each thread, as strace counts."""

    name: str
    number: int


def why_not() -> str | None:
    """Why nothing can be traced here, or None where it can."""
    if not (strace := shutil.which("strace")):
        return "strace is not installed (Debian: apt-get install strace)"
    done = subprocess.run([strace, "-o", "/dev/null", "true"], capture_output=True, text=True, check=False)  # noqa: S603
    return f"strace may not trace: {done.stderr.strip()}" if done.returncode else None


def allow_tracing() -> None:
    """Let a process that is not our parent trace this one, where the system asks for that (Yama)."""
    ctypes.CDLL(None).prctl(_PR_SET_PTRACER, _ANYONE, 0, 0, 0)


def calls_of(pid: int, root: Path, begin: Callable[[], None]) -> dict[str, list[Call]]:
    """Watch process `pid` from `begin` to its end: its calls that touch files under `root`, by name and file kind."""
    with tempfile.NamedTemporaryFile("r", prefix="chaos-calls-") as log:
        with _attached(pid, ["-y", "-o", log.name, "-e", f"trace={_NAMES}"]) as strace:
            begin()
            strace.wait()
        return _by_kind(log.read().splitlines(), root)


@contextmanager
def killing_at(call: Call, pid: int) -> Iterator[None]:
    """Have process `pid` killed when a thread of it enters a call."""
    injected = f"inject={call.name}:signal=KILL:when={call.number}"
    with _attached(pid, ["-o", "/dev/null", "-e", f"trace={call.name}", "-e", injected]) as strace:
        yield
        strace.wait()


@contextmanager
def _attached(pid: int, options: list[str]) -> Iterator["subprocess.Popen[str]"]:
    command = ["strace", "-f", *options, "-p", str(pid)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as strace:  # noqa: S603
        assert strace.stderr is not None
        said = strace.stderr.readline()
        assert "attached" in said, said
        yield strace


def _by_kind(lines: list[str], root: Path) -> dict[str, list[Call]]:
    """Calls on files of one kind are kept together, so that a rare rename is chosen as often as a common write.

    Opening a file to read it changes nothing, so nothing is to be learned from a kill there.
    """
    numbers: Counter[tuple[str, str]] = Counter()
    kinds: defaultdict[str, list[Call]] = defaultdict(list)
    for entry in filter(None, map(_ENTRY.match, lines)):
        thread, name, given = entry.groups()
        numbers[thread, name] += 1
        path = re.search(rf"{re.escape(str(root))}/([^\"<>]+)", given)
        if path and not (name == "openat" and "O_RDONLY" in given):
            kinds[f"{name} {_kind(path[1])}"].append(Call(name, numbers[thread, name]))
    return dict(kinds)


def _kind(path: str) -> str:
    """The names of folders and files without what is drawn at random; the many files of facets and of words are one."""
    plain = re.sub(r"[0-9a-f]{8,}(-[0-9a-f]+)*|\.tmp\w+", "#", path)
    return re.sub(r"(facets|lexical)/(?!meta).*", r"\1/*", plain)
