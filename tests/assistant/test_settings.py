"""How an LLM is set, and that nobody is told its key."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.embedder_settings import open_embedder
from assistant.llm.action import Action
from assistant.llm.messages import Finished, Message
from assistant.opening import open_index, open_llm
from assistant.settings import KEYED, Settings, origins, read_settings
from assistant.settings_files import CONFIG_FILE, HARMLESS, user_file
from assistant.types import Usage
from index.errors import ModelDamaged, SettingsError
from index.vectors.embedding import LocalEmbedder
from tests.embedding import embeds
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


def own(text: str) -> None:
    """Write the user's own file of settings."""
    user_file().parent.mkdir(parents=True, exist_ok=True)
    user_file().write_text(text)


def key_in_force() -> str | None:
    key = read_settings().llm_api_key
    return key.get_secret_value() if key else None


def test_a_setting_of_ours_comes_before_the_usual_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_MODEL", "usual")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://usual/v1")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("SCHOLIAST_LLM_MODEL", "ours")
    own('llm_base_url = "http://file/v1"\nhits = 3\nmode = "deep"\n')
    CONFIG_FILE.write_text("hits = 7\n")
    settings = read_settings()
    assert (settings.llm_model, settings.llm_base_url) == ("ours", "http://file/v1")
    assert (settings.hits, settings.mode) == (7, "deep")
    came = origins()
    assert [came[name] for name in ("llm_model", "llm_base_url", "hits", "mode", "llm_window")] == [
        "environment SCHOLIAST_LLM_MODEL",
        str(user_file()),
        "scholiast.toml",
        str(user_file()),
        "default",
    ]


def test_the_usual_key_goes_to_openai_and_to_what_stands_beside_it_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    assert key_in_force() == KEY
    own('llm_base_url = "http://file/v1"')
    assert key_in_force() is None
    assert "not for the address" in origins()["llm_api_key"]
    own('llm_base_url = "https://api.openai.com/v1/"')
    assert key_in_force() == KEY
    own('llm_base_url = "http://api.openai.com/v1/"')
    assert key_in_force() is None
    for name in ("OPENAI_BASE_URL", "SCHOLIAST_LLM_BASE_URL"):
        own("")
        monkeypatch.setenv(name, "http://beside/v1")
        assert key_in_force() == KEY
    assert read_settings(llm_base_url="http://typed/v1").llm_api_key


def test_a_key_of_the_users_file_goes_to_the_address_in_it_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    own(f'llm_api_key = "{KEY}"\nllm_base_url = "https://mine/v1"')
    assert key_in_force() == KEY
    monkeypatch.setenv("SCHOLIAST_LLM_BASE_URL", "https://mine:443/v1/")
    assert key_in_force() == KEY
    monkeypatch.setenv("SCHOLIAST_LLM_BASE_URL", "http://elsewhere/v1")
    assert key_in_force() is None
    monkeypatch.setenv("SCHOLIAST_LLM_API_KEY", "sk-beside-it")
    assert key_in_force() == "sk-beside-it"


def test_a_key_of_ours_goes_to_the_address_that_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHOLIAST_LLM_API_KEY", KEY)
    assert key_in_force() == KEY
    own('llm_base_url = "http://file/v1"')
    assert key_in_force() == KEY


def test_a_key_that_is_not_for_an_address_is_not_sent_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with Misbehaving(says("Yes.")) as served:
        own(f'llm_base_url = "{served.url}"\nllm_model = "small"')
        llm = open_llm(read_settings())
        assert llm
        assert taken(llm.stream([Message("user", "Why?")], Action()))[0] == "Yes."
        assert "canary" not in json.dumps(served.requests[0].headers)


def embedding_key() -> str | None:
    key = read_settings().embed_api_key
    return key.get_secret_value() if key else None


