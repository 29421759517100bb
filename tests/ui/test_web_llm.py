"""The chat window with an LLM behind it: a scripted endpoint, a real browser."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from index.vectors.embedding import LocalEmbedder
from tests.assistant.test_abstractive import CARRIES, FERTILE, FLOODS, INDUS, NILE, SOW, WHY
from tests.assistant.test_attacks import OBEYED, ORDERS, TRUE, WANTED, poisoned
from tests.faults import Misbehaving, Reply, computes, refuses, says, sends
from tests.index.told import build
from tests.ui.browser import Served, Window, opened, serving

SERVE = """
import sys
from pathlib import Path
from assistant.assistant import Assistant
from assistant.opening import open_index, open_writer
from assistant.settings import read_settings
from index.vectors.embedding import LocalEmbedder
from tests.scripted import IndifferentReader, WordedJudge
from ui.web.serving import serve
settings = read_settings(index=Path(sys.argv[1]), port=int(sys.argv[2]), llm_base_url="{url}", llm_model="scribe")
index, judge = open_index(settings, LocalEmbedder()), WordedJudge()
writer = open_writer(settings, judge)
serve(settings, Assistant(lambda: index, judge, IndifferentReader(), 10, 0.0, writer=writer, mode=settings.mode))
"""


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Misbehaving]:
    with Misbehaving() as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def chat(endpoint: Misbehaving, tmp_path_factory: pytest.TempPathFactory, embedder: LocalEmbedder) -> Iterator[Served]:
    root = tmp_path_factory.mktemp("rivers") / "index"
    build(root, [NILE, INDUS], embedder)
    with serving(root, SERVE.format(url=endpoint.url)) as served:
        yield served


def test_an_llm_answers_with_badges_struck_sentences_steps_and_what_it_cost(
    window: Window, chat: Served, endpoint: Misbehaving
) -> None:
    endpoint.script(
        says(
            "The silt makes the fields fer", f"tile [{FERTILE}", "]. Camels drink coffee ", f"[{SOW}]. ",
            f"The flood carries silt to Egypt [{FLOODS}][99].",
        )
    )  # fmt: skip
    window.open(chat.url)
    page = window.page
    window.ask(WHY.text)
    claims = page.locator("#chat .claim:not(.struck)")
    expect(claims).to_have_text(
        [
            re.compile(r"The silt makes the fields fertile\s\[1\]\.\s+❝\squoted"),
            re.compile(r"to Egypt\s\[1\]\..*full.*mended"),
        ]
    )
    badge = claims.first.locator(".badge")
    expect(badge).to_have_attribute("title", re.compile("the words of the abstract"))
    expect(claims.nth(1).locator(".badge").nth(1)).to_have_attribute("title", re.compile("these do"))
    struck = page.locator("#chat .struck")
    expect(struck.locator("s")).to_have_text("Camels drink coffee.")
    expect(struck.locator("s")).to_have_css("text-decoration-line", "line-through")
    expect(page.locator("#chat .struck + .why")).to_have_text("Struck: No sentence that was found supports this.")
    expect(page.locator("#chat .about")).to_have_text(
        re.compile(r"scribe · \d passages found · 1 request, 28 tokens, cost unknown · \d+ ms")
    )
    steps = page.locator("#chat details.steps")
    expect(steps.locator("li").first).to_be_hidden()
    steps.locator("summary").click()
    expect(steps.locator("li")).to_have_text(
        [
            re.compile("Asked scribe: 6 sentences of 2 abstracts"),
            re.compile("stand: 2.*mended: 1, struck: 1.*no sentence: 1"),
        ]
    )
    claims.nth(1).locator("a.cite").click()
    expect(page.locator("#evidence mark.active")).to_have_text("Its flood carries dark silt to the fields of Egypt.")


def test_where_the_endpoint_fails_the_quotes_are_shown_with_the_reason(
    window: Window, chat: Served, endpoint: Misbehaving
) -> None:
    endpoint.script(refuses(401, {"error": {"message": "Incorrect API key provided"}}))
    window.open(chat.url)
    window.ask(WHY.text)
    expect(window.page.locator("#chat .verdict")).to_have_text("Quoted without the LLM")
    expect(window.page.locator("#chat .why").first).to_contain_text(
        "The sentences of the abstracts are quoted instead."
    )
    expect(window.page.locator("#chat .claim .badge").first).to_contain_text("quoted")
    expect(window.page.locator("#chat .about")).to_contain_text("extractive, no LLM")


def test_an_answer_that_broke_off_is_marked_incomplete(window: Window, chat: Served, endpoint: Misbehaving) -> None:
    whole = f'data: {{"choices":[{{"index":0,"delta":{{"content":"The silt makes the fields fertile [{FERTILE}]. The Ni"}}}}]}}\n\n'
    endpoint.script(sends(whole.encode()))
    window.open(chat.url)
    window.ask(WHY.text)
    expect(window.page.locator("#chat .verdict")).to_have_text("Incomplete")
    expect(window.page.locator("#chat .claim")).to_have_count(1)


def test_stop_closes_the_request_at_the_endpoint_within_a_second(
    window: Window, chat: Served, endpoint: Misbehaving
) -> None:
    endpoint.script(says(f"The silt makes the fields fertile [{FERTILE}]. The ", *["Nile "] * 600, every=0.05))
    endpoint.left.clear()
    window.open(chat.url)
    page = window.page
    page.locator("#question textarea").fill(WHY.text)
    page.get_by_role("button", name="Ask").click()
    expect(page.locator("#chat .draft .claim")).to_contain_text("fertile [1].")
    pressed = time.monotonic()
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#chat .answered .why")).to_have_text("Stopped.")
    while not endpoint.left and time.monotonic() < pressed + 5:
        page.wait_for_timeout(20)
    assert endpoint.left[0] - pressed < 1
    endpoint.script(says(f"The flood carries silt to Egypt [{CARRIES}]."))
    window.ask(WHY.text)
    expect(page.locator("#chat .answered .claim").last).to_contain_text("The flood carries silt to Egypt")


def test_who_closes_the_page_closes_the_request(chromium: Browser, chat: Served, endpoint: Misbehaving) -> None:
    endpoint.script(says(f"The silt makes the fields fertile [{FERTILE}]. The ", *["Nile "] * 600, every=0.05))
    endpoint.left.clear()
    with opened(chromium) as window:
        window.open(chat.url)
        window.page.locator("#question textarea").fill(WHY.text)
        window.page.get_by_role("button", name="Ask").click()
        expect(window.page.locator("#chat .draft .claim")).to_contain_text("fertile [1].")
    closed = time.monotonic()
    while not endpoint.left and time.monotonic() < closed + 5:
        time.sleep(0.02)
    assert endpoint.left
    assert endpoint.left[0] - closed < 1


def test_a_compound_question_is_shown_in_its_parts(
    window: Window, endpoint: Misbehaving, tmp_path: Path, embedder: LocalEmbedder
) -> None:
    build(tmp_path / "index", [NILE, INDUS], embedder)
    program = SERVE.format(url=endpoint.url).replace('llm_model="scribe"', 'llm_model="scribe", mode="auto"')
    endpoint.script(says(f"The silt makes the fields fertile [{FERTILE}]."), says("NOT IN THE ABSTRACTS"))
    with serving(tmp_path / "index", program) as served:
        window.open(served.url)
        window.ask(WHY.text)
        expect(window.page.locator("#chat .source")).to_have_text("Why are the fields of Egypt fertile?")
        expect(window.page.locator("#chat .verdict")).to_have_text("Not in the abstracts")
        expect(window.page.locator("#chat .about")).to_contain_text("2 requests")
        window.page.locator("#chat details.steps summary").click()
        expect(window.page.locator("#chat details.steps li").first).to_contain_text("Broken into parts")


def obeying(hostile: str) -> Reply:
    """What was ordered, as the model reads it and as its author wrote it, and something true."""
    return computes(lambda body: [*OBEYED.findall(str(body)), f"\n{hostile}\n", TRUE])


def test_an_obedient_model_makes_the_page_fetch_and_link_nothing(
    chromium: Browser, endpoint: Misbehaving, tmp_path: Path, embedder: LocalEmbedder
) -> None:
    order = ORDERS[0].format(" ".join(WANTED))
    build(tmp_path / "index", [NILE, poisoned(order, "middle"), poisoned(order, "title")], embedder)
    with serving(tmp_path / "index", SERVE.format(url=endpoint.url)) as served, opened(chromium) as window:
        window.open(served.url)
        page = window.page
        for turn, begin in enumerate(range(0, len(WANTED), 8)):
            endpoint.script(obeying("\n".join(WANTED[begin : begin + 8])))
            window.ask(WHY.text)
            answer = page.locator("#chat .answer").nth(turn)
            expect(answer.locator(".claim", has_text=TRUE.removesuffix("."))).to_be_visible()
        links = page.locator("#chat a").evaluate_all("links => links.map((link) => link.getAttribute('href'))")
        assert links
        assert all(re.fullmatch(r"#ev-[0-9a-f]{32}-\d+-\d+|#do-[a-z-]+-[0-9a-f]{32}", link) for link in links)
        expect(
            page.locator("#chat .message").locator("img, script, style, iframe, svg, form, button, meta")
        ).to_have_count(0)
