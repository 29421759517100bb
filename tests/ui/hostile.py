"""A chat window full of hostile texts: a hundred and more in each place where a text of others is shown, and what they did there."""

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Route, TimeoutError, expect  # noqa: A004 - the library's name

from assistant.types import Answer, Citation, Claim, Evidence, Step, Struck
from index.index import Hit
from index.papers import Paper
from index.passages import Passage
from tests.ui.browser import PATIENCE, Served
from tests.ui.payloads import HOST, PAYLOADS, SPOOFED
from ui.conversations.keeping import Conversations, beside
from ui.turns import Turn

# Each names itself in what it runs, in where it loads from and in the names that it takes.
MARKED = tuple(
    payload.replace("window.ran", f"window.ran{n}").replace(HOST, f"p{n}.{HOST}").replace(SPOOFED, f"{SPOOFED}{n}")
    for n, payload in enumerate(text for kind in PAYLOADS.values() for text in kind)
)
OTHER = sha256(b"the hostile").hexdigest()[:32]
_BEFORE, _AFTER = "Words stand before it. ", " Words stand behind it."

# What none of these texts may bring about, counted in the page: by the number of the payload where that tells.
_COUNT = f"""
const numbers = (texts, pattern) => texts.flatMap((text) => [...(text ?? "").matchAll(pattern)].map((found) => Number(found[1])));
const shown = [...document.querySelectorAll(
  "#chat .message-content *, #evidence .leaf *, #history *, #corpus-list *, #preview *, #feed *")];
const all = [...document.querySelectorAll("*")];
const told = (each, ...names) => names.map((name) => each.getAttribute(name) ?? "").join(" ");
return {{
  scripts: numbers(Object.keys(window), /^ran(\\d+)$/g),
  forms: numbers(all.map((each) => told(each, "action", "formaction")), /p(\\d+)\\.{re.escape(HOST)}/g),
  frames: shown.filter((each) => each.matches("iframe, frame, object, embed")).length,
  overlays: shown.filter((each) => getComputedStyle(each).position === "fixed" || each.matches("dialog")).length,
  names: numbers(all.map((each) => told(each, "id", "class", "name")), /{SPOOFED}(\\d+)/g),
  elements: shown.filter((each) => each.matches(
    "img, picture, svg, math, video, audio, form, script, style, link, meta, base, template, xmp, marquee, [style*=url], [popover]")).length,
}};
"""
_OPEN_EACH = f"""async ([turns, patience]) => {{
  const counts = [];
  for (const turn of turns) {{
    const link = document.querySelector(`#chat a[href^="#ev-${{turn}}-"]`);
    link?.dispatchEvent(new MouseEvent("click", {{ bubbles: true, cancelable: true }}));
    for (let k = 0; link && k < patience && !document.querySelector(`#evidence .ev[data-turn="${{turn}}"]`); k++)
      await new Promise((go) => setTimeout(go, 10));
    counts.push((() => {{ {_COUNT} }})());
  }}
  return counts;
}}"""


@dataclass
class Done:
    """What hostile texts did in one place: which of them ran, left, and so on, and how many elements they became."""

    scripts: set[int] = field(default_factory=set)
    requests: set[int] = field(default_factory=set)
    forms: set[int] = field(default_factory=set)
    names: set[int] = field(default_factory=set)
    frames: int = 0
    overlays: int = 0
    elements: int = 0

    def add(self, count: dict[str, list[int] | int]) -> None:
        """Take in one count of the page."""
        for name, value in count.items():
            before = getattr(self, name)
            setattr(self, name, before | {*value} if isinstance(value, list) else max(before, value))

    @property
    def row(self) -> tuple[int, ...]:
        """Scripts, requests, forms, frames, overlays, names taken and elements of kinds that no text may become."""
        found = len(self.scripts), len(self.requests), len(self.forms)
        return *found, self.frames, self.overlays, len(self.names), self.elements


