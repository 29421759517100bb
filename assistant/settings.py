"""`Settings`: one flat, frozen object."""

import difflib
import os
import re
from collections.abc import Callable, Iterable, Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from assistant.embedder_settings import EmbedderSettings
from assistant.llm.address import OPENAI, host_of
from assistant.llm.pacing import PACE
from assistant.question.parts import Mode
from assistant.ranker_settings import RankerSettings
from assistant.reading.abstention import ANSWER_ABOVE
from assistant.settings_files import CONFIG_FILE, PREFIX, project_file, user_file, users_file
from assistant.writing.judging import Judges
from assistant.writing.rewording import When
from assistant.writing.terms import Unsupported
from index.errors import SettingsError
from index.fusion import LEXICAL_WEIGHT
from index.readers.records import LONGEST_ABSTRACT
from index.vectors.dense_server import is_server

HOME = Path.home() / ".local/share/scholiast"
# What other programs call these.
USUAL = {"llm_base_url": "OPENAI_BASE_URL", "llm_model": "OPENAI_MODEL", "llm_api_key": "OPENAI_API_KEY"}
# What has an address, a key and a model of its own, and the setting of the address.
KEYED = {"llm": "llm_base_url", "embed": "embed_base_url", "rerank": "rerank_url"}

# What each setting is of, in the order in which they are told.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "index": ("index", "store", "lexical_weight", "longest_abstract", "threads"),
    "embedder": (
        *("embed_base_url", "embed_model", "embed_api_key", "embed_folder", "embed_dimensions", "embed_query_prefix"),
        *("embed_passage_prefix", "embed_revision", "embed_window", "embed_sentences", "embed_seconds"),
        *("embed_request_tokens", "embed_tokens", "embed_price"),
    ),
    "answer": ("hits", "answer_above", "mode"),
    "ranker": ("rerank_url", "rerank_model", "rerank_api_key", "rerank_seconds", "rerank_by_llm"),
    "LLM": (
        *("llm_base_url", "llm_model", "llm_api_key", "llm_first_token", "llm_window", "llm_tokens"),
        *("llm_prompt_price", "llm_completion_price", "reword", "judge", "unsupported"),
    ),
    "page": (
        *("host", "port", "auth", "host_names", "keep_conversations"),
        *("import_papers", "import_megabytes"),
    ),
}


