"""What holds for the endpoint of an LLM, and what came of asking it."""

from dataclasses import dataclass
from typing import Literal

from assistant.types import Struck, Usage
from index.index import Hit

Unsupported = Literal["mark", "repair", "strike"]

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for an endpoint: its model, the tokens of its window, the most that one answer may cost, its prices.

    Prices are in US dollars for a million tokens; None where they are unknown. `unsupported` says what becomes of a
    sentence that the abstracts do not support: it is marked, and struck only where that is sure; gives way to their words where it can be
    repaired; or is struck.
    """

    model: str
    window: int = 8192
    most_tokens: int = 30_000
    prompt_price: float | None = None
    completion_price: float | None = None
    unsupported: Unsupported = "mark"

    def cost(self, prompt_tokens: int, completion_tokens: int) -> float | None:
        """US dollars; None where a price is unknown."""
        if self.prompt_price is None or self.completion_price is None:
            return None
        return (prompt_tokens * self.prompt_price + completion_tokens * self.completion_price) / _MILLION


@dataclass(frozen=True, slots=True)
class Brief:
    """What an LLM is to answer: a question, from what was found for it, after earlier questions; and what a small reader holds against an answer."""

    query: str
    hits: tuple[Hit, ...]
    earlier: tuple[str, ...] = ()
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """What came of asking an LLM, beside the claims that were told: all that an answer says of it.

    It is final unless what was written, if anything, cannot be told, so that something else must be.
    """

    model: str
    is_final: bool
    struck: tuple[Struck, ...]
    forged: int
    usage: Usage
    notice: str
    incomplete: bool
