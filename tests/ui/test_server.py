"""The server of the chat window, without a browser: what it says, and what it refuses."""

import socket
from pathlib import Path

import httpx
import pytest

from assistant.opening import open_assistant
from assistant.settings import read_settings
from index.errors import UserError
from tests.ui.browser import Served


def test_the_address_is_printed_once_it_answers(sample_chat: Served) -> None:
    assert sample_chat.first_line == f"Scholiast answers on {sample_chat.url}\n"
    assert httpx.get(f"{sample_chat.url}/healthz").json() == {"ok": True}


def test_the_security_headers_are_there(sample_chat: Served) -> None:
    for path in ("/", "/config", "/nowhere", "/gradio_api/upload"):
        headers = httpx.get(sample_chat.url + path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'self'" in policy
        assert "http" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_a_foreign_host_is_refused(sample_chat: Served) -> None:
    assert httpx.get(sample_chat.url, headers={"Host": "evil.example"}).status_code == 400
    assert httpx.get(sample_chat.url, headers={"Host": "localhost"}).status_code == 200


@pytest.mark.parametrize(
    "route", ["upload", "upload?upload_id=a", "file=http://127.0.0.1/", "proxy=http://127.0.0.1/", "stream/a/b/c/d"]
)
def test_routes_that_take_or_fetch_files_are_closed(sample_chat: Served, route: str) -> None:
    url = f"{sample_chat.url}/gradio_api/{route}"
    assert httpx.get(url).status_code == 404
    assert httpx.post(url, files={"files": b"a"}).status_code == 404


def test_files_of_the_machine_are_not_served(sample_chat: Served, sample_index: Path) -> None:
    for file in ("/etc/passwd", str(sample_index / "store.sqlite")):
        assert httpx.get(f"{sample_chat.url}/gradio_api/file={file}").status_code in {403, 404}


def test_a_taken_port_names_the_cure(sample_index: Path) -> None:
    from ui.web.serving import serve  # noqa: PLC0415 - Gradio takes seconds to import

    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        settings = read_settings(index=sample_index, port=port)
        with pytest.raises(UserError, match=f"Port {port} is taken.* --port"):
            serve(settings, open_assistant(settings))
