"""Everything that is shown passes here: text as HTML that nothing in it can break out of, links that lead to the web alone."""

import re
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from assistant.types import RECORD, Claim, Support
from index.papers import Paper

ASSETS = Path(__file__).parent / "assets"

# A shape and a word beside the colour, and what the verdict says.
SUPPORT: dict[Support, tuple[str, str]] = {
    "full": ("●", "the cited words say this"),
    "partial": ("◐", "the cited words support a part of this sentence"),
    "none": ("○", "the cited words do not support this sentence"),
    "contradicted": ("✕", "the cited words say otherwise"),
    "unscored": ("◌", "worded otherwise than the cited words, and not checked against them"),
}
# The badge of the words of an abstract, which are certain: how far words support a sentence is asked of what an LLM wrote.
QUOTED = ("❝", "quoted", "the words of the abstract, as they stand there")
# The badge of what the record of a paper says.
RECORDED = ("▤", RECORD, "as the sources of the corpus give it; the words of the abstract need not say it")

_AUTHORS = 3
_PUNCTUATION = re.compile(r"[\t\n\r!-/:-@\[-`{-~]")


def verbatim(text: str) -> str:
    """Escape `text` so that neither HTML, Markdown nor TeX finds anything in it; it is read exactly as it stands."""
    return _PUNCTUATION.sub(lambda found: f"&#{ord(found[0])};", text)


def safe_url(url: str | None) -> str | None:
    """Return `url` if it leads to a page of the public web and names nobody's account, else None."""
    try:
        parts = urlsplit((url or "").strip())
        host = parts.hostname or ""
    except ValueError:
        return None
    try:
        public = ip_address(host).is_global
    except ValueError:
        public = "." in host and not host.endswith((".local", ".internal", ".localhost"))
    return parts.geturl() if parts.scheme in {"http", "https"} and public and "@" not in parts.netloc else None


def login_page() -> str:
    """The whole page that asks for a name and a password."""
    style, script = (Markup((ASSETS / name).read_text(encoding="utf-8")) for name in ("chat.css", "login.js"))  # noqa: S704
    return template("login.html").render(style=style, script=script)


def byline(paper: Paper) -> str:
    """Who wrote a paper, when and where, as far as it is known: what no source gave is left out."""
    names = paper.authors
    shown = ", ".join(names[:_AUTHORS]) + (" et al." if len(names) > _AUTHORS else "")
    notice = paper.notice and paper.notice.upper()
    return " · ".join(filter(None, (notice, shown, str(paper.year or ""), paper.venue)))


def badge(claim: Claim) -> tuple[str, str, str]:
    """The shape and the word of a claim's badge, and what they mean."""
    if claim.is_recorded:
        return RECORDED
    if claim.is_quoted:
        return QUOTED
    shape, meaning = SUPPORT[claim.support]
    score = "" if claim.score is None else f" (probability {claim.score:.2f} that they support all of it)"
    return shape, claim.support, meaning + score


_TEMPLATES = Environment(
    loader=FileSystemLoader(ASSETS), autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
)
_TEMPLATES.globals.update(byline=byline, safe_url=safe_url, support=SUPPORT, recorded=RECORDED)
template = _TEMPLATES.get_template


def report_style() -> Markup:
    """The style sheet of the reports, which stands in each of them."""
    return Markup((ASSETS / "report.css").read_text(encoding="utf-8"))  # noqa: S704 - our own
