"""Where an index lies: what would stop or deceive a reader there is seen before anything is read."""

from pathlib import Path
from stat import S_ISREG

from index.errors import UserError

_NAMES = ("CURRENT", "store.sqlite")


def look_into(root: Path) -> None:
    """Raise `UserError` where what lies in folder `root` is no index, whatever the permissions; nothing there is no error."""
    for name in _NAMES:
        try:
            # Not opened: to close any descriptor of SQLite's file lets go of the locks that this process has on it.
            found = S_ISREG((root / name).stat().st_mode)
        except (FileNotFoundError, PermissionError):
            continue
        except (OSError, ValueError) as error:
            raise _unreadable(root, getattr(error, "strerror", None) or str(error)) from None
        if not found:
            raise _unreadable(root, f"{name} in it is no file")


def _unreadable(root: Path, why: str) -> UserError:
    named = str(root) if len(str(root)) < 200 else f"{str(root)[:80]}…"
    return UserError(f"{named} cannot be read as the folder of an index ({why}). Name another with --index.")
