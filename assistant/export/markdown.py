"""Answers as Markdown in which nothing that was asked, written or quoted is structure."""

import re
from collections.abc import Iterable

from assistant.export.kept import Kept
from assistant.export.outline import Block, outline

# Emphasis, code, links, pictures, HTML, entities, tables, formulas, attributes, notes, mentions, struck text.
_SIGNS = re.compile(r"[\\`*_\[\]{}<>&|~$#!@^]")
# What an address begins with, which some make a link of.
_ADDRESS = re.compile(r"(?<=[A-Za-z])(:)(?=//)|(?<=www)(\.)", re.IGNORECASE)
# What begins a list, a rule, the line under a heading or a fence, where it begins a line.
_BEGINNING = re.compile(r"\A(\(?\w{0,9}(?=[.)])|(?=[:=+-]))")
_PLAIN_ADDRESS = re.compile(r"https?://[^\s<>@`\\\x00-\x1f]+", re.IGNORECASE)
_BEFORE = {"question": "## ", "heading": "### ", "paragraph": "", "quote": "> ", "item": "- "}


def escaped(text: str) -> str:
    """`text` as Markdown that shows it as it stands, at the beginning of a line or within one."""
    signs = _SIGNS.sub(lambda found: f"\\{found[0]}", " ".join(text.split()))
    addresses = _ADDRESS.sub(lambda found: f"\\{found[0]}", signs)
    return _BEGINNING.sub(lambda found: f"{found[1]}\\", addresses)


def markdown(answers: Iterable[Kept]) -> str:
    """Answers in the order of their conversation, each a section with its references.

    Source: https://spec.commonmark.org/0.31.2/#backslash-escapes.
    """
    return "\n\n".join("".join(map(_told, outline(answer))).strip("\n") for answer in answers) + "\n"


def _told(block: Block) -> str:
    """A block between empty lines, so that it is no part of the one before."""
    link = ""
    if block.url:
        link = f" <{block.url}>" if _PLAIN_ADDRESS.fullmatch(block.url) else f" {escaped(block.url)}"
    return f"\n{_BEFORE[block.kind]}{escaped(block.text)}{link}\n"