class Settings(EmbedderSettings, RankerSettings):
    """Command line over environment (`SCHOLIAST_*`) over files over `OPENAI_*` over defaults.

    Of the files, `scholiast.toml` in the current folder, which may set what is harmless, comes before the user's own.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    index: Path | str = Field(
        HOME / "index", description="folder of the index; or http://host:port of a Chroma server; or chroma-cloud:"
    )
    store: Path | None = Field(None, description="folder of the store while the vectors are on a server")
    host: str = Field("127.0.0.1", description="address the chat window is served on")
    port: int = Field(7860, ge=1, le=65535, description="port the chat window is served on")
    keep_conversations: bool = Field(
        default=True, description="whether the conversations of the chat window are kept, in a file beside the index"
    )
    import_papers: Literal["auto", "on", "off"] = Field(
        "auto",
        description="whether papers can be added and removed on the page; auto: where it is served to this machine alone",
    )
    import_megabytes: int = Field(20, ge=1, le=500, description="megabytes that a file may hold that is added there")
    auth: Path | None = Field(
        None, description="file of the accounts that may use the chat window, which `scholiast user add` writes"
    )
    host_names: Annotated[tuple[str, ...] | None, NoDecode] = Field(
        None, description="names and addresses by which others reach the chat window, with commas between them"
    )
    hits: int = Field(10, ge=1, le=100, description="passages that an answer may rest on")
    lexical_weight: float = Field(
        LEXICAL_WEIGHT, ge=0, le=1, description="the most that BM25 weighs against the embeddings"
    )
    answer_above: float = Field(
        ANSWER_ABOVE,
        ge=0,
        le=1,
        description="probability that the abstracts answer a question, below which it is refused",
    )
    longest_abstract: int = Field(
        LONGEST_ABSTRACT, ge=1000, le=100_000, description="characters of an abstract, above which a build rejects it"
    )
    llm_base_url: str | None = Field(
        None, description="address of an OpenAI-compatible endpoint, as far as /v1; by default that of OpenAI"
    )
    llm_model: str | None = Field(None, description="model that writes the answers; without one they are quotes alone")
    llm_api_key: SecretStr | None = Field(None, description="key of the endpoint, if it wants one")
    llm_first_token: float = Field(
        PACE.first_token, gt=0, description="seconds that the LLM may take until it begins to write"
    )
    llm_window: int = Field(8192, ge=2048, description="tokens that the LLM takes at once, its answer included")
    llm_tokens: int = Field(30_000, ge=2048, description="tokens that one answer of the LLM may cost, prompts included")
    llm_prompt_price: float | None = Field(None, ge=0, description="US dollars for a million tokens of prompts")
    llm_completion_price: float | None = Field(None, ge=0, description="US dollars for a million tokens of answers")
    mode: Mode = Field(
        "fast",
        description="fast answers at once; deep answers a compound question part by part and looks for what contradicts the answer; auto does so with compound questions alone",
    )
    reword: When = Field(
        "auto",
        description="whether the LLM is asked first what else to search: always, never, or auto: for lists, and where the first search is unsure",
    )
    judge: Judges = Field(
        "shipped",
        description="whose word is on the badges of what an LLM wrote: the shipped scorer's, or that of the llm, asked once for all claims",
    )
    unsupported: Unsupported = Field(
        "mark",
        description="what becomes of an LLM's sentence that its citations do not support: mark it, and strike what is surely wrong; repair it where that is possible; or strike it at once",
    )

    @field_validator("index", mode="before")
    @classmethod
    def _folder_or_server(cls, where: str | Path) -> Path | str:
        named = str(where)
        if is_server(named):
            return named
        if not named.strip() or "://" in named:
            raise ValueError("a folder is wanted, or http://host:port of a Chroma server, or chroma-cloud:")
        try:
            return Path(where).expanduser()
        except RuntimeError:
            raise ValueError("no home folder of that user is known") from None

    @field_validator("auth", mode="after")
    @classmethod
    def _at_home(cls, path: Path | None) -> Path | None:
        try:
            return path and path.expanduser()
        except RuntimeError:
            raise ValueError("no home folder of that user is known") from None

    @field_validator("host_names", mode="before")
    @classmethod
    def _names(cls, given: object) -> object:
        return tuple(re.split(r"[\s,]+", given.strip())) if isinstance(given, str) and given.strip() else given or None

    @field_validator("host_names")
    @classmethod
    def _of_hosts(cls, names: tuple[str, ...] | None) -> tuple[str, ...] | None:
        if not all(re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|[0-9A-Fa-f:.]+", name) for name in names or ()):
            raise ValueError("names such as papers.example.org are wanted, without http:// and without a port")
        return names

    @field_validator(
        *KEYED.values(),
        *(f"{of}_{name}" for of in KEYED for name in ("model", "api_key")),
        "embed_folder",
        "auth",
        mode="before",
    )
    @classmethod
    def _nothing_for_empty(cls, given: object) -> object:
        return (given.strip() or None) if isinstance(given, str) else given

    @field_validator(*KEYED.values())
    @classmethod
    def _address(cls, url: str | None, told: ValidationInfo) -> str | None:
        parts = urlsplit(url or "http://none")
        scheme, host, _ = host_of(url or "http://none")
        if scheme not in {"http", "https"} or not host or parts.username or parts.password:
            (of,) = (of for of, address in KEYED.items() if address == told.field_name)
            raise ValueError(f"an address such as http://127.0.0.1:11434/v1 is wanted; a key belongs into {of}_api_key")
        return url

    @property
    def server(self) -> str | None:
        """The address of the Chroma server that holds the vectors; None where they lie in the folder."""
        return self.index if isinstance(self.index, str) else None

    @property
    def may_import(self) -> bool:
        """Whether the page adds and removes papers."""
        if self.import_papers != "auto":
            return self.import_papers == "on"
        try:
            return ip_address(self.host.partition("%")[0]).is_loopback
        except ValueError:
            return self.host == "localhost"

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
        layers = (project_file(Settings.model_fields), users_file(), _usual())
        project, users, usual = (InitSettingsSource(settings_cls, layer) for layer in layers)
        return init_settings, env_settings, project, users, usual


def read_settings(**command_line: object) -> Settings:
    """Return the settings in force; a `command_line` value of None was not given.

    Raises `SettingsError` for a key that does not exist, naming the nearest one that does, and for a bad value.
    """
    environment = [key.removeprefix(PREFIX).lower() for key in os.environ if key.startswith(PREFIX)]
    _refuse_unknown(environment, "The environment", lambda name: PREFIX + name.upper())
    _refuse_unknown(project_file(Settings.model_fields), str(CONFIG_FILE), str)
    _refuse_unknown(users_file(), str(user_file()), str)
    given = {key: value for key, value in command_line.items() if value is not None}
    try:
        settings = Settings(**given)  # type: ignore[arg-type]
        kept = [f"{of}_api_key" for of in KEYED if not _may_have_key(settings, given, of)]
        return settings.model_copy(update=dict.fromkeys(kept)) if kept else settings
    except ValidationError as error:
        first = error.errors()[0]
        name, why = first["loc"][0], first["msg"].removeprefix("Value error, ")
        # An address may have a key in it.
        value = "not as it should be" if str(name).endswith(("_api_key", "_url")) else repr(first["input"])
        raise SettingsError(f"The setting {name} is {value}: {why}.") from None


def origins(**command_line: object) -> dict[str, str]:
    """Where each setting's value came from, by name; `command_line` as for `read_settings`."""
    given = {key: value for key, value in command_line.items() if value is not None}
    came = _origins(given)
    for of, address in KEYED.items():
        if not _may_have_key(Settings(**given), given, of):  # type: ignore[arg-type]
            came[f"{of}_api_key"] = f"{came[f'{of}_api_key']}, but it is not for the address in {address}"
    return came


