"""A papers page copied from the browser: page furniture, and for each paper a title and, further down, its abstract.

Between the two may stand who wrote it, where and when. Which line is the title is told from where it stands: alone
before its abstract, or first of the lines that stand together before it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from index.papers import normalise
from index.readers.fields import Fields, papers
from index.readers.records import NOT_UTF_8, Line, Read, Source
from index.readers.titles import (
    can_be_title,
    is_abstract,
    is_byline,
    is_section,
    may_be_names,
    names_body,
    names_in,
    reads_as_title,
    year_in,
)

# What such a page carries besides papers; a line is furniture only if one of these matches all of it.
_FURNITURE = re.compile(
    r"""new | trending | hot | top | daily | weekly | monthly | subscribe | sign\ up | log\ in | upvote(\ \d+)?
    | get\ trending\ papers\ in\ your\ email\ inbox!?
    | by\s*\S+\ and\ the\ research\ community
    | (submitted|published)\ (by|on)\b.{0,80}
    | (jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?|nov(ember)?|dec(ember)?)
      \.?\ \d{1,2}(,?\ \d{4})?
    | [\d.,]+\s*k? | [\d.,]+k?\ (authors?|comments?|upvotes?|stars?) | ·?\s*\d+\ authors?
    | (from|to|cc|bcc|date|sent|subject|reply-to|message-id):\ .{1,300}
    | https?://\S+ | github | arxiv(\ page)? | view\ pdf | pdf | (previous|next)(\ page)? | abstract\W* | \W+""",
    re.VERBOSE | re.IGNORECASE,
)
# More lines than this without an abstract are no block of one paper.
_MOST_LINES = 200
# From this many words on, a line above a title is neither a menu nor a name.
_PROSE = 8
# From this many abstracts on, what most of them have in common is how the page is laid out.
_ENOUGH = 3


@dataclass(frozen=True, slots=True)
class _Held:
    """A line that is neither furniture nor an abstract.

    Between two lines of a `stretch` stands no furniture, between two of a `group` no blank line either.
    """

    number: int
    text: str
    group: int
    stretch: int


@dataclass(frozen=True, slots=True)
class _Block:
    """The lines before an abstract, and the abstract if there is one; and what of them cannot be read."""

    held: tuple[_Held, ...]
    abstract: Line | None
    faults: tuple[tuple[int, str, str], ...]


@dataclass(frozen=True, slots=True)
class _Layout:
    """How a page is laid out: whether a line alone stands before most abstracts, and a blank line between any two."""

    bare: bool
    spaced: bool
    abstracts: int


def read(source: Source) -> Iterator[Read]:
    """Yield the papers of a copied page.

    A title that no abstract follows, and an abstract before which no line is its title, are rejected with their line
    (NO_ABSTRACT, NO_TITLE); the papers around them are not touched. Only what the page says is in the paper.
    """
    yield from read_lines(source, source.lines(), head_lines(source.head))


def recognises(head: str) -> bool:
    """Whether a text is laid out as such a page."""
    return is_page(head_lines(head))


def head_lines(head: str) -> list[Line]:
    """The lines of the head of a file."""
    return [Line(number, text) for number, text in enumerate(head.splitlines(), start=1)]


def is_page(head: Sequence[Line]) -> bool:
    """Whether most of what stands in these lines are titles with their abstracts.

    More abstracts have a title than have none; and neither are there more headed parts of a paper than titles, nor
    more other lines that read as titles do.
    """
    layout = _layout(head)
    blocks = list(_blocks(head))
    titles = [_title(block.held, layout) for block in blocks if block.abstract]
    titled = sum(title is not None for title in titles)
    long_lines = sum(reads_as_title(line.text) for block in blocks for line in block.held)
    sections = sum(is_section(normalise(line.text or "")) for line in head)
    return titled * 2 > len(titles) and max(sections, long_lines - titled) <= titled


def read_lines(source: Source, lines: Iterable[Line], head: Sequence[Line]) -> Iterator[Read]:
    """Yield the papers of lines, which are laid out as those of the `head` are."""
    layout = _layout(head)
    for block in _blocks(lines):
        for fault in block.faults:
            yield source.reject(*fault)
        title = _title(block.held, layout) if block.abstract else None
        for line in block.held:
            if (not title or line.number < title.number) and _is_lost(line, block, layout):
                yield source.reject(line.number, "NO_ABSTRACT", f"no abstract after the title {_short(line.text)}")
        if block.abstract:
            yield from _paper(source, block, block.abstract, title)


