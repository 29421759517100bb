"""Answers as plain text, to be pasted anywhere."""

from collections.abc import Iterable

from assistant.export.kept import Kept
from assistant.export.outline import Block, outline

_BEFORE = {"question": "Question: ", "heading": "", "paragraph": "", "quote": "    ", "item": ""}


def text(answers: Iterable[Kept]) -> str:
    """Answers in the order of their conversation, each with its references; a line stands between two of them."""
    return "\n\n---\n\n".join("\n".join(_lines(outline(answer))) for answer in answers) + "\n"


def _lines(blocks: Iterable[Block]) -> Iterable[str]:
    before = None
    for block in blocks:
        # What belongs together stands together: a claim and its quotes, the references under their heading.
        if before and not (block.kind in ("quote", "item") or before == "heading"):
            yield ""
        yield f"{_BEFORE[block.kind]}{block.text}{f' {block.url}' if block.url else ''}"
        before = block.kind
