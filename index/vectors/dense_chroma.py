"""Chroma, loaded where no folder steers it: by itself it reads a file `.env` of the folder that it is loaded in."""

import os
from contextlib import AbstractContextManager, chdir, nullcontext
from pathlib import Path


def _apart() -> AbstractContextManager[None]:
    """Another current folder than that of the user, which need not exist any more."""
    try:
        Path.cwd()
    except OSError:
        return nullcontext()
    return chdir(Path(os.path.realpath(__file__)).parent)


with _apart():
    import chromadb
    import chromadb.errors
    from chromadb.config import Settings

# The settings that Chroma makes for itself later on read none either.
Settings.model_config["env_file"] = None

__all__ = ["chromadb"]
