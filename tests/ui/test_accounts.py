"""Who may use a chat window that others reach: the file of accounts, its verbs, what is throttled, and the door."""

import json
import os
import re
import socket
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from index.errors import UserError
from tests.preloaded import scholiast
from tests.ui.browser import SERVE, Served, opened, serving
from tests.ui.test_admission import Clock
from tests.ui.visitor import BEAT, CALL, DATA, Visitor
from ui.accounts import Accounts, Throttle

PASSWORD = "a long password"


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of two accounts."""
    path = tmp_path_factory.mktemp("accounts") / "accounts.json"
    for name in ("mary", "ann"):
        Accounts(path).put(name, PASSWORD)
    return path


def test_a_password_is_known_by_its_hash_alone(file: Path) -> None:
    accounts = Accounts(file)
    assert accounts.names() == ("ann", "mary")
    assert accounts.are_of("mary", PASSWORD)
    assert not accounts.are_of("mary", PASSWORD + " ")
    assert not accounts.are_of("Mary", PASSWORD)
    assert PASSWORD not in file.read_text()
    ann, mary = json.loads(file.read_text())["accounts"].values()
    assert (mary["n"], mary["r"], mary["p"]) == (2**15, 8, 3)
    assert (ann["salt"], ann["hash"]) != (mary["salt"], mary["hash"])
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_name_that_nobody_has_takes_as_long(file: Path) -> None:
    def seconds(name: str) -> float:
        began = time.thread_time()
        assert not Accounts(file).are_of(name, "a wrong password")
        return time.thread_time() - began

    known, unknown = (min(seconds(name) for _ in range(3)) for name in ("mary", "nobody"))
    assert known / 2 < unknown < 2 * known


@pytest.mark.parametrize("name", ["", " mary", "a/b", "-x", "é", "a:b", "<b>", "a" * 65, "a\nb"])
def test_a_name_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError, match="no name for an account"):
        Accounts(tmp_path / "a").put(name, PASSWORD)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "told",
    [
        b"", b"[]", b"{}", b'{"accounts": []}', b'{"accounts": {"a": {}}}', b"\xff",
        b'{"accounts": {"a": {"n": 1073741824, "r": 8, "p": 1, "salt": "00", "hash": "' + b"00" * 32 + b'"}}}',
    ],
)  # fmt: skip
def test_a_file_that_is_none_of_accounts_says_so(tmp_path: Path, told: bytes) -> None:
    (tmp_path / "a").write_bytes(told)
    with pytest.raises(UserError, match="none that scholiast user add wrote"):
        Accounts(tmp_path / "a").names()


def test_after_five_failures_each_waits_twice_as_long_up_to_five_minutes() -> None:
    clock = Clock()
    throttle = Throttle(clock)
    waits = []
    for _ in range(16):
        waits.append(throttle.seconds_left("name a", "address b"))
        clock.now += waits[-1]
        throttle.failed("name a", "address b")
    assert waits == [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    assert throttle.seconds_left("name c", "address b") == 300
    assert throttle.seconds_left("name c", "address d") == 0
    clock.now += 299
    assert throttle.seconds_left("name a", "address d") == 1
    clock.now += 3600
    assert throttle.seconds_left("name a", "address b") == 0
    throttle.failed("name a")
    assert throttle.seconds_left("name a") == 0


def test_who_logs_in_is_forgiven_and_the_address_not_for_others() -> None:
    throttle = Throttle(Clock())
    for name in ("a", "b", "a", "b", "a"):
        throttle.failed(f"name {name}", "address")
    throttle.succeeded("name a", "address")
    assert throttle.seconds_left("name a", "address") == 0
    throttle.failed("name b", "address")
    assert throttle.seconds_left("name a", "address") == 1


def test_accounts_are_added_listed_changed_and_removed_on_the_command_line(tmp_path: Path) -> None:
    where = ("--auth", tmp_path / "accounts.json")
    added = scholiast("user", "add", "mary", *where, stdin=f"{PASSWORD}\n")
    assert (added.returncode, added.stdout) == (0, "mary may log in.\n")
    scholiast("user", "add", "ann", stdin=PASSWORD, SCHOLIAST_AUTH=str(where[1]))
    assert scholiast("user", "list", *where).stdout == "ann\nmary\n"

    again = scholiast("user", "add", "mary", *where, stdin="another password\n")
    assert again.returncode == 1
    assert again.stderr.rstrip().endswith("--yes")
    assert Accounts(where[1]).are_of("mary", PASSWORD)
    assert scholiast("user", "add", "mary", *where, "--yes", stdin="another password\n").returncode == 0
    assert Accounts(where[1]).are_of("mary", "another password")

    assert scholiast("user", "remove", "mary", *where).stdout == "mary may not log in any more.\n"
    gone = scholiast("user", "remove", "mary", *where)
    assert (gone.returncode, "It has: ann." in gone.stderr) == (1, True)
    short = scholiast("user", "add", "eve", *where, stdin="short\n")
    assert (short.returncode, short.stderr) == (1, "A password holds at least 8 characters.\n")
    assert "scholiast user add NAME --auth FILE" in scholiast("user", "list").stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.2"])
@pytest.mark.parametrize("given", [(), ("--host-name", "papers.example"), ("--auth", "FILE")])
def test_beyond_this_machine_accounts_and_names_are_wanted(
    sample_index: Path, file: Path, host: str, given: tuple[str, ...]
) -> None:
    given = tuple(str(file) if one == "FILE" else one for one in given)
    ran = scholiast("chat", "--host", host, "--port", "7999", "--index", sample_index, *given)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "user add NAME --auth" in ran.stderr
    assert f"chat --host {host} --auth" in ran.stderr
    assert "--host-name NAME" in ran.stderr


def test_a_file_of_accounts_that_is_not_there_is_told_of_before_anybody_asks(
    sample_index: Path, tmp_path: Path
) -> None:
    ran = scholiast("chat", "--auth", tmp_path / "none", "--port", "7999", "--index", sample_index)
    assert (ran.returncode, "There is no file of accounts" in ran.stderr) == (1, True)


def second_address() -> str:
    """An address of this machine by which others reach it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as looking:
        try:
            # Nothing is sent: the system says which address of its own it would send from.
            looking.connect(("198.51.100.1", 9))
            address = str(looking.getsockname()[0])
        except OSError:
            address = "127.0.0.1"
    if address.startswith("127."):
        pytest.skip("this machine has no address but those of loopback")
    return address


