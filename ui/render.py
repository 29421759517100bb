"""An answer as HTML that nothing in it can break out of: the bubbles of the chat and the evidence beside them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from itertools import pairwise
from pathlib import Path
from typing import get_args
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from assistant.question.parts import wants_table
from assistant.types import DOUBTED, RECORD, Answer, Claim, Reason, Step, Struck, Support
from index.papers import Paper
from ui.terminal import spent

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

WHY: dict[Reason, str] = {
    "no_evidence": "What came closest is beside it, by the sentence that did; none is likely enough to answer.",
    "not_in_abstracts": "An abstract comes near, but what is asked for does not stand in it. The paper itself may say.",
    "out_of_scope": "The corpus is about other things; what is nearest is shown all the same.",
    "empty_question": "It holds no words to search for.",
    "blocked": "This question is not passed on here.",
}

_AUTHORS = 3
_PUNCTUATION = re.compile(r"[\t\n\r!-/:-@\[-`{-~]")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Consecutive characters of an abstract, and the claims (counted from 0) that quote them."""

    text: str
    claims: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One cited paper as the panel shows it."""

    n: int
    paper: Paper
    stretches: tuple[Stretch, ...]
    supports: tuple[Support, ...]
    is_recorded: bool = False


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


def question_bubble(text: str) -> str:
    """The question, as it was typed."""
    return f'<div class="asked">{verbatim(text)}</div>'


def draft_bubble(text: str, note: str = "", steps: Sequence[Step] = ()) -> str:
    """The words that have come so far, or what is being done; markers become links once the answer is whole."""
    words = f'<p class="claim">{verbatim(text)}</p>' if text else ""
    doing = f"{steps[-1].name}: {steps[-1].told}…" if steps else "Searching the abstracts…"
    state = note or ("" if text else doing)
    return f'<div class="draft">{words}{_about(state) if state else ""}</div>'


def answer_bubble(answer: Answer, answer_id: str) -> str:
    """The answer, each citation a link to its evidence; an abstention says why it is one."""
    if answer.reason:
        why = f'<p class="why">{verbatim(WHY[answer.reason])}{_paper_itself(answer)}</p>'
        said = f'<p class="claim">{verbatim(answer.text)}</p>{why}'
        body = f'<p class="verdict">No answer</p>{said}'
    else:
        claims = _table if wants_table(answer.question) and any(claim.heading for claim in answer.claims) else _claims
        told = "".join(claims(answer, answer_id))
        body = _notice(answer) + _premise(answer) + _preface(answer) + told + _missing(answer)
    kind = "abstained" if answer.reason else "answered"
    return f'<div class="answer {kind}">{body}{_steps(answer.steps)}{_about(*_footer(answer))}</div>'


def evidence_panel(answer: Answer, answer_id: str) -> str:
    """The cited papers with the quoted words marked, or the sentence of each nearest paper that came closest."""
    return _template("evidence.html").render(answer=answer, answer_id=answer_id, cards=tuple(_cards(answer)))


def notice_panel(sentence: str) -> str:
    """A panel without evidence, which says why there is none."""
    return _template("notice.html").render(sentence=sentence)


def byline(paper: Paper) -> str:
    """Who wrote a paper, when and where, as far as it is known: what no source gave is left out."""
    names = paper.authors
    shown = ", ".join(names[:_AUTHORS]) + (" et al." if len(names) > _AUTHORS else "")
    notice = paper.notice and paper.notice.upper()
    return " · ".join(filter(None, (notice, shown, str(paper.year or ""), paper.venue)))


def stretches(abstract: str, spans: Iterable[tuple[int, int, int]]) -> tuple[Stretch, ...]:
    """Cut `abstract` where any of the `spans` (start, end, claim) begins or ends."""
    spans = tuple(spans)
    edges = sorted({0, len(abstract)} | {edge for start, end, _ in spans for edge in (start, end)})
    return tuple(
        Stretch(abstract[a:b], tuple(claim for start, end, claim in spans if start <= a and b <= end))
        for a, b in pairwise(edges)
    )


def _cards(answer: Answer) -> Iterable[Card]:
    for n, paper in answer.papers:
        cited = [
            (citation.passage, k, claim)
            for k, claim in enumerate(answer.claims)
            for citation in claim.citations
            if citation.n == n
        ]
        spans = [(passage.start, passage.end, k) for passage, k, _ in cited]
        given = {claim.support for _, _, claim in cited if not (claim.is_recorded or claim.is_quoted)}
        supports = tuple(support for support in get_args(Support) if support in given)
        recorded = any(claim.is_recorded for _, _, claim in cited)
        yield Card(n, paper, stretches(paper.abstract, spans), supports, recorded)


def _claims(answer: Answer, answer_id: str) -> Iterable[str]:
    """The claims and what was struck between them, each under its heading; quotes of several papers under their titles."""
    is_quoted, shown = answer.engine == "extractive", ("", "")
    for k, claim in enumerate(answer.claims):
        yield from (_struck(one) for one in answer.struck if one.after == k and not is_quoted)
        title = claim.citations[0].passage.paper.title if is_quoted and claim.citations and _titled(answer) else ""
        if claim.heading and claim.heading != shown[0]:
            yield f'<p class="source group">{verbatim(claim.heading)}</p>'
        if title and (claim.heading, title) != shown:
            yield f'<p class="source">{verbatim(title)}</p>'
        shown = claim.heading, title
        yield _claim(claim, k, answer_id)
    yield from (_struck(one) for one in answer.struck if is_quoted or one.after == len(answer.claims))


def _titled(answer: Answer) -> bool:
    """Whether quotes stand under the titles of their papers: of several, and of each that was asked for."""
    return len(answer.papers) > 1 or bool(answer.evidence.papers)


def _table(answer: Answer, answer_id: str) -> Iterable[str]:
    """The claims of a comparison side by side with the words that each rests on, then what was struck."""
    yield '<table class="compare">'
    for k, claim in enumerate(answer.claims):
        quotes = "".join(f"<q>{verbatim(citation.passage.text)}</q>" for citation in claim.citations)
        head = f'<th scope="row">{verbatim(claim.heading)}</th>'
        yield f"<tr>{head}<td>{_claim(claim, k, answer_id)}</td><td>{quotes}</td></tr>"
    yield "</table>"
    yield from map(_struck, answer.struck)


def _claim(claim: Claim, k: int, answer_id: str) -> str:
    before, stop = claim.parts
    cited = {citation.n: citation.passage.paper for citation in claim.citations}
    links = "".join(
        f'<a class="cite" href="#ev-{answer_id}-{n}-{k}">&#91;{n}&#93;</a>{_taken_back(paper)}'
        for n, paper in cited.items()
    )
    marker = f"&nbsp;{links}" if links else ""
    words = f"{_telling(before, claim)}{marker}{verbatim(stop)}"
    return f'<p class="claim">{words}&nbsp;&nbsp;{_badge(claim)}{_remark(claim)}</p>'


def _telling(words: str, claim: Claim) -> str:
    """The words of a claim; of a long quotation the part that tells stands out."""
    citation = next(iter(claim.citations), None)
    if not citation or not citation.part or not citation.passage.text.startswith(words):
        return verbatim(words)
    begin, end = (min(edge - citation.passage.start, len(words)) for edge in (citation.part.start, citation.part.end))
    return f"{verbatim(words[:begin])}<strong>{verbatim(words[begin:end])}</strong>{verbatim(words[end:])}"


def _taken_back(paper: Paper) -> str:
    """Beside a citation: that the paper was retracted or withdrawn."""
    if not paper.retracted:
        return ""
    return f'&nbsp;<span class="badge retracted" title="a source says that this paper was taken back">{paper.notice}</span>'


def _remark(claim: Claim) -> str:
    if not claim.remark or claim.is_recorded:
        return ""
    word = "doubted" if claim.remark.startswith(DOUBTED) else "mended"
    return f'&nbsp;<span class="badge" title="{verbatim(claim.remark)}">{word}</span>'


def _struck(struck: Struck) -> str:
    return f'<p class="claim struck"><s>{verbatim(struck.text)}</s></p><p class="why">Struck&#58; {verbatim(struck.why)}</p>'


def _badge(claim: Claim) -> str:
    if claim.is_recorded:
        shape, word, meaning = RECORDED
        return f'<span class="badge recorded" title="{verbatim(meaning)}">{shape}&nbsp;{verbatim(word)}</span>'
    if claim.is_quoted:
        shape, word, meaning = QUOTED
        return f'<span class="badge quoted" title="{verbatim(meaning)}">{shape}&nbsp;{word}</span>'
    shape, meaning = SUPPORT[claim.support]
    score = "" if claim.score is None else f" (probability {claim.score:.2f} that they support all of it)"
    return (
        f'<span class="badge {claim.support}" title="{claim.support}&#58; {verbatim(meaning + score)}">'
        f"{shape}&nbsp;{claim.support}</span>"
    )


def _paper_itself(answer: Answer) -> str:
    """A link to the paper whose abstract comes nearest and does not say what was asked."""
    url = safe_url(answer.nearest[0].paper.url) if answer.reason == "not_in_abstracts" and answer.nearest else None
    link = f'<a href="{verbatim(url)}" target="_blank" rel="noopener noreferrer">Read the paper</a>' if url else ""
    return f" {link}" if link else ""


def _notice(answer: Answer) -> str:
    """Why an LLM that was to answer did not, or not to the end."""
    if not answer.notice:
        return ""
    verdict = "Incomplete" if answer.incomplete else "Quoted without the LLM"
    return f'<p class="verdict">{verdict}</p><p class="why">{verbatim(answer.notice)}</p>'


def _missing(answer: Answer) -> str:
    """What no abstract says of a compound question."""
    sentences = "".join(f'<p class="why">{verbatim(sentence)}</p>' for sentence in answer.missing)
    where = "record" if answer.engine == RECORD else "abstracts"
    return f'<p class="verdict">Not in the {where}</p>{sentences}' if sentences else ""


def _steps(steps: Sequence[Step]) -> str:
    if not steps:
        return ""
    rows = "".join(f"<li>{verbatim(step.name)}&#58; {verbatim(step.told)}</li>" for step in steps)
    return f'<details class="steps"><summary>Steps</summary><ol>{rows}</ol></details>'


def _preface(answer: Answer) -> str:
    return f'<p class="why">{verbatim(answer.preface)}</p>' if answer.preface else ""


def _premise(answer: Answer) -> str:
    is_answer = answer.premise and answer.engine == "extractive"
    return '<p class="verdict">The abstract says otherwise</p>' if is_answer else ""


def _footer(answer: Answer) -> Iterable[str]:
    if answer.is_rewritten:
        yield f"searched for: {answer.evidence.query}"
    yield "extractive, no LLM" if answer.engine == "extractive" else answer.engine
    passages = len(answer.evidence.hits)
    if answer.engine != RECORD:
        yield f"{passages} passage{'' if passages == 1 else 's'} found"
    if answer.evidence.within:
        yield "say “without limits” to search all papers"
    if answer.usage.requests:
        yield spent(answer.usage)
    yield f"{answer.timings.total:.0f} ms"


def _about(*parts: str) -> str:
    return f'<p class="about">{" · ".join(map(verbatim, parts))}</p>'


_TEMPLATES = Environment(
    loader=FileSystemLoader(ASSETS), autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
)
_TEMPLATES.globals.update(byline=byline, safe_url=safe_url, support=SUPPORT, recorded=RECORDED)
_template = _TEMPLATES.get_template
