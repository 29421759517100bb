"""What is suggested comes late: whoever has gone on to another conversation is left there."""

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.ui.browser import SERVE, opened, serving
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
        going, done = Path("{folder}", "going"), Path("{folder}", "done")
        while not going.exists():
            time.sleep(0.05)
        done.touch()
        return ("Why is that?",)
serve(settings, Late(open_assistant(settings)))
""",
)


def test_a_late_suggestion_does_not_bring_back_what_was_left(
    chromium: Browser, sample_index: Path, tmp_path: Path
) -> None:
    program = LATE.replace("{folder}", str(tmp_path))
    with serving(sample_index, program) as served, opened(chromium) as window:
        window.open(served.url)
        page = window.page
        window.ask(FP8)
        page.get_by_role("button", name="New conversation").click()
        expect(page.locator("#chat .examples")).to_be_visible()
        window.ask(DEPTH)
        (tmp_path / "going").touch()
        while not (tmp_path / "done").exists():
            page.wait_for_timeout(20)
        # What came of it is on its way.
        page.wait_for_timeout(500)
        expect(page.locator("#chat .asked")).to_have_text([DEPTH])
