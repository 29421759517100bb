"""One browser and one chat window over the sample for all tests of the page."""

from tests.ui.browser import chromium, sample_chat, window
from tests.ui.visitor import overheard, said, visitor

__all__ = ["chromium", "overheard", "said", "sample_chat", "visitor", "window"]
