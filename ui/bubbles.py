"""The bubbles of the chat: a question, and its answer as it grows and once it is whole."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from assistant.question.parts import wants_table
from assistant.types import DOUBTED, RECORD, Answer, Claim, Reason, Step, Struck
from index.papers import Paper
from ui.limits import implied
from ui.render import badge, safe_url, verbatim
from ui.terminal import spent
from ui.turns import Turn

WHY: dict[Reason, str] = {
    "no_evidence": "What came closest is beside it, by the sentence that did; none is likely enough to answer.",
    "not_in_abstracts": "An abstract comes near, but what is asked for does not stand in it. The paper itself may say.",
    "out_of_scope": "The corpus is about other things; what is nearest is shown all the same.",
    "empty_question": "It holds no words to search for.",
    "blocked": "This question is not passed on here.",
}

UNANSWERED = "This was not answered: Scholiast ended, or another window waits for it."
# Characters that are shown of what a question was taken to mean.
_MEANT = 160


def question_bubble(text: str) -> str:
    """The question, as it was typed."""
    return f'<h2 class="asked">{verbatim(text)}</h2>'


def turn_bubble(turn: Turn, *, growing: bool = False) -> str:
    """What came of a question: the answer, or as much of it as has come, or why there is none."""
    if turn.answer:
        return answer_bubble(turn.answer, turn.turn_id, implied(turn.answer.evidence.within, turn.within))
    so_far = turn.so_far
    told = "".join(_told(so_far, turn.turn_id)) if so_far and turn.claims else ""
    said = f'<p class="claim">{verbatim(turn.said)}</p>' if turn.said and not turn.claims else ""
    state = turn.note or ("" if told or said else _doing(turn)) if growing else turn.note or UNANSWERED
    last = "" if growing else _last(turn.turn_id)
    return f'<div class="draft">{told}{said}{_about(state) if state else ""}{last}</div>'


def answer_bubble(answer: Answer, turn_id: str, limits: Sequence[tuple[str, str]] = ()) -> str:
    """The answer, each citation a link to its evidence; an abstention says why it is one.

    The `limits` that the question's words set, each with the name of its field, can be waived.
    """
    if answer.reason:
        why = f'<p class="why">{verbatim(WHY[answer.reason])}{_paper_itself(answer)}</p>'
        said = f'<p class="claim">{verbatim(answer.text)}</p>{why}'
        body = f'{_meant(answer)}<p class="verdict">No answer</p>{said}'
    else:
        body = "".join((_meant(answer), _notice(answer), *_told(answer, turn_id), _missing(answer)))
    body = f"{_limits(limits, turn_id)}{body}"
    kind = "abstained" if answer.reason else "answered"
    return f'<div class="answer {kind}">{body}{_steps(answer.steps)}{_about(*_footer(answer))}{_to_do(answer, turn_id)}</div>'


def _to_do(answer: Answer, turn_id: str) -> str:
    """What can be done with an answer: what the script of the page does where one of these is clicked."""
    cited = (("bibtex", "BibTeX"), ("ris", "RIS"), ("csl-json", "CSL-JSON")) if answer.papers else ()
    taken = (("text", "Copy"), ("markdown", "Copy as Markdown"), *cited)
    judged = (("good", "Good"), ("bad", "Not good"))
    return f"{_buttons('take', taken, turn_id)}{_buttons('judge', judged, turn_id)}{_last(turn_id)}"


def _last(turn_id: str) -> str:
    """What can be done with the last turn alone; the style of the page hides it elsewhere."""
    return _buttons("last", (("again", "Retry"), ("edit", "Edit"), ("undo", "Undo")), turn_id)


def _buttons(kind: str, row: Sequence[tuple[str, str]], turn_id: str) -> str:
    return f'<p class="to-do {kind}">{"".join(_button(what, name, turn_id) for what, name in row)}</p>'


def _button(what: str, name: str, turn_id: str) -> str:
    return f'<a class="do" role="button" href="#do-{what}-{turn_id}">{verbatim(name)}</a>'


def _told(answer: Answer, turn_id: str) -> Iterable[str]:
    """What stands before the claims, and the claims."""
    sides = answer.compares or wants_table(answer.question)
    in_table = sides and len({claim.heading for claim in answer.claims if claim.heading}) > 1
    yield _premise(answer)
    yield f'<p class="why">{verbatim(answer.preface)}</p>' if answer.preface else ""
    yield from (_table if in_table else _claims)(answer, turn_id)


def _doing(turn: Turn) -> str:
    if turn.waits:
        return turn.waits
    return f"{turn.steps[-1].name}: {turn.steps[-1].told}…" if turn.steps else "Searching the abstracts…"


def _meant(answer: Answer) -> str:
    """What the question was taken to mean, where that is not what was typed."""
    if not answer.is_rewritten:
        return ""
    meant = answer.evidence.query
    shown = meant if len(meant) <= _MEANT else f"{meant[: _MEANT - 1].rstrip()}…"
    return f'<p class="meant">Taken to mean&#58; {verbatim(shown)}</p>'


def _limits(limits: Sequence[tuple[str, str]], turn_id: str) -> str:
    """The limits that the words of a question set, each a chip that takes it away."""
    chips = (
        f'<a class="do chip" role="button" href="#do-waive-{field}-{turn_id}" '
        f'title="Ask again without&#58; {verbatim(words)}">{verbatim(words)}&nbsp;✕</a>'
        for words, field in limits
    )
    return f'<p class="limits">{"".join(chips)}</p>' if limits else ""


def _claims(answer: Answer, turn_id: str) -> Iterable[str]:
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
        yield _claim(claim, k, turn_id)
    yield from (_struck(one) for one in answer.struck if is_quoted or one.after == len(answer.claims))


def _titled(answer: Answer) -> bool:
    """Whether quotes stand under the titles of their papers: of several, and of each that was asked for."""
    return len(answer.papers) > 1 or bool(answer.evidence.papers)


def _table(answer: Answer, turn_id: str) -> Iterable[str]:
    """The claims of a comparison, a row for each side, each claim with the words that it rests on, then what was struck."""
    # The roles, as on a phone the style of the page lays the cells out as blocks.
    yield '<table class="compare" role="table">'
    for heading, claims in groupby(enumerate(answer.claims), lambda each: each[1].heading):
        cell = "".join(f"{_claim(claim, k, turn_id)}{_rests_on(claim)}" for k, claim in claims)
        head = f'<th scope="row" role="rowheader">{verbatim(heading)}</th>'
        yield f'<tr role="row">{head}<td role="cell">{cell}</td></tr>'
    yield "</table>"
    yield from map(_struck, answer.struck)


def _rests_on(claim: Claim) -> str:
    """The words that a claim in other words rests on; the title of the paper whose words it is."""
    if claim.is_quoted:
        return f'<p class="from">{verbatim(claim.citations[0].passage.paper.title)}</p>'
    return "".join(f"<q>{verbatim(citation.passage.text)}</q>" for citation in claim.citations)


def _claim(claim: Claim, k: int, turn_id: str) -> str:
    before, stop = claim.parts
    cited = {citation.n: citation.passage.paper for citation in claim.citations}
    links = "".join(
        f'<a class="cite" href="#ev-{turn_id}-{n}-{k}" title="{verbatim(paper.title)}">&#91;{n}&#93;</a>{_taken_back(paper)}'
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
    shape, word, meaning = badge(claim)
    kind = "recorded" if claim.is_recorded else word
    told = f"{verbatim(word)}&#58; {verbatim(meaning)}"
    return f'<span class="badge {kind}" tabindex="0" role="note" title="{told}">{shape}&nbsp;{verbatim(word)}</span>'


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


def _premise(answer: Answer) -> str:
    is_answer = answer.premise and answer.engine == "extractive"
    return '<p class="verdict">The abstract says otherwise</p>' if is_answer else ""


def _footer(answer: Answer) -> Iterable[str]:
    # One that was stopped says neither who wrote it nor how long it would have taken.
    is_whole = answer.timings.total > 0 or not answer.incomplete
    if is_whole:
        yield "extractive, no LLM" if answer.engine == "extractive" else answer.engine
    passages = len(answer.evidence.hits)
    if answer.engine != RECORD:
        yield f"{passages} passage{'' if passages == 1 else 's'} found"
    if answer.evidence.within:
        yield "say “without limits” to search all papers"
    if answer.usage.requests:
        yield spent(answer.usage)
    if is_whole:
        yield f"{answer.timings.total:.0f} ms"


def _about(*parts: str) -> str:
    return f'<p class="about">{" · ".join(map(verbatim, parts))}</p>'
