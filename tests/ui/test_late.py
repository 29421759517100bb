"""What is suggested comes late: whoever has gone on to another conversation is left there."""

import time
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.ui.browser import PATIENCE, SERVE, opened, serving
from tests.ui.test_web import DEPTH, FP8

LATE = SERVE.replace(
    "serve(settings, open_assistant(settings))",
    """
import time
class Late:
    def __init__(self, assistant):
        self._assistant = assistant
    def __getattr__(self, name):
        return getattr(self._assistant, name)
    def follow_ups(self, question, answer):
        begun, going, done = (Path("{folder}", name) for name in ("begun", "going", "done"))
        begun.touch()
        while not going.exists():
            time.sleep(0.05)
        done.touch()
        return ("Why is that?",)
serve(settings, Late(open_assistant(settings)))
""",
)


def await_file(page: Page, path: Path) -> None:
    """Wait until the program has made a file, while the page goes on."""
    until = time.monotonic() + PATIENCE / 1000
    while not path.exists():
        assert time.monotonic() < until, f"nothing made {path.name}"
        page.wait_for_timeout(20)


def test_a_late_suggestion_does_not_bring_back_what_was_left(
    chromium: Browser, sample_index: Path, tmp_path: Path
) -> None:
    program = LATE.replace("{folder}", str(tmp_path))
    with serving(sample_index, program) as served, opened(chromium) as window:
        window.open(served.url)
        page = window.page
        window.ask(FP8)
        await_file(page, tmp_path / "begun")
        page.get_by_role("button", name="New conversation").click()
        expect(page.locator("#chat .examples")).to_be_visible()
        window.ask(DEPTH)
        (tmp_path / "going").touch()
        await_file(page, tmp_path / "done")
        # What came of it is on its way.
        page.wait_for_timeout(500)
        expect(page.locator("#chat .asked")).to_have_text([DEPTH])
