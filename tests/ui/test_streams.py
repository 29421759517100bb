"""What is told just as a stream ends is heard of, by a browser that reads late."""

from playwright.sync_api import expect

from tests.ui.browser import Served, Window
from tests.ui.glaciers import ONE
from tests.ui.test_reading import glaciers
from tests.ui.test_web import DEPTH

__all__ = ["glaciers"]

# Whatever a stream brings is read a tenth of a second late; as soon as one is known to have ended, what stands in the box is asked.
LATE = """
const own = window.fetch;
window.streams = 0;
window.fetch = async (...asked) => {
  const told = await own(...asked);
  if (!String(asked[0].url ?? asked[0]).includes("queue/data")) return told;
  window.streams += 1;
  const late = new TransformStream({
    async transform(chunk, stream) {
      if (new TextDecoder().decode(chunk).includes("close_stream")) {
        window.streams -= 1;
        if (window.asks) document.querySelector("#question textarea").dispatchEvent(new KeyboardEvent("keypress", { key: "Enter", bubbles: true }));
        window.asks = false;
      }
      await new Promise((go) => setTimeout(go, 100));
      stream.enqueue(chunk);
    },
  });
  return new Response(told.body.pipeThrough(late), told);
};
"""
# Another event of the page, which is soon done.
SEARCH = """
(field) => {
  window.asks = true;
  field.value = "floods";
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
"""


def test_a_question_is_answered_that_is_asked_as_a_stream_ends(window: Window, sample_chat: Served) -> None:
    page = window.page
    page.add_init_script(LATE)
    window.open(sample_chat.url)
    expect(page.locator("#chat .examples")).to_be_visible()
    page.wait_for_function("!window.streams")
    page.locator("#question textarea").fill(DEPTH)
    page.locator("#sought input, #sought textarea").evaluate(SEARCH)
    expect(page.locator("#chat .asked")).to_have_text([DEPTH])
    expect(page.locator("#chat .answer .about")).to_have_count(1)


# It is known late that a question was told, when all of its answer has come on a stream that was open.
LATE_TO_KNOW = """
const own = window.fetch;
window.fetch = async (...asked) => {
  const told = await own(...asked);
  if (String(asked[1]?.body).includes("Norway")) await new Promise((go) => setTimeout(go, 400));
  return told;
};
"""
TOGETHER = """
(field) => {
  field.value = "floods";
  field.dispatchEvent(new Event("input", { bubbles: true }));
  document.querySelector("#question textarea").dispatchEvent(new KeyboardEvent("keypress", { key: "Enter", bubbles: true }));
}
"""


def test_a_question_whose_answer_comes_before_it_is_known_leaves_the_box(window: Window, glaciers: Served) -> None:
    page, box = window.page, window.page.locator("#question textarea")
    page.add_init_script(LATE_TO_KNOW)
    window.open(glaciers.url)
    for n in range(1, 6):
        box.fill(ONE)
        page.locator("#sought input, #sought textarea").evaluate(TOGETHER)
        expect(page.locator("#chat .answer .about")).to_have_count(n)
        expect(box).to_have_value("")
