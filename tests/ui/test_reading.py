"""Reading on the page: answers that grow, evidence beside them, what belongs together, and the keys."""

from collections.abc import Iterator
from threading import Event

import pytest
from playwright.sync_api import Locator, Page, expect

from index.vectors.embedding import LocalEmbedder
from tests.assistant.test_abstractive import CARRIES, FERTILE, INDUS, NILE, WHY
from tests.faults import Misbehaving, says
from tests.index.told import build
from tests.ui.browser import Served, Window, serving
from tests.ui.glaciers import GLACIERS, LOST, NORWAY, ONE, SIDES, parted
from tests.ui.test_web_llm import SERVE as WITH_LLM

TWENTY = "List papers about language models"
OFF_TOPIC = "Who won the 1998 football World Cup?"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Misbehaving]:
    with Misbehaving() as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def rivers(
    endpoint: Misbehaving, tmp_path_factory: pytest.TempPathFactory, embedder: LocalEmbedder
) -> Iterator[Served]:
    root = tmp_path_factory.mktemp("rivers") / "index"
    build(root, [NILE, INDUS], embedder)
    with serving(root, WITH_LLM.format(url=endpoint.url)) as served:
        yield served


@pytest.fixture(scope="module")
def glaciers(tmp_path_factory: pytest.TempPathFactory, embedder: LocalEmbedder) -> Iterator[Served]:
    root = tmp_path_factory.mktemp("glaciers") / "index"
    build(root, GLACIERS, embedder)
    with serving(root) as served:
        yield served


@pytest.fixture
def go() -> Iterator[Event]:
    """What lets an answer go on; set at the end, so that no request is left."""
    go = Event()
    yield go
    go.set()


def scrolled(page: Page) -> float:
    """How far the conversation is scrolled, in pixels."""
    found = "[...document.querySelectorAll('#chat *')].find((one) => one.scrollTop > 0)?.scrollTop ?? 0"
    return float(page.evaluate(found))


def answers(page: Page) -> Locator:
    return page.locator("#chat .answer .about")


def test_the_papers_found_stand_in_the_margin_before_the_first_word(
    window: Window, rivers: Served, endpoint: Misbehaving, go: Event
) -> None:
    endpoint.script(parted(go, f"The silt makes the fields fertile [{FERTILE}]."))
    window.open(rivers.url)
    page = window.page
    window.begin(WHY.text)
    found = page.locator("#evidence .ev-found li")
    expect(found.filter(has_text=NILE.title)).to_be_visible()
    expect(found.filter(has_text=INDUS.title)).to_be_visible()
    expect(page.locator("#chat .draft")).to_be_visible()
    expect(page.locator("#chat .claim")).to_have_count(0)
    go.set()
    expect(answers(page)).to_have_count(1)
    expect(page.locator("#evidence .ev-card h3")).to_have_text(NILE.title)


def test_markers_are_links_while_the_words_still_come_and_keep_what_they_opened(
    window: Window, rivers: Served, endpoint: Misbehaving, go: Event
) -> None:
    endpoint.script(
        parted(f"The silt makes the fields fertile [{FERTILE}]. The flood ", go, f"carries silt to Egypt [{CARRIES}].")
    )
    window.open(rivers.url)
    page = window.page
    window.begin(WHY.text)
    page.locator("#chat .draft a.cite").first.click()
    card = page.locator("#evidence .ev-card.active")
    expect(card).to_be_focused()
    expect(card.locator("mark.active")).to_have_text("The silt makes the fields fertile.")
    go.set()
    expect(answers(page)).to_have_count(1)
    expect(page.locator("#chat a.cite")).to_have_count(2)
    expect(page.locator("#evidence .ev-card")).to_be_focused()


def test_who_scrolls_up_while_an_answer_grows_stays_there(
    window: Window, rivers: Served, endpoint: Misbehaving, go: Event
) -> None:
    endpoint.script(says(f"The silt makes the fields fertile [{FERTILE}]."))
    window.open(rivers.url)
    page = window.page
    window.ask(WHY.text)
    window.ask(WHY.text)
    end = Event()
    endpoint.script(
        parted(
            f"The flood carries silt to Egypt [{CARRIES}]. The silt ", go, f"makes the fields fertile [{FERTILE}]. The ", end, "Nile."
        )
    )  # fmt: skip
    window.begin(WHY.text)
    expect(page.locator("#chat .draft .claim")).to_have_count(1)
    expect(page.locator("#chat .asked").nth(2)).to_be_in_viewport()
    page.locator("#chat").hover()
    asked = scrolled(page)
    page.mouse.wheel(0, -60)
    page.wait_for_function(
        "before => [...document.querySelectorAll('#chat *')].every((one) => one.scrollTop < before)", arg=asked
    )
    where = scrolled(page)
    assert where > 0
    go.set()
    expect(page.locator("#chat .draft .claim")).to_have_count(2)
    assert scrolled(page) == where
    end.set()
    expect(answers(page)).to_have_count(3)
    assert scrolled(page) == where


def test_a_list_of_twenty_starts_at_its_top(window: Window, sample_chat: Served) -> None:
    window.open(sample_chat.url)
    window.ask(TWENTY)
    expect(window.page.locator("#chat .claim")).to_have_count(20)
    expect(window.page.locator("#chat .asked")).to_be_in_viewport()
    expect(window.page.locator("#chat .claim").last).not_to_be_in_viewport()


