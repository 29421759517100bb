"""The chat window: a question, its answer and its evidence, in a real browser."""

import re
import signal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from assistant.opening import open_assistant
from assistant.settings import read_settings
from assistant.types import Answer, Question
from index.papers import Paper
from index.vectors.embedding import LocalEmbedder
from tests.index.told import build
from tests.ui.browser import SERVE, Served, Window, opened, serving

FP8 = "How is FP8 different from INT8 for inference?"
DEPTH = "What is the curse of depth?"
OFF_TOPIC = "Who won the 1998 football World Cup?"


@pytest.fixture
def expected(sample_index: Path) -> Answer:
    """The answer to `FP8` as the assistant gives it without a page."""
    return open_assistant(read_settings(index=sample_index)).ask(Question(FP8))


def test_a_citation_opens_the_quoted_sentence_in_its_abstract(
    window: Window, sample_chat: Served, expected: Answer
) -> None:
    window.open(sample_chat.url)
    expect(window.page.locator("#question textarea")).to_be_focused()
    window.ask(FP8)

    claim, (n, paper) = expected.claims[0], expected.papers[0]
    bubble = window.page.locator("#chat .claim").first
    expect(bubble).to_contain_text(claim.text.rstrip("."))
    expect(bubble.locator(".badge")).to_contain_text("quoted")
    expect(window.page.locator("#chat .about")).to_have_text(
        re.compile(r"extractive, no LLM · \d+ passages found · \d+ ms")
    )
    bubble.get_by_role("link", name=f"[{n}]").click()

    card = window.page.locator("#evidence .ev-card.active")
    expect(card).to_be_focused()
    expect(card.locator("h3")).to_have_text(paper.title)
    # No source gave authors or a year.
    expect(card.locator(".ev-meta")).to_have_count(0)
    assert card.locator(".ev-abstract").text_content() == paper.abstract
    mark = card.locator("mark.active")
    expect(mark).to_be_in_viewport()
    assert mark.text_content() == claim.citations[0].passage.text == claim.text


def test_every_cited_sentence_is_marked(window: Window, sample_chat: Served, expected: Answer) -> None:
    window.open(sample_chat.url)
    window.ask(FP8)
    marks = window.page.locator("#evidence mark").all_text_contents()
    assert sorted(marks) == sorted(claim.citations[0].passage.text for claim in expected.claims)


def test_the_keyboard_leads_to_the_evidence_and_back(window: Window, sample_chat: Served) -> None:
    window.open(sample_chat.url)
    window.ask(FP8)
    marker = window.page.locator("#chat a.cite").first
    marker.focus()
    window.page.keyboard.press("Enter")
    expect(window.page.locator("#evidence .ev-card.active")).to_be_focused()
    window.page.keyboard.press("Escape")
    expect(marker).to_be_focused()


def test_an_example_is_answered_when_it_is_clicked(window: Window, sample_chat: Served) -> None:
    window.open(sample_chat.url)
    window.page.get_by_text(DEPTH).click()
    expect(window.page.locator("#chat .answered a.cite").first).to_be_visible()
    expect(window.page.locator("#chat .asked")).to_have_text(DEPTH)


def test_a_question_off_topic_is_not_answered_and_shows_the_nearest_papers(window: Window, sample_chat: Served) -> None:
    window.open(sample_chat.url)
    window.ask(OFF_TOPIC)
    expect(window.page.locator("#chat .abstained .verdict")).to_have_text("No answer")
    expect(window.page.locator("#chat .abstained .why")).to_be_visible()
    expect(window.page.locator("#chat a.cite")).to_have_count(0)
    cards = window.page.locator("#evidence .ev-card.near")
    expect(cards).to_have_count(5)
    expect(cards.first.locator(".ev-near mark q")).to_be_visible()
    abstract = cards.first.locator(".ev-abstract")
    expect(abstract).to_be_hidden()
    cards.first.locator("summary").click()
    expect(abstract.locator("mark")).to_be_visible()


