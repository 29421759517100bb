"""The one route on which the page takes files: to whom it is open, for what, and what becomes of it."""

import os
import resource
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from index.private import private_folder
from tests.ui.browser import SERVE, Served, serving
from tests.ui.test_gate import FOREIGN
from tests.ui.visitor import Visitor, visiting
from ui.accounts import Accounts
from ui.importing.files import own_name, too_long, wrong_kind
from ui.web.uploads import MOST_WAITING

ROUTE, AS_FILE = "/papers", {"content-type": "application/octet-stream"}
ENTRY = b"@article{a, title={Of newts}, abstract={Newts court at dawn.}}"


def send(visitor: Visitor, name: str = "a.bib", content: Any = ENTRY, **headers: str) -> httpx.Response:
    return visitor.http.post(ROUTE, params={"name": name}, content=content, headers=AS_FILE | headers)


def refused(answer: httpx.Response, status: int) -> str:
    assert answer.status_code == status, answer.text
    return str(answer.json()["detail"])


@pytest.fixture(scope="module")
def folder() -> Path:
    return private_folder()


@pytest.fixture(scope="module")
def alone(sample_index: Path, folder: Path) -> Iterator[Served]:
    """A server that makes its private folders in `folder`, and takes files of one megabyte."""
    program = SERVE.replace("port=int", "import_megabytes=1, port=int")
    with serving(sample_index, f"import os; os.environ['TMPDIR'] = {str(folder)!r}\n{program}") as served:
        yield served


@pytest.fixture
def guest(alone: Served) -> Iterator[Visitor]:
    with visiting(alone.url) as visitor:
        yield visitor


def files_in(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.suffix == ".bib"}


def test_a_file_of_the_page_is_taken_under_its_own_name(guest: Visitor, folder: Path) -> None:
    answer = send(guest, "../../etc/Grüße <b>.bib")
    assert answer.status_code == 200
    assert len(answer.json()["id"]) == 32
    assert "Grüße _b_.bib" in files_in(folder)


def test_what_nobody_reads_makes_room(guest: Visitor, folder: Path) -> None:
    for number in range(MOST_WAITING + 2):
        assert send(guest, f"{number}.bib").status_code == 200
    assert files_in(folder) == {f"{number}.bib" for number in range(2, MOST_WAITING + 2)}


@pytest.mark.parametrize("name", ["", "paper.pdf", "a.bib.exe", ".bib/", "a.html", "a.gz"])
def test_other_kinds_are_refused(guest: Visitor, name: str) -> None:
    assert refused(send(guest, name), 415) == wrong_kind()


def test_a_body_that_is_no_file_is_refused(guest: Visitor) -> None:
    assert "not said to be a file" in refused(send(guest, **{"content-type": "text/plain"}), 415)
    form = guest.http.post(ROUTE, params={"name": "a.bib"}, files={"files": ENTRY})
    assert "not said to be a file" in refused(form, 415)
    assert "too long" in refused(send(guest, "a" * 2000 + ".bib"), 400)


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(guest: Visitor, folder: Path) -> None:
    before = files_in(folder)
    assert refused(send(guest, "long.bib", b"%" * 1_000_001), 413) == too_long(1)
    assert files_in(folder) == before
    assert send(guest, "whole.bib", b"%" * 1_000_000).status_code == 200


def test_a_file_without_an_end_is_cut_off_and_not_held(alone: Served, guest: Visitor, folder: Path) -> None:
    def without_end() -> Iterator[bytes]:
        for _ in range(200):
            yield b"%" * 1_000_000

    before, held = files_in(folder), resident(alone)
    # The server answers while there is more to come, and hangs up.
    with suppress(httpx.TransportError):
        assert refused(send(guest, "endless.bib", without_end()), 413) == too_long(1)
    assert files_in(folder) == before
    assert resident(alone) - held < 50_000_000


def resident(served: Served) -> int:
    """The bytes of memory that the server holds."""
    pages = Path(f"/proc/{served.process.pid}/statm").read_text().split()[1]
    return int(pages) * resource.getpagesize()


@pytest.mark.parametrize("origin", FOREIGN)
def test_another_page_sends_nothing(guest: Visitor, origin: str) -> None:
    assert "another page" in refused(send(guest, origin=origin), 400)


def test_who_has_opened_no_page_sends_nothing(alone: Served) -> None:
    with httpx.Client(base_url=alone.url) as stranger:
        answer = stranger.post(ROUTE, params={"name": "a.bib"}, content=ENTRY, headers=AS_FILE)
        assert "not sent from an open page" in refused(answer, 403)


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_nothing_is_read_back(guest: Visitor, method: str) -> None:
    assert guest.http.request(method, ROUTE).status_code == 405
    name = send(guest).json()["id"]
    for path in (f"{ROUTE}/{name}", f"/gradio_api/file={name}", f"/gradio_api/file={ROUTE}"):
        assert guest.http.request(method, path).status_code == 404


def test_the_uploads_of_gradio_stay_closed(guest: Visitor) -> None:
    assert guest.http.post("/gradio_api/upload", files={"files": ENTRY}).status_code == 404


def test_a_file_is_read_once(guest: Visitor, folder: Path) -> None:
    name = send(guest, "once.bib").json()["id"]
    assert "Of newts" in told(guest, name)
    assert "once.bib" not in files_in(folder)
    assert "no longer kept here" in told(guest, name)
    assert "no longer kept here" in told(guest, "../../etc/passwd")


def told(guest: Visitor, said: str) -> str:
    """What the page shows of the files of these ids."""
    return guest.tell("drop", "upload", event_data={"said": said})


@pytest.mark.parametrize("setting", ["off", "auto"])
def test_where_no_papers_are_taken_the_route_is_not_there(sample_index: Path, tmp_path: Path, setting: str) -> None:
    accounts = tmp_path / "accounts.json"
    Accounts(accounts).put("mary", "a long password")
    far = f"host='0.0.0.0', auth={str(accounts)!r}, host_names='papers.example', " if setting == "auto" else ""
    program = SERVE.replace("port=int", f"import_papers={setting!r}, {far}port=int")
    with serving(sample_index, program, errors=Path(os.devnull)) as served, httpx.Client(base_url=served.url) as http:
        answer = http.post(ROUTE, params={"name": "a.bib"}, content=ENTRY, headers=AS_FILE)
        assert refused(answer, 404) == "there is no such page"


def test_the_name_of_a_file_is_its_own_and_harmless() -> None:
    assert own_name("C:\\papers\\mine.bib") == own_name("/a/../mine.bib") == "mine.bib"
    assert own_name("a\0b\n\u202ec.ris") == "a_b__c.ris"
    assert own_name("..") == own_name("") == ""
    assert len(own_name("long" * 100 + ".jsonl")) <= 107
    assert own_name("long" * 100 + ".jsonl").endswith(".jsonl")
