"""How a ranker is set: an endpoint before the LLM, and a key that goes to its address alone."""

import pytest

from assistant.llm.action import Action
from assistant.ranker_settings import open_ranker
from assistant.settings import origins, read_settings
from assistant.settings_files import user_file
from assistant.writing.listwise import ListwiseRanker
from assistant.writing.terms import Terms
from index.errors import SettingsError
from tests.faults import Misbehaving
from tests.ranking import ranks
from tests.scripted import ScriptedLLM

KEY = "sk-canary-0123456789abcdef"


def test_a_ranker_is_asked_where_and_as_the_settings_say(monkeypatch: pytest.MonkeyPatch) -> None:
    terms = Terms("small")
    assert open_ranker(read_settings(), ScriptedLLM(), terms) is None
    assert isinstance(open_ranker(read_settings(rerank_by_llm=True), ScriptedLLM(), terms), ListwiseRanker)
    assert open_ranker(read_settings(rerank_by_llm=True), None, None) is None
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("SCHOLIAST_LLM_API_KEY", KEY)
    monkeypatch.setenv("SCHOLIAST_RERANK_BY_LLM", "true")
    with Misbehaving(ranks(len)) as served:
        monkeypatch.setenv("SCHOLIAST_RERANK_URL", f"{served.url}/rerank")
        monkeypatch.setenv("SCHOLIAST_RERANK_MODEL", "large")
        for key, told in ((" ", "Bearer none"), ("sk-of-ranker", "Bearer sk-of-ranker")):
            monkeypatch.setenv("SCHOLIAST_RERANK_API_KEY", key)
            ranker = open_ranker(read_settings(), ScriptedLLM(), terms)
            assert ranker
            assert ranker.ranked("Why?", ["a", "bc"], Action()).places == (1, 0)
            assert served.requests[-1].headers["authorization"] == told
            assert served.requests[-1].body["model"] == "large"


def test_a_key_of_a_ranker_goes_to_its_address_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    user_file().parent.mkdir(parents=True, exist_ok=True)
    user_file().write_text('rerank_api_key = "sk-of-file"\nrerank_url = "https://mine/v1/rerank"')
    assert read_settings().rerank_api_key
    assert read_settings(rerank_url="https://mine/v2").rerank_api_key
    monkeypatch.setenv("SCHOLIAST_RERANK_URL", "http://elsewhere/v1")
    assert read_settings().rerank_api_key is None
    assert "not for the address in rerank_url" in origins()["rerank_api_key"]


def test_a_model_that_ranks_without_an_address_is_told() -> None:
    with pytest.raises(SettingsError, match="set SCHOLIAST_RERANK_URL"):
        open_ranker(read_settings(rerank_model="large"), None, None)
