"""What of an index this user may not read or write, and how its owner mends that."""

import os
import pwd
import shlex
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from index.errors import IndexUnreadable, IndexUnwritable
from index.store.places import look_into


def follow_umask(folder: Path) -> None:
    """Give all files below `folder`, which was just made, the mode that any new file gets here.

    Tantivy makes some of its files for their owner alone, and SQLite its own for no group to write.
    """
    mode = folder.stat().st_mode & 0o666
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(mode)


def require_readable(root: Path, *paths: Path) -> None:
    """Raise `IndexUnreadable` where this user may not read one of `paths`, with all below it, of the index in `root`.

    What does not exist is nobody's permission to give. Raises `UserError` where something lies there that is no index.
    """
    look_into(root)
    for path, needed in chain.from_iterable(map(_on_the_way, paths)):
        if _is_barred(path, needed):
            raise IndexUnreadable(
                f"{path} may not be read by {_name(os.geteuid())}. {_mend(root, path, 'rX')}, then run the command again."
            )


def require_writable(root: Path) -> None:
    """Raise `IndexUnwritable` where this user may not write to the index in `root`; a full or read-only disk is another matter."""
    if not root.exists() or os.statvfs(root).f_flag & os.ST_RDONLY:
        return
    folders, files = (root, root / "generations"), (root / "write.lock", root / "store.sqlite")
    for path in (*folders, *files):
        if _is_barred(path, os.R_OK | os.W_OK | (os.X_OK if path in folders else 0)):
            raise IndexUnwritable(
                f"{path} may not be written by {_name(os.geteuid())}. {_mend(root, path, 'rwX')}. "
                "Or name another folder with --index."
            )


def _on_the_way(path: Path) -> Iterator[tuple[Path, int]]:
    """The folders above `path`, `path`, and what is below it, each with what must be allowed there."""
    real = Path(os.path.realpath(path))
    yield from ((folder, os.X_OK) for folder in reversed(real.parents) if folder.is_dir())
    yield real, os.R_OK | (os.X_OK if real.is_dir() else 0)
    for folder, folders, files in os.walk(real):
        yield from ((Path(folder, name), os.R_OK | os.X_OK) for name in folders)
        yield from ((Path(folder, name), os.R_OK) for name in files)


def _is_barred(path: Path, needed: int) -> bool:
    effective = os.access in os.supports_effective_ids
    return os.path.lexists(path) and not os.access(path, needed, effective_ids=effective)


def _mend(root: Path, path: Path, rights: str) -> str:
    """Who gives these `rights`, and by which command: of a folder above the index, only that to pass through it."""
    status = path.stat()
    mine = status.st_uid == os.geteuid()
    whose = "u" if mine else "g" if status.st_gid in {os.getegid(), *os.getgroups()} else "o"
    owner = "You" if mine else f"Its owner, {_name(status.st_uid)},"
    within = Path(os.path.realpath(root))
    above = path != within and within.is_relative_to(path)
    command = (
        f"chmod {whose}+x {shlex.quote(str(path))}" if above else f"chmod -R {whose}+{rights} {shlex.quote(str(root))}"
    )
    return f"{owner} can mend that: {command}"


def _name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return f"user {user}"
