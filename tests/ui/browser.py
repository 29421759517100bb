"""The chat window in a real browser, served by a process of its own."""

import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect, sync_playwright

from tests.preloaded import running

PATIENCE = 60_000

SERVE = """
import sys
from pathlib import Path
from assistant.opening import open_assistant
from assistant.settings import read_settings
from ui.web import serve
settings = read_settings(index=Path(sys.argv[1]), port=int(sys.argv[2]))
serve(settings, open_assistant(settings))
"""

_CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Served:
    """A chat window that listens."""

    url: str
    process: ForkServerProcess
    first_line: str


@contextmanager
def serving(index: Path, program: str = SERVE, errors: Path | None = None) -> Iterator[Served]:
    """A chat window over `index`; what it says on stderr goes to `errors`, or to that of the tests."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SCHOLIAST_")}
    with running(program, ["chat", str(index), str(port)], environment, errors) as (process, said):
        # It prints this once it listens; the pipe closes at once where it fails before that.
        first_line = said.readline()
        assert first_line, "the server ended"
        yield Served(f"http://127.0.0.1:{port}", process, first_line)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def sample_chat(sample_index: Path) -> Iterator[Served]:
    with serving(sample_index) as served:
        yield served


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not path:
        reason = "no Chromium on this machine (apt-get install chromium)"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_CHROMIUM_ARGS)
        yield browser
        browser.close()


@dataclass
class Window:
    """One browser session, and what must not have happened in it."""

    page: Page
    left_the_machine: list[str]
    faults: list[str]

    def open(self, url: str) -> None:
        self.page.goto(url)
        expect(self.page.locator("html[data-evidence-ready='1']")).to_be_attached()

    def ask(self, question: str) -> None:
        """Ask, and wait for the end of the answer."""
        answered = self.page.locator("#chat .answer .about")
        before = answered.count()
        box = self.page.locator("#question textarea")
        box.fill(question)
        box.press("Enter")
        expect(answered).to_have_count(before + 1)


@pytest.fixture
def window(chromium: Browser) -> Iterator[Window]:
    with opened(chromium) as window:
        yield window


@contextmanager
def opened(chromium: Browser, width: int = 1280, height: int = 800) -> Iterator[Window]:
    """A browser session of its own; at its end, no request may have left the machine and no script failed."""
    context = chromium.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    left_the_machine = _fenced(context)
    faults: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    try:
        yield Window(page, left_the_machine, faults)
    finally:
        context.close()
    assert left_the_machine == []
    assert faults == []


def _fenced(context: BrowserContext) -> list[str]:
    refused: list[str] = []

    def pass_or_refuse(route: Route) -> None:
        if urlsplit(route.request.url).hostname == "127.0.0.1":
            route.continue_()
        else:
            refused.append(route.request.url)
            route.abort()

    context.route("**/*", pass_or_refuse)
    return refused
