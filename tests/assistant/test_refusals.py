"""What an endpoint says instead of an answer."""

import string
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.llm.action import Fault, LLMFailed
from assistant.llm.refusals import Peer, left_out, retry_after

KEY = "sk-canary-0123456789abcdef"
PEER = Peer("The LLM at host:1", "small", KEY)
OPTIONAL = ("temperature", "stream_options")

WORD = st.sampled_from(
    [
        KEY,
        KEY[:15],
        KEY[4:],
        "insufficient_quota",
        "content_filter",
        "context length 4096 tokens",
        "temperature",
        "\x1b[2J",
    ]
)
TEXT = st.lists(WORD | st.text(), max_size=6).map(" ".join)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["error", "message", "detail", "code", "type", "param", "n_ctx"]), inner)
    ),
    max_leaves=12,
)
HEADERS = st.dictionaries(
    st.sampled_from(["retry-after", "x-other"]), TEXT | st.integers().map(str) | st.floats().map(str)
)


def checked(failed: LLMFailed) -> LLMFailed:
    """It is one of the kinds, and one sentence that fits on a line and holds no key."""
    assert failed.fault in get_args(Fault)
    assert str(failed) == failed.sentence
    assert len(failed.sentence) <= 300
    assert failed.sentence.endswith(".")
    assert failed.sentence.isprintable()
    assert not any(KEY[begin : begin + 8] in failed.sentence for begin in range(len(KEY) - 7))
    assert failed.retry_after is None or failed.retry_after >= 0
    return failed


@given(st.integers(300, 999), JSON, HEADERS)
def test_every_status_with_every_body_is_one_fault_and_one_sentence_without_the_key(
    status: int, body: object, headers: dict[str, str]
) -> None:
    checked(PEER.refused(status, body, headers, OPTIONAL))


@given(JSON)
def test_so_is_every_error_in_a_stream(error: object) -> None:
    checked(PEER.said(error))


@given(st.text(), st.text(), st.lists(TEXT), TEXT)
def test_so_is_every_name(who: str, model: str, models: list[str], why: str) -> None:
    peer = Peer(who + KEY, KEY + model, KEY)
    for failed in (
        peer.without_model(models),
        peer.unsafe(why),
        peer.failed(why),
        peer.nonsense(),
        peer.lost(),
        peer.silent(thought=True),
        peer.filtered(),
        peer.too_long(),
        peer.repeats(),
        peer.slow("token_timeout", 15),
    ):
        checked(failed)


@given(st.text(string.ascii_letters + string.digits, min_size=1, max_size=7), TEXT)
def test_a_short_key_is_masked_too(key: str, text: str) -> None:
    peer = Peer("The LLM at –", "–", key)
    assert f"“{key}”" not in peer.said({"message": key}).sentence
    assert key not in peer.said({"message": f"{key}{text}"}).sentence.partition("“")[2]


@pytest.mark.parametrize(
    ("status", "body", "fault"),
    [
        (301, "", "redirect"),
        (307, "", "redirect"),
        (400, {"error": {"message": "Unknown parameter", "param": "stream_options"}}, "unsupported"),
        (422, {"detail": "temperature: extra fields not permitted"}, "unsupported"),
        (422, {"detail": [{"loc": ["body", "stream_options"], "type": "extra_forbidden"}]}, "unsupported"),
        (400, {"error": {"message": "Messages must alternate."}}, "rejected"),
        (400, {"error": "the prompt is too long"}, "context"),
        (400, {"error": {"code": "context_length_exceeded", "message": "No."}}, "context"),
        (413, "", "context"),
        (400, {"error": {"message": "Flagged.", "code": "content_filter"}}, "filtered"),
        (402, {"error": {"message": "Pay."}}, "quota"),
        (429, {"error": {"type": "insufficient_quota"}}, "quota"),
        (429, {"error": {"message": "You exceeded your current quota, please check your plan and billing."}}, "quota"),
        (429, "", "rate_limited"),
        (401, {"error": {"message": "insufficient_quota"}}, "key_refused"),
        (403, "", "key_refused"),
        (404, "", "no_model"),
        (407, "", "proxy"),
        (408, "", "overloaded"),
        (500, {"error": {"message": "boom"}}, "overloaded"),
        (504, "", "overloaded"),
        (501, "", "rejected"),
        (529, "", "overloaded"),
        (505, "", "rejected"),
        (403, {"error": {"message": "Country, region, or territory not supported"}}, "rejected"),
        (403, {"error": {"message": "The input was flagged for violence and requires moderation."}}, "filtered"),
        (403, {"error": {"message": "Invalid authentication credentials"}}, "key_refused"),
        (403, "Forbidden", "key_refused"),
        (400, [{"error": {"code": 400, "message": "API key not valid. Please pass a valid API key."}}], "key_refused"),
        (400, {"error": "invalid request body"}, "unsupported"),
        (418, None, "rejected"),
    ],
)
def test_a_status_means(status: int, body: object, fault: str) -> None:
    assert checked(PEER.refused(status, body, {}, OPTIONAL)).fault == fault


