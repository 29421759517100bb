"""The policy of the page: the scripts that it was sent with run, in a real browser, and no other does."""

import re

import httpx
from playwright.sync_api import expect

from tests.ui.browser import Served, Window
from ui.web.policy import ADDED, policy

INJECT = """html => {
  const put = document.createElement("div");
  put.innerHTML = html;
  document.body.append(put);
  put.querySelector("a")?.click();
}"""


def test_scripts_of_the_page_are_named_by_their_hashes() -> None:
    told = policy(b"<head><script>a = 1</script><script type=module src=b.js></script></head>")
    assert "script-src 'self' 'unsafe-eval' 'sha256-" in told
    # That of the page and those which Gradio's own adds.
    assert told.count("'sha256-") == 1 + len(ADDED)
    assert "'sha256-" not in policy()


def test_only_the_page_is_sent_with_scripts_of_its_own(sample_chat: Served) -> None:
    page = httpx.get(sample_chat.url, headers={"accept-encoding": "br, gzip"})
    (scripts,) = re.findall(r"script-src ([^;]*)", page.headers["content-security-policy"])
    assert "unsafe-inline" not in scripts
    inline = re.findall(r"<script(?![^>]*\ssrc=)", page.text)
    assert scripts.count("'sha256-") == len(inline) + len(ADDED)
    elsewhere = httpx.get(f"{sample_chat.url}/healthz").headers["content-security-policy"]
    assert "sha256" not in elsewhere


def test_what_is_injected_does_not_run(window: Window, sample_chat: Served) -> None:
    window.open(sample_chat.url)
    for html in (
        "<img src=x onerror='window.ran = 1'>",
        "<svg onload='window.ran = 2'></svg>",
        "<a href='javascript:window.ran = 3'>a</a>",
        "<iframe srcdoc='<script>parent.ran = 4</script>'></iframe>",
        "<details open ontoggle='window.ran = 5'></details>",
    ):
        window.page.evaluate(INJECT, html)
    window.page.evaluate("""() => {
      const script = document.createElement("script");
      script.textContent = "window.ran = 6";
      document.head.append(script);
    }""")
    expect(window.page.locator("body > div > svg").first).to_be_attached()
    window.ask("What is the curse of depth?")
    assert window.page.evaluate("window.ran") is None
