"""The chat window: a Gradio page inside an app that serves this machine and takes no files."""

import errno
import logging
import os
import socket
import sys
import webbrowser
from contextlib import suppress

import gradio as gr
import uvicorn
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.assistant import Assistant
from assistant.settings import Settings
from index.errors import UserError
from ui.render import ASSETS
from ui.web_page import chat_page

# Gradio's own scripts need unsafe-inline and unsafe-eval; what stops injected markup is the escaping in `ui.render`.
# This stops every load from another host.
_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "frame-src 'none'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
_HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
# Gradio serves these whether or not a page uses them.
_CLOSED = tuple(
    f"/gradio_api/{route}" for route in ("upload", "file=http", "proxy=", "stream", "process_recording", "runs")
)


def serve(settings: Settings, assistant: Assistant, open_browser: bool = False) -> None:  # noqa: FBT001, FBT002
    """Serve the chat window until it is stopped.

    Raises `UserError` where the address cannot be listened on.
    """
    listener = _listen(settings.host, settings.port)
    config = uvicorn.Config(
        create_app(settings, assistant),
        log_level="warning",
        # An open tab holds a connection that never ends by itself.
        timeout_graceful_shutdown=2,
    )
    with suppress(KeyboardInterrupt):
        _Server(config, _address(settings), open_browser=open_browser).run(sockets=[listener])


def create_app(settings: Settings, assistant: Assistant) -> FastAPI:
    """Return the app of the chat window, closed to other hosts."""
    os.environ["GRADIO_TEMP_DIR"] = str(settings.root.absolute().parent / "gradio")
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_api_route("/healthz", lambda: {"ok": True})
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost", settings.host])
    app.add_middleware(_Guard)
    gr.mount_gradio_app(
        app,
        chat_page(assistant),
        path="/",
        server_name=settings.host,
        server_port=settings.port,
        head=f"<style>{(ASSETS / 'chat.css').read_text(encoding='utf-8')}</style>",
        theme=gr.themes.Base(font=("system-ui", "sans-serif"), font_mono=("ui-monospace", "monospace")),
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        show_error=False,
        ssr_mode=False,
        mcp_server=False,
    )
    return app


class _Guard:
    """Adds the security headers, and closes the routes of Gradio that this app has no use for."""

    # Plain ASGI: a middleware that reads the response would hold back the stream.
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *_HEADERS]
            await send(message)

        closed = scope["type"] == "http" and scope["path"].startswith(_CLOSED)
        answering = JSONResponse({"detail": "not found"}, 404) if closed else self._app
        await answering(scope, receive, send_with_headers)


class _Server(uvicorn.Server):
    """A server that says where it listens once it does."""

    def __init__(self, config: uvicorn.Config, address: str, *, open_browser: bool) -> None:
        super().__init__(config)
        self._address = address
        self._open_browser = open_browser

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        sys.stdout.write(f"Scholiast answers on {self._address}\n")
        sys.stdout.flush()
        if self._open_browser:
            webbrowser.open(self._address)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # The connection of an open tab is cut here, which is no fault to report.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await super().shutdown(sockets)


def _address(settings: Settings) -> str:
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            cure = f"Choose another: scholiast chat --port {port % 65535 + 1}"
            raise UserError(f"Port {port} is taken, perhaps by another Scholiast. {cure}") from None
        raise UserError(
            f"Cannot listen on {host}, port {port}: {error.strerror or error}. "
            f"Choose others: scholiast chat --host 127.0.0.1 --port 7861"
        ) from None
