"""How the program was started, so that a command in a message works as it is typed."""

import os
import re
import shlex
import shutil
import sys
from pathlib import Path

_COMMAND = re.compile(r"(?<![\w/.-])scholiast (?=[a-z]{3,}\b)")


def as_typed(message: str) -> str:
    """`message` with each of its commands beginning as this program was begun."""
    return _COMMAND.sub(lambda _: f"{program()} ", message)


def program() -> str:
    """What to type for this program: `scholiast` where that finds it, else its path, for a shell."""
    found = shutil.which("scholiast")
    if found and os.path.realpath(found) == os.path.realpath(sys.argv[0]):
        return "scholiast"
    beside = str(Path(sys.executable).with_name("scholiast"))
    path = sys.argv[0] if Path(sys.argv[0]).name == "scholiast" else beside
    return shlex.quote(path) if Path(path).exists() else "scholiast"
