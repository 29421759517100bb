"""The chat window: a Gradio page inside an app that serves this machine and takes no files."""

import errno
import logging
import os
import socket
import sys
import webbrowser
from contextlib import suppress
from ipaddress import ip_address
from shlex import quote

from index.private import private_folder

# Gradio reads this when it is imported. The page has no files, so that nothing there is worth keeping.
os.environ["GRADIO_TEMP_DIR"] = str(private_folder())

import gradio as gr
import uvicorn
from fastapi import FastAPI

from assistant.assistant import Assistant
from assistant.settings import Settings
from index.errors import UserError
from ui.render import ASSETS
from ui.web_gate import Gate
from ui.web_page import chat_page, expected

_EVERYWHERE = {"0.0.0.0", "::"}  # noqa: S104 - compared with, not listened on
_OPEN_TO_ALL = (
    "Whoever reaches {host}, port {port}, can ask and can read the papers of this index: there is no login. To keep "
    "them to this machine: scholiast chat --host 127.0.0.1"
)


def serve(settings: Settings, assistant: Assistant, open_browser: bool = False) -> None:  # noqa: FBT001, FBT002
    """Serve the chat window until it is stopped.

    Raises `UserError` where the address cannot be listened on.
    """
    listener = _listen(settings)
    if not ip_address(listener.getsockname()[0].partition("%")[0]).is_loopback:
        print(_OPEN_TO_ALL.format(host=settings.host, port=settings.port), file=sys.stderr)  # noqa: T201
    config = uvicorn.Config(
        create_app(settings, assistant),
        log_level="warning",
        # The other one holds headers however many come.
        http="h11",
        # An open tab holds a connection that never ends by itself.
        timeout_graceful_shutdown=2,
    )
    with suppress(KeyboardInterrupt):
        _Server(config, _address(settings), open_browser=open_browser).run(sockets=[listener])


def create_app(settings: Settings, assistant: Assistant) -> Gate:
    """Return the app of the chat window behind its gate."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_api_route("/healthz", lambda: {"ok": True})
    page = chat_page(assistant)
    gr.mount_gradio_app(
        app,
        page,
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
    return Gate(app, _names(settings.host), expected(page))


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


def _names(host: str) -> set[str]:
    """What this machine may be called by who asks; the address that a request came to is known besides."""
    of_all = {socket.gethostname(), f"{socket.gethostname()}.local"} if host in _EVERYWHERE else {host}
    return {"127.0.0.1", "localhost", *of_all}


def _address(settings: Settings) -> str:
    host = "127.0.0.1" if settings.host in _EVERYWHERE else settings.host
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def _listen(settings: Settings) -> socket.socket:
    host, port = settings.host, settings.port
    is_usual = settings.index == Settings.model_fields["index"].default
    where = "" if is_usual else f" --index {quote(str(settings.index))}"
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            cure = f"Choose another: scholiast chat --host {host} --port {port % 65535 + 1}{where}"
            raise UserError(f"Port {port} is taken, perhaps by another Scholiast. {cure}") from None
        raise UserError(
            f"Cannot listen on {host}, port {port}: {error.strerror or error}. "
            f"Choose others: scholiast chat --host 127.0.0.1 --port 7861{where}"
        ) from None
