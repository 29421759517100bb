"""Evals that others made, read from files that the user has, and their measures."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from eval.foreign import alce, beir, pubmedqa, scholarqabench, scifact
from eval.foreign.records import Foreign, Json, begins
from index.errors import QuestionSetError


class _Format(Protocol):
    def recognises(self, path: Path, first: Json) -> bool: ...

    def read(self, path: Path) -> Foreign: ...


# In the order in which a file is tried.
FORMATS: Mapping[str, _Format] = {
    "scifact": scifact,
    "beir": beir,
    "pubmedqa": pubmedqa,
    "scholarqabench": scholarqabench,
    "alce": alce,
}


def read_foreign(path: Path, most: int | None = None) -> Foreign:
    """Read the eval in `path`, a file or a folder, and at most so many of its questions.

    Raises `QuestionSetError` naming the file and the line that is at fault, or the formats that there are.
    """
    if not path.exists():
        raise QuestionSetError(f"There is no {path}. Name a file or a folder of {', '.join(FORMATS)}.")
    first = begins(path)
    for module in FORMATS.values():
        if module.recognises(path, first):
            return module.read(path).first(most)
    raise QuestionSetError(
        f"{path} is none of {', '.join(FORMATS)} as their makers publish them. "
        "A question set of the native format is run by: scholiast eval FILE"
    )
