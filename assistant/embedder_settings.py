"""The settings of the embedder, and `open_embedder(settings)`, which reads them."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings

from assistant.llm.pacing import Pace
from index.errors import SettingsError
from index.vectors.embedding import Embedder, LocalEmbedder
from index.vectors.folder_embedder import FolderEmbedder
from index.vectors.prefixes import known


class EmbedderSettings(BaseSettings):
    """Which embedder an index is made and searched with; the shipped one where neither a model nor a folder is named."""

    threads: int | None = Field(None, ge=1, description="threads that embed; by default all cores")
    embed_base_url: str | None = Field(
        None,
        description="address of an OpenAI-compatible endpoint of an embedder, as far as /v1; by default that of OpenAI",
    )
    embed_model: str | None = Field(None, description="model that embeds there; without one the shipped embedder does")
    embed_api_key: SecretStr | None = Field(None, description="key of that endpoint, if it wants one")
    embed_folder: Path | None = Field(
        None, description="folder of an embedder in the layout of sentence-transformers, with an ONNX model"
    )
    embed_dimensions: int | None = Field(
        None, ge=1, le=65_536, description="numbers of a vector, of a model that can shorten them; by default all"
    )
    embed_query_prefix: str | None = Field(
        None, description="what the embedder reads before a query; by default what its model is known to want"
    )
    embed_passage_prefix: str | None = Field(None, description="what it reads before a passage, likewise")
    embed_revision: str | None = Field(
        None, description="what you call this state of the model, if it may change behind its name"
    )
    embed_window: int = Field(512, ge=32, description="tokens of a text that the model reads; what is longer is cut")
    embed_sentences: Literal["calls", "none"] = Field(
        "calls",
        description="sentences of an embedder that gives no vectors of tokens: each embedded as a text of its own, or not at all",
    )
    embed_seconds: float = Field(60.0, gt=0, description="seconds that the endpoint may take for one request")
    embed_request_tokens: int = Field(
        8192, ge=1, description="tokens that one request holds, if it is not one text alone"
    )
    embed_tokens: int | None = Field(
        None, ge=1, description="tokens that the passages of one run may cost; by default any"
    )
    embed_price: float | None = Field(None, ge=0, description="US dollars for a million tokens that are embedded")

    @field_validator("embed_folder")
    @classmethod
    def _folder(cls, folder: Path | None) -> Path | None:
        try:
            return folder.expanduser() if folder else None
        except RuntimeError:
            raise ValueError("no home folder of that user is known") from None


def open_embedder(settings: EmbedderSettings) -> Embedder:
    """Return the embedder of `settings`. Raises `SettingsError` where two are named, `ModelDamaged` where files are missing."""
    if settings.embed_folder and settings.embed_model:
        raise SettingsError(
            "Both SCHOLIAST_EMBED_FOLDER and SCHOLIAST_EMBED_MODEL are set, and an index has one embedder: unset one of them."
        )
    if settings.embed_base_url and not settings.embed_model:
        raise SettingsError(
            "SCHOLIAST_EMBED_BASE_URL is set, and no model is named: set SCHOLIAST_EMBED_MODEL to one that the endpoint has."
        )
    if settings.embed_folder:
        return FolderEmbedder(
            settings.embed_folder,
            settings.embed_query_prefix,
            settings.embed_passage_prefix,
            settings.embed_sentences,
            settings.threads,
        )
    return (
        _of_endpoint(settings, settings.embed_model)
        if settings.embed_model
        else LocalEmbedder(threads=settings.threads)
    )


def _of_endpoint(settings: EmbedderSettings, model: str) -> Embedder:
    from assistant.llm.endpoint_embedder import OF_EMBEDDER, EndpointEmbedder, Terms  # noqa: PLC0415 - without one nobody pays for its client
    from assistant.llm.exchange import Exchange  # noqa: PLC0415

    prefixes = known(model).but(settings.embed_query_prefix, settings.embed_passage_prefix)
    key = settings.embed_api_key.get_secret_value() if settings.embed_api_key else None
    pace = Pace(first_token=settings.embed_seconds, between_tokens=settings.embed_seconds)
    terms = Terms(
        model,
        settings.embed_dimensions,
        prefixes,
        settings.embed_revision or "",
        settings.embed_window,
        settings.embed_sentences,
        settings.embed_request_tokens,
        settings.embed_tokens,
        settings.embed_price,
    )
    return EndpointEmbedder(Exchange(settings.embed_base_url, model, key, pace, OF_EMBEDDER), terms)
