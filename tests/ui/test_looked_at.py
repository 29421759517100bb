"""Every state of the page as people meet it: with a screen reader, in the dark, on a phone, enlarged, without motion."""

import importlib.util
import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.ui.browser import SERVE, Served, Window, opened, serving
from tests.ui.states import COMPARED, STATES
from ui.accounts import Accounts

# The window, halved: what a page enlarged to 200 % has to fit in.
PHONE, ENLARGED = {"width": 390, "height": 844}, {"width": 640, "height": 400}
_RUN = "() => axe.run(document, { resultTypes: ['violations'] })"
# What reaches beyond what holds it and is cut there, but for lines that say so by an ellipsis and what only screen readers read.
_CUT = """() => [...document.querySelectorAll("#chat *, #evidence *, #corpus *, #history *, #keys *, #masthead *")].filter((each) => {
  const { overflowX, textOverflow } = getComputedStyle(each);
  return overflowX !== "visible" && textOverflow !== "ellipsis" && each.clientWidth > 2 && each.scrollWidth > each.clientWidth + 1;
}).map((each) => `${each.tagName} ${each.id} ${each.className}`)"""


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of axe-core, which the wheel of axe-playwright-python carries."""
    found = importlib.util.find_spec("axe_playwright_python")
    if not found:
        reason = "axe-core is not installed (make test installs it from requirements-dev.lock)"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    return Path(str(found and found.origin)).with_name("axe.min.js").read_text(encoding="utf-8")


def faults(page: Page, axe: str) -> list[str]:
    """What axe finds serious or critical in the page."""
    page.evaluate(axe)
    return [
        f"{fault['impact']}: {fault['help']}: {node['html'][:200]}"
        for fault in page.evaluate(_RUN)["violations"]
        if fault["impact"] in {"serious", "critical"}
        for node in fault["nodes"]
    ]


@pytest.mark.parametrize("state", STATES)
def test_a_state_has_no_grave_fault_by_day_by_night_and_on_a_phone(
    window: Window, sample_chat: Served, axe: str, state: str
) -> None:
    window.open(sample_chat.url)
    STATES[state](window)
    assert faults(window.page, axe) == []
    window.page.evaluate("() => document.body.classList.add('dark')")
    assert faults(window.page, axe) == []
    window.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert faults(window.page, axe) == []


def test_the_page_that_asks_who_it_is_has_no_grave_fault(
    chromium: Browser, sample_index: Path, tmp_path: Path, axe: str
) -> None:
    accounts = tmp_path / "accounts.json"
    Accounts(accounts).put("mary", "a long password")
    program = SERVE.replace("port=int", f"auth=Path({str(accounts)!r}), port=int")
    with serving(sample_index, program) as served, opened(chromium) as window:
        window.page.goto(served.url)
        expect(window.page.get_by_role("button", name="Log in")).to_be_visible()
        assert faults(window.page, axe) == []
        window.page.evaluate("() => document.documentElement.classList.add('dark')")
        assert faults(window.page, axe) == []
        window.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        assert faults(window.page, axe) == []
        assert window.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("state", STATES)
def test_a_state_fits_a_phone_and_a_page_enlarged_to_twice_its_size(
    window: Window, sample_chat: Served, state: str
) -> None:
    window.open(sample_chat.url)
    STATES[state](window)
    for size in (window.page.viewport_size, PHONE, ENLARGED):
        window.page.set_viewport_size(size)  # type: ignore[arg-type]
        assert window.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert window.page.evaluate(_CUT) == []


def test_questions_are_headings_and_markers_are_named_by_their_papers(window: Window, sample_chat: Served) -> None:
    window.open(sample_chat.url)
    window.ask(COMPARED)
    expect(window.page.get_by_role("heading", name=COMPARED, level=2)).to_be_visible()
    expect(window.page.get_by_role("link", name="[1] FlashAttention-2: Faster Attention")).to_have_count(1)
    expect(window.page.locator("#chat .compare").get_by_role("rowheader")).to_have_count(2)
    first = window.page.get_by_role("group", name="What may be asked next").get_by_role("button").first
    expect(first).to_be_visible()
    # What can be done with the last answer stays when suggestions stand under it.
    expect(window.page.locator("#chat .answer .do", has_text="Retry")).to_be_visible()


def test_the_closed_shelf_is_out_of_the_way_of_the_keyboard(window: Window, sample_chat: Served) -> None:
    window.open(sample_chat.url)
    expect(window.page.locator("#sought textarea")).to_be_hidden()
    window.page.get_by_role("button", name="Conversations").click()
    expect(window.page.locator("#sought textarea")).to_be_visible()


def test_nothing_moves_for_who_asked_for_no_motion(window: Window, sample_chat: Served) -> None:
    window.open(sample_chat.url)
    STATES["answer"](window)
    moving = "() => document.getAnimations().filter((each) => each.playState === 'running').length"
    assert window.page.evaluate(moving) == 0
    assert window.page.evaluate("getComputedStyle(document.querySelector('#chat a.cite')).transitionDuration") == "0s"
