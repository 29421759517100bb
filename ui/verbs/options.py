"""The options that several verbs share."""

from typing import Annotated

import typer

from index.filters import Filter

Where = Annotated[
    str | None,
    typer.Option(
        "--index",
        metavar="WHERE",
        help="Folder of the index, http://host:port of a Chroma server, or chroma-cloud:; by default the setting `index`.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
WithoutRetracted = Annotated[
    bool,
    typer.Option("--without-retracted", help="Leave out papers that their source says are retracted or withdrawn."),
]
AsJsonLines = Annotated[bool, typer.Option("--jsonl", help="Read JSON lines on stdin, print a JSON line for each.")]

# The papers that a verb is limited to, which `within` makes a filter of.
Since = Annotated[int | None, typer.Option(metavar="YEAR", help="Only papers of this year or later.")]
Until = Annotated[int | None, typer.Option(metavar="YEAR", help="Only papers of this year or earlier.")]
Venue = Annotated[list[str] | None, typer.Option(metavar="NAME", help="Only papers of this venue; may be repeated.")]
Author = Annotated[list[str] | None, typer.Option(metavar="NAME", help="Only papers by this author; may be repeated.")]
Source = Annotated[list[str] | None, typer.Option(metavar="FILE", help="Only papers of this file; may be repeated.")]


def within(
    since: int | None,
    until: int | None,
    venue: list[str] | None,
    author: list[str] | None,
    source: list[str] | None,
    *,
    without_retracted: bool,
) -> Filter:
    """What these options let through; a span of years that ends before it begins is wrong usage."""
    if since and until and since > until:
        raise typer.BadParameter(f"{since} is later than --until {until}", param_hint="--since")
    names = (tuple(venue or ()), tuple(author or ()), tuple(source or ()))
    return Filter(since, until, *names, without_retracted=without_retracted)
