"""Visitors of the chat window without a browser, many at once, who speak as the page's own script does."""

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

_CONFIG = re.compile(r"window\.gradio_config = (.*?);</script>", re.DOTALL)
_PATIENCE = 300.0


@dataclass(frozen=True, slots=True)
class Shown:
    """What came of one question: all that the page was told, how it ended, and the seconds until then.

    `fault` is what a browser would show as an error; `waited` whether the visitor was told to wait.
    """

    text: str
    seconds: float
    fault: str = ""

    @property
    def waited(self) -> bool:
        """Whether it was said that others come before."""
        return "before yours" in self.text


class Visitor:
    """One browser session, with a cookie and a session of its own. Opens its page once it is entered."""

    def __init__(self, url: str) -> None:
        self._http = httpx.AsyncClient(base_url=url, timeout=_PATIENCE)
        self._session = uuid4().hex[:11]
        self._asking: Mapping[str, Any] = {}

    async def __aenter__(self) -> "Visitor":
        page = await self._http.get("/")
        found = _CONFIG.search(page.text)
        assert found, page.text[:200]
        self._asking = _submitting(json.loads(found[1]))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def ask(self, question: str) -> Shown:
        """Ask, and return what was shown until the answer was whole."""
        began = time.monotonic()
        body = {**self._asking, "session_hash": self._session}
        body["data"] = [question if one == _WORDS else one for one in body["data"]]
        joined = await self._http.post("/gradio_api/queue/join", json=body)
        if joined.status_code != 200:
            return Shown("", time.monotonic() - began, f"{joined.status_code}: {joined.text}")
        text: list[str] = []
        fault = "the stream ended before the answer"
        async with self._http.stream("GET", "/gradio_api/queue/data", params={"session_hash": self._session}) as stream:
            async for line in stream.aiter_lines():
                text.append(line)
                if '"msg":"process_completed"' in line:
                    done = json.loads(line.removeprefix("data: "))
                    fault = "" if done["success"] else str(done["output"])
        return Shown("\n".join(text), time.monotonic() - began, fault)


_WORDS = "the words of a question"


def _submitting(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """The body of a question without its words, as the components and events of the page say it."""
    (box,) = (one["id"] for one in config["components"] if one["props"].get("elem_id") == "question")
    (event,) = (one for one in config["dependencies"] if [box, "submit"] in [[*target] for target in one["targets"]])
    inputs = event["inputs"]
    # The words stand where the box does among what the event takes.
    data = [_WORDS if one == box else None for one in inputs]
    return {"fn_index": event["id"], "trigger_id": box, "data": data}
