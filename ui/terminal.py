"""Hits and answers as plain text for a terminal."""

import re
import shutil
import textwrap
from collections.abc import Iterable, Mapping, Sequence

from assistant.question.limits import described
from assistant.types import RECORD, Answer, Claim, Usage
from index.build import BuildReport
from index.index import Hit
from index.papers import Paper
from index.passages import Passage
from index.vectors.spent import Spent

# Behind a claim that its citations do not wholly support.
_UNSURE = {"partial": "(partly supported)", "none": "(not supported)", "contradicted": "(contradicted)"}
# What a terminal might obey or a reader cannot see: control characters, marks that reorder text, invisible tags, and
# combining marks beyond the 32nd on one letter.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\U000e0000-\U000e007f]"
    "|(?<=[\u0300-\u036f]{32})[\u0300-\u036f]+"
)


def visible(text: str) -> str:
    """Return `text` as a terminal may print it: nothing in it moves the cursor, reorders or hides words."""
    return _UNSEEN.sub("", text)


def answer_text(answer: Answer) -> str:
    """An answer: its sentences, then the papers that they quote, or the nearest papers of a refusal with theirs."""
    parts = [_wrapped(f"(Searched for: {answer.evidence.query})")] if answer.is_rewritten else []
    parts += [_wrapped(f"({answer.notice})")] if answer.notice else []
    parts += _told(answer)
    parts += map(_wrapped, answer.missing)
    parts += [_wrapped(f"Struck: {struck.text} ({struck.why})", 2) for struck in answer.struck]
    if answer.papers and not _is_list(answer):
        parts.append("\n".join(_wrapped(f"[{n}] {_reference(paper)}", 4) for n, paper in answer.papers))
    elif answer.nearest:
        parts.append("\n".join(["Nearest papers:", *map(_closest, answer.nearest)]))
    parts += [_wrapped(f"{answer.engine}: {spent(answer.usage)}")] if answer.usage.requests else []
    return "\n\n".join(parts)


def _closest(sentence: Passage) -> str:
    """A paper that a refusal names, over its sentence that came closest."""
    return f"{_wrapped(f'- {_reference(sentence.paper)}', 2)}\n{_wrapped(f'    “{sentence.text}”', 4)}"


def _told(answer: Answer) -> list[str]:
    if answer.abstained and answer.evidence.within and answer.evidence.hits:
        return [_wrapped(f"(Limited to papers {described(answer.evidence.within)}.)"), _wrapped(answer.text)]
    if _is_list(answer):
        return _list(answer)
    if any(claim.heading for claim in answer.claims):
        return _sections(answer)
    if answer.engine == RECORD:
        lines = [*filter(None, [answer.preface]), *map(_marked, answer.claims)]
        return ["\n".join(map(_wrapped, lines)), f"({RECORD})"]
    return [_wrapped(_text(answer))]


def _is_list(answer: Answer) -> bool:
    """Whether papers were asked for, and found."""
    return bool(answer.evidence.papers and answer.claims) and answer.engine != RECORD


def _list(answer: Answer) -> list[str]:
    """The papers that were asked for, an entry each, with the words that say why."""
    entries: list[str] = []
    for claim, before in zip(answer.claims, (None, *answer.claims), strict=False):
        if claim.heading and not (before and before.heading == claim.heading):
            entries.append(_wrapped(claim.heading))
        entries += [
            _wrapped(f"[{citation.n}] {_reference(citation.passage.paper)}", 4)
            + "\n"
            + _wrapped(f"    “{claim.text}”", 4)
            for citation in claim.citations
        ]
    return [*([_wrapped(answer.preface)] if answer.preface else []), *entries]


def settings_text(rows: Mapping[str, Mapping[str, object]]) -> str:
    """The settings by their groups, each with its value, what it means and where it came from."""
    groups: dict[object, list[str]] = {}
    for name, row in rows.items():
        told = f"  {name} = {row['value']}\n      {row['meaning']}; from: {row['from']}"
        groups.setdefault(row["group"], []).append(visible(told))
    return "\n\n".join("\n".join([f"[{group}]", *told]) for group, told in groups.items())


def spent(usage: Usage) -> str:
    """What an LLM cost: requests, tokens, and US dollars where the price is known."""
    cost = "cost unknown" if usage.cost_usd is None else f"${usage.cost_usd:.4f}"
    return f"{usage.requests} request{'' if usage.requests == 1 else 's'}, {usage.tokens:,} tokens, {cost}"


def _sections(answer: Answer) -> list[str]:
    """The claims of a compound question under their headings."""
    sections: dict[str, list[str]] = {}
    for claim in answer.claims:
        sections.setdefault(claim.heading, []).append(_marked(claim))
    texts = [f"{_wrapped(heading)}\n{_wrapped(' '.join(claims))}" for heading, claims in sections.items()]
    return [*([_wrapped(answer.preface)] if answer.preface else []), *texts]


def _text(answer: Answer) -> str:
    """What is said; claims of papers that were taken back are marked so, and claims that their citations do not wholly support."""
    unsure = any(claim.support in _UNSURE for claim in answer.claims)
    if not (unsure or any(paper.retracted for _, paper in answer.papers)):
        return answer.text
    return " ".join([*([answer.preface] if answer.preface else []), *map(_marked, answer.claims)])


