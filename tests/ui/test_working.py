"""Working with answers: limits, stopping and asking again, taking away, and saying what one thinks of them."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from playwright.sync_api import Browser, Page, expect

from index.vectors.embedding import LocalEmbedder
from tests.assistant.test_abstractive import CARRIES, FERTILE, INDUS, NILE, WHY
from tests.faults import Misbehaving, says
from tests.index.told import build
from tests.preloaded import scholiast
from tests.ui.browser import Served, Window, opened, serving
from tests.ui.glaciers import ALL, ALPS, ANDES, GLACIERS, LATER, LOST, NORWAY, ONE, parted
from tests.ui.test_web_llm import SERVE as WITH_LLM

CLIPBOARD = ("clipboard-read", "clipboard-write")


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
def index(tmp_path_factory: pytest.TempPathFactory, embedder: LocalEmbedder) -> Path:
    root = tmp_path_factory.mktemp("glaciers") / "index"
    build(root, GLACIERS, embedder)
    return root


@pytest.fixture(scope="module")
def chat(index: Path) -> Iterator[Served]:
    with serving(index) as served:
        yield served


@pytest.fixture
def go() -> Iterator[Event]:
    """What lets an answer go on; set at the end, so that no request is left."""
    go = Event()
    yield go
    go.set()


def answers(page: Page, number: int) -> None:
    expect(page.locator("#chat .answer .about")).to_have_count(number)


def downloaded(page: Page, name: str) -> tuple[str, str]:
    """The name and the content of the file that a button gives."""
    with page.expect_download() as download:
        page.get_by_role("button", name=name, exact=True).click()
    return download.value.suggested_filename, Path(download.value.path()).read_text(encoding="utf-8")


def test_chips_are_chosen_and_limit_the_answer(window: Window, chat: Served) -> None:
    window.open(chat.url)
    page = window.page
    box = page.get_by_role("combobox", name="Limit to")
    for chip in ("from 2021 or later", "in Journal of Ice"):
        box.click()
        page.get_by_role("option", name=chip).click()
    window.ask(ALL)
    expect(page.locator("#chat .source")).to_have_text(ANDES.title)
    # What was chosen is shown beside the box, and needs no chip over the answer.
    expect(page.locator("#chat .chip")).to_have_count(0)
    box.focus()
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    window.ask(ALL)
    expect(page.locator("#chat .answer").nth(1).locator(".source")).to_have_count(3)


def test_a_limit_of_the_words_is_shown_and_can_be_taken_away(window: Window, chat: Served) -> None:
    window.open(chat.url)
    page = window.page
    window.ask(LATER)
    titles = page.locator("#chat .source")
    expect(titles).to_have_count(2)
    chip = page.locator("#chat .limits .chip")
    expect(chip).to_have_text(re.compile(r"from 2021 or later\s✕"))
    chip.click()
    expect(titles).to_have_count(3)
    expect(chip).to_have_count(0)
    expect(page.locator("#chat .asked")).to_have_text([LATER])


def test_a_corpus_without_a_record_has_no_chips_and_one_without_years_none_of_years(
    window: Window, sample_chat: Served, tmp_path: Path, embedder: LocalEmbedder
) -> None:
    window.open(sample_chat.url)
    window.ask("What is the curse of depth?")
    expect(window.page.get_by_role("combobox", name="Limit to")).to_be_hidden()
    build(tmp_path / "index", [replace(one, year=None) for one in GLACIERS], embedder)
    with serving(tmp_path / "index") as served:
        window.open(served.url)
        window.page.get_by_role("combobox", name="Limit to").click()
        expect(window.page.get_by_role("option", name="by Anna Berg")).to_be_visible()
        expect(window.page.get_by_role("option", name=re.compile("from"))).to_have_count(0)


@pytest.mark.parametrize("by", ["button", "Escape"])
def test_stop_keeps_words_links_and_evidence_over_a_reload(
    window: Window, rivers: Served, endpoint: Misbehaving, go: Event, by: str
) -> None:
    endpoint.script(parted(f"The silt makes the fields fertile [{FERTILE}]. The flood ", go, "rises."))
    window.open(rivers.url)
    page = window.page
    window.begin(WHY.text)
    expect(page.locator("#chat .draft a.cite")).to_be_visible()
    page.keyboard.press("Escape") if by == "Escape" else page.get_by_role("button", name="Stop").click()
    expect(page.locator("#chat .answered .why")).to_have_text("Stopped.")
    window.reload()
    expect(page.locator("#chat .answered .why")).to_have_text("Stopped.")
    page.locator("#chat .claim a.cite").click()
    expect(page.locator("#evidence mark.active")).to_have_text("The silt makes the fields fertile.")


def test_retry_answers_again_in_its_place_and_undo_puts_the_question_into_the_box(
    window: Window, rivers: Served, endpoint: Misbehaving
) -> None:
    endpoint.script(says(f"The silt makes the fields fertile [{FERTILE}]."))
    window.open(rivers.url)
    page = window.page
    window.ask(WHY.text)
    endpoint.script(says(f"The flood carries silt to Egypt [{CARRIES}]."))
    page.get_by_role("button", name="Retry").click()
    expect(page.locator("#chat .answered .claim")).to_contain_text("The flood carries silt")
    answers(page, 1)
    expect(page.locator("#chat .asked")).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#chat .asked")).to_have_count(0)
    expect(page.locator("#question textarea")).to_have_value(WHY.text)
    expect(page.locator("#evidence .ev-card")).to_have_count(0)


def test_an_edit_takes_the_place_of_the_last_question(window: Window, chat: Served) -> None:
    window.open(chat.url)
    page, box = window.page, window.page.locator("#question textarea")
    window.ask(ALL)
    window.ask(ONE)
    page.get_by_role("button", name="Edit").click()
    expect(box).to_have_value(ONE)
    window.begin(LOST)
    expect(page.locator("#chat .asked")).to_have_text([ALL, LOST])
    answers(page, 2)
    window.reload()
    expect(page.locator("#chat .asked")).to_have_text([ALL, LOST])


@pytest.mark.parametrize("how", ["Escape", "emptied"])
def test_an_edit_is_given_up(window: Window, chat: Served, how: str) -> None:
    window.open(chat.url)
    page, box = window.page, window.page.locator("#question textarea")
    window.ask(ONE)
    page.get_by_role("button", name="Edit").click()
    expect(box).to_have_value(ONE)
    box.press("Escape") if how == "Escape" else box.fill("")
    expect(box).to_have_value("")
    window.ask(LOST)
    expect(page.locator("#chat .asked")).to_have_text([ONE, LOST])


def test_examples_and_suggestions_are_of_the_corpus_and_are_answered(window: Window, chat: Served) -> None:
    window.open(chat.url)
    page = window.page
    example = page.locator("#chat .examples button").filter(has_text="Glacier").first
    example.click()
    answers(page, 1)
    suggestion = page.locator("#chat .option").first
    words = suggestion.text_content() or ""
    expect(page.get_by_role("button", name="Retry")).to_be_visible()
    suggestion.click()
    answers(page, 2)
    expect(page.locator("#chat .asked").nth(1)).to_have_text(words)


def test_copies_and_files_hold_the_words_and_the_papers_cited(chromium: Browser, chat: Served) -> None:
    with opened(chromium, permissions=CLIPBOARD) as window:
        window.open(chat.url)
        page = window.page
        window.ask(LOST)
        for name, marks in (("Copy", ""), ("Copy as Markdown", "## ")):
            page.get_by_role("button", name=name, exact=True).click()
            expect(page.get_by_role("status").filter(has_text="Copied").last).to_be_visible()
            page.wait_for_function("async (words) => (await navigator.clipboard.readText()).includes(words)", arg=marks)
            copied = page.evaluate("navigator.clipboard.readText()")
            for words in ("lose two metres of ice a year", "[1]", ALPS.title, ANDES.title):
                # Markdown would take brackets for a link.
                assert words in copied.replace("\\", "")
            assert "#ev-" not in copied
        for name, file in (("BibTeX", "papers.bib"), ("RIS", "papers.ris"), ("CSL-JSON", "papers.json")):
            given, content = downloaded(page, name)
            assert given == file
            assert ALPS.title in content
            assert ANDES.title in content
            assert NORWAY.title not in content
        page.get_by_role("button", name="Conversations").click()
        given, content = downloaded(page, f"Export {LOST} as Markdown")
        assert given == "conversation.md"
        assert LOST in content
        assert ALPS.title in content


def test_what_readers_think_becomes_questions_and_conversations_are_exported_by_their_id(
    window: Window, chat: Served, index: Path
) -> None:
    window.open(chat.url)
    page = window.page
    why = page.get_by_role("textbox", name="Why? Optional")
    for question, name, comment in (
        (LOST, "Good", ""), (ONE, "Not good", "too short"), (ALL, f"Wrong citation: {NORWAY.title}", "not of <melt>")
    ):  # fmt: skip
        window.ask(question)
        page.get_by_role("button", name=name, exact=True).last.click()
        expect(why).to_be_focused()
        why.fill(comment)
        why.press("Enter")
        expect(page.get_by_role("status").filter(has_text="Thank you").last).to_be_visible()
    told = scholiast("feedback", "--index", index)
    assert told.returncode == 0, told.stderr
    records = {one["question"]: one for one in map(json.loads, told.stdout.splitlines())}
    assert set(records) == {LOST, ONE, ALL}
    assert not any(one["reviewed"] for one in records.values())
    assert "too short" in records[ONE]["note"]
    assert "not of <melt>" in records[ALL]["note"]

    exported = scholiast(
        "export", "--conversation", page.url.rpartition("#")[2], "--format", "markdown", "--index", index
    )
    assert exported.returncode == 0, exported.stderr
    for question in (LOST, ONE, ALL):
        assert question in exported.stdout
