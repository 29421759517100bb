"""What an embedder cost that somebody else runs."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Spent:
    """Requests, tokens as the other side counts them, and US dollars, where the price is known."""

    requests: int
    tokens: int
    cost_usd: float | None


@runtime_checkable
class Metered(Protocol):
    """An embedder that counts what it costs."""

    @property
    def spent(self) -> Spent:
        """What it cost since it was made."""
        ...
