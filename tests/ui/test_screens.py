"""The pictures in the documentation: every state of the page, as it is."""

import io

import pytest
from PIL import Image
from playwright.sync_api import Browser

from tests.preloaded import REPOSITORY
from tests.ui.browser import Served, opened
from tests.ui.states import STATES

pytestmark = pytest.mark.prepared
SCREENS = REPOSITORY / "docs" / "screens"
LARGEST = 300_000
# Each picture: the state that it shows, whether in the dark, and on a phone.
PICTURES = {
    "first-run": ("first", False, False),
    "answer": ("answer", False, False),
    "list": ("list", False, False),
    "comparison": ("comparison", False, False),
    "refusal": ("refusal", False, False),
    "import": ("import", False, False),
    "history": ("history", False, False),
    "dark": ("answer", True, False),
    "phone": ("answer", False, True),
}
STRIP = ("answer", "comparison", "refusal")


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_of_each_state(chromium: Browser, sample_chat: Served, name: str) -> None:
    state, is_dark, is_phone = PICTURES[name]
    size = (390, 844) if is_phone else (1280, 800)
    with opened(chromium, *size) as window:
        window.open(f"{sample_chat.url}/?__theme=dark" if is_dark else sample_chat.url)
        STATES[state](window)
        # Seen as a reader sees it who has gone on to read.
        window.page.evaluate("() => document.activeElement.blur()")
        window.page.locator("#chat .answer, #chat .examples").first.wait_for()
        picture = window.page.screenshot(animations="disabled")
    _keep(Image.open(io.BytesIO(picture)), name)


def test_a_strip_of_three_pictures() -> None:
    pictures = [Image.open(SCREENS / f"{name}.png").convert("RGB") for name in STRIP]
    gap, size = 24, pictures[0].size
    strip = Image.new("RGB", (len(pictures) * (size[0] + gap) - gap, size[1]), "white")
    for place, picture in enumerate(pictures):
        strip.paste(picture, (place * (size[0] + gap), 0))
    strip.thumbnail((1200, 1200), Image.Resampling.LANCZOS)
    _keep(strip, "strip")


def _keep(picture: Image.Image, name: str) -> None:
    SCREENS.mkdir(exist_ok=True)
    path = SCREENS / f"{name}.png"
    picture.convert("RGB").save(path, optimize=True)
    assert path.stat().st_size < LARGEST