@pytest.fixture(scope="module")
def beyond(sample_index: Path, file: Path) -> Iterator[Served]:
    """A chat window that others reach, by a name and two accounts."""
    there = f'port=int(sys.argv[2]), host="0.0.0.0", auth={str(file)!r}, host_names="papers.example, {os.uname().nodename}-x"'
    with serving(sample_index, SERVE.replace("port=int(sys.argv[2])", there)) as served:
        yield served


def test_nothing_is_shown_to_who_is_not_logged_in(beyond: Served) -> None:
    with httpx.Client(base_url=beyond.url) as http:
        page = http.get("/")
        assert page.status_code == 401
        assert "Log in" in page.text
        assert "gradio_config" not in page.text
        assert http.get("/config").status_code == 404
        # What the page would take does not matter: nobody is asked in.
        assert (
            http.post(CALL, json={"data": "", "component_id": 1, "fn_name": "", "session_hash": "abc"}).status_code
            != 200
        )
        assert http.get(f"{BEAT}abc").status_code == 401
        assert http.get(DATA, params={"session_hash": "abc"}).status_code == 401


def test_who_logs_in_asks_and_logs_out_through_a_second_address(beyond: Served) -> None:
    url = beyond.url.replace("127.0.0.1", second_address())
    with httpx.Client(base_url=url, timeout=60) as http:
        wrong = http.post("/login", data={"username": "mary", "password": "wrong"})
        assert wrong.status_code == 400
        given = http.post("/login", data={"username": "mary", "password": PASSWORD}, headers={"Origin": url})
        assert given.json() == {"success": True}
        assert all("HttpOnly" in one for one in given.headers.get_list("set-cookie"))
        assert "Log out" in http.get("/").text
        assert "close_stream" in Visitor(http).ask()
        assert http.get("/logout").status_code == 302
        assert http.get("/").status_code == 401


def test_who_has_another_password_logs_in_again(sample_index: Path, tmp_path: Path) -> None:
    path = tmp_path / "accounts.json"
    Accounts(path).put("mary", PASSWORD)
    program = SERVE.replace("port=int(sys.argv[2])", f"port=int(sys.argv[2]), auth={str(path)!r}")
    with serving(sample_index, program) as served, httpx.Client(base_url=served.url, timeout=60) as http:
        assert http.post("/login", data={"username": "mary", "password": PASSWORD}).status_code == 200
        assert http.get("/").status_code == 200
        Accounts(path).put("ann", PASSWORD)
        assert http.get("/").status_code == 200
        Accounts(path).put("mary", f"{PASSWORD} of mine")
        assert http.get("/").status_code == 401
        assert http.post("/login", data={"username": "mary", "password": f"{PASSWORD} of mine"}).status_code == 200
        assert http.get("/").status_code == 200


