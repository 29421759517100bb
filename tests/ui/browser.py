"""The chat window in a real browser, served by a process of its own."""

import itertools
import os
import re
import shutil
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect, sync_playwright

from tests.preloaded import REPOSITORY, running

PATIENCE = 60_000
# Where the trace of a test that failed is kept, for `playwright show-trace`.
TRACES = REPOSITORY / "artifacts" / "traces"
FAILED = pytest.StashKey[bool]()
_NUMBERS = itertools.count(1)

SERVE = """
import sys
from pathlib import Path
from assistant.opening import open_assistant
from assistant.settings import read_settings
from ui.web.serving import serve
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
def serving(index: Path, program: str = SERVE, errors: Path | None = None, port: int | None = None) -> Iterator[Served]:
    """A chat window over `index`, on a free port unless one is given; what it says on stderr goes to `errors`, or to that of the tests."""
    port = port or free_port()
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

    def reload(self) -> None:
        """Load the page anew, and wait until its scripts listen."""
        self.page.reload()
        expect(self.page.locator("html[data-evidence-ready='1']")).to_be_attached()

    def begin(self, question: str) -> None:
        """Ask, and do not wait."""
        box = self.page.locator("#question textarea")
        box.fill(question)
        box.press("Enter")

    def ask(self, question: str) -> None:
        """Ask, and wait for the end of the answer."""
        answered = self.page.locator("#chat .answer .about")
        before = answered.count()
        self.begin(question)
        expect(answered).to_have_count(before + 1)


@pytest.fixture
def window(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Window]:
    with opened(chromium, failed=lambda: request.node.stash.get(FAILED, False)) as window:
        yield window


@contextmanager
def opened(
    chromium: Browser,
    width: int = 1280,
    height: int = 800,
    permissions: Sequence[str] = (),
    failed: Callable[[], bool] = lambda: False,
) -> Iterator[Window]:
    """A browser session of its own; at its end, no request may have left the machine and no script failed.

    Where something did, or the block raised, or the test has `failed`, a trace is kept.
    """
    context = chromium.new_context(
        viewport={"width": width, "height": height}, reduced_motion="reduce", permissions=permissions
    )
    context.set_default_timeout(PATIENCE)
    context.tracing.start(snapshots=True)
    left_the_machine = _fenced(context)
    faults: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: faults.extend(_faults(str(error))))
    is_broken = True
    try:
        yield Window(page, left_the_machine, faults)
        is_broken = failed() or bool(left_the_machine or faults)
    finally:
        context.tracing.stop(path=_trace() if is_broken else None)
        context.close()
    assert left_the_machine == []
    assert faults == []


def _faults(error: str) -> list[str]:
    """The error of a page, unless a reload or the end of the server cut off what was loading: no fault of a script."""
    return [] if "Failed to fetch" in error else [error]


def _trace() -> Path:
    test = os.environ.get("PYTEST_CURRENT_TEST", "").partition(" ")[0]
    return TRACES / f"{re.sub(r'[^0-9A-Za-z]+', '-', test)}-{next(_NUMBERS)}.zip"


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
