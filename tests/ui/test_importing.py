"""Papers brought in and taken out on the page, in a real browser."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.conftest import SAMPLE
from tests.ui.browser import SERVE, Served, Window, opened, serving
from ui.importing.files import too_long, wrong_kind

OWLS = "Barn owls locate mice in total darkness by a difference of 3.2 microseconds between their ears."
BIB = f"""
@article{{owls, title={{Owls that hunt by ear}}, author={{Ana Roca}}, year={{2021}}, abstract={{{OWLS}}}}}
@article{{bare, title={{A title alone}}, author={{Bo Lind}}, year={{2020}}}}
"""
NEWTS = "@article{newts, title={Newts at dawn}, year={2019}, abstract={Alpine newts court at dawn in May.}}"
# Of markup the readers make text: what is left of these looks like it still.
TITLE = "&lt;img src=x onerror=window.ran=1&gt; ${window.ran=2} {{7*7}} [a](javascript:window.ran=4) `${window.ran=3}`"
SHOWN = "<img src=x onerror=window.ran=1> ${window.ran=2} {{7*7}} [a](javascript:window.ran=4) `${window.ran=3}`"
HOSTILE = "".join(
    json.dumps(record) + "\n"
    for record in (
        {"title": TITLE, "abstract": "Hostile titles stay text in the list.", "authors": [TITLE], "year": 2022},
        {"title": TITLE, "abstract": "", "id": TITLE},
    )
)


@pytest.fixture
def root(sample_index: Path, tmp_path: Path) -> Path:
    shutil.copytree(sample_index, tmp_path / "index")
    return tmp_path / "index"


@pytest.fixture
def served(root: Path) -> Iterator[Served]:
    with serving(root) as served:
        yield served


def at_corpus(window: Window, served: Served) -> Window:
    window.open(served.url)
    window.page.locator("#corpus > button").click()
    expect(window.page.locator("#corpus-list li").first).to_be_visible()
    return window


def drop(window: Window, *files: Path) -> None:
    window.page.locator("#drop input").set_input_files([*map(str, files)])


def paste(window: Window, text: str) -> None:
    window.page.locator("#drop textarea").fill(text)
    window.page.get_by_role("button", name="Read what is pasted").click()


def seek(window: Window, words: str) -> None:
    box = window.page.locator("#corpus-words").get_by_role("textbox")
    box.clear()
    # As somebody types: Gradio hears keys.
    box.press_sequentially(words)


def name_of(window: Window) -> Locator:
    return window.page.locator("#corpus > button")


def written(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_a_file_is_shown_then_added_then_asked_about(window: Window, served: Served, tmp_path: Path) -> None:
    at_corpus(window, served)
    expect(name_of(window)).to_contain_text("77 papers of the sample")
    drop(window, written(tmp_path, "owls.bib", BIB))
    preview = window.page.locator("#preview")
    expect(preview.locator(".sum")).to_have_text(
        "owls.bib. 1 paper read: 1 new; 1 record rejected. Nothing is added yet."
    )
    expect(preview.locator(".read li")).to_have_text("Owls that hunt by ear new")
    expect(preview.locator(".rejected li")).to_have_text("owls.bib, 3 (bare): the record has no abstract")
    expect(name_of(window)).to_contain_text("77 papers")

    window.page.get_by_role("button", name="Add 1 paper").click()
    expect(preview).to_contain_text("1 paper added. It can be asked about now.")
    expect(name_of(window)).to_contain_text("78 papers of the sample, owls.bib")
    expect(window.page.locator("#corpus-list .title").first).to_have_text("Owls that hunt by ear")

    name_of(window).click()
    window.ask("How do barn owls locate mice in total darkness?")
    expect(window.page.locator("#chat .answered .claim").first).to_contain_text(OWLS.removesuffix("."))
    expect(window.page.locator("#evidence .ev-card h3").first).to_have_text("Owls that hunt by ear")


def test_what_is_pasted_is_read_and_can_be_left(window: Window, served: Served) -> None:
    at_corpus(window, served)
    paste(window, NEWTS)
    preview = window.page.locator("#preview")
    expect(preview.locator(".read li")).to_have_text("Newts at dawn new")
    window.page.get_by_role("button", name="Leave it").click()
    expect(preview).to_be_empty()
    expect(window.page.locator("#add-papers")).to_have_count(0)
    expect(name_of(window)).to_contain_text("77 papers")


def test_a_page_is_pasted_whose_papers_are_there_already(window: Window, served: Served) -> None:
    at_corpus(window, served)
    paste(window, SAMPLE.read_text(encoding="utf-8"))
    expect(window.page.locator("#preview .sum")).to_contain_text("pasted.txt. 77 papers read")
    paste(window, "Of nothing at all")
    expect(window.page.locator("#preview .rejected li")).to_contain_text("pasted.txt")


def test_files_of_a_wrong_kind_or_too_long_are_refused_in_a_sentence(
    window: Window, served: Served, tmp_path: Path
) -> None:
    at_corpus(window, served)
    said = window.page.locator("#drop .said")
    drop(window, written(tmp_path, "paper.pdf", "%PDF-1.7"))
    expect(said).to_have_text(f"paper.pdf: {wrong_kind()}")
    drop(window, written(tmp_path, "long.bib", "%" * 20_000_001))
    expect(said).to_have_text(f"long.bib: {too_long(20)}")
    expect(window.page.locator("#preview")).to_be_empty()


def test_hostile_titles_stay_text(window: Window, served: Served, tmp_path: Path) -> None:
    at_corpus(window, served)
    drop(window, written(tmp_path, "<img src=x onerror=window.ran=5>.jsonl", HOSTILE))
    expect(window.page.locator("#preview .read .title")).to_have_text(SHOWN)
    expect(window.page.locator("#preview .rejected li")).to_contain_text("onerror=window.ran=1")
    window.page.get_by_role("button", name="Add 1 paper").click()
    expect(name_of(window)).to_contain_text("78 papers")
    row = window.page.locator("#corpus-list li").first
    expect(row.locator(".title")).to_have_text(SHOWN)
    expect(row.locator(".by")).to_contain_text(SHOWN)
    assert window.page.evaluate("window.ran") is None
    expect(window.page.locator("#corpus img, #corpus b, #corpus i")).to_have_count(0)


def test_the_papers_are_searched_and_sorted(window: Window, served: Served) -> None:
    at_corpus(window, served)
    titles = window.page.locator("#corpus-list .title")
    expect(titles).to_have_count(50)
    expect(window.page.locator("#corpus-list .more")).to_have_text("… 50 of 77 are shown.")
    window.page.locator("#corpus-sort").get_by_text("By title").click()
    expect(titles.first).to_have_text(re.compile("^A theory of representation"))
    seek(window, "CURSE depth")
    expect(titles).to_have_text(["The Curse of Depth in Large Language Models"])
    seek(window, "zebras")
    expect(window.page.locator("#corpus-list .more")).to_contain_text("No paper here holds these words")


def test_a_paper_is_removed_when_it_was_said_twice(window: Window, served: Served) -> None:
    at_corpus(window, served)
    seek(window, "curse of depth")
    row = window.page.locator("#corpus-list li")
    expect(row).to_have_count(1)
    row.get_by_role("button", name="Remove", exact=True).click()
    row.get_by_role("button", name="Keep it").click()
    expect(row.get_by_role("button", name="Yes, remove it")).to_be_hidden()
    row.get_by_role("button", name="Remove", exact=True).click()
    row.get_by_role("button", name="Yes, remove it").click()
    expect(name_of(window)).to_contain_text("76 papers of the sample")
    expect(row).to_have_count(0)
    name_of(window).click()
    window.ask("What is the curse of depth?")
    expect(window.page.locator("#evidence h3").filter(has_text="The Curse of Depth")).to_have_count(0)


def test_where_the_setting_says_so_papers_are_listed_and_nothing_else(chromium: Browser, sample_index: Path) -> None:
    program = SERVE.replace("port=int", "import_papers='off', port=int")
    with serving(sample_index, program) as served, opened(chromium) as window:
        at_corpus(window, served)
        expect(window.page.locator("#corpus-list .title")).to_have_count(50)
        expect(window.page.locator("#drop, #corpus-list button, #preview")).to_have_count(0)
        sending = {"params": {"name": "a.bib"}, "content": b"x"}
        assert httpx.post(f"{served.url}/papers", **sending).status_code == 404  # type: ignore[arg-type]


def test_a_phone_shows_the_papers(chromium: Browser, sample_chat: Served) -> None:
    with opened(chromium, 390, 844) as phone:
        at_corpus(phone, sample_chat)
        expect(phone.page.locator("#drop textarea")).to_be_visible()
        assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
