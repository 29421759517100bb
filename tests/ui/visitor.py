"""A visitor of the chat window without a browser, who speaks as the page's own script does."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.ui.browser import Served, serving

QUESTION = "What is the curse of depth?"
JOIN, DATA, CALL, BEAT = (
    f"/gradio_api/{route}" for route in ("queue/join", "queue/data", "component_server/", "heartbeat/")
)


class Visitor:
    """One browser session: its cookie, its session hash, and what the page says of its events."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http
        self.session = uuid4().hex[:11]
        http.get("/")

    def asking(self, question: str = QUESTION, **other: Any) -> dict[str, Any]:
        """The body of a question, as the script of the page sends it."""
        return {"data": [question, None], "fn_index": 0, "trigger_id": 8, "session_hash": self.session} | other

    def ask(self, question: str = QUESTION) -> str:
        """Ask, and return the stream of what came until the answer was whole."""
        joined = self.http.post(JOIN, json=self.asking(question))
        assert joined.status_code == 200, joined.text
        return self.http.get(DATA, params={"session_hash": self.session}, timeout=60).text


@contextmanager
def visiting(url: str) -> Iterator[Visitor]:
    with httpx.Client(base_url=url, timeout=30) as http:
        yield Visitor(http)


@pytest.fixture
def visitor(sample_chat: Served) -> Iterator[Visitor]:
    with visiting(sample_chat.url) as visitor:
        yield visitor


@pytest.fixture(scope="session")
def said(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the server of `overheard` says on stderr."""
    return tmp_path_factory.mktemp("said") / "stderr"


@pytest.fixture(scope="session")
def overheard(sample_index: Path, said: Path) -> Iterator[Served]:
    with serving(sample_index, errors=said) as served:
        yield served