class Attacked:
    """A browser that looks at hostile texts, one place after the other."""

    def __init__(self, page: Page, served: Served, root: Path) -> None:
        self.page = page
        # Whether what is looked at is there at all: texts that are not escaped may have broken the page's own script.
        self.is_sound = True
        self.done: defaultdict[str, Done] = defaultdict(Done)
        self._served = served
        self._root = root
        self._place = ""

    def left(self, url: str) -> None:
        """A request went to another host."""
        self.done[self._place].requests |= {int(found) for found in re.findall(rf"p(\d+)\.{re.escape(HOST)}", url)}

    def open(self, place: str, conversation: str = "new") -> Page:
        """Begin with a place, on a page that is loaded anew."""
        self._place = place
        self.page.goto("about:blank")
        self.page.goto(f"{self._served.url}/#{conversation}")
        expect(self.page.locator("html[data-evidence-ready='1']")).to_be_attached()
        return self.page

    def wait(self, shown: str) -> None:
        """Wait until this expression of the page's script is true; on a page that may be broken, a while."""
        with nullcontext() if self.is_sound else suppress(TimeoutError):
            self.page.wait_for_function(shown, timeout=PATIENCE if self.is_sound else 3000)

    def count(self) -> None:
        """Count what stands in the page now."""
        self.done[self._place].add(self.page.evaluate(f"() => {{ {_COUNT} }}"))

    def reload(self, place: str, turns: Sequence[Turn], *, evidence: bool = False) -> None:
        """Look at a conversation of these turns that was kept, at the `evidence` of each too."""
        (conversation,) = self.keep(turns)
        page = self.open(place, f"c-{conversation}")
        self.wait(f"document.querySelectorAll('#chat [data-testid=bot]').length === {len(turns)}")
        self.count()
        if evidence:
            for count in page.evaluate(_OPEN_EACH, [[turn.turn_id for turn in turns], 1000 if self.is_sound else 5]):
                self.done[place].add(count)
        # Whatever could be sent is.
        page.evaluate(f"() => document.querySelector('form[action*=\"{HOST}\"]')?.submit()")
        self.count()

    def keep(self, *conversations: Sequence[Turn]) -> list[str]:
        """Keep conversations as this browser's, and return their ids."""
        kept = Conversations(beside(self._root))
        ids = []
        for turns in conversations:
            ids.append("")
            for turn in turns:
                ids[-1] = kept.begin(OTHER, ids[-1], turn)
                kept.end(turn)
        kept.close()
        with sqlite3.connect(beside(self._root), timeout=PATIENCE / 1000) as file:
            first, *_ = file.execute("SELECT owner FROM conversations ORDER BY began LIMIT 1").fetchone()
            file.executemany("UPDATE conversations SET owner = ? WHERE id = ?", [(first, each) for each in ids])
        file.close()
        return ids


@contextmanager
def attacked(chromium: Browser, served: Served, root: Path) -> Iterator[Attacked]:
    """A browser session in which every request to another host is noted, and answered with nothing at all."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    looking = Attacked(context.new_page(), served, root)

    def pass_or_note(route: Route) -> None:
        if urlsplit(route.request.url).hostname == "127.0.0.1":
            route.continue_()
        else:
            looking.left(route.request.url)
            # Of a navigation, the page stays where it is.
            route.fulfill(status=204)

    context.route("**/*", pass_or_note)
    try:
        yield looking
    finally:
        context.close()


def _turn(number: int, place: int, question: str) -> Turn:
    return Turn(f"{place:02x}{number:030x}", question)


def _evidence(passage: Passage, query: str) -> Evidence:
    return Evidence(query, (Hit(passage, 1.0),))


def errors(place: int) -> tuple[Turn, ...]:
    """Questions that are hostile texts, and that were not answered for reasons that are, too."""
    return tuple(
        Turn(f"{place:02x}{n:030x}", payload, note=f"It failed: {payload}") for n, payload in enumerate(MARKED)
    )


def answers(place: int, paper: Paper) -> tuple[Turn, ...]:
    """Answers in whose every part a hostile text stands, of a harmless paper."""
    passage = Passage(paper, 0, len(paper.abstract))
    return tuple(_answered(n, place, payload, passage) for n, payload in enumerate(MARKED))


def _answered(n: int, place: int, payload: str, passage: Passage) -> Turn:
    cited = (Citation(1, passage),)
    claims = (
        Claim(payload, cited, "partial", 0.5, remark=payload, heading=payload),
        Claim(f"{payload} and more", cited, "none", 0.1, heading="The other side"),
    )
    answer = Answer(
        payload, _evidence(passage, f"meant {payload}"), claims, payload,
        preface=payload, engine=payload, notice=payload, incomplete=True, missing=(payload,), compares=bool(n % 2),
        struck=(Struck(payload, payload, 0),), steps=(Step(payload, payload),),
    )  # fmt: skip
    return Turn(f"{place:02x}{n:030x}", payload, answer=answer)


def of_papers(place: int, papers: Sequence[Paper]) -> tuple[Turn, ...]:
    """Answers that quote a paper each, and name it as the nearest, too."""
    turns = []
    for n, paper in enumerate(papers):
        passage = Passage(paper, min(len(_BEFORE), len(paper.abstract) // 2), len(paper.abstract))
        claims = (Claim(passage.text, (Citation(1, passage),), "full", 1.0),)
        answer = Answer("What is said?", _evidence(passage, "What is said?"), claims, passage.text, nearest=(passage,))
        turns.append(Turn(f"{place:02x}{n:030x}", "What is said?", answer=answer))
    return tuple(turns)


def told_of() -> tuple[Paper, ...]:
    """Papers whose title, authors, venue and address are hostile texts."""
    return tuple(
        Paper.from_source(
            f"{payload} {_word(n)}", f"{_BEFORE}{_AFTER}", authors=(payload,), venue=payload, url=payload, year=2020,
            paper_id=f"title-{n}",
        )
        for n, payload in enumerate(MARKED)
    )  # fmt: skip


def written_in() -> tuple[Paper, ...]:
    """Papers in whose abstract a hostile text stands."""
    return tuple(
        Paper.from_source(f"Paper {n}", f"{_BEFORE}{payload}{_AFTER}", paper_id=f"abstract-{n}")
        for n, payload in enumerate(MARKED)
    )


def _word(n: int) -> str:
    """A word that the titles of forty papers share."""
    return f"heap{n // 40}"
