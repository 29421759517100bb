"""LaTeX in a BibTeX value, as text that can be read: bibtexparser's decoder, told to lose nothing."""

import logging
import re
from collections.abc import Iterator

from bibtexparser.library import Library
from bibtexparser.middlewares import LatexDecodingMiddleware
from bibtexparser.model import Entry, Field, MiddlewareErrorBlock
from pylatexenc.latex2text import (  # type: ignore[import-untyped]
    LatexNodes2Text,
    MacroTextSpec,
    get_default_latex_context_db,
)
from pylatexenc.latexwalker import LatexMacroNode  # type: ignore[import-untyped]
from pylatexenc.latexwalker import get_default_latex_context_db as get_default_walker_context_db
from pylatexenc.macrospec import std_macro  # type: ignore[import-untyped]

# Both say on stderr what the reader reports in its own words.
logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
logging.getLogger("pylatexenc").setLevel(logging.CRITICAL)

# A longer value, in characters, holds more than an abstract: it is left as it is written.
_LONGEST = 100_000
_SPECIAL = re.compile(r"[\\{}$~]|``|''|--|[?!]`")
# What needs the value as a whole: environments, displayed formulas, verbatim text.
_WHOLE = re.compile(r"\\(begin|end|verb|\[|\]|\(|\))|\$\$")
_ENDS_IN_MACRO = re.compile(r"\\([A-Za-z]+\*?|.)?$", re.DOTALL)
_BARE = re.compile(r"(\\.)|([%&])", re.DOTALL)
# A formula as Pandoc tells it from a price: no space inside either dollar, and no digit after the second (unless what
# stands between them can only be a formula: `$\sim$80`).
_FORMULA = re.compile(
    r"\\.|\$\$.*?\$\$|\$(?=\S)(?:\\.|[^\\$])*?(?<!\s)\$(?!\d)|\$(?=[^$\s]*[\\^_{])(?:\\.|[^\\$])+\$|\$", re.DOTALL
)
# A piece without a macro or a formula, and what LaTeX makes of each sign in it.
_SIMPLE = re.compile(r"(?:[^\\$~?!]|\\[%&_#$])*", re.DOTALL)
_SIMPLE_SIGNS = re.compile(r"\\([%&_#$])|[{}]|---?|``|''")
_LIGATURES = {"{": "", "}": "", "--": "–", "---": "—", "``": "“", "''": "”"}

_SIGNS = {
    "textgreater": ">", "textless": "<", "textbar": "|", "|": "‖", "colon": ":", "bmod": " mod ", "Pr": "Pr",
    "par": " ", "linebreak": " ", "newline": " ", "textbraceleft": "{", "textbraceright": "}", "textasciicircum": "^",
}  # fmt: skip
# They change how the text around them looks, or stand before a group that is shown anyway.
_UNSEEN = (
    "xspace", "label", "nobreak", "allowbreak", "protect", "noindent", "bf", "it", "em", "tt", "sc", "rm", "sf", "sl",
    "normalfont", "tiny", "scriptsize", "footnotesize", "small", "normalsize", "large", "Large", "left", "right",
    "big", "Big", "bigl", "bigr", "Bigl", "Bigr", "limits", "nolimits", "displaystyle", "textstyle", "boldmath", "bm",
    "boldsymbol", "pmb", "mathop", "sout", "nolinkurl", "path",
)  # fmt: skip
_SHOWN = ("texttt", "textsf", "textup", "textmd", "mbox", "textsubscript", "textsuperscript")
_WITH_ARGUMENTS = {
    "href": ("{{", "%(2)s <%(1)s>"),
    "url": ("{", "%(1)s"),
    "enquote": ("{", "“%(1)s”"),
    "operatorname": ("*{", "%(2)s"),
    "tfrac": ("{{", "%(1)s/%(2)s"),
    "dfrac": ("{{", "%(1)s/%(2)s"),
    "binom": ("{{", "(%(1)s choose %(2)s)"),
}
# Those that the decoder would leave out, or put a sign of its own in place of.
_AS_WRITTEN = (
    "cite", "citet", "citep", "ref", "eqref", "autoref", "cref", "Cref", "title", "author", "date", "maketitle", "today",
    "input", "include", "includegraphics", "newcommand", "verb",
)  # fmt: skip


