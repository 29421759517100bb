"""A reranker behind an endpoint: what is sent in which form, what is believed of what comes back, and how long it may take."""

import json
import threading
import time
from typing import Any

import pytest

from assistant.llm.action import Action
from assistant.llm.endpoint_ranker import OF_RERANKER, EndpointRanker
from assistant.llm.exchange import Exchange
from assistant.llm.pacing import Pace
from assistant.types import Ranking, Step, Usage
from benchmarks.misbehaving import free_port
from tests.faults import Misbehaving, Reply, lists, refuses
from tests.ranking import ranks, ranks_as_llama_cpp, ranks_as_tei

KEY = "sk-canary-0123456789abcdef"
TEXTS = ("Cats sleep.", "Dogs run far and bark.", "Bees.")
# Longest first.
ORDER = (1, 0, 2)


def length(text: str) -> float:
    return float(len(text))


def ranker(url: str, model: str = "small", seconds: float = 5.0) -> EndpointRanker:
    pace = Pace(connect=1, first_token=seconds, between_tokens=seconds)
    return EndpointRanker(Exchange(url, model, KEY, pace, OF_RERANKER), seconds)


def ranked(served: Misbehaving, **given: Any) -> Ranking:
    return ranker(served.url, **given).ranked("Who runs?", TEXTS, Action())


def gives(*results: object, **said: object) -> Reply:
    """Return a reply with these results, or with whatever else is said."""
    return refuses(200, said or {"results": [*results]})


def scored(*places: object, name: str = "relevance_score") -> list[object]:
    """Results at these places, each worse than the one before it."""
    return [{"index": place, name: -float(rank)} for rank, place in enumerate(places)]


def test_texts_are_sent_as_jina_and_cohere_want_them() -> None:
    with Misbehaving(ranks(length)) as served:
        found = ranked(served)
        (request,) = served.requests
    assert found == Ranking(ORDER, Step("Ranked by small", "3 passages"), Usage())
    assert (request.path, request.headers["authorization"]) == ("/v1/rerank", f"Bearer {KEY}")
    assert request.body == {"model": "small", "query": "Who runs?", "documents": [*TEXTS], "top_n": 3}


def test_an_address_may_end_in_rerank_and_a_model_need_not_be_named() -> None:
    with Misbehaving(ranks_as_llama_cpp(length)) as served:
        for url in (f"{served.url}/rerank", f"{served.url}/rerank/"):
            found = ranker(url, model="").ranked("Who runs?", TEXTS, Action())
            assert (found.places, found.step.name) == (ORDER, "Ranked by the reranker")
        assert {request.path for request in served.requests} == {"/v1/rerank"}
        assert "model" not in served.requests[0].body


def test_what_is_left_out_comes_after_in_the_order_found() -> None:
    with Misbehaving(ranks(lambda text: -len(text), top=1)) as served:
        assert ranked(served).places == (2, 0, 1)


def test_another_form_is_tried_where_the_first_is_refused_and_kept_from_then_on() -> None:
    with Misbehaving(ranks_as_tei(length)) as served:
        asked = ranker(f"http://127.0.0.1:{served.port}/rerank")
        for _ in range(2):
            assert asked.ranked("Who runs?", TEXTS, Action()).places == ORDER
        assert [request.path for request in served.requests] == ["/rerank"] * 3
        assert [sorted(request.body) for request in served.requests[1:]] == [
            ["model", "query", "texts", "truncate"]
        ] * 2


def test_where_both_forms_are_refused_the_first_refusal_is_told_and_neither_kept() -> None:
    with Misbehaving(refuses(400, {"message": "unknown model small"}), refuses(422), ranks(length)) as served:
        asked = ranker(served.url)
        told = asked.ranked("Who runs?", TEXTS, Action())
        assert told.places == ()
        assert "status 400: “unknown model small”" in told.step.told
        assert asked.ranked("Who runs?", TEXTS, Action()).places == ORDER


@pytest.mark.parametrize(
    "reply",
    [
        gives(*scored(1, 0, 2, name="score")),
        gives(data=scored(1, 0, 2)),
        gives(results=None, data=scored(1, 0, 2, name="score")),
        gives({"index": 0, "score": 1}, {"index": 1, "score": 2.5, "document": {"text": "Dogs"}}),
        refuses(200, scored(1, 0, 2, name="score")),
    ],
)
def test_every_form_of_a_reply_is_read(reply: Reply) -> None:
    with Misbehaving(reply) as served:
        assert ranked(served).places == ORDER