def _paper(source: Source, block: _Block, abstract: Line, title: _Held | None) -> Iterator[Read]:
    text = abstract.text or ""
    if title is None:
        yield source.reject(abstract.number, "NO_TITLE", f"no title before the abstract {_short(text)}")
        return
    below = [line.text for line in block.held if line.number > title.number]
    byline = next((line for line in below if is_byline(line) or may_be_names(line)), "")
    fields = Fields(title=title.text, abstract=text, authors=names_in(byline), year=year_in(byline))
    yield from papers(source, abstract.number, fields)


def _blocks(lines: Iterable[Line]) -> Iterator[_Block]:
    held: list[_Held] = []
    faults: list[tuple[int, str, str]] = []
    group = stretch = 0
    previous = ""
    for line in lines:
        text = normalise(line.text or "")
        if line.text is None:
            faults.append((line.number, "ENCODING", NOT_UTF_8))
        elif not text:
            group += 1
        elif _FURNITURE.fullmatch(text):
            group, stretch = group + 1, stretch + 1
            continue
        elif text == previous:
            faults.append((line.number, "DOUBLED", f"the line stands twice: {_short(text)}"))
        elif is_abstract(text) or len(held) == _MOST_LINES:
            yield _Block(tuple(held), Line(line.number, text) if is_abstract(text) else None, tuple(faults))
            held, faults = [], []
        else:
            held.append(_Held(line.number, text, group, stretch))
        previous = text or previous
    yield _Block(tuple(held), None, tuple(faults))


def _layout(head: Sequence[Line]) -> _Layout:
    before = [block.held for block in _blocks(head) if block.abstract and block.held]
    texts = [bool((line.text or "").strip()) for line in head]
    together = sum(map(all, pairwise(texts)))
    alone = sum(len(held) == 1 for held in before)
    return _Layout(bare=alone * 2 >= len(before), spaced=together * 10 < sum(texts), abstracts=len(before))


def _title(held: Sequence[_Held], layout: _Layout) -> _Held | None:
    """The line that is the title of the abstract behind these lines; None where that cannot be told."""
    title = _likely(held, layout)
    above = [line for line in held if title and line.group == title.group and line.number < title.number]
    # A line of running text together with it: it is no more than the next one.
    return None if any(len(line.text.split()) >= _PROSE and not is_byline(line.text) for line in above) else title


def _likely(held: Sequence[_Held], layout: _Layout) -> _Held | None:
    if layout.bare and held:
        last = held[-1]
        alone = len(held) == 1 or (layout.spaced and held[-2].group != last.group)
        sure = not may_be_names(last.text) or (len(held) == 1 and layout.abstracts >= _ENOUGH)
        if can_be_title(last.text) and sure and (alone or reads_as_title(last.text)):
            return last
        if can_be_title(last.text) and not may_be_names(last.text):
            return None
    groups = [tuple(lines) for _, lines in groupby(held, lambda line: line.stretch if layout.spaced else line.group)]
    found = [title for group in reversed(groups) if (title := _first(group))]
    strong = next((line for line in found if reads_as_title(line.text)), None)
    if strong is None:
        return found[0] if len(found) == 1 or (found and found[0] is not groups[-1][-1]) else None
    # A short line with names below it is as good a title as a long one further up: neither is taken.
    return strong if strong is found[0] or found[0].group != held[-1].group or found[0] is held[-1] else None


def _first(group: Sequence[_Held]) -> _Held | None:
    """The title among lines that stand together: before the names, and before what else tells of the authors."""
    names = next((n for n, line in enumerate(group[1:], 1) if is_byline(line.text) or may_be_names(line.text)), None)
    titles = [line for line in group[:names] if reads_as_title(line.text)]
    people = [line for line in titles if names_body(line.text)]
    if titles:
        best = [line for line in titles if line not in people]
        return (best[-1] if names else best[0]) if best else titles[0]
    last = group[(names or 1) - 1]
    return last if can_be_title(last.text) and (names or (len(group) == 1 and not may_be_names(last.text))) else None


def _is_lost(line: _Held, block: _Block, layout: _Layout) -> bool:
    """Whether a line that is not used may have been a title."""
    weak = layout.bare and block.abstract is not None and can_be_title(line.text) and not may_be_names(line.text)
    return weak or reads_as_title(line.text)


def _short(text: str) -> str:
    folded = normalise(text)
    return repr(folded if len(folded) <= 60 else folded[:59] + "…")
