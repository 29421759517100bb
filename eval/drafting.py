"""Questions for an eval set, drafted from the abstracts of a corpus, each for somebody to review."""

import hashlib
import re
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from assistant.question.corpus import Corpus
from assistant.suggesting.names import Named, name_of
from assistant.suggesting.proposing import Proposed, on_data_of, title_or
from assistant.suggesting.topics import near
from eval.drafted_words import Asked, comparisons_asked, mentions, name_asked, numbers_asked, unstated
from eval.feedback import Unreviewed
from eval.questions import GoldQuestion
from index.papers import Paper, normalise
from index.passages import Passage, sentences

# In this order they are drafted, in like numbers.
KINDS = ("number", "name", "comparison", "control")
_SLICES = {"number": "number", "name": "factoid", "comparison": "comparison", "control": "unanswerable"}
# Papers that are looked at for each question that is wanted, and beside each for data that it does not name; most questions of one.
_LOOKED_AT, _BESIDE, _OF_PAPER = 40, 10, 2
# In no more abstracts near it does the name of a work stand that a control asks about, and it has at least so many letters.
_BEARING, _LONG = 2, 4
# GPUs and OOVs are no data.
_PLURAL = re.compile(r"[A-Z]s$")
_SEED = 7
_TO_CHECK = "No abstract that names it says this: see that it is so, and worth asking."


@dataclass(frozen=True, slots=True)
class _Draft:
    """A question of a kind on a paper, and the sentence of its abstract that answers it; none of a control."""

    kind: str
    paper: Paper
    asked: Asked
    sentence: Passage | None
    note: str = ""


def drafts(corpus: Corpus, count: int) -> tuple[Unreviewed, ...]:
    """Return at most `count` questions, by turns on numbers, names, comparisons and what no abstract says; at most two of a paper.

    Each is made from the sentence that answers it, its gold. None is asked of the assistant first: a set of what it answers
    would find no fault with it. The same corpus gives the same questions.
    """
    papers = [paper for paper in corpus.papers() if paper.abstract]
    looked_at = Random(_SEED).sample(papers, min(len(papers), _LOOKED_AT * count))  # noqa: S311 - no secret
    turns = deque(_one_of_each(_of_kind(kind, looked_at, corpus)) for kind in KINDS)
    of_paper, taken = Counter[str](), dict[str, _Draft]()
    while turns and len(taken) < count:
        kind = turns.popleft()
        fitting = (each for each in kind if of_paper[each.paper.paper_id] < _OF_PAPER and each.asked.text not in taken)
        if draft := next(fitting, None):
            of_paper[draft.paper.paper_id] += 1
            taken[draft.asked.text] = draft
            turns.append(kind)
    return tuple(map(_unreviewed, sorted(taken.values(), key=lambda each: KINDS.index(each.kind))))


def _one_of_each(found: Iterator[_Draft]) -> Iterator[_Draft]:
    """Yield the first question of each paper."""
    seen = set[str]()
    for draft in found:
        if draft.paper.paper_id not in seen:
            seen.add(draft.paper.paper_id)
            yield draft


def _of_kind(kind: str, papers: Sequence[Paper], corpus: Corpus) -> Iterator[_Draft]:
    if kind == "control":
        yield from _controls(papers, corpus)
        return
    for paper in papers:
        named = name_of(paper)
        work = named.name if named else title_or(paper)
        for sentence in sentences(Passage(paper, 0, len(paper.abstract))) if work else ():
            yield from (_Draft(kind, paper, one, sentence) for one in _asked(kind, sentence.text, work, named))


def _asked(kind: str, sentence: str, work: str, named: Named | None) -> Iterator[Asked]:
    if kind == "name":
        return name_asked(sentence, named) if named else iter(())
    return (numbers_asked if kind == "number" else comparisons_asked)(sentence, work, named)


def _controls(papers: Sequence[Paper], corpus: Corpus) -> Iterator[_Draft]:
    """By turns what the abstract of a named work leaves open, and how it does on the data of papers near it."""
    for place, paper in enumerate(paper for paper in papers if name_of(paper)):
        named = name_of(paper)
        assert named
        found = [*dict.fromkeys(hit.passage.paper for hit in corpus.search(paper.title, _BESIDE))]
        telling = [other for other in found if mentions(other, named.name)]
        if len(telling) > _BEARING or len(named.name) < _LONG:
            # Others use what goes by this name, or something else does.
            continue
        asks = [*unstated(named, [paper, *telling], place)]
        if place % 2:
            close = near(paper.title, [other for other in found if other != paper], corpus)
            of_others = (one for one in on_data_of(paper, close) if not _PLURAL.search(_data(one)))
            asks = [Asked(one.text) for one in of_others if not any(mentions(each, _data(one)) for each in telling)]
        yield from (_Draft("control", paper, one, None, _TO_CHECK) for one in asks)


def _data(proposed: Proposed) -> str:
    return proposed.text.rpartition(" on ")[2].rstrip("?")


def _unreviewed(draft: _Draft) -> Unreviewed:
    gold = (draft.sentence.text,) if draft.sentence else ()
    question = GoldQuestion(
        id=draft_id(draft.asked.text),
        question=draft.asked.text,
        slice=_SLICES[draft.kind],
        kind=draft.kind,
        gold_papers=(draft.paper.paper_id,),
        gold_evidence=gold,
        short_answers=draft.asked.short_answers,
        answerable=bool(gold),
        conversation=None,
    )
    return Unreviewed(question, draft.note)


def draft_id(text: str) -> str:
    """The id of a drafted question, which depends on its words alone."""
    return f"draft-{hashlib.sha256(normalise(text).casefold().encode()).hexdigest()[:12]}"
