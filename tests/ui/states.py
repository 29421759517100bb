"""The states of the chat window that tests look at, each with what brings a window there from the first."""

from collections.abc import Callable
from types import MappingProxyType

from playwright.sync_api import expect

from tests.ui.browser import Window

ANSWERED = "How is FP8 different from INT8 for inference?"
LISTED = "Which papers are about video generation?"
COMPARED = "Compare FlashAttention-2 and DeepSpeed Ulysses"
REFUSED = "Who won the 1998 football World Cup?"
PASTED = """
@article{owls, title={Owls that hunt by ear}, author={Ana Roca and Bo Lind}, year={2021}, journal={Night Studies},
  abstract={Barn owls locate mice in total darkness by a difference of 3.2 microseconds between their ears.}}
@article{newts, title={Newts at dawn}, author={Cy Marsh}, year={2019}, abstract={Alpine newts court at dawn in May.}}
@article{bare, title={A title alone}, author={Dee Moor}, year={2020}}
"""


def _answer(window: Window) -> None:
    window.ask(ANSWERED)
    # The whole answer's, which takes the place of that of the growing one.
    expect(window.page.locator("#evidence .ev-wrong").first).to_be_visible()
    window.page.locator("#chat a.cite").first.click()
    expect(window.page.locator("#evidence mark.active").first).to_be_in_viewport()


def _shelf(window: Window) -> None:
    for question in (LISTED, REFUSED):
        window.ask(question)
        window.page.get_by_role("button", name="New conversation").click()
        expect(window.page.locator("#chat .examples")).to_be_visible()
    window.ask(ANSWERED)
    window.page.locator("#shelf .toggle-button").click()
    expect(window.page.locator("#history li")).to_have_count(3)
    expect(window.page.locator("#history li").first).to_be_in_viewport()


def _corpus(window: Window) -> None:
    window.page.locator("#corpus > button").click()
    expect(window.page.locator("#corpus-list li").first).to_be_visible()


def _preview(window: Window) -> None:
    _corpus(window)
    window.page.locator("#drop textarea").fill(PASTED)
    window.page.get_by_role("button", name="Read what is pasted").click()
    expect(window.page.locator("#preview .rejected li")).to_have_count(1)
    window.page.locator("#add-papers").scroll_into_view_if_needed()


def _keys(window: Window) -> None:
    # Beside the question, into which the page may only now put the focus.
    window.page.locator("#chat").dispatch_event("keydown", {"key": "?"})
    expect(window.page.locator("#keys")).to_be_visible()


# What the shown conversation is asked last, so that it is whole: the options come after it.
STATES: MappingProxyType[str, Callable[[Window], None]] = MappingProxyType(
    {
        "first": lambda _: None,
        "answer": _answer,
        "list": lambda window: window.ask(LISTED),
        "comparison": lambda window: window.ask(COMPARED),
        "refusal": lambda window: window.ask(REFUSED),
        "history": _shelf,
        "corpus": _corpus,
        "import": _preview,
        "keys": _keys,
    }
)
