"""A visitor of the chat window without a browser, who speaks as the page's own script does."""

import json
import re
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

    def __init__(self, http: httpx.Client, reader: str = "") -> None:
        self.http = http
        self.session = uuid4().hex[:11]
        self.reader = reader or uuid4().hex
        config = re.search(r"window\.gradio_config = (\{.*?\});</script>", http.get("/").text, re.DOTALL)
        assert config
        self._config = json.loads(config[1])

    def event(self, elem_id: str | None, trigger: str) -> tuple[int, int | None, int]:
        """The number of an event of the page, the component that triggers it, and how many inputs it takes."""
        ids = {one["props"].get("elem_id"): one["id"] for one in self._config["components"]}
        found = [
            (one["id"], target, len(one["inputs"]))
            for one in self._config["dependencies"]
            for target, name in one["targets"]
            if name == trigger and (elem_id is None or target == ids[elem_id])
        ]
        return found[0]

    def telling(self, elem_id: str | None, trigger: str, *data: str, **other: Any) -> dict[str, Any]:
        """The body of an event, as the script of the page sends it; what is not given is empty."""
        number, target, inputs = self.event(elem_id, trigger)
        body = {"data": [*data, *[None] * (inputs - len(data))], "fn_index": number, "session_hash": self.session}
        return body | ({"trigger_id": target} if target is not None else {}) | other

    def asking(self, question: str = QUESTION, **other: Any) -> dict[str, Any]:
        """The body of a question, as the script of the page sends it."""
        return self.telling("question", "submit", self.reader, question, **other)

    def calling(self, name: str, data: str) -> dict[str, Any]:
        """The body of a call of a function of the panel, as its script sends it."""
        (panel,) = [one["id"] for one in self._config["components"] if one["props"].get("elem_id") == "evidence"]
        return {"data": data, "component_id": panel, "fn_name": name, "session_hash": self.session}

    def call(self, name: str, data: str) -> str:
        """What a function of the panel returns."""
        answer = self.http.post(CALL, json=self.calling(name, data))
        assert answer.status_code == 200, answer.text
        return str(answer.json())

    def tell(self, elem_id: str | None, trigger: str, *data: str, **other: Any) -> str:
        """Have an event happen, and return the stream of what came of it."""
        joined = self.http.post(JOIN, json=self.telling(elem_id, trigger, *data, **other))
        assert joined.status_code == 200, joined.text
        return self.http.get(DATA, params={"session_hash": self.session}, timeout=60).text

    def introduce(self, at: str = "") -> str:
        """Open the page as its script does, and return what it shows."""
        return self.tell(None, "load", self.reader, at)

    def ask(self, question: str = QUESTION) -> str:
        """Ask, and return the stream of what came until the answer was whole."""
        return self.tell("question", "submit", self.reader, question)


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