def decoded(value: str) -> tuple[str, str | None]:
    """The text that LaTeX would print for `value`, and what went wrong, if something did.

    A macro that stands for no text, or is not known, stays as it is written; so does a value that cannot be decoded.
    `%` and `&` are taken for themselves, as no exporter writes comments or tables; a formula becomes its characters.
    """
    if len(value) > _LONGEST or not _SPECIAL.search(value):
        return value, None
    guarded = _guarded(value)
    chunks = [guarded] if _WHOLE.search(guarded) else _chunks(guarded)
    fields = [Field("text", _simply(chunk)) for chunk in chunks]
    harder = [field for field, chunk in zip(fields, chunks, strict=True) if not _SIMPLE.fullmatch(chunk)]
    block = _MIDDLEWARE.transform_entry(Entry("text", "text", harder), Library())
    if isinstance(block, MiddlewareErrorBlock):
        return value, str(block.error)
    return "".join(field.value for field in fields), None


def _simply(chunk: str) -> str:
    """A piece decoded at once where that needs no parser; any other piece as it is."""
    if not _SIMPLE.fullmatch(chunk):
        return chunk
    return _SIMPLE_SIGNS.sub(lambda found: found[1] or _LIGATURES[found[0]], chunk)


def _guarded(value: str) -> str:
    """`value` with a backslash before each `%`, `&` and `$` that means itself."""
    bare = _BARE.sub(lambda found: found[1] or "\\" + found[2], value)
    return _FORMULA.sub(lambda found: r"\$" if found[0] == "$" else found[0], bare)


def _chunks(value: str) -> list[str]:
    """Pieces of `value` that decode by themselves: cut at spaces outside braces and formulas, no macro left waiting.

    Decoding costs some microseconds a character, and most words of an abstract hold nothing to decode.
    """
    chunks: list[str] = []
    waiting = False
    for piece, spaces in _words(value):
        if waiting or (chunks and piece.startswith(("{", "["))):
            chunks[-1] += piece
        else:
            chunks.append(piece)
        waiting = bool(_ENDS_IN_MACRO.search(piece))
        if waiting:
            chunks[-1] += spaces
        else:
            chunks.append(spaces)
    return chunks


def _words(value: str) -> Iterator[tuple[str, str]]:
    """Each run of characters without an outer space, and the space after it."""
    start = depth = 0
    formula = False
    for found in re.finditer(r"\\.|[{}$]|\s+", value, re.DOTALL):
        sign = found[0]
        if sign == "$":
            formula = not formula
        elif sign in "{}":
            depth = max(0, depth + (1 if sign == "{" else -1))
        elif sign.isspace() and not depth and not formula:
            yield value[start : found.start()], sign
            start = found.end()
    yield value[start:], ""


class _Decoder(LatexNodes2Text):  # type: ignore[misc]
    def latex_to_text(self, latex: str, **flags: object) -> str:
        text: str = super().latex_to_text(latex, latex_context=_WALKED, **flags)
        return text


def _as_written(node: LatexMacroNode) -> str:
    written: str = node.latex_verbatim()
    following: str = node.parsing_state.s[node.pos + node.len :][:1]
    return written + " " if following == "{" else written


def _walked() -> object:
    context = get_default_walker_context_db()
    specs = [std_macro(name, arguments) for name, (arguments, _) in _WITH_ARGUMENTS.items()]
    context.add_context_category("scholiast", prepend=True, macros=specs)
    return context


def _middleware() -> LatexDecodingMiddleware:
    context = get_default_latex_context_db()
    specs = [
        *(MacroTextSpec(name, simplify_repl=lambda _, sign=sign: sign) for name, sign in _SIGNS.items()),
        *(MacroTextSpec(name, simplify_repl=lambda *_: "") for name in _UNSEEN),
        *(MacroTextSpec(name, discard=False) for name in _SHOWN),
        *(MacroTextSpec(name, simplify_repl=shown) for name, (_, shown) in _WITH_ARGUMENTS.items()),
        *(MacroTextSpec(name, simplify_repl=_as_written) for name in _AS_WRITTEN),
    ]
    context.add_context_category("scholiast", prepend=True, macros=specs)
    context.set_unknown_macro_spec(MacroTextSpec("", simplify_repl=_as_written))
    return LatexDecodingMiddleware(decoder=_Decoder(latex_context=context, math_mode="text"))


_WALKED = _walked()
_MIDDLEWARE = _middleware()
