"""Many users at once: nobody gets another's words or an error, and who waits is told so and for how long."""

import asyncio
import re
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest
from playwright.sync_api import Browser, expect

from benchmarks.users import Asked, Questions, at_once
from benchmarks.visitors import Shown, Visitor
from index.vectors.embedding import LocalEmbedder
from tests.assistant.test_abstractive import INDUS, NILE, WHY
from tests.faults import Misbehaving, says
from tests.index.told import build
from tests.ui.browser import SERVE, Served, opened, serving
from tests.ui.test_web_llm import SERVE as WITH_LLM

DEPTH = "What is the curse of depth?"
LATER = "Are larger vision models always needed?"
_T = TypeVar("_T")


def run(asking: Coroutine[Any, Any, _T]) -> _T:
    """Run on a thread of its own: on that of the tests, Playwright has a loop once there is a browser."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, asking).result()


def test_twenty_at_once_get_their_own_words_and_no_error(sample_chat: Served) -> None:
    questions = Questions()
    users = [questions.of_a_user(1) for _ in range(20)]
    asked = run(at_once(sample_chat.url, users))
    canaries = {canary for canary, _ in users}
    assert [one.shown.fault for one in asked] == [""] * 20
    assert not [one for one in asked if one.is_crossed(canaries)]
    told = {
        words
        for one in asked
        for words in re.findall(r"[A-Z0-9]\w* questions? (?:is|are) before yours.{0,30}", one.shown.text)
    }
    assert all(re.match(r".* before yours&#59; about \d+ seconds?&#46;", one) for one in told)


def test_a_crossed_word_would_be_seen() -> None:
    assert Asked("a1", Shown("a1 and b2", 0.0)).is_crossed({"a1", "b2"})
    assert Asked("a1", Shown("b2", 0.0)).is_crossed({"a1"})
    assert not Asked("a1", Shown("a1", 0.0)).is_crossed({"a1", "b2"})


def test_twelve_slow_requests_of_an_llm_hold_up_no_thirteenth_who_lists_papers(
    tmp_path: Path, embedder: LocalEmbedder
) -> None:
    build(tmp_path / "index", [NILE, INDUS], embedder)

    async def asked(url: str) -> tuple[str, int]:
        async with Visitor(url) as thirteenth:
            waiting = [asyncio.create_task(_of_llm(url)) for _ in range(12)]
            while len(endpoint.requests) < 12:
                await asyncio.sleep(0.02)
            shown = await thirteenth.ask("Which papers are about rivers?")
            still = sum(not one.done() for one in waiting)
            for one in waiting:
                one.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
        assert not shown.fault
        return shown.text, still

    with (
        Misbehaving(says("Nothing", *[" yet"] * 600, after=60.0)) as endpoint,
        serving(tmp_path / "index", WITH_LLM.format(url=endpoint.url)) as served,
    ):
        text, still = run(asked(served.url))
        assert "extractive&#44; no LLM" in text
        assert still == 12


async def _of_llm(url: str) -> None:
    async with Visitor(url) as visitor:
        await visitor.ask(WHY.text)


# One place, two questions at most, and answers that are held until another file is there.
CROWDED = SERVE.replace(
    "serve(settings, open_assistant(settings))",
    """
import os, time
import ui.web.serving
os.cpu_count = lambda: 1
ui.web.serving.MOST_AT_ONCE = 2
class Held:
    def __init__(self, assistant):
        self._assistant = assistant
    def __getattr__(self, name):
        return getattr(self._assistant, name)
    def stream(self, question, action):
        while not Path({go!r}).exists():
            time.sleep(0.01)
        yield from self._assistant.stream(question, action)
serve(settings, Held(open_assistant(settings)))
""",
)


@pytest.fixture
def go(tmp_path: Path) -> Path:
    """The file that lets answers begin."""
    return tmp_path / "go"


@pytest.fixture
def crowded(sample_index: Path, go: Path) -> Iterator[Served]:
    with serving(sample_index, CROWDED.replace("{go!r}", repr(str(go)))) as served:
        yield served


def test_who_waits_is_told_and_who_finds_no_room_keeps_the_question(
    chromium: Browser, crowded: Served, go: Path
) -> None:
    with opened(chromium) as first, opened(chromium) as second, opened(chromium) as third:
        for window in (first, second, third):
            window.open(crowded.url)
        for window, told in (
            (first, "Searching the abstracts…"),
            (second, re.compile(r"^One question is before yours; about \d+ seconds?\.$")),
        ):
            window.page.locator("#question textarea").fill(DEPTH)
            window.page.locator("#question textarea").press("Enter")
            expect(window.page.locator("#chat .draft .about")).to_have_text(told)
        # What is typed meanwhile is left alone.
        second.page.locator("#question textarea").fill(LATER)

        box = third.page.locator("#question textarea")
        box.fill(DEPTH)
        box.press("Enter")
        refused = third.page.locator("#chat .draft .about")
        expect(refused).to_contain_text("Too many questions are being answered for yours to wait here.")
        expect(box).to_have_value(DEPTH)
        expect(third.page.locator(".toast-body, [data-testid=status-tracker]:visible")).to_have_count(0)

        go.touch()
        for window in (first, second):
            expect(window.page.locator("#chat .answered .about")).to_be_visible()
        expect(second.page.locator("#question textarea")).to_have_value(LATER)
        box.press("Enter")
        expect(third.page.locator("#chat .answered .about")).to_be_visible()
        expect(box).to_have_value("")


def test_who_waits_may_stop(chromium: Browser, crowded: Served, go: Path) -> None:
    with opened(chromium) as first, opened(chromium) as second:
        for window in (first, second):
            window.open(crowded.url)
            window.page.locator("#question textarea").fill(DEPTH)
            window.page.locator("#question textarea").press("Enter")
            expect(window.page.locator("#chat .draft")).to_be_visible()
        expect(second.page.locator("#chat .draft .about")).to_contain_text("before yours")
        second.page.get_by_role("button", name="Stop").click()
        expect(second.page.locator("#chat .draft .about")).to_have_text("Stopped.")
        go.touch()
        expect(first.page.locator("#chat .answered .about")).to_be_visible()
        second.ask(LATER)
