"""Vectors on a Chroma server or in Chroma Cloud: the clients, their limits, and their errors as sentences."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from index.errors import IndexUnreachable, SettingsError
from index.vectors import dense_chroma

if TYPE_CHECKING:
    import chromadb

CLOUD = "chroma-cloud:"
# What Chroma Cloud takes in one write and gives for one query (its page on quotas and limits).
CLOUD_LIMIT = 300


def is_server(where: str) -> bool:
    """Whether `where` is the address of a Chroma server, `http://host:port`, or `chroma-cloud:`."""
    return where == CLOUD or urlsplit(where).scheme in {"http", "https"}


def quiet() -> chromadb.config.Settings:
    """Settings that send nothing, and take nothing from a file `.env` in the folder that the program runs in."""
    # A client writes its folder into them.
    return _quiet().model_copy()


@cache
def _quiet() -> chromadb.config.Settings:
    return dense_chroma.chromadb.config.Settings(_env_file=None, anonymized_telemetry=False)


@contextmanager
def reached(address: str) -> Iterator[None]:
    """Turn what goes wrong with a server into `IndexUnreachable`."""
    try:
        yield
    except (httpx.HTTPError, dense_chroma.chromadb.errors.ChromaError, ValueError) as error:
        cause = f"{type(error).__name__}: {error}".splitlines()[0][:200]
        raise IndexUnreachable(
            f"The Chroma server at {address} cannot be used ({cause}). "
            f"See that it runs and is reached from here, then run the command again."
        ) from None


def client(address: str) -> chromadb.api.ClientAPI:
    """A client of the server at `address`; the credentials for Chroma Cloud are those in the environment.

    Raises `SettingsError` for an address that is none, and where credentials are missing.
    """
    if address == CLOUD:
        if not (key := os.environ.get("CHROMA_API_KEY")):
            raise SettingsError("Chroma Cloud needs a key: set CHROMA_API_KEY, CHROMA_TENANT and CHROMA_DATABASE.")
        return dense_chroma.chromadb.CloudClient(api_key=key, settings=quiet())
    try:
        parts = urlsplit(address)
        secure = parts.scheme == "https"
        host, port = parts.hostname or "", parts.port or (443 if secure else 8000)
    except ValueError as error:
        raise SettingsError(f"{address} is no address of a Chroma server ({error}). Write http://host:port") from None
    return dense_chroma.chromadb.HttpClient(host, port, ssl=secure, settings=quiet())
