"""The chat window: a Gradio page inside an app that serves this machine, behind a gate."""

import errno
import logging
import os
import socket
import sys
import webbrowser
from contextlib import suppress
from ipaddress import ip_address
from shlex import quote
from threading import Thread

from index.private import private_folder

# Gradio reads this when it is imported. It is given no files: those of papers lie elsewhere.
os.environ["GRADIO_TEMP_DIR"] = str(private_folder())

import gradio as gr
import uvicorn
from fastapi import FastAPI
from starlette.routing import Mount

from assistant.assistant import Assistant
from assistant.settings import Settings
from index.errors import UserError
from ui.accounts import Accounts, Throttle
from ui.admission import Room
from ui.conversations.keeping import Conversations, beside, secret_beside
from ui.importing.shelf import open_shelf
from ui.render import ASSETS
from ui.web.conversation import EXAMPLES
from ui.web.gate import Gate
from ui.web.login import Door, Passwords
from ui.web.page import MOST_AT_ONCE, Rooms, chat_page, expected
from ui.web.policy import ADDED
from ui.web.readers import Readers
from ui.web.uploads import Uploads

_EVERYWHERE = {"0.0.0.0", "::"}  # noqa: S104 - compared with, not listened on
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def serve(settings: Settings, assistant: Assistant, open_browser: bool = False) -> None:  # noqa: FBT001, FBT002
    """Serve the chat window until it is stopped.

    Raises `UserError` where the address cannot be listened on, or others could reach it without an account.
    """
    listener = _listen(settings)
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
    # What is asked to find examples also warms the assistant up; whoever opens the page sees them as soon as they are found.
    Thread(target=assistant.examples, args=(EXAMPLES,), daemon=True).start()
    rooms = _rooms(settings, assistant)
    page = chat_page(rooms)
    accounts = Accounts(settings.auth) if settings.auth else None
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        server_name=settings.host,
        server_port=settings.port,
        auth=Passwords(accounts, Throttle()).are_right if accounts else None,
        head=f"<style>{_asset('chat.css')}</style>" + "".join(f"<script>{_asset(name)}</script>" for name in ADDED),
        theme=gr.themes.Base(font=("system-ui", "sans-serif"), font_mono=("ui-monospace", "monospace")),
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        show_error=False,
        ssr_mode=False,
        mcp_server=False,
    )
    doored = Door(app, accounts, _mounted(app).tokens) if accounts else app
    names = {*_LOOPBACK, *(settings.host_names or ())}
    if settings.host not in _EVERYWHERE:
        names.add(settings.host)
    return Gate(doored, names, expected(page), rooms.uploads, accounts=bool(accounts))


def _rooms(settings: Settings, assistant: Assistant) -> Rooms:
    shelf = open_shelf(settings, lambda: assistant.corpus)
    return Rooms(
        assistant,
        Conversations(beside(settings.root) if settings.keep_conversations else None),
        Readers(settings.port),
        secret_beside(settings.root),
        shelf,
        Uploads(shelf.megabytes) if shelf.megabytes else None,
        Room(os.cpu_count() or 1, MOST_AT_ONCE),
        accounts=settings.auth is not None,
    )


def _asset(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")


def _mounted(app: FastAPI) -> gr.routes.App:
    """The app of Gradio in `app`, which knows who is logged in."""
    (found,) = (route.app for route in app.routes if isinstance(route, Mount) and isinstance(route.app, gr.routes.App))
    return found


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
    host = "127.0.0.1" if settings.host in _EVERYWHERE else settings.host
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def _listen(settings: Settings) -> socket.socket:
    host, port = settings.host, settings.port
    is_usual = settings.index == Settings.model_fields["index"].default
    where = "" if is_usual else f" --index {quote(str(settings.index))}"
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        _check_reach(settings, str(address[0]), where)
        return socket.create_server(address[:2], family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            cure = f"Choose another: scholiast chat --host {host} --port {port % 65535 + 1}{where}"
            raise UserError(f"Port {port} is taken, perhaps by another Scholiast. {cure}") from None
        raise UserError(
            f"Cannot listen on {host}, port {port}: {error.strerror or error}. "
            f"Choose others: scholiast chat --host 127.0.0.1 --port 7861{where}"
        ) from None


def _check_reach(settings: Settings, address: str, where: str) -> None:
    """Raise `UserError` where others reach the address, and there are no accounts or no names to call it by."""
    if settings.auth:
        # To be seen by who starts it, not by the first who logs in.
        Accounts(settings.auth).names()
    if ip_address(address.partition("%")[0]).is_loopback or (settings.auth and settings.host_names):
        return
    auth = quote(str(settings.auth or "accounts.json"))
    raise UserError(
        f"Others reach this machine at {settings.host}: who may ask there needs an account, and the machine the names by which "
        f"they reach it. Add accounts: scholiast user add NAME --auth {auth} and then: scholiast chat --host {settings.host} "
        f"--auth {auth} --host-name NAME{where}"
    )
