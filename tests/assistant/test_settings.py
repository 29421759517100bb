"""How an LLM is set, and that nobody is told its key."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.action import Action
from assistant.messages import Finished, Message
from assistant.settings import CONFIG_FILE, Settings, open_llm, origins, read_settings
from assistant.types import Usage
from index.errors import SettingsError
from tests.faults import COUNTED, Misbehaving, says, taken

KEY = "sk-canary-0123456789abcdef"
ROOT = Path(__file__).parents[2]
PROGRAM = [sys.executable, "-c", "import ui.cli; ui.cli.main()"]


def test_there_is_no_llm_unless_a_model_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert open_llm(read_settings()) is None
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("SCHOLIAST_LLM_MODEL", " ")
    assert open_llm(read_settings()) is None


def test_an_llm_is_asked_where_and_as_the_settings_say() -> None:
    with Misbehaving(says("Yes.")) as served:
        llm = open_llm(read_settings(llm_base_url=served.url, llm_model="small", llm_api_key=KEY))
        assert llm
        text, end = taken(llm.stream([Message("user", "Why?")], Action()))
        (request,) = served.requests
    assert (text, end) == ("Yes.", Finished(Usage(*COUNTED, cost_usd=None)))
    assert (request.body["model"], request.headers["authorization"]) == ("small", f"Bearer {KEY}")


def test_a_slow_machine_may_be_given_more_time_until_the_first_token() -> None:
    with Misbehaving(says("Late.", after=0.3)) as served:
        for seconds, wanted in ((0.1, ""), (5, "Late.")):
            llm = open_llm(read_settings(llm_base_url=served.url, llm_model="small", llm_first_token=seconds))
            assert llm
            assert taken(llm.stream([Message("user", "Why?")], Action()))[0] == wanted


def test_a_setting_of_ours_comes_before_the_usual_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_MODEL", "usual")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://usual/v1")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("SCHOLIAST_LLM_MODEL", "ours")
    CONFIG_FILE.write_text('llm_base_url = "http://file/v1"\n')
    settings = read_settings()
    assert (settings.llm_model, settings.llm_base_url) == ("ours", "http://file/v1")
    assert settings.llm_api_key
    assert settings.llm_api_key.get_secret_value() == KEY
    came = origins()
    assert [came[name] for name in ("llm_model", "llm_base_url", "llm_api_key", "llm_window")] == [
        "environment SCHOLIAST_LLM_MODEL",
        "scholiast.toml",
        "environment OPENAI_API_KEY",
        "default",
    ]


@pytest.mark.parametrize("name", ["SCHOLIAST_LLM_API_KEY", "OPENAI_API_KEY"])
def test_the_settings_are_printed_without_the_key(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, KEY)
    assert KEY not in repr(read_settings())
    for arguments in ([], ["--json"]):
        done = subprocess.run(
            [*PROGRAM, "settings", *arguments],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert "canary" not in done.stdout + done.stderr
        assert f"environment {name}" in done.stdout
    assert json.loads(done.stdout)["llm_api_key"]["value"] == "**********"


@pytest.mark.parametrize(
    "url", ["127.0.0.1:11434", "ftp://host/v1", "http://", "http://me:canary@host/v1", "http://[::1/v1", "no"]
)
def test_an_address_that_is_none_is_refused_in_one_sentence(url: str) -> None:
    with pytest.raises(SettingsError, match="The setting llm_base_url is not as it should be") as raised:
        read_settings(llm_base_url=url)
    assert "canary" not in str(raised.value)


def test_a_key_that_is_none_is_refused_without_being_told() -> None:
    CONFIG_FILE.write_text('llm_api_key = ["canary"]\n')
    with pytest.raises(SettingsError, match="The setting llm_api_key is not as it should be") as raised:
        read_settings()
    assert "canary" not in str(raised.value)


@given(
    st.dictionaries(
        st.sampled_from([*Settings.model_fields.keys() - {"llm_api_key"}, "llm_modle"]),
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_environment_is_settings_or_a_typed_error_and_tells_no_key(given: dict[str, str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**given, "llm_api_key": KEY}.items():
            patch.setenv(f"SCHOLIAST_{name.upper()}", value)
        try:
            told = repr(read_settings())
        except SettingsError as error:
            told = str(error)
        assert "canary" not in told
