"""Private folders of this process among the temporary files: gone with it, or, where it was killed, with the next one."""

import atexit
import fcntl
import os
import shutil
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import gettempdir, mkdtemp

from index.errors import IndexUnwritable

_PREFIX, _LOCK = "scholiast-", "owner.lock"


def private_folder() -> Path:
    """Return a new folder that nobody else can read. Raises `IndexUnwritable` where none can be made."""
    try:
        return Path(mkdtemp(dir=_own()))
    except OSError as error:
        raise IndexUnwritable(
            f"No temporary folder can be made ({error}). Make room, or name a folder that can be written: TMPDIR=FOLDER"
        ) from None


def clear() -> None:
    """Remove what this process has made here."""
    if _own.cache_info().currsize:
        shutil.rmtree(_own(), ignore_errors=True)
        _own.cache_clear()


@cache
def _own() -> Path:
    """The folder of this process, which holds a lock there that the system lets go of whenever it ends."""
    _clear_after_the_dead()
    folder = Path(mkdtemp(prefix=_PREFIX))
    # Named once it is locked: to whoever sees it before, the folder is nobody's, and left alone.
    unnamed = folder / f"{_LOCK}.new"
    fcntl.flock(os.open(unnamed, os.O_RDWR | os.O_CREAT, 0o600), fcntl.LOCK_EX)
    unnamed.rename(folder / _LOCK)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _clear_after_the_dead() -> None:
    """Remove the folders of processes of this user that were killed: those whose lock nobody holds."""
    for folder in Path(gettempdir()).glob(f"{_PREFIX}*"):
        # Another user's, a link, a file, or gone by now: not ours to touch.
        with suppress(OSError):
            if folder.lstat().st_uid != os.geteuid():
                continue
            lock = os.open(folder / _LOCK, os.O_RDWR | os.O_NOFOLLOW)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if not folder.is_symlink():
                    shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(lock)