def test_a_key_of_an_embedder_goes_to_its_address_alone_and_no_other_key_goes_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("SCHOLIAST_LLM_API_KEY", KEY)
    assert embedding_key() is None
    own('embed_api_key = "sk-of-file"\nembed_base_url = "https://mine/v1"')
    assert embedding_key() == "sk-of-file"
    monkeypatch.setenv("SCHOLIAST_EMBED_BASE_URL", "http://elsewhere/v1")
    assert (embedding_key(), key_in_force()) == (None, KEY)
    assert "not for the address in embed_base_url" in origins()["embed_api_key"]
    monkeypatch.setenv("SCHOLIAST_EMBED_API_KEY", "sk-beside-it")
    assert embedding_key() == "sk-beside-it"


def test_no_key_is_sent_to_an_embedder_that_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with Misbehaving(embeds()) as served:
        opened = open_embedder(
            read_settings().model_copy(update={"embed_base_url": served.url, "embed_model": "small"})
        )
        assert opened.embed_queries(["Why?"]).shape == (1, 32)
        assert "canary" not in json.dumps(served.requests[0].headers)


def test_an_embedder_is_made_as_the_settings_say(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(open_embedder(read_settings()), LocalEmbedder)
    with Misbehaving(embeds()) as served:
        for name, value in {
            "BASE_URL": served.url,
            "MODEL": "e5",
            "API_KEY": KEY,
            "REVISION": "7",
            "PASSAGE_PREFIX": "",
        }.items():
            monkeypatch.setenv(f"SCHOLIAST_EMBED_{name}", value)
        opened = open_embedder(read_settings())
        said = opened.fingerprint
        opened.embed_queries(["Why?"])
        assert [request.body["input"] for request in served.requests] == [["query: dimension"], ["query: Why?"]]
        assert served.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert (said.name, said.revision, said.prefix, said.query_prefix, said.dimension) == ("e5", "7", "", "query: ", 32)


def test_two_embedders_or_half_of_one_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SCHOLIAST_EMBED_BASE_URL", "http://host/v1")
    with pytest.raises(SettingsError, match="set SCHOLIAST_EMBED_MODEL"):
        open_embedder(read_settings())
    monkeypatch.setenv("SCHOLIAST_EMBED_MODEL", "small")
    monkeypatch.setenv("SCHOLIAST_EMBED_FOLDER", str(tmp_path))
    with pytest.raises(SettingsError, match="an index has one embedder: unset one of them"):
        open_embedder(read_settings())
    monkeypatch.delenv("SCHOLIAST_EMBED_MODEL")
    monkeypatch.delenv("SCHOLIAST_EMBED_BASE_URL")
    with pytest.raises(ModelDamaged, match=r"modules\.json is missing"):
        open_embedder(read_settings())


@pytest.mark.parametrize("where", ["", " ", "ftp://host/x", "~nobody-of-that-name/x"])
def test_what_is_neither_a_folder_nor_a_server_is_told(where: str) -> None:
    with pytest.raises(SettingsError, match="The setting index is "):
        read_settings(index=where)


def test_a_current_folder_that_was_removed_sets_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert read_settings().hits == Settings.model_fields["hits"].default


@pytest.mark.parametrize("name", sorted(Settings.model_fields.keys() - HARMLESS))
def test_a_file_of_the_current_folder_decides_nothing_of_where_data_and_keys_go(name: str) -> None:
    CONFIG_FILE.write_text(f'{name} = "1"\n')
    with pytest.raises(SettingsError, match=f"scholiast.toml in this folder sets {name}") as raised:
        read_settings()
    assert str(user_file()) in str(raised.value)
    assert f"SCHOLIAST_{name.upper()}" in str(raised.value)


def test_no_setting_is_harmless_that_nobody_looked_at() -> None:
    assert Settings.model_fields.keys() >= HARMLESS
    telling = ("url", "key", "model", "price", "host", "store", "tokens", "auth", "account", "origin", "user")
    assert not [name for name in HARMLESS if any(word in name for word in telling)]


@pytest.mark.parametrize(
    "where", ["http://host:8000", "chroma-cloud:", "/var/elsewhere", "../beside", "~/mine", "a\\u0000b"]
)
def test_a_file_of_the_current_folder_names_no_index_outside_of_it(where: str) -> None:
    CONFIG_FILE.write_text(f'index = "{where}"\n')
    with pytest.raises(SettingsError, match="sets index"):
        read_settings()


def test_a_file_of_the_current_folder_may_set_what_is_harmless(monkeypatch: pytest.MonkeyPatch) -> None:
    CONFIG_FILE.write_text('hits = 7\nindex = "library/index"\nmode = "deep"\nllm_window = 4096\n')
    settings = read_settings()
    assert (settings.hits, settings.index, settings.mode, settings.llm_window) == (
        7,
        Path("library/index"),
        "deep",
        4096,
    )
    user_file().parent.mkdir(parents=True)
    monkeypatch.chdir(user_file().parent)
    own('llm_model = "mine"\n')
    assert read_settings().llm_model == "mine"
    assert origins()["llm_model"] == str(user_file())


def test_an_env_file_of_the_current_folder_steers_nothing(sample_index: Path, embedder: LocalEmbedder) -> None:
    Path(".env").write_text(f"CHROMA_API_IMPL=os.system\nSCHOLIAST_LLM_MODEL=theirs\nOPENAI_API_KEY={KEY}\n")
    settings = read_settings(index=sample_index)
    assert (settings.llm_model, settings.llm_api_key) == (None, None)
    assert open_index(settings, embedder).search("curse of depth", 1)


@pytest.mark.parametrize("content", [b"hits = " + b"[" * 50_000, b"\xff\xfe", b"hits = \n", b"x" * 1_000_000])
def test_a_file_of_settings_that_is_none_is_a_sentence(content: bytes) -> None:
    CONFIG_FILE.write_bytes(content)
    with pytest.raises(SettingsError, match=r"scholiast.toml"):
        read_settings()


@pytest.mark.parametrize(
    "name", ["SCHOLIAST_LLM_API_KEY", "OPENAI_API_KEY", "SCHOLIAST_EMBED_API_KEY", "SCHOLIAST_RERANK_API_KEY"]
)
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
    setting = name.removeprefix("SCHOLIAST_").lower().replace("openai", "llm")
    assert json.loads(done.stdout)[setting]["value"] == "**********"


@pytest.mark.parametrize(
    "url",
    [
        "127.0.0.1:11434",
        "ftp://host/v1",
        "http://",
        "http://me:canary@host/v1",
        "http://[::1/v1",
        "no",
        "http://host:99999/v1",
    ],
)
@pytest.mark.parametrize("of", KEYED)
def test_an_address_that_is_none_is_refused_in_one_sentence(url: str, of: str) -> None:
    with pytest.raises(SettingsError, match=f"The setting {KEYED[of]} is not as it should be") as raised:
        read_settings(**{KEYED[of]: url})
    assert "canary" not in str(raised.value)
    assert "llm" not in str(raised.value).replace(f"{of}_", "")


def test_a_key_that_is_none_is_refused_without_being_told() -> None:
    own('llm_api_key = ["canary"]\n')
    with pytest.raises(SettingsError, match="The setting llm_api_key is not as it should be") as raised:
        read_settings()
    assert "canary" not in str(raised.value)


@given(
    st.dictionaries(
        st.sampled_from([*sorted(Settings.model_fields.keys() - {f"{of}_api_key" for of in KEYED}), "llm_modle"]),
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_environment_is_settings_or_a_typed_error_and_tells_no_key(given: dict[str, str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**given, **{f"{of}_api_key": KEY for of in KEYED}}.items():
            patch.setenv(f"SCHOLIAST_{name.upper()}", value)
        try:
            told = repr(read_settings())
        except SettingsError as error:
            told = str(error)
        assert "canary" not in told