def test_the_end_of_an_answer_takes_nobody_from_the_card_that_they_read(
    window: Window, rivers: Served, endpoint: Misbehaving, go: Event
) -> None:
    endpoint.script(says(f"The silt makes the fields fertile [{FERTILE}]."))
    window.open(rivers.url)
    page = window.page
    window.ask(WHY.text)
    endpoint.script(parted(go, f"The flood carries silt to Egypt [{CARRIES}]."))
    window.begin("What does the flood carry to the fields of Egypt?")
    expect(page.locator("#evidence .ev-head p")).to_have_text("What does the flood carry to the fields of Egypt?")
    page.locator("#chat .answer a.cite").click()
    card = page.locator("#evidence .ev-card.active")
    expect(card).to_be_focused()
    expect(page.locator("#evidence .ev-head p")).to_have_text(WHY.text)
    go.set()
    expect(answers(page)).to_have_count(2)
    expect(page.get_by_role("button", name="Ask")).to_be_visible()
    expect(card).to_be_focused()
    expect(card.locator("mark.active")).to_be_in_viewport()
    expect(page.locator("#evidence .ev-head p")).to_have_text(WHY.text)


def test_a_card_and_the_sentences_that_rest_on_it_are_marked_together(window: Window, glaciers: Served) -> None:
    window.open(glaciers.url)
    page = window.page
    window.ask(LOST)
    claims, cards = page.locator("#chat .claim"), page.locator("#evidence .ev-card[id]")
    expect(claims).to_have_count(2)
    expect(cards).to_have_count(2)
    marked = page.locator("#chat .claim.rests")
    for point in (cards.nth(0).hover, cards.nth(0).focus):
        point()
        expect(marked).to_have_count(1)
        expect(marked.locator("a.cite")).to_have_text("[1]")
        page.locator("#question textarea").focus()
        page.locator("#masthead h1").hover()
        expect(marked).to_have_count(0)
    second = claims.filter(has_text="[2]")
    for point in (second.hover, second.locator("a.cite").focus):
        point()
        expect(page.locator("#evidence .ev-card.rests .ev-n")).to_have_text("2")
        expect(page.locator("#evidence mark.rests")).to_have_count(1)
        page.locator("#question textarea").focus()
        page.locator("#masthead h1").hover()
        expect(page.locator("#evidence .rests")).to_have_count(0)


def test_a_list_of_one_paper_shows_its_title_and_a_comparison_is_a_table(window: Window, glaciers: Served) -> None:
    window.open(glaciers.url)
    page = window.page
    window.ask(ONE)
    expect(page.locator("#chat .source")).to_have_text(NORWAY.title)
    window.ask(SIDES)
    rows = page.get_by_role("rowheader")
    expect(rows).to_have_text(["the Alps", "the Andes"])
    expect(page.locator("#chat table.compare td .claim a.cite")).to_have_count(2)


def test_badges_and_markers_are_reached_by_tab_and_named(window: Window, glaciers: Served) -> None:
    window.open(glaciers.url)
    page = window.page
    window.ask(ONE)
    badge = page.get_by_role("note", name="quoted: the words of the abstract, as they stand there")
    marker = page.get_by_role("link", name=f"[1] {NORWAY.title}")
    marker.focus()
    page.keyboard.press("Tab")
    expect(badge).to_be_focused()
    shown = page.evaluate("getComputedStyle(document.activeElement, '::after').content")
    assert shown == '"quoted: the words of the abstract, as they stand there"'
    expect(page.get_by_role("heading", name=ONE)).to_be_visible()


def test_a_refusal_shows_the_sentences_that_came_closest_marked(window: Window, sample_chat: Served) -> None:
    window.open(sample_chat.url)
    page = window.page
    window.ask(OFF_TOPIC)
    expect(page.locator("#chat .abstained .verdict")).to_have_text("No answer")
    expect(page.locator("#evidence h2")).to_have_text("Nearest papers")
    cards = page.locator("#evidence .ev-card.near")
    expect(cards.first).to_be_visible()
    expect(cards.locator(".ev-near mark q")).to_have_count(cards.count())


def test_the_keys_ask_walk_the_citations_and_list_themselves(window: Window, glaciers: Served) -> None:
    window.open(glaciers.url)
    page, box = window.page, window.page.locator("#question textarea")
    window.ask(LOST)
    window.ask(ONE)
    expect(page.locator("#chat a.cite")).to_have_count(3)
    page.locator("#chat .asked").first.click()
    page.locator("#anew").focus()
    number = page.locator("#evidence .ev-card.active .ev-n")
    for key, question, n in (("]", LOST, "1"), ("]", LOST, "2"), ("]", ONE, "3"), ("]", LOST, "1"), ("[", ONE, "3")):
        page.keyboard.press(key)
        expect(page.locator("#evidence .ev-head p")).to_have_text(question)
        expect(number).to_have_text(n)
        expect(page.locator("#evidence .ev-card.active")).to_be_focused()
    keys = page.get_by_role("dialog", name="Keys")
    page.keyboard.press("?")
    expect(keys).to_be_visible()
    page.keyboard.press("?")
    expect(keys).to_be_hidden()
    page.keyboard.press("/")
    expect(box).to_be_focused()
    expect(box).to_have_value("")


def test_no_key_acts_while_somebody_types(window: Window, glaciers: Served) -> None:
    window.open(glaciers.url)
    page, box = window.page, window.page.locator("#question textarea")
    window.ask(ONE)
    box.press_sequentially("/[]?")
    expect(box).to_have_value("/[]?")
    expect(box).to_be_focused()
    expect(page.locator("#evidence .active")).to_have_count(0)
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
