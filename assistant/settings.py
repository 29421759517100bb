"""`Settings`: one flat, frozen object, and `open_assistant(settings)`, which reads it."""

import difflib
import os
import re
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from assistant.abstention import ANSWER_ABOVE
from assistant.assistant import Assistant
from assistant.cross_encoder import CrossEncoder
from assistant.grounding import CalibratedJudge, Judge
from index.dense_server import is_server
from index.embedding import Embedder, LocalEmbedder
from index.errors import SettingsError
from index.following import Following
from index.fusion import LEXICAL_WEIGHT
from index.index import Index

PREFIX = "SCHOLIAST_"
HOME = Path.home() / ".local/share/scholiast"
CONFIG_FILE = Path("scholiast.toml")


class Settings(BaseSettings):
    """Command line over environment (`SCHOLIAST_*`) over `scholiast.toml` over defaults."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, toml_file=CONFIG_FILE, frozen=True, extra="forbid")

    index: Path | str = Field(
        HOME / "index", description="folder of the index; or http://host:port of a Chroma server; or chroma-cloud:"
    )
    store: Path | None = Field(None, description="folder of the store while the vectors are on a server")
    host: str = Field("127.0.0.1", description="address the chat window is served on")
    port: int = Field(7860, ge=1, le=65535, description="port the chat window is served on")
    hits: int = Field(10, ge=1, le=100, description="passages that an answer may rest on")
    lexical_weight: float = Field(LEXICAL_WEIGHT, ge=0, le=1, description="weight of BM25 against the embeddings")
    answer_above: float = Field(
        ANSWER_ABOVE,
        ge=0,
        le=1,
        description="probability that the abstracts answer a question, below which it is refused",
    )
    threads: int | None = Field(None, ge=1, description="threads that embed; by default all cores")

    @field_validator("index", mode="before")
    @classmethod
    def _folder_or_server(cls, where: str | Path) -> Path | str:
        return str(where) if is_server(str(where)) else Path(where).expanduser()

    @property
    def server(self) -> str | None:
        """The address of the Chroma server that holds the vectors; None where they lie in the folder."""
        return self.index if isinstance(self.index, str) else None

    @property
    def root(self) -> Path:
        """The folder of the index, or, while the vectors are on a server, of its store."""
        if isinstance(self.index, Path):
            return self.index
        return self.store or HOME / "servers" / re.sub(r"[^\w.-]+", "_", self.index).strip("_")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic names the parameters
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The order of precedence."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def read_settings(**command_line: object) -> Settings:
    """Return the settings in force; a `command_line` value of None was not given.

    Raises `SettingsError` for a key that does not exist, naming the nearest one that does, and for a bad value.
    """
    environment = [key.removeprefix(PREFIX).lower() for key in os.environ if key.startswith(PREFIX)]
    _refuse_unknown(environment, "The environment", lambda name: PREFIX + name.upper())
    _refuse_unknown(_config(), str(CONFIG_FILE), str)
    try:
        return Settings(**{key: value for key, value in command_line.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        raise SettingsError(f"The setting {first['loc'][0]} is {first['input']!r}: {first['msg']}.") from None


def origins(command_line: Iterable[str] = ()) -> dict[str, str]:
    """Where each setting's value came from, by name."""
    given, config = set(command_line), _config()
    return {
        name: "command line"
        if name in given
        else f"environment {PREFIX}{name.upper()}"
        if f"{PREFIX}{name.upper()}" in os.environ
        else str(CONFIG_FILE)
        if name in config
        else "default"
        for name in Settings.model_fields
    }


def open_index(settings: Settings, embedder: Embedder) -> Index:
    """Open the index of `settings`. Raises the errors of `Index.open`."""
    return Index.open(settings.root, embedder, settings.lexical_weight)


def open_assistant(settings: Settings) -> Assistant:
    """Return an assistant over the index of `settings`, which follows what is built. Raises as `Index.open` does."""
    embedder = LocalEmbedder(threads=settings.threads)
    following = Following(settings.root, lambda: open_index(settings, embedder))
    reader = CrossEncoder(threads=settings.threads)
    return Assistant(following.newest, CalibratedJudge(reader), reader, settings.hits, settings.answer_above)


def open_judge(settings: Settings) -> Judge:
    """Return the scorer that paints the badges of answers."""
    return CalibratedJudge(CrossEncoder(threads=settings.threads))


def _config() -> dict[str, object]:
    try:
        return tomllib.loads(CONFIG_FILE.read_text()) if CONFIG_FILE.exists() else {}
    except (OSError, ValueError) as error:
        raise SettingsError(f"{CONFIG_FILE} cannot be read: {error}.") from None


def _refuse_unknown(names: Iterable[str], where: str, spelt: Callable[[str], str]) -> None:
    for name in names:
        if name not in Settings.model_fields:
            nearest = difflib.get_close_matches(name, Settings.model_fields, n=1, cutoff=0)[0]
            raise SettingsError(f"{where} sets {spelt(name)}, which is no setting. Did you mean {spelt(nearest)}?")