def test_numbers_stay_and_earlier_evidence_opens_again(window: Window, sample_chat: Served) -> None:
    window.open(sample_chat.url)
    page = window.page
    window.ask(FP8)
    first = page.locator("#chat .answer").nth(0).locator("a.cite").first
    expect(first).to_have_text("[1]")
    window.ask(DEPTH)
    expect(page.locator("#chat .answer").nth(1).locator("a.cite").first).to_have_text("[2]")
    window.ask(FP8)
    expect(page.locator("#chat .answer").nth(2).locator("a.cite").first).to_have_text("[1]")

    page.locator("#chat .answer").nth(1).locator("a.cite").first.click()
    expect(page.locator("#evidence .ev-card.active h3")).to_have_text("The Curse of Depth in Large Language Models")
    first.click()
    expect(page.locator("#evidence .ev-head p")).to_have_text(FP8)
    expect(page.locator("#evidence mark.active")).to_be_in_viewport()


def test_two_sessions_do_not_share_a_conversation(window: Window, chromium: Browser, sample_chat: Served) -> None:
    window.open(sample_chat.url)
    window.ask(FP8)
    with opened(chromium) as other:
        other.open(sample_chat.url)
        other.ask(DEPTH)
        expect(other.page.locator("#chat a.cite").first).to_have_text("[1]")
        expect(other.page.locator("#chat .asked")).to_have_count(1)


def test_a_new_conversation_counts_from_one_again(window: Window, sample_chat: Served) -> None:
    window.open(sample_chat.url)
    window.ask(FP8)
    window.page.get_by_role("button", name="New conversation").click()
    expect(window.page.locator("#chat .answer")).to_have_count(0)
    expect(window.page.locator("#evidence .ev-none")).to_be_visible()
    window.ask(DEPTH)
    expect(window.page.locator("#chat a.cite").first).to_have_text("[1]")


def test_evidence_that_is_gone_says_so(window: Window, sample_chat: Served) -> None:
    window.open(sample_chat.url)
    window.ask(FP8)
    marker = window.page.locator("#chat a.cite").first
    marker.evaluate("(link, href) => link.setAttribute('href', href)", f"#ev-{'0' * 32}-1-0")
    marker.click()
    expect(window.page.locator("#evidence")).to_have_text("This evidence is no longer kept.")
    expect(window.page.locator("#evidence .ev-none")).to_be_focused()


def test_an_empty_question_changes_nothing(window: Window, sample_chat: Served) -> None:
    window.open(sample_chat.url)
    window.ask(FP8)
    window.page.locator("#question textarea").fill("  ")
    window.page.locator("#question textarea").press("Enter")
    window.ask(DEPTH)
    expect(window.page.locator("#chat .asked")).to_have_text([FP8, DEPTH])


def test_a_question_that_is_too_long_is_refused_and_kept_for_shortening(window: Window, sample_chat: Served) -> None:
    window.open(sample_chat.url)
    box = window.page.locator("#question textarea")
    box.fill("a" * 2001)
    box.press("Enter")
    expect(window.page.get_by_text("A question may hold 2,000 characters; this one holds 2,001.")).to_be_visible()
    expect(box).to_have_value("a" * 2001)
    expect(window.page.locator("#chat .asked")).to_have_count(0)
    window.ask(FP8)


def test_a_phone_shows_the_evidence_below_and_leads_back(chromium: Browser, sample_chat: Served) -> None:
    with opened(chromium, 390, 844) as phone:
        phone.open(sample_chat.url)
        phone.ask(FP8)
        marker = phone.page.locator("#chat a.cite").first
        marker.click()
        expect(phone.page.locator("#evidence mark.active")).to_be_in_viewport()
        phone.page.get_by_role("button", name="Back to the answer").click()
        expect(marker).to_be_in_viewport()
        assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


HOSTILE = Paper.from_source(
    title="<script>window.ran = 1</script>Hostile <img src=x onerror='window.ran = 2'> ${window.ran = 3} {{7*7}}",
    abstract=(
        "Hostile abstracts are an old problem of chat windows. "
        "The hostile method reaches an accuracy of 99.5\\% on hostile pages with <img src='http://evil.example/i.png' "
        "onerror='window.ran = 4'> and ![pixel](http://evil.example/p.png) and [a link](javascript:alert(1)) and "
        "http://evil.example/auto and `code` and **bold** and $x_1^2$ and $$y_2$$ and ${alert(1)} and {{7*7}} and "
        "[1] and [9] and &lt;b&gt; and <style>*{display:none}</style>. "
        "# No heading."
    ),
    authors=["<b>Eve</b>", "Mallory", "Trudy", "Oscar"],
    year=2024,
    venue="<i>Proceedings</i>",
    url="javascript:window.ran=5",
)