def test_a_foreign_host_or_origin_is_refused_through_either_address(beyond: Served) -> None:
    own = second_address()
    for address in ("127.0.0.1", own):
        url = beyond.url.replace("127.0.0.1", address)
        port = url.rpartition(":")[2]
        for host in (
            "evil.example",
            f"evil.example:{port}",
            os.uname().nodename,
            f"{own}.evil.example",
            "198.51.100.7",
        ):
            assert httpx.get(url, headers={"Host": host}).status_code == 400
        for host in (f"{address}:{port}", f"localhost:{port}", f"papers.example:{port}", "PAPERS.example"):
            assert httpx.get(url, headers={"Host": host}).status_code == 401
            assert httpx.get(url, headers={"Host": host, "Origin": f"http://{host}"}).status_code == 401
            for origin in ("http://evil.example", "null", f"https://{host}", "http://papers.example:1"):
                headers = {"Host": host, "Origin": origin}
                assert httpx.get(url, headers=headers).status_code == 400
                login = {"username": "mary", "password": PASSWORD}
                assert httpx.post(f"{url}/login", data=login, headers=headers).status_code == 400


def test_a_proxy_with_tls_on_this_machine_is_believed_and_no_other(beyond: Served) -> None:
    login = {"username": "mary", "password": PASSWORD}
    headers = {"Host": "papers.example", "Origin": "https://papers.example", "X-Forwarded-Proto": "https"}
    assert httpx.get(beyond.url, headers=headers).status_code == 401
    assert "Secure" in httpx.get(beyond.url, headers=headers).headers["set-cookie"]
    assert httpx.post(f"{beyond.url}/login", data=login, headers=headers).json() == {"success": True}
    directly = beyond.url.replace("127.0.0.1", second_address())
    assert httpx.get(directly, headers=headers).status_code == 400


def test_the_failures_of_one_address_are_not_anothers(beyond: Served) -> None:
    def tried(address: str, name: str) -> int:
        login = {"username": name, "password": "wrong"}
        return httpx.post(f"{beyond.url}/login", data=login, headers={"X-Forwarded-For": address}).status_code

    # On a busy machine, a hash may take longer than the first waits.
    statuses = [400]
    while statuses[-1] == 400:
        statuses.append(tried("198.51.100.1", f"a{len(statuses)}"))
    assert (len(statuses) > 6, statuses[-1]) == (True, 429)
    assert tried("198.51.100.2", "a9") == 400


def test_a_login_is_a_form_of_few_bytes(beyond: Served) -> None:
    login = {"username": "mary", "password": PASSWORD}
    assert httpx.post(f"{beyond.url}/login", json=login).status_code == 415
    assert httpx.post(f"{beyond.url}/login", data={**login, "more": "a" * 20_000}).status_code == 413
    assert httpx.get(f"{beyond.url}/login").status_code == 405
    assert httpx.get(f"{beyond.url}/logout", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_the_window_asks_who_it_is_throttles_and_lets_in(chromium: Browser, sample_index: Path, file: Path) -> None:
    path = file.with_name("own.json")
    path.write_bytes(file.read_bytes())
    program = SERVE.replace("port=int(sys.argv[2])", f"port=int(sys.argv[2]), auth={str(path)!r}")
    with serving(sample_index, program) as served, opened(chromium) as window:
        page = window.page
        page.goto(served.url)
        refused = page.get_by_role("alert")
        expect(page.get_by_label("Name")).to_be_focused()
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(250, 247, 240)"
        page.get_by_label("Name").fill("ann")
        told = ["No account has this name and this password."] * 5
        # On a busy machine, a hash may take longer than the first waits.
        while told[-1].startswith("No account"):
            page.get_by_label("Password").fill("wrong")
            page.get_by_role("button", name="Log in").click()
            expect(refused).not_to_be_empty()
            told.append(refused.text_content() or "")
        assert len(told) > 10
        assert re.fullmatch(r"Too many wrong passwords\. Try again in \d+ seconds?\.", told[-1])

        def log_in() -> bool:
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_label("Password").press("Enter")
            page.wait_for_function("document.querySelector('#question, #refused:not(:empty)')")
            return page.locator("#question").count() > 0

        while not log_in():
            expect(refused).to_contain_text("Too many")
        expect(page.locator("html[data-evidence-ready='1']")).to_be_attached()
        window.ask("What is the curse of depth?")
        expect(page.get_by_role("link", name="Log out")).to_be_visible()
        page.get_by_role("link", name="Log out").click()
        expect(page.get_by_label("Name")).to_be_visible()

        page.get_by_label("Name").fill("mary")
        while not log_in():
            expect(refused).to_contain_text("Too many")
        Accounts(path).remove("mary")
        # The page finds out by itself.
        expect(page.get_by_label("Name")).to_be_visible()
        path.write_text("damaged")
        page.get_by_label("Name").fill("ann")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_label("Password").press("Enter")
        expect(refused).to_contain_text("Nobody can log in now.")
