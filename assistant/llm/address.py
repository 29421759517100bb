"""The address of an endpoint, and what it says."""

import ipaddress
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

OPENAI = "https://api.openai.com/v1"
# What a request adds to an address, and who copies one may have copied.
_ENDS = ("/chat/completions", "/embeddings", "/rerank")


def parted(url: str) -> tuple[str, Mapping[str, str]]:
    """Return an address without its query, and without the end that each request adds; and the query."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    for end in _ENDS:
        path = path.removesuffix(end)
    return parts._replace(path=path, query="", fragment="").geturl(), dict(parse_qsl(parts.query))


def host_of(url: str) -> tuple[str, str | None, int | None]:
    """Return the scheme, the name and the port: to what a key is sent, and nothing else of the address.

    Raises `ValueError` where the port is none.
    """
    parts = urlsplit(url.strip())
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def is_here(host: str) -> bool:
    """Return whether a host is this machine."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return address.is_loopback or address.is_unspecified
