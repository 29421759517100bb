"""The options that several verbs share."""

from typing import Annotated

import typer

Where = Annotated[
    str | None,
    typer.Option(
        "--index",
        metavar="WHERE",
        help="Folder of the index, http://host:port of a Chroma server, or chroma-cloud:.",
        show_default="the setting `index`",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
WithoutRetracted = Annotated[
    bool,
    typer.Option("--without-retracted", help="Leave out papers that their source says are retracted or withdrawn."),
]