def _marked(claim: Claim) -> str:
    """The words with the markers of the citations, and how far these support them; beside one of a paper that was taken back stands how."""
    words, stop = claim.parts
    cited = {citation.n: citation.passage.paper for citation in claim.citations}
    marks = (f"[{n}, {str(paper.notice).upper()}]" if paper.retracted else f"[{n}]" for n, paper in cited.items())
    return " ".join(filter(None, [f"{words} {''.join(marks)}{stop}", _UNSURE.get(claim.support, "")]))


def hits_text(hits: Iterable[Hit]) -> str:
    """Ranked passages: score, paper, place and words."""
    return "\n\n".join(
        _wrapped(f"{rank}. {hit.score:.3f}  {_reference(hit.passage.paper)}", 3)
        + "\n"
        + _wrapped(f"   {hit.passage.start}-{hit.passage.end}: {hit.passage.text}", 3)
        for rank, hit in enumerate(hits, start=1)
    )


def papers_text(papers: Sequence[Paper]) -> str:
    """Papers, each by its title over its authors, year, venue and id, then how many they are."""
    entries = [f"{_wrapped(paper.title)}\n{_wrapped(f'    {_known(paper)}', 4)}" for paper in papers]
    return "\n\n".join([*entries, f"{len(papers):,} paper{'' if len(papers) == 1 else 's'}"])


def paper_text(paper: Paper, sources: Iterable[str]) -> str:
    """One paper whole: its record, a field a line, then its abstract."""
    told = {
        "authors": ", ".join(paper.authors),
        "year": str(paper.year or ""),
        "venue": paper.venue,
        "url": paper.url,
        "ids": ", ".join(dict.fromkeys([paper.paper_id, *(f"{scheme}:{name}" for scheme, name in paper.ids.items())])),
        "sources": ", ".join(sources),
    }
    notice = [f"  {paper.notice.upper()}"] if paper.notice else []
    lines = [*notice, *(f"  {name}: {value or 'unknown'}" for name, value in told.items())]
    record = "\n".join(_wrapped(line, 4) for line in lines)
    return f"{_wrapped(paper.title)}\n{record}\n\n{_wrapped(paper.abstract)}"


def report_text(report: BuildReport) -> str:
    """What a build did, in a sentence or two."""
    skipped = f" {report.files_skipped} files skipped." if report.files_skipped else ""
    anew = f"{report.papers_anew} papers embedded anew; their words and records are what they were. "
    anew = anew if report.papers_anew else ""
    spent = f" {spent_text(report.spent)}" if report.spent else ""
    if not (report.papers_read or report.papers_removed):
        done = anew or "Nothing changed: every paper was embedded by this embedder before. "
        return (
            f"{done}The index holds {report.passages} passages; {report.embedded} were embedded. "
            f"{report.seconds:.1f} s.{spent}"
        )
    if not (anew or report.papers_added or report.papers_updated or report.papers_removed):
        return (
            f"Nothing changed: {report.papers_unchanged} papers are in the index as they were read, "
            f"{report.rejected} records rejected, nothing embedded.{skipped}{spent}"
        )
    removed = f"{report.papers_removed} papers removed. " if report.papers_removed else ""
    merged = (
        f"{len(report.merged)} made of several records (--json and scholiast doctor name them). "
        if report.merged
        else ""
    )
    return (
        f"{anew}{report.papers_read} records read: {report.papers_added} added, {report.papers_updated} updated, "
        f"{report.papers_unchanged} unchanged, {report.rejected} rejected.{skipped} {merged}{removed}"
        f"The index holds {report.passages} passages; {report.embedded} were embedded. {report.seconds:.1f} s.{spent}"
    )


def spent_text(spent: Spent) -> str:
    """What an embedder cost, in a sentence."""
    cost = "" if spent.cost_usd is None else f", about {spent.cost_usd:.4f} US dollars"
    return f"The embedder read {spent.tokens} tokens in {spent.requests} requests{cost}."


def _known(paper: Paper) -> str:
    names = ", ".join(paper.authors[:3]) + (" et al." if len(paper.authors) > 3 else "")
    known = (names, str(paper.year or ""), paper.venue, paper.notice and paper.notice.upper(), paper.paper_id)
    return " · ".join(filter(None, known))


def _reference(paper: Paper) -> str:
    known = [paper.notice.upper()] if paper.notice else []
    known += [", ".join(paper.authors[:3]) + (" et al." if len(paper.authors) > 3 else "")] if paper.authors else []
    known += [paper.venue] if paper.venue else []
    known += [str(paper.year)] if paper.year else []
    link = f" {paper.url}" if paper.url else ""
    behind = f" ({', '.join(known)})" if known else ""
    return f"{paper.title}{behind}{link}"


def _wrapped(text: str, indent: int = 0) -> str:
    width = min(shutil.get_terminal_size((100, 24)).columns, 100)
    return textwrap.fill(
        visible(text), width, subsequent_indent=" " * indent, break_long_words=False, break_on_hyphens=False
    )
