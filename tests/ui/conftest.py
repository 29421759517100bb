"""One browser and one chat window over the sample for all tests of the page."""

from tests.ui.browser import chromium, sample_chat, window

__all__ = ["chromium", "sample_chat", "window"]
