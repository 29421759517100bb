"""Private folders of this process among the temporary files: gone with it, or, where it was killed, with the next one."""

import atexit
import fcntl
import os
import shutil
from contextlib import suppress
from pathlib import Path
from tempfile import gettempdir, mkdtemp

from index.errors import IndexUnwritable

_PREFIX, _LOCK = "scholiast-", "owner.lock"
# By user: a process that becomes another one must not write where the one before did.
_OWN: dict[int, Path] = {}


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
    while _OWN:
        shutil.rmtree(_OWN.popitem()[1], ignore_errors=True)


def _own() -> Path:
    """The folder of this process and user, who holds a lock there that the system lets go of whenever the process ends."""
    if os.geteuid() in _OWN:
        return _OWN[os.geteuid()]
    _clear_after_the_dead()
    folder = Path(mkdtemp(prefix=_PREFIX))
    # Named once it is locked: to whoever sees it before, the folder is nobody's, and left alone.
    unnamed = folder / f"{_LOCK}.new"
    fcntl.flock(os.open(unnamed, os.O_RDWR | os.O_CREAT, 0o600), fcntl.LOCK_EX)
    unnamed.rename(folder / _LOCK)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    _OWN[os.geteuid()] = folder
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