def test_a_hostile_paper_stays_text(chromium: Browser, tmp_path: Path, embedder: LocalEmbedder) -> None:
    linked = Paper.from_source("A linked paper", "Linked papers lead to their page.", url="https://example.org/a?b=1")
    build(tmp_path / "index", [HOSTILE, linked], embedder)
    with serving(tmp_path / "index") as served, opened(chromium) as window:
        window.open(served.url)
        page = window.page
        window.ask("What accuracy does the hostile method reach on hostile pages?")
        claim = page.locator("#chat .claim", has_text="99.5")
        for words in ("99.5\\% on hostile", "![pixel](http://evil", "`code` and **bold** and $x_1^2$ and $$y_2$$",
                      "${alert(1)} and {{7*7}} and [1] and [9] and &lt;b&gt; and <style>*{"):  # fmt: skip
            expect(claim).to_contain_text(words)
        expect(claim.locator("a")).to_have_count(1)
        claim.locator("a").click()
        card = page.locator("#evidence .ev-card.active")
        assert card.locator("h3").text_content() == HOSTILE.title
        assert card.locator(".ev-abstract").text_content() == HOSTILE.abstract
        expect(card.locator(".ev-meta")).to_have_text("<b>Eve</b>, Mallory, Trudy et al. · 2024 · <i>Proceedings</i>")
        expect(card.locator("a, img, script, style, b, i")).to_have_count(0)

        question = "<img src=x onerror='window.ran = 6'> **Where** do $linked$ papers lead? ![a](http://evil.example/q)"
        window.ask(question)
        assert page.locator("#chat .asked").nth(1).text_content() == question
        expect(page.locator("#chat .message").locator("img, script, style, strong, code, .katex")).to_have_count(0)
        window.ask("Where do linked papers lead?")
        link = page.locator("#evidence h3 a", has_text=linked.title)
        expect(link).to_have_attribute("href", "https://example.org/a?b=1")
        expect(link).to_have_attribute("rel", "noopener noreferrer")
        assert page.evaluate("window.ran") is None


SLOWLY = SERVE.replace(
    "serve(settings, open_assistant(settings))",
    """
import time
from index.errors import UserError
class Slow:
    def __init__(self, assistant):
        self._assistant = assistant
    def __getattr__(self, name):
        return getattr(self._assistant, name)
    def stream(self, question, action):
        if "fault" in question.text:
            raise ValueError("a fault, on purpose")
        if "mended" in question.text:
            raise UserError("The embedder at <b>host</b> is not reachable.")
        for event in self._assistant.stream(question, action):
            time.sleep(0.1 if "FP8" in question.text else 0)
            yield event
serve(settings, Slow(open_assistant(settings)))
""",
)


def test_stop_keeps_what_was_said_and_what_went_wrong_is_told(chromium: Browser, sample_index: Path) -> None:
    with serving(sample_index, SLOWLY) as served, opened(chromium) as window:
        window.open(served.url)
        page = window.page
        page.locator("#question textarea").fill(FP8)
        page.get_by_role("button", name="Ask").click()
        expect(page.locator("#chat .draft .claim")).to_be_visible()
        page.get_by_role("button", name="Stop").click()
        expect(page.locator("#chat .answered .why")).to_have_text("Stopped.")
        expect(page.locator("#chat .answered a.cite")).to_be_visible()
        expect(page.locator("#evidence mark")).to_be_visible()

        window.page.locator("#question textarea").fill("Is there a fault?")
        window.page.locator("#question textarea").press("Enter")
        expect(page.locator("#chat .draft .about").nth(0)).to_contain_text("because of a fault in Scholiast")
        window.page.locator("#question textarea").fill("Can it be mended?")
        window.page.locator("#question textarea").press("Enter")
        told = "The embedder at <b>host</b> is not reachable."
        expect(page.locator("#chat .draft .about").nth(1)).to_have_text(told)
        window.ask(DEPTH)
        expect(page.locator("#chat a.cite").first).to_have_text("[1]")

        served.process.terminate()
        served.process.join(10)
        assert served.process.exitcode in {0, -signal.SIGTERM}
