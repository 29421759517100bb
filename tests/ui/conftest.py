"""One browser and one chat window over the sample for all tests of the page."""

from collections.abc import Generator
from typing import Any

import pytest

from tests.ui.browser import FAILED, chromium, sample_chat, window
from tests.ui.visitor import overheard, said, visitor

__all__ = ["chromium", "overheard", "said", "sample_chat", "visitor", "window"]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Tell the fixtures of a test, which end after it, whether it failed."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report
