"""Hostile texts in every place of the page, in a real browser; and each of the two guards with the other taken away."""

import json
import re
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FilePayload, expect

from index.vectors.embedding import LocalEmbedder
from tests.assistant.test_abstractive import FERTILE, INDUS, NILE, WHY
from tests.faults import Misbehaving, says
from tests.index.told import build
from tests.ui.browser import serving
from tests.ui.hostile import MARKED, Attacked, answers, attacked, errors, of_papers, told_of, written_in
from tests.ui.payloads import PAYLOADS
from tests.ui.test_web_llm import SERVE
from ui.turns import Turn

pytestmark = pytest.mark.long

# The guards are taken away here and nowhere else: in a program that serves these tests.
UNESCAPED = """
import sys
import ui.render
import ui.web.serving
escaping = ui.render.verbatim
for module in [*sys.modules.values()]:
    if getattr(module, "verbatim", None) is escaping:
        module.verbatim = str
ui.render._TEMPLATES.autoescape = False
ui.render._TEMPLATES.cache.clear()
"""
UNGUARDED = """
import ui.web.gate
import ui.web.policy
del ui.web.gate._HEADERS["content-security-policy"]
ui.web.policy.policy = lambda page=b"": ""
"""
GUARDS = {
    "both": "",
    "escaping alone": UNGUARDED,
    "policy alone": UNESCAPED,
    "neither": UNESCAPED + UNGUARDED,
}
TITLES = ("scripts", "requests", "forms", "frames", "overlays", "names", "elements")
# What leads the whole page elsewhere is no load, and no policy knows of it.
LEAD_AWAY = {n for n, payload in enumerate(MARKED) if "http-equiv=refresh" in payload}
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f]")


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Misbehaving]:
    with Misbehaving() as endpoint:
        yield endpoint


@pytest.fixture(scope="module", params=GUARDS)
def looked(
    request: pytest.FixtureRequest,
    endpoint: Misbehaving,
    chromium: Browser,
    tmp_path_factory: pytest.TempPathFactory,
    embedder: LocalEmbedder,
) -> Iterator[tuple[str, Attacked]]:
    """Which guards stand, and a browser that has looked at every place."""
    root = tmp_path_factory.mktemp("hostile") / "index"
    build(root, [NILE, INDUS, *told_of()], embedder)
    program = GUARDS[request.param] + SERVE.format(url=endpoint.url)
    with serving(root, program) as served, attacked(chromium, served, root) as looking:
        is_escaped = UNESCAPED not in program
        looking.is_sound = is_escaped
        _look(looking, endpoint, is_escaped=is_escaped)
        sys.stdout.write(f"{_told(request.param, looking)}\n")
        yield request.param, looking


def _look(looking: Attacked, endpoint: Misbehaving, *, is_escaped: bool) -> None:
    _streamed(looking, endpoint, tuple(PAYLOADS) if is_escaped else ("signs",))
    looking.reload("question, error", errors(1))
    if is_escaped:
        shown = looking.page.locator("#chat .asked").all_text_contents()
        # HTML has no place for the others.
        told = [(one, payload) for one, payload in zip(shown, MARKED, strict=True) if not _CONTROLS.search(payload)]
        assert [one for one, _ in told] == [payload for _, payload in told]
    looking.reload("answer", answers(2, NILE), evidence=True)
    looking.reload("title, authors, venue, link", of_papers(3, told_of()), evidence=True)
    looking.reload("abstract", of_papers(4, written_in()), evidence=True)
    _shelf(looking)
    _corpus(looking)
    _preview(looking)


