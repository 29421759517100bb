"""The gate before the page: what is open, to whom, and how much anybody may send."""

import json
import os
from pathlib import Path

import httpx
import pytest

from tests.preloaded import running
from tests.ui.browser import Served
from tests.ui.visitor import BEAT, CALL, DATA, JOIN, Visitor, visiting
from ui.web.gate import OPEN

# Every other route of the installed Gradio; a version with one that is not listed here is looked at before it is used.
CLOSED = [
    "/openapi.json",
    "/login",
    "/login/",
    "/logout",
    "/svelte/{path:path}",
    "/gradio_api/deep_link",
    "/config",
    "/config/",
    "/static/{path:path}",
    "/robots.txt",
    "/pwa_icon",
    "/pwa_icon/{size}",
    "/manifest.json",
    "/monitoring",
    "/monitoring/summary",
    "/monitoring/{key}",
    "/gradio_api/user",
    "/gradio_api/user/",
    "/gradio_api/login_check",
    "/gradio_api/login_check/",
    "/gradio_api/token",
    "/gradio_api/token/",
    "/gradio_api/app_id/",
    "/gradio_api/dev/reload",
    "/gradio_api/runs",
    "/gradio_api/runs/",
    "/gradio_api/run-history/connect",
    "/gradio_api/run-history/buckets",
    "/gradio_api/run-history/records",
    "/gradio_api/run-history/records/{endpoint}/{record_id}/assets/{asset_id}",
    "/gradio_api/info",
    "/gradio_api/info/",
    "/gradio_api/openapi.json",
    "/gradio_api/custom_component/{id}/{environment}/{type}/{file_name}",
    "/gradio_api/proxy={url_path:path}",
    "/gradio_api/file={path_or_url:path}",
    "/gradio_api/file/{path:path}",
    "/gradio_api/stream/{event_id}",
    "/gradio_api/stream/{event_id}/close",
    "/gradio_api/stream/{session_hash}/{run}/{component_id}/playlist.m3u8",
    "/gradio_api/stream/{session_hash}/{run}/{component_id}/{segment_id}.{ext}",
    "/gradio_api/stream/{session_hash}/{run}/{component_id}/playlist-file",
    "/gradio_api/reset",
    "/gradio_api/reset/",
    "/gradio_api/run/{api_name}",
    "/gradio_api/run/{api_name}/",
    "/gradio_api/api/{api_name}",
    "/gradio_api/api/{api_name}/",
    "/gradio_api/call/v2/{api_name}",
    "/gradio_api/call/v2/{api_name}/",
    "/gradio_api/call/{api_name}",
    "/gradio_api/call/{api_name}/",
    "/gradio_api/call/v2/{api_name}/{event_id}",
    "/gradio_api/call/{api_name}/{event_id}",
    "/gradio_api/cancel",
    "/gradio_api/component_server",
    "/gradio_api/queue/status",
    "/gradio_api/upload",
    "/gradio_api/upload_progress",
    "/gradio_api/startup-events",
    "/gradio_api/theme.css",
    "/gradio_api/process_recording",
    "/gradio_api/vibe-edit",
    "/gradio_api/vibe-edit/",
    "/gradio_api/undo-vibe-edit",
    "/gradio_api/undo-vibe-edit/",
    "/gradio_api/vibe-code",
    "/gradio_api/vibe-code/",
    "/gradio_api/vibe-starter-queries",
    "/gradio_api/vibe-starter-queries/",
]
# How Gradio calls what the gate calls otherwise.
NAMES = {
    "/assets/{path:path}": "/assets/{path}",
    "/gradio_api/heartbeat/{session_hash}": "/gradio_api/heartbeat/{session}",
}
FOREIGN = ("http://evil.example", "http://localhost:1", "http://127.0.0.1:1", "https://127.0.0.1", "null", "")


def filled(route: str) -> str:
    """The address of a route, its parts filled with something harmless."""
    parts = {
        "path_or_url:path": "http://127.0.0.1:9/a.png",
        "url_path:path": "http://127.0.0.1:9/",
        "path:path": "a.js",
    }
    for part, value in parts.items():
        route = route.replace("{" + part + "}", value)
    return "".join(
        piece.partition("}")[2] if i else piece for i, piece in enumerate(route.replace("{", "a{").split("{"))
    )


ROUTES = """
import json, sys
from pathlib import Path
from assistant.opening import open_assistant
from assistant.settings import read_settings
from ui.web.serving import create_app
def routes(app):
    for route in app.routes:
        inner = getattr(route, "original_router", getattr(route, "app", None))
        yield from routes(inner) if hasattr(inner, "routes") else [route.path]
settings = read_settings(index=Path(sys.argv[1]))
print(json.dumps([*routes(create_app(settings, open_assistant(settings))._app)]))
"""