def test_the_words_of_the_endpoint_are_quoted_in_so_far_as_they_are_words() -> None:
    assert PEER.refused(400, {"error": {"message": "Roles must\n\x1b[31m alternate"}}, {}).sentence == (
        "The LLM at host:1 refused the request with status 400: “Roles must [31m alternate”."
    )
    assert PEER.refused(502, None, {}).sentence == "The LLM at host:1 failed with status 502."


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"message": "The model is busy", "type": "server_error"}},
        {"error": "The model is busy"},
        {"message": "The model is busy", "object": "error", "code": 500},
        {"detail": "The model is busy"},
        {"detail": [{"loc": ["body"], "msg": "The model is busy"}]},
        [{"error": {"message": "The model is busy"}}],
        '{"error": {"message": "The model is busy"}}',
        {"error": {"message": '{"error": {"message": "The model is busy"}}'}},
        {"error": {"metadata": {"raw": '{"message": "The model is busy"}', "provider_name": "x"}, "code": 502}},
        {"errors": [{"message": "The model is busy"}]},
        "The model is busy",
    ],
)
def test_the_words_of_an_error_are_found_in_whatever_it_is_wrapped(body: object) -> None:
    assert PEER.refused(500, body, {}).sentence.endswith("failed with status 500: “The model is busy”.")


@pytest.mark.parametrize("body", ["<h1>Bad gateway</h1>", "[" * 100_000, '{"error":' * 3000, {"error": [[[[]]]]}, 5])
def test_what_has_no_words_is_not_quoted(body: object) -> None:
    assert PEER.refused(500, body, {}).sentence == "The LLM at host:1 failed with status 500."


def test_deep_json_in_an_error_ends() -> None:
    deep: object = "words"
    for _ in range(900):
        deep = {"error": deep}
    checked(PEER.refused(500, deep, {}))
    checked(PEER.said([deep, 10**4000]))


@pytest.mark.parametrize(
    ("status", "message", "named"),
    [
        (400, "System role not supported", ("system",)),
        (400, "Conversation roles must alternate user/assistant/user/assistant/...", ("system",)),
        (500, "Only user, assistant and tool roles are supported, got system. at row 3", ("system",)),
        (400, "Developer instruction is not enabled for models/gemma-3", ("system",)),
        (400, "Unsupported value: 'messages[0].role' does not support 'system' with this model.", ("system",)),
        (400, "Streaming is not supported for this model.", ("stream",)),
        (400, "Your organization must be verified to stream this model.", ("stream",)),
        (400, "Unknown field stream_options", ("stream_options",)),
        (400, "Extra inputs are not permitted", ("stream_options", "temperature")),
        (500, "model requires more system memory (8.0 GiB) than is available", ()),
        (500, "the stream broke", ()),
        (400, "The image is too large", ()),
    ],
)
def test_what_a_request_may_do_without_is_known_from_the_words_of_a_refusal(
    status: int, message: str, named: tuple[str, ...]
) -> None:
    optional = ("stream", "stream_options", "temperature", "system")
    assert left_out(status, {"error": {"message": message}}, optional) == named
    assert (PEER.refused(status, {"error": {"message": message}}, {}, optional).fault == "unsupported") == bool(named)


def test_a_model_that_the_endpoint_has_is_not_what_it_lacks() -> None:
    policy = {"error": {"message": "No endpoints found matching your data policy", "code": 404}}
    for models in (["small", "large"], ["small:latest"], ["models/small"]):
        told = PEER.without_model(models, policy)
        assert (told.fault, told.sentence) == (
            "rejected",
            "The LLM at host:1 refused the request with status 404: “No endpoints found matching your data policy”.",
        )
    assert "has no model small: “No endpoints" in PEER.without_model(["large"], policy).sentence
    assert "“No endpoints" in PEER.refused(404, policy, {}).sentence


def test_somebody_without_a_key_is_told_so() -> None:
    wants = "The LLM at here wants a key; set SCHOLIAST_LLM_API_KEY to one that it takes."
    assert Peer("The LLM at here", "small").refused(401, None, {}).sentence == wants


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("1", 1.0),
        ("0", 0.0),
        (" 2.5 ", 2.5),
        ("-1", None),
        ("nan", None),
        ("inf", None),
        ("1e9", None),
        ("soon", None),
        ("", None),
        ("Thu, 01 Jan 1970 00:20:00 GMT", 200.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        ("9" * 400, None),
    ],
)
def test_when_to_ask_again_is_read_as_a_number_or_a_date(value: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": value}, now=1000.0) == seconds


@given(TEXT)
def test_no_header_raises_anything(value: str) -> None:
    after = retry_after({"retry-after": value}, now=1000.0)
    assert after is None or after >= 0


@pytest.mark.parametrize(("seconds", "words"), [("20", "20 s"), ("3600", "60 minutes"), ("90000", "25 hours")])
def test_people_are_told_when_to_ask_again(seconds: str, words: str) -> None:
    assert f"asked again in {words}." in PEER.refused(429, "", {"retry-after": seconds}).sentence
