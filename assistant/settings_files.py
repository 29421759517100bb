"""The two files of settings: one in the current folder, which may be anybody's, and the user's own."""

import tomllib
from collections.abc import Container
from pathlib import Path

from platformdirs import user_config_path

from index.errors import SettingsError
from index.vectors.dense_server import is_server

PREFIX = "SCHOLIAST_"
CONFIG_FILE = Path("scholiast.toml")
# What anybody may set: it decides neither where a question, an abstract or a key goes, nor what is spent or served.
HARMLESS = frozenset(
    {
        "answer_above", "embed_dimensions", "embed_window", "hits", "index", "lexical_weight", "llm_first_token", "llm_window", "longest_abstract", "mode",
        "port", "threads", "unsupported",
    }
)  # fmt: skip
_MOST_OF_CONFIG = 100_000


def user_file() -> Path:
    """The file of settings in the user's own configuration folder, which need not be there."""
    return user_config_path("scholiast", appauthor=False) / CONFIG_FILE.name


def project_file(known: Container[str]) -> dict[str, object]:
    """Return what the file in the current folder sets.

    Raises `SettingsError` for what it may not set, of what is `known`; the rest is nobody's setting.
    """
    try:
        if CONFIG_FILE.absolute() == user_file().absolute():
            return {}
    except FileNotFoundError:
        # The current folder was removed, and holds nothing.
        return {}
    told = _config(CONFIG_FILE)
    for name, value in told.items():
        if name in known and (name not in HARMLESS or (name == "index" and not _is_inside(value))):
            raise SettingsError(
                f"{CONFIG_FILE} in this folder sets {name}, which decides where data or keys go, or what is spent: such a "
                f"setting belongs into your own {user_file()}, or into {PREFIX}{name.upper()}."
            )
    return told


def users_file() -> dict[str, object]:
    """Return what the user's own file sets."""
    return _config(user_file())


def _config(path: Path) -> dict[str, object]:
    try:
        if not path.is_file():
            return {}
        with path.open("rb") as file:
            return tomllib.loads(file.read(_MOST_OF_CONFIG).decode())
    except RecursionError:
        raise SettingsError(f"{path} cannot be read: it is nested too deeply.") from None
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path} cannot be read: {error}.") from None


def _is_inside(where: object) -> bool:
    """Whether a folder lies in the current one."""
    if not isinstance(where, str) or is_server(where) or where.startswith("~"):
        return False
    try:
        return Path(where).resolve().is_relative_to(Path.cwd().resolve())
    except (OSError, ValueError, RuntimeError):
        return False