@pytest.mark.parametrize(
    ("reply", "wrong"),
    [
        (gives(), "no ranking"),
        (gives(data={"index": 0}), "no ranking"),
        (gives(results="0, 1, 2"), "no ranking"),
        (gives(1, 0, 2), "no ranking"),
        (gives(choices=[]), "no ranking"),
        (refuses(200, []), "no ranking"),
        (gives(*scored(1, 3)), "numbers of no texts"),
        (gives(*scored(-1)), "numbers of no texts"),
        (gives({"index": True, "score": 1}), "numbers of no texts"),
        (gives(*scored("1")), "numbers of no texts"),
        (gives(*scored(None)), "numbers of no texts"),
        (gives(*scored(1.0)), "numbers of no texts"),
        (gives(*scored(1, 0, 1)), "one text two places"),
        (gives({"index": 0}), "a score that is no number"),
        (gives({"index": 0, "score": "0.5"}), "a score that is no number"),
        (gives({"index": 0, "score": True}), "a score that is no number"),
        (gives({"index": 0, "score": float("nan")}), "a score that is no number"),
        (gives({"index": 0, "score": float("-inf")}), "a score that is no number"),
    ],
)
def test_what_is_no_ranking_of_these_texts_is_told_and_not_used(reply: Reply, wrong: str) -> None:
    with Misbehaving(reply) as served:
        told = ranked(served)
    assert told.places == ()
    assert f"The reranker at 127.0.0.1:{served.port} gave {wrong}" in told.step.told
    assert "SCHOLIAST_RERANK_URL" in told.step.told
    assert len(told.step.told) <= 300


def test_a_score_too_large_for_a_float_is_a_number() -> None:
    with Misbehaving(gives({"index": 2, "score": 10**400}, {"index": 0, "score": 1e308})) as served:
        assert ranked(served).places == (2, 0, 1)


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (refuses(401, {"error": {"message": f"Wrong key {KEY}"}}), "set SCHOLIAST_RERANK_API_KEY to one that it takes"),
        (refuses(302, location="http://elsewhere/"), "set SCHOLIAST_RERANK_URL to where it is"),
        (refuses(404), "has no model small; it has large"),
        (refuses(200, "<html>Hello"), "did not reply as a reranker does; see whether SCHOLIAST_RERANK_URL is right"),
        (refuses(402), "the quota of the key is used up"),
        (refuses(500), "failed with status 500"),
    ],
)
def test_a_fault_is_told_with_the_setting_that_mends_it_and_without_the_key(reply: Reply, told: str) -> None:
    with Misbehaving(reply, models=lists("large")) as served:
        found = ranked(served)
    assert found.places == ()
    assert found.step.name == "Asked small for a ranking"
    assert told in found.step.told
    assert "canary" not in found.step.told
    assert "LLM" not in found.step.told


def test_an_endpoint_without_such_an_address_names_no_model_where_none_is_set() -> None:
    with Misbehaving(refuses(404), models=refuses(404)) as served:
        assert "has no API at this address; see SCHOLIAST_RERANK_MODEL" in ranked(served, model="").step.told


def test_it_is_asked_once_again_where_that_helps() -> None:
    with Misbehaving(refuses(503), ranks(length)) as served:
        assert ranked(served).places == ORDER
        served.script(refuses(503))
        assert ranked(served).places == ()
        assert len(served.requests) == 2


def test_its_requests_are_none_of_the_llms() -> None:
    with Misbehaving(refuses(503), ranks(length)) as served:
        action = Action()
        ranker(served.url).ranked("Who runs?", TEXTS, action)
        assert action.requests_left == 3


def test_a_slow_one_holds_nothing_up_for_longer_than_it_may() -> None:
    with Misbehaving(lambda served: served.wait(20)) as served:
        began = time.monotonic()
        told = ranked(served, seconds=0.4)
        assert time.monotonic() - began < 1.5
    assert told.places == ()
    assert "The reranker" in told.step.told


def test_the_action_of_the_answer_ends_it_where_that_has_less_time() -> None:
    with Misbehaving(lambda served: served.wait(20)) as served:
        began = time.monotonic()
        assert ranker(served.url).ranked("Who runs?", TEXTS, Action(seconds=0.3)).places == ()
        assert time.monotonic() - began < 1.5


def test_it_is_closed_when_the_answer_is_stopped() -> None:
    action = Action()
    with Misbehaving(lambda served: served.wait(20)) as served:
        threading.Timer(0.3, action.stop).start()
        began = time.monotonic()
        told = ranker(served.url).ranked("Who runs?", TEXTS, action)
        assert time.monotonic() - began < 2
        assert (told.places, told.step.told) == ((), "The answer was stopped.")
        until = time.monotonic() + 2
        while not served.left and time.monotonic() < until:
            time.sleep(0.01)
        assert served.left
        assert ranker(served.url).ranked("Who runs?", TEXTS, action).places == ()
        assert len(served.requests) == 1


def test_one_that_is_not_there_is_told_soon_and_left_alone_after_a_while() -> None:
    asked = ranker(f"http://127.0.0.1:{free_port()}/v1")
    told = [asked.ranked("Who runs?", TEXTS, Action()).step.told for _ in range(4)]
    assert "is not reachable: nothing listens there" in told[0]
    began = time.monotonic()
    asked.ranked("Who runs?", TEXTS, Action())
    assert time.monotonic() - began < 0.2


def test_a_reply_that_never_ends_is_not_read_to_its_end() -> None:
    with Misbehaving(refuses(200, json.dumps({"results": "x" * 3_000_000}))) as served:
        assert ranked(served).places == ()
