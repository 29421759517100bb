"""Writing papers out: a module for each format that reference managers read."""

from collections.abc import Callable, Sequence
from types import MappingProxyType

from index.papers import Paper
from index.writers import bibtex, csl_json, ris
from index.writers.keys import keyed

__all__ = ["FORMATS", "written"]

_WRITERS: MappingProxyType[str, Callable[[Sequence[tuple[str, Paper]]], str]] = MappingProxyType(
    {"bibtex": bibtex.write, "ris": ris.write, "csl-json": csl_json.write, "csl": csl_json.write}
)
FORMATS = tuple(_WRITERS)


def written(papers: Sequence[Paper], format_name: str) -> str:
    """`papers` in one of the `FORMATS`, each under a citation key of its own, in their order.

    What the format has a place for reads back as it was (`index/readers`), but for what a source alone calls a paper.
    """
    return _WRITERS[format_name](keyed(papers))
