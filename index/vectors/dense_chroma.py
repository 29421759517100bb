"""Chroma, loaded when it is first asked for, and where no folder steers it.

It takes a second to load, which only those pay who open an index or make one. By itself it reads a file `.env` of the
folder that it is loaded in.
"""

import os
from contextlib import AbstractContextManager, chdir, nullcontext
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import chromadb
    import chromadb.errors

__all__ = ["chromadb"]

# Two threads that change the folder at once would leave the program in another than its own.
_LOADING = Lock()


def __getattr__(name: str) -> ModuleType:
    if name != "chromadb":
        raise AttributeError(name)
    with _LOADING, _apart():
        import chromadb
        import chromadb.errors
        from chromadb.config import Settings
    # The settings that Chroma makes for itself later on read none either.
    Settings.model_config["env_file"] = None
    globals()[name] = chromadb
    return chromadb


def _apart() -> AbstractContextManager[None]:
    """Another current folder than that of the user, which need not exist any more."""
    try:
        Path.cwd()
    except OSError:
        return nullcontext()
    return chdir(Path(os.path.realpath(__file__)).parent)