def _origins(command_line: Iterable[str]) -> dict[str, str]:
    given, project, users = set(command_line), project_file(Settings.model_fields), users_file()
    return {
        name: "command line"
        if name in given
        else f"environment {PREFIX}{name.upper()}"
        if f"{PREFIX}{name.upper()}" in os.environ
        else str(CONFIG_FILE)
        if name in project
        else str(user_file())
        if name in users
        else f"environment {USUAL[name]}"
        if os.environ.get(USUAL.get(name, ""))
        else "default"
        for name in Settings.model_fields
    }


def _may_have_key(settings: Settings, command_line: Iterable[str], of: str) -> bool:
    """Whether the key in force was set for the address in force: a key belongs with an address that stands beside it.

    One of the command line or of `SCHOLIAST_…_API_KEY` is for whatever address is set, one of a file for that of the
    file, and one of `OPENAI_API_KEY` for OpenAI, and for what the environment or the command line names.
    """
    came, address = _origins(command_line), KEYED[of]
    key, named = came[f"{of}_api_key"], OPENAI
    if key == str(user_file()):
        named = str(users_file().get(address) or OPENAI)
    elif key != f"environment {USUAL.get(f'{of}_api_key')}" or came[address] not in {str(user_file()), "default"}:
        return True
    try:
        return host_of(named) == host_of(getattr(settings, address) or OPENAI)
    except ValueError:
        return False


def _usual() -> dict[str, object]:
    return {name: os.environ[variable] for name, variable in USUAL.items() if os.environ.get(variable)}


def _refuse_unknown(names: Iterable[str], where: str, spelt: Callable[[str], str]) -> None:
    for name in names:
        if name not in Settings.model_fields:
            nearest = difflib.get_close_matches(name, Settings.model_fields, n=1, cutoff=0)[0]
            raise SettingsError(f"{where} sets {spelt(name)}, which is no setting. Did you mean {spelt(nearest)}?")
