"""Conversations on the page: kept over reloads and restarts, listed, found again, and nobody else's."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from index.vectors.embedding import LocalEmbedder
from tests.index.told import build
from tests.ui.browser import SERVE, Served, Window, free_port, opened, serving
from tests.ui.glaciers import ALL, ALPS, GLACIERS, LOST, ONE
from tests.ui.visitor import Visitor, visiting
from ui.conversations.keeping import Conversations, beside

CAUSE = "What melts its ice?"
OF_ALPS = "How much ice do the glaciers of the Alps lose a year?"
ADDRESS = re.compile(r"#c-[0-9a-f]{32}$")
HELD = SERVE.replace(
    "serve(settings, open_assistant(settings))",
    """
import threading
class Held:
    def __init__(self, assistant):
        self._assistant = assistant
    def __getattr__(self, name):
        return getattr(self._assistant, name)
    def stream(self, question, action):
        if "Norway" in question.text:
            threading.Event().wait()
        yield from self._assistant.stream(question, action)
serve(settings, Held(open_assistant(settings)))
""",
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, embedder: LocalEmbedder) -> Path:
    root = tmp_path_factory.mktemp("glaciers") / "index"
    build(root, GLACIERS, embedder)
    return root


@pytest.fixture(scope="module")
def chat(index: Path) -> Iterator[Served]:
    with serving(index) as served:
        yield served


def asked(page: Page) -> list[str]:
    return page.locator("#chat .asked").all_text_contents()


def outlives(window: Window) -> None:
    """Wait until a page that was opened before a restart of the server has loaded itself anew."""
    window.page.wait_for_function("!window.old && document.documentElement.dataset.evidenceReady === '1'")


def shelf(window: Window) -> None:
    """Unfold the list of conversations."""
    window.page.get_by_role("button", name="Conversations").click()
    expect(window.page.locator("#history li a").first).to_be_in_viewport()


def test_a_new_conversation_begins_with_examples_where_the_page_opened_on_an_old_one(
    window: Window, chat: Served
) -> None:
    window.open(chat.url)
    window.ask(ONE)
    window.reload()
    window.page.get_by_role("button", name="New conversation").click()
    expect(window.page.locator("#chat .examples")).to_be_visible()


def test_a_conversation_is_there_after_a_reload_with_its_evidence_and_numbers(window: Window, chat: Served) -> None:
    window.open(chat.url)
    page = window.page
    window.ask(OF_ALPS)
    window.ask(ONE)
    expect(page).to_have_url(ADDRESS)
    markers = page.locator("#chat a.cite").all_text_contents()
    window.reload()
    expect(page.locator("#chat .asked")).to_have_text([OF_ALPS, ONE])
    assert page.locator("#chat a.cite").all_text_contents() == markers
    expect(page.locator("#evidence .ev-head p")).to_have_text(ONE)
    page.locator("#chat a.cite").first.click()
    expect(page.locator("#evidence .ev-card.active h3")).to_have_text(ALPS.title)
    expect(page.locator("#evidence mark.active")).to_be_in_viewport()


def test_a_restart_loses_nothing_and_the_next_question_leans_on_what_was_said(window: Window, index: Path) -> None:
    port, page = free_port(), window.page
    with serving(index, port=port) as served:
        window.open(served.url)
        window.ask(OF_ALPS)
        cited = set(page.locator("#chat a.cite").all_text_contents())
        page.evaluate("window.old = true")
    with serving(index, port=port):
        outlives(window)
        expect(page.locator("#chat .asked")).to_have_text([OF_ALPS])
        window.ask(CAUSE)
        expect(page.locator("#chat .answer").nth(1).locator(".meant")).to_have_text(
            re.compile("Taken to mean: What melts .*Alps")
        )
        expect(page.locator("#chat .answer").nth(1).locator("a.cite").first).to_have_text("[1]")
        window.ask(ONE)
        new = page.locator("#chat .answer").nth(2).locator("a.cite").first.text_content()
        assert new not in cited
        page.locator("#chat a.cite").first.click()
        expect(page.locator("#evidence .ev-head p")).to_have_text(OF_ALPS)


def test_a_server_that_was_killed_leaves_the_question_which_retry_answers_in_its_place(
    window: Window, index: Path
) -> None:
    port, page = free_port(), window.page
    with serving(index, HELD, port=port) as served:
        window.open(served.url)
        window.ask(OF_ALPS)
        window.begin(ONE)
        expect(page.locator("#chat .draft")).to_be_visible()
        page.evaluate("window.old = true")
        served.process.kill()
        served.process.join()
    with serving(index, port=port):
        outlives(window)
        expect(page.locator("#chat .draft .about")).to_contain_text("This was not answered")
        assert asked(page) == [OF_ALPS, ONE]
        page.get_by_role("button", name="Retry").click()
        expect(page.locator("#chat .answer .about")).to_have_count(2)
        expect(page.locator("#chat .asked")).to_have_text([OF_ALPS, ONE])
        window.reload()
        expect(page.locator("#chat .answer .about")).to_have_count(2)
        expect(page.locator("#chat .asked")).to_have_text([OF_ALPS, ONE])


def test_the_list_is_newest_first_titled_by_the_first_question_and_leads_back(window: Window, chat: Served) -> None:
    window.open(chat.url)
    page = window.page
    window.ask(OF_ALPS)
    expect(page).to_have_url(ADDRESS)
    first = page.url
    window.ask(ONE)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator("#chat .asked")).to_have_count(0)
    window.ask(LOST)
    shelf(window)
    links = page.locator("#history li a")
    expect(links).to_have_text([LOST, OF_ALPS])
    expect(page.locator("#history [aria-current=page]")).to_have_text(LOST)
    links.nth(1).click()
    expect(page.locator("#chat .asked")).to_have_text([OF_ALPS, ONE])
    expect(page).to_have_url(first)
    expect(page.locator("#history [aria-current=page]")).to_have_text(OF_ALPS)
    window.ask(ALL)
    expect(links).to_have_text([OF_ALPS, LOST])


def test_the_list_is_searched_in_answers_too(window: Window, chat: Served) -> None:
    window.open(chat.url)
    page = window.page
    window.ask(LOST)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator("#chat .asked")).to_have_count(0)
    window.ask(ONE)
    shelf(window)
    links, sought = page.locator("#history li a"), page.get_by_placeholder("Search…")
    expect(links).to_have_count(2)
    # Stands in an answer alone.
    sought.fill("wet winters")
    expect(links).to_have_text([ONE])
    sought.fill("a year")
    expect(links).to_have_text([LOST])
    sought.fill("100%_")
    expect(page.locator("#history .none")).to_have_text("No conversation holds these words.")
    sought.fill("")
    expect(links).to_have_text([ONE, LOST])


def test_a_conversation_is_renamed_by_the_keyboard_and_deleted_with_undo(window: Window, chat: Served) -> None:
    window.open(chat.url)
    page = window.page
    window.ask(LOST)
    shelf(window)
    link, title = page.locator("#history li a"), page.get_by_role("textbox", name="Title")
    expect(link).to_have_text(LOST)
    for typed, key, shown in (("Melt <b>", "Enter", "Melt <b>"), ("Another", "Escape", "Melt <b>")):
        page.get_by_role("button", name=re.compile("^Rename")).press("Enter")
        expect(title).to_be_focused()
        title.fill(typed)
        title.press(key)
        expect(title).to_have_count(0)
        expect(link).to_have_text(shown)
    page.get_by_role("button", name="Delete Melt <b>").click()
    expect(link).to_have_count(0)
    page.locator("#history").get_by_role("button", name="Undo").click()
    expect(link).to_have_text("Melt <b>")

    page.get_by_role("button", name="Delete Melt <b>").click()
    expect(link).to_have_count(0)
    # Whoever asks on has it back, and all of it.
    window.ask(ONE)
    expect(page.locator("#chat .asked")).to_have_text([LOST, ONE])
    expect(link).to_have_text("Melt <b>")


def test_on_a_phone_the_list_is_folded_away_and_unfolds(chromium: Browser, chat: Served) -> None:
    with opened(chromium, 390, 844) as phone:
        phone.open(chat.url)
        phone.ask(LOST)
        link = phone.page.locator("#history li a")
        expect(link).not_to_be_in_viewport()
        shelf(phone)
        expect(link).to_have_text(LOST)
        phone.page.get_by_role("button", name="Conversations").click()
        expect(link).not_to_be_in_viewport()
        expect(phone.page.locator("#question textarea")).to_be_in_viewport()
        assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_link_shows_nobody_else_anything_of_a_conversation(window: Window, chromium: Browser, chat: Served) -> None:
    window.open(chat.url)
    window.ask(LOST)
    expect(window.page).to_have_url(ADDRESS)
    with opened(chromium) as other:
        other.open(window.page.url)
        expect(other.page.get_by_text("What would you like to know?")).to_be_visible()
        other.ask(ONE)
        expect(other.page.locator("#chat .asked")).to_have_text([ONE])
        expect(other.page.locator("#history li a")).to_have_text([ONE])
    window.reload()
    expect(window.page.locator("#chat .asked")).to_have_text([LOST])


@pytest.fixture
def two(chat: Served) -> Iterator[tuple[Visitor, Visitor]]:
    """Two readers, of whom the first has asked something."""
    with visiting(chat.url) as owner, visiting(chat.url) as other:
        for one in (owner, other):
            one.introduce()
        owner.ask(LOST)
        yield owner, other


def test_raw_requests_show_and_change_nothing_of_anothers_conversation(
    two: tuple[Visitor, Visitor], index: Path
) -> None:
    owner, other = two
    kept = Conversations(beside(index))
    whose = f"browser:{owner.reader}"
    (entry,) = kept.entries(whose)
    at = entry.conversation_id
    (turn,) = before = kept.turns(whose, at)
    assert "lose one metre" in owner.call("evidence_of", turn.turn_id)
    assert "no longer kept" in other.call("evidence_of", turn.turn_id)
    for wanted in ("text", "markdown", "bibtex"):
        assert owner.call("words_of", f"{wanted}:{turn.turn_id}")
        assert other.call("words_of", f"{wanted}:{turn.turn_id}") == ""
    assert owner.call("words_of", f"conversation:{at}")
    assert other.call("words_of", f"conversation:{at}") == ""
    other.call("judge", json.dumps({"verdict": "bad", "turn": turn.turn_id, "n": 0, "comment": ""}))
    assert not [one for one in kept.opinions() if one.turn.turn_id == turn.turn_id]

    shown = other.introduce(f"c-{at}")
    shown += other.tell("history", "open", event_data={"id": at})
    shown += other.tell("history", "rename", "", "", event_data={"id": at, "text": "mine"})
    shown += other.tell("history", "delete", "", "", event_data={"id": at})
    shown += other.tell("evidence", "undo", at, event_data={"id": turn.turn_id})
    shown += other.tell("evidence", "edit", at, event_data={"id": turn.turn_id})
    shown += other.tell("evidence", "again", at, event_data={"id": turn.turn_id})
    assert "metre" not in shown
    assert "How much ice" not in shown
    other.tell("question", "submit", other.reader, ONE, at, turn.turn_id)
    assert kept.entries(whose) == (entry,)
    assert kept.turns(whose, at) == before


def test_two_tabs_write_into_one_conversation_and_a_reload_shows_all(window: Window, chat: Served) -> None:
    window.open(chat.url)
    window.ask(LOST)
    expect(window.page).to_have_url(ADDRESS)
    second = Window(window.page.context.new_page(), window.left_the_machine, window.faults)
    second.open(window.page.url)
    expect(second.page.locator("#chat .asked")).to_have_text([LOST])
    second.ask(ONE)
    # What the other tab asked meanwhile comes with the answer.
    window.begin(OF_ALPS)
    expect(window.page.locator("#chat .answer .about")).to_have_count(3)
    for tab in (window, second):
        tab.reload()
        expect(tab.page.locator("#chat .asked")).to_have_text([LOST, ONE, OF_ALPS])
        expect(tab.page.locator("#chat .answer .about")).to_have_count(3)