def _streamed(looking: Attacked, endpoint: Misbehaving, kinds: tuple[str, ...]) -> None:
    """Hostile questions, whose answers an LLM makes of hostile texts, as they come."""
    page, marked = looking.open("streamed"), iter(MARKED)
    for turn, (kind, payloads) in enumerate(PAYLOADS.items()):
        hostile = [next(marked) for _ in payloads]
        if kind not in kinds:
            continue
        pieces = [piece for one in hostile for piece in (one[: len(one) // 2], f"{one[len(one) // 2 :]} [{FERTILE}]. ")]
        endpoint.script(says(*pieces, f"The silt makes the fields fertile [{FERTILE}].", every=0.01))
        page.locator("#question textarea").fill(f"{WHY.text} {' '.join(hostile)}"[:2000])
        page.locator("#question textarea").press("Enter")
        if kinds == tuple(PAYLOADS):
            expect(page.locator("#chat .answer .about")).to_have_count(turn + 1)
            looking.count()
        else:
            expect(page.locator("#chat [data-testid=bot]")).to_have_count(1)
            expect(page.locator("#question").get_by_role("button", name="Ask")).to_be_visible()
            # Kept with what else a turn leaves behind: whose browser this is.
            expect(page.locator("#history li").first).to_be_attached()


def _shelf(looking: Attacked) -> None:
    looking.keep(*([Turn(f"05{n:030x}", payload, note="Not answered.")] for n, payload in enumerate(MARKED)))
    looking.open("shelf of conversations")
    looking.wait(f"document.querySelectorAll('#history li').length > {len(MARKED)}")
    looking.count()


def _corpus(looking: Attacked) -> None:
    page = looking.open("list of papers")
    page.locator("#corpus > button").evaluate("(button) => button.click()")
    words = page.locator("#corpus-words").get_by_role("textbox")
    for heap in range((len(MARKED) + 39) // 40):
        words.fill("")
        words.press_sequentially(f"heap{heap}")
        listed, other = "document.querySelector('#corpus-list').textContent", heap - 1 if heap else 1
        looking.wait(f"{listed}.includes('heap{heap}') && !{listed}.includes('heap{other}')")
        looking.count()


def _preview(looking: Attacked) -> None:
    page = looking.open("papers brought in")
    page.locator("#corpus > button").evaluate("(button) => button.click()")
    for begin in range(0, len(MARKED), 25):
        records = [
            record
            for payload in MARKED[begin : begin + 25]
            for record in (
                {"title": payload.replace("<", "&lt;"), "abstract": f"Of {begin} words.", "authors": [payload]},
                {"title": payload.replace("<", "&lt;"), "abstract": "", "id": payload},
            )
        ]
        told = "\n".join(map(json.dumps, records))
        name = f"heap{begin}.jsonl"
        page.locator("#drop input").set_input_files(FilePayload(name=name, mimeType="", buffer=told.encode()))
        looking.wait(f"document.querySelector('#preview').textContent.includes('{name}')")
        looking.count()


def _told(guards: str, looking: Attacked) -> str:
    rows = [(guards, *TITLES), *((place, *map(str, done.row)) for place, done in looking.done.items() if place)]
    return "\n".join(f"{row[0]:<30}" + "".join(f"{each:>10}" for each in row[1:]) for row in rows)


def test_hostile_texts_stay_text_where_they_are_escaped_and_load_nothing_where_the_policy_stands(
    looked: tuple[str, Attacked],
) -> None:
    guards, looking = looked
    assert len(MARKED) >= 80
    assert len(looking.done) >= 7
    if guards in ("both", "escaping alone"):
        assert {place: done.row for place, done in looking.done.items() if any(done.row)} == {}
    elif guards == "policy alone":
        assert {place: done.scripts for place, done in looking.done.items() if done.scripts} == {}
        assert {
            place: done.requests - LEAD_AWAY for place, done in looking.done.items() if done.requests - LEAD_AWAY
        } == {}
    else:
        # Else these texts would test nothing.
        assert len(set[int]().union(*(done.scripts for done in looking.done.values()))) > 20
        # As many of them load in Chromium 156; in those before, one or more besides.
        assert len(set[int]().union(*(done.requests for done in looking.done.values()))) >= 20
