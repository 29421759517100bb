"""Questions that may be asked about a paper, about what it is compared with, and about its topics: not yet known to be answered."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.question.asked import asked
from assistant.suggesting.names import Sort, is_own, name_of
from index.papers import Paper

# A title that is longer reads badly in a question, or where the paper can be called nothing else makes too long a one.
_SHORT_TITLE, _LONGEST_TITLE = 60, 75
# A title that holds these ends a question, or a quotation, too soon.
_MARKS = frozenset('?!“”"')
_OF_NAMED: dict[Sort, tuple[str, ...]] = {
    "method": (
        "How does {} work?",
        "How well does {} perform?",
        "Which data was {} evaluated on?",
        "What problem does {} address?",
    ),
    "resource": ("What does {} contain?", "How was {} created?", "How well do models do on {}?", "What is {} for?"),
    "unknown": ("What is {}?", "How does {} work?", "How well does {} perform?", "What problem does {} address?"),
}
_OF_PAPER = (
    "What method does {} propose?",
    "Which data does {} use?",
    "What problem does {} address?",
    "What do the experiments of {} show?",
    "What is {} about?",
)
_SAYING = "What does {} say about {}?"
_ON_DATA = "How well does {} do on {}?"
COMPARED = "How does {} compare with {}?"
_BESIDE = "How is {} different from {}?"
_LISTED = "Which papers are about {}?"
_COST = "How much did the work on {} cost?"
# What a sentence of results puts a name behind: the data, or what was there before.
_BEFORE_NAME = re.compile(
    r"\b(?:(?P<data>(?<!based )on)|(?P<other>than|over|outperform(?:s|ed|ing)?|versus|vs\.?|to|with|against|like))"
    r" (?:the )?(?P<name>[A-Z][\w+.-]*\w)(?![\w-])"
)


@dataclass(frozen=True, slots=True)
class Proposed:
    """A question, the ids of the papers that an answer must cite, and the words that must stand in it; whether it asks for a list.

    Questions of one `template` say the same of something else.
    """

    text: str
    template: str
    papers: tuple[str, ...]
    holding: str = ""
    lists: bool = False


def of_paper(paper: Paper, called: str) -> tuple[Proposed, ...]:
    """Questions on what `paper` did and found, of the name that it coins and of what it is `called`, if it is called anything."""
    named = name_of(paper)
    of_named = [_proposed(each, (named.name,), paper) for each in _OF_NAMED[named.sort]] if named else []
    return (*of_named, *(_proposed(each, (called,), paper) for each in _OF_PAPER if called))


def of_results(paper: Paper) -> tuple[Proposed, ...]:
    """Questions on how the work that `paper` names does on data, or beside other work, that its abstract names."""
    named = name_of(paper)
    if not named or named.sort == "resource":
        return ()
    asks = (
        _proposed(_ON_DATA if one["data"] else COMPARED, (named.name, one["name"]), paper)
        for one in _BEFORE_NAME.finditer(paper.abstract)
        if is_own(one["name"]) and not {*one["name"].split("-")} & {*named.name.split("-")}
    )
    return tuple(dict.fromkeys(asks))


def on_topics(paper: Paper, called: str, shared: Sequence[str]) -> tuple[Proposed, ...]:
    """Questions on what `paper` says of the topics that it shares with others, and of names, that its title does not hold."""
    names = (name for name in asked(paper.abstract).names if is_own(name))
    found = (each for each in dict.fromkeys((*shared, *names)) if each.lower() not in paper.title.lower())
    return tuple(_proposed(_SAYING, (called, each), paper, holding=each) for each in found if called)


def beside(paper: Paper, others: Sequence[Paper]) -> Iterator[Proposed]:
    """Questions that compare the work that `paper` names with that of the same sort that others name."""
    named = name_of(paper)
    for other in others:
        its = name_of(other)
        alike = its and named and (its.sort == "resource") == (named.sort == "resource")
        if named and its and alike and its.name != named.name:
            yield _proposed(_BESIDE, (named.name, its.name), paper, other)


def of_topic(paper: Paper, topic: str) -> Proposed:
    """The question for the papers on a topic of `paper`."""
    return _proposed(_LISTED, (topic,), paper, lists=True)


def on_data_of(paper: Paper, others: Sequence[Paper]) -> Iterator[Proposed]:
    """Questions on how the work that `paper` names does on data that `others` name and its abstract does not."""
    named = name_of(paper)
    if named and named.sort != "resource":
        text = f"{paper.title} {paper.abstract}"
        data = dict.fromkeys(name for other in others for name in _data(other) if name not in text)
        yield from (_proposed(_ON_DATA, (named.name, name), paper) for name in data)


def of_cost(paper: Paper) -> Iterator[Proposed]:
    """The question what the work of `paper` cost, which abstracts leave open."""
    named = name_of(paper)
    if called := named.name if named else title_or(paper):
        yield _proposed(_COST, (called,), paper)


def _data(paper: Paper) -> Iterator[str]:
    """The names that stand in `paper` as those of data do."""
    found = (one["name"] for one in _BEFORE_NAME.finditer(paper.abstract) if one["data"])
    return (name for name in found if is_own(name))


def _proposed(
    template: str, words: tuple[str, ...], *papers: Paper, holding: str = "", lists: bool = False
) -> Proposed:
    return Proposed(template.format(*words), template, tuple(paper.paper_id for paper in papers), holding, lists)


def title_or(paper: Paper, otherwise: str = "") -> str:
    """The title of `paper` in quotation marks if that reads well, else what it is called `otherwise`."""
    longest = _SHORT_TITLE if otherwise else _LONGEST_TITLE
    return f"“{paper.title}”" if len(paper.title) <= longest and not _MARKS & {*paper.title} else otherwise
