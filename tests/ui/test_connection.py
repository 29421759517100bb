"""A server that has gone: the page says so, keeps what was typed, and goes on with the next one."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from tests.ui import browser
from tests.ui.browser import SERVE, opened, serving

GONE = "The server does not answer. What you typed is kept; this page tries again."
TYPED = "What is the curse of depth? “<b>typed</b>”"


def test_what_was_typed_outlives_the_server(
    chromium: Browser, sample_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(chromium) as window:
        page = window.page
        line, box = page.locator("#gone"), page.locator("#question textarea")
        with serving(sample_index) as served:
            window.open(served.url)
            expect(line).to_be_empty()
            box.fill(TYPED)
            served.process.kill()
            box.press("Enter")
            expect(line).to_have_text(GONE)
            expect(line).to_be_visible()
            expect(page.locator(".toast-body:visible, [data-testid=status-tracker]:visible")).to_have_count(0)
            expect(box).to_have_value(TYPED)
        port = urlsplit(served.url).port
        monkeypatch.setattr(browser, "free_port", lambda: port)
        page.evaluate("window.isOld = true")
        with serving(sample_index):
            page.wait_for_function("!window.isOld")
            expect(page.locator("html[data-evidence-ready='1']")).to_be_attached()
            expect(box).to_have_value(TYPED)
            expect(line).to_be_empty()
            box.press("Enter")
            expect(page.locator("#chat .answer .about")).to_be_visible()
            expect(page.locator("#chat .asked")).to_have_text(TYPED)
            page.reload()
            expect(page.locator("html[data-evidence-ready='1']")).to_be_attached()
            expect(box).to_have_value("")


SLOW = SERVE.replace(
    "serve(settings, open_assistant(settings))",
    """
import time
class Slow:
    def __init__(self, assistant):
        self._assistant = assistant
    def __getattr__(self, name):
        return getattr(self._assistant, name)
    def stream(self, question, action):
        time.sleep(30)
        yield from self._assistant.stream(question, action)
serve(settings, Slow(open_assistant(settings)))
""",
)


def test_a_question_without_an_answer_is_in_the_box_again(chromium: Browser, sample_index: Path) -> None:
    with serving(sample_index, SLOW) as served, opened(chromium) as window:
        window.open(served.url)
        box = window.page.locator("#question textarea")
        box.fill(TYPED)
        box.press("Enter")
        expect(window.page.locator("#chat .asked")).to_have_text(TYPED)
        expect(box).to_have_value("")
        expect(window.page.locator("#question .stop-button")).to_be_visible()
        window.page.reload()
        expect(box).to_have_value(TYPED)