def test_every_route_of_the_installed_gradio_is_open_or_known_to_be_closed(sample_index: Path) -> None:
    with running(ROUTES, ["routes", str(sample_index)], os.environ) as (_, said):
        routes = json.loads(said.read())
    there = {NAMES.get(route, route) for route in routes}
    assert there - {*OPEN, *CLOSED} == set()
    # The one file of /static that the page loads.
    assert {*OPEN} - there == {"/static/js/iframeResizer.contentWindow.min.js"}


@pytest.mark.parametrize("route", CLOSED)
def test_what_the_page_does_not_use_is_not_there(visitor: Visitor, route: str) -> None:
    for method in ("GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE"):
        assert visitor.http.request(method, filled(route)).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/queue/join/",
        "/gradio_api//queue/join",
        "/assets/../config",
        "/assets/",
        "/gradio_api/app_id",
        "/%2e/",
    ],
)
def test_no_other_spelling_opens_a_closed_route(visitor: Visitor, path: str) -> None:
    assert visitor.http.get(path).status_code == 404


def test_an_open_route_is_asked_in_its_own_way(visitor: Visitor) -> None:
    assert visitor.http.get(JOIN).status_code == 405
    assert visitor.http.options(JOIN).status_code == 405
    assert visitor.http.post(DATA).status_code == 405
    assert visitor.http.get("/").status_code == visitor.http.head("/").status_code == 200


def test_a_question_is_answered_and_its_evidence_shown(visitor: Visitor) -> None:
    assert "close_stream" in visitor.ask()
    assert "no longer kept" in visitor.call("evidence_of", "0" * 32)


@pytest.mark.parametrize("origin", FOREIGN)
def test_another_page_is_answered_nothing(visitor: Visitor, sample_chat: Served, origin: str) -> None:
    for method, path in (
        ("GET", "/"),
        ("GET", DATA),
        ("GET", f"{BEAT}{visitor.session}"),
        ("POST", JOIN),
        ("POST", CALL),
    ):
        answer = visitor.http.request(method, path, headers={"Origin": origin}, json=visitor.asking())
        assert answer.status_code == 400
        assert not [name for name in answer.headers if name.startswith("access-control-")]
    own = visitor.http.post(JOIN, headers={"Origin": sample_chat.url}, json=visitor.asking())
    assert own.status_code == 200
    assert not [name for name in own.headers if name.startswith("access-control-")]


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_page_may_link_here_and_embed_nothing(visitor: Visitor, site: str) -> None:
    from_there = {"Sec-Fetch-Site": site}
    led = {**from_there, "Sec-Fetch-Mode": "navigate"}
    with httpx.Client(base_url=visitor.http.base_url) as newcomer:
        answer = newcomer.get("/", headers=led)
        # A browser keeps a strict cookie back here; a new one would replace it.
        assert (answer.status_code, answer.headers.get("set-cookie")) == (200, None)
    assert visitor.http.get("/theme.css", headers=from_there).status_code == 403
    for headers in (from_there, led):
        assert visitor.http.get(f"{BEAT}{visitor.session}", headers=headers).status_code == 403
    assert visitor.http.get("/gradio_api/app_id", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example:7860",
        "x@127.0.0.1",
        "127.0.0.1:7860:1",
        "::1",
        "",
    ],
)
def test_a_foreign_name_is_refused(visitor: Visitor, host: str) -> None:
    assert visitor.http.get("/", headers={"Host": host}).status_code == 400
    assert visitor.http.post(JOIN, headers={"Host": host}, json=visitor.asking()).status_code == 400


def test_a_session_is_no_other_browsers(visitor: Visitor, sample_chat: Served) -> None:
    visitor.ask()
    call = visitor.calling("evidence_of", "0" * 32)
    with visiting(sample_chat.url) as stranger, httpx.Client(base_url=sample_chat.url) as nobody:
        for http in (stranger.http, nobody):
            assert http.get(DATA, params={"session_hash": visitor.session}).status_code == 403
            assert http.get(f"{BEAT}{visitor.session}").status_code == 403
            assert http.post(JOIN, json=visitor.asking()).status_code == 403
            assert http.post(CALL, json=call).status_code == 403
    assert "close_stream" in visitor.ask()


def test_the_key_of_a_session_is_out_of_the_reach_of_scripts(sample_chat: Served) -> None:
    given = httpx.get(sample_chat.url).headers["set-cookie"]
    assert "HttpOnly; SameSite=Strict; Path=/" in given
    held = given.partition(";")[0]
    assert "set-cookie" not in httpx.get(sample_chat.url, headers={"Cookie": held}).headers
    assert len(held.partition("=")[2]) == 32
