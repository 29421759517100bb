"""An embedder behind an endpoint: what is sent, what is believed of what comes back, what it costs, and building with it."""

import re
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.llm.endpoint_embedder import OF_EMBEDDER, EndpointEmbedder, Terms
from assistant.llm.exchange import Exchange
from assistant.llm.pacing import Pace
from benchmarks.invented import HashEmbedder, paper
from index.errors import EmbedderFailed, IndexMismatch
from index.index import Index
from index.passages import token_count
from index.vectors.embedding import Vectors
from index.vectors.prefixes import Prefixes
from index.vectors.spent import Spent
from tests.embedding import embeds, gives, shortened, tokens
from tests.faults import Misbehaving, Reply, refuses
from tests.index.told import build

KEY = "sk-canary-0123456789abcdef"
TEXTS = ("Cats sleep.", "Dogs do not.", "模型很好。")
PACE = Pace(connect=1, first_token=1, between_tokens=1)
TERMS = Terms("small")


def embedder(served: Misbehaving, terms: Terms = TERMS, **given: Any) -> EndpointEmbedder:
    return EndpointEmbedder(Exchange(served.url, "small", KEY, PACE, OF_EMBEDDER), replace(terms, **given))


def sent(served: Misbehaving) -> list[list[str]]:
    return [request.body["input"] for request in served.requests]


def test_texts_are_sent_as_openai_wants_them_and_their_vectors_made_unit_vectors() -> None:
    with Misbehaving(embeds()) as served:
        vectors = embedder(served).embed(TEXTS)
        (request,) = served.requests
    assert (request.path, request.headers["authorization"]) == ("/v1/embeddings", f"Bearer {KEY}")
    assert request.body == {"model": "small", "input": [*TEXTS], "encoding_format": "float"}
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, HashEmbedder().embed(TEXTS), atol=1e-6)


def test_vectors_are_put_in_the_order_of_the_texts() -> None:
    with Misbehaving(embeds(shuffled=True)) as served:
        np.testing.assert_allclose(embedder(served).embed(TEXTS), HashEmbedder().embed(TEXTS), atol=1e-6)


def test_queries_and_passages_are_sent_with_their_prefixes() -> None:
    with Misbehaving(embeds()) as served:
        prefixed = embedder(served, prefixes=Prefixes("query: ", "passage: "))
        assert prefixed.embed_queries(["Why?", "How?"]).shape == (2, 32)
        prefixed.embed(["Because."])
        assert sent(served) == [["query: Why?", "query: How?"], ["passage: Because."]]
        said = prefixed.fingerprint
    assert (said.prefix, said.query_prefix) == ("passage: ", "query: ")


def test_no_texts_are_no_request_but_the_one_for_the_dimension() -> None:
    with Misbehaving(embeds()) as served:
        assert embedder(served).embed([]).shape == (0, 32)
        assert len(served.requests) == 1


def test_texts_are_sent_in_batches_of_so_many_tokens_and_so_many_texts() -> None:
    texts = [f"text {number} of some" for number in range(100)]
    with Misbehaving(embeds()) as served:
        found = embedder(served).embed(texts)
        assert [len(batch) for batch in sent(served)] == [32, 32, 32, 4]
        assert [text for batch in sent(served) for text in batch] == texts
        np.testing.assert_allclose(found, HashEmbedder().embed(texts), atol=1e-6)
        served.script(embeds())
        most = 3 * token_count(texts[0])
        embedder(served, request_tokens=most).embed(texts[:9])
        assert [len(batch) for batch in sent(served)] == [3, 3, 3]
        served.script(embeds())
        embedder(served, request_tokens=1).embed(texts[:2])
        assert [len(batch) for batch in sent(served)] == [1, 1]


def test_a_text_longer_than_the_window_is_cut() -> None:
    with Misbehaving(embeds()) as served:
        embedder(served, window=100).embed(["word " * 1000, "短" * 1000])
        assert [token_count(text) <= 85 for text in sent(served)[0]] == [True, True]


def test_a_batch_that_is_too_long_for_the_endpoint_is_halved() -> None:
    def picky(exchange: Any) -> None:
        texts = exchange.request.body["input"]
        (refuses(413) if len(texts) > 2 else embeds())(exchange)

    with Misbehaving(picky) as served:
        found = embedder(served).embed(TEXTS)
    np.testing.assert_allclose(found, HashEmbedder().embed(TEXTS), atol=1e-6)


def test_one_text_that_is_too_long_names_the_setting() -> None:
    with (
        Misbehaving(refuses(413)) as served,
        pytest.raises(EmbedderFailed, match="Set SCHOLIAST_EMBED_WINDOW, which is"),
    ):
        embedder(served).embed(TEXTS)


def test_dimensions_are_asked_for_and_must_be_given() -> None:
    with Misbehaving(embeds(shortened)) as served:
        short = embedder(served, dimensions=8)
        assert short.fingerprint.dimension == 8
        assert served.requests == []
        assert short.embed(TEXTS).shape == (3, 8)
        assert served.requests[0].body["dimensions"] == 8
    with (
        Misbehaving(embeds()) as served,
        pytest.raises(
            EmbedderFailed, match=r"gave vectors of 32 dimensions, not the 8 .* SCHOLIAST_EMBED_DIMENSIONS to 32"
        ),
    ):
        embedder(served, dimensions=8).embed(TEXTS)


@pytest.mark.parametrize(
    ("reply", "wrong"),
    [
        (gives([1.0, 0.0]), "1 vectors for 2 texts"),
        (gives([1.0], [1.0], [1.0]), "3 vectors for 2 texts"),
        (gives([1.0, 0.0], [1.0]), "vectors of different dimensions"),
        (gives([1.0, 0.0], [0.0, 0.0]), "a vector of zeros"),
        (gives([], []), "something else"),
        (gives([[1.0], [2.0]], [[1.0], [2.0]]), "something else"),
        (gives([1.0, 0.0], "AAAA"), "vectors of different dimensions, or no numbers"),
        (gives([1.0, 0.0], [None, 1.0]), "a vector with a number that is not finite"),
        (gives([1.0, 0.0], [1e400, 1.0]), "a vector with a number that is not finite"),
        (gives([1.0, 0.0], None), "vectors of different dimensions, or no numbers"),
        (
            gives(data=[{"embedding": [1.0], "index": 0}, {"embedding": [1.0], "index": 0}]),
            "vectors that are not numbered as the texts are",
        ),
        (
            gives(data=[{"embedding": [1.0], "index": 0}, {"embedding": [1.0]}]),
            "vectors that are not numbered as the texts are",
        ),
        (
            gives(data=[{"embedding": [1.0], "index": 1}, {"embedding": [1.0], "index": 2}]),
            "vectors that are not numbered as the texts are",
        ),
        (gives(data={"embedding": [1.0]}), "no vectors"),
        (gives(data=[3, 4]), "no vectors"),
        (refuses(200, {"choices": []}), "no vectors"),
    ],
)
def test_what_is_no_vector_for_each_text_is_told_and_never_stored(reply: Reply, wrong: str) -> None:
    with Misbehaving(reply) as served, pytest.raises(EmbedderFailed) as raised:
        embedder(served).embed(TEXTS[:2])
    assert f"The embedder at 127.0.0.1:{served.port} gave {wrong}" in str(raised.value)
    assert "SCHOLIAST_EMBED_MODEL" in str(raised.value)


def test_vectors_without_numbers_are_taken_in_their_order() -> None:
    with Misbehaving(gives(data=[{"embedding": [1.0, 0.0]}, {"embedding": [0.0, 2.0]}])) as served:
        assert embedder(served).embed(TEXTS[:2]).tolist() == [[1, 0], [0, 1]]


def test_a_fault_is_told_in_the_sentence_of_the_client_without_the_key() -> None:
    with (
        Misbehaving(refuses(401, {"error": {"message": f"Wrong key {KEY}"}})) as served,
        pytest.raises(EmbedderFailed) as raised,
    ):
        embedder(served).embed_queries(["Why?"])
    assert "set SCHOLIAST_EMBED_API_KEY to one that it takes" in str(raised.value)
    assert "canary" not in str(raised.value)


def test_it_is_asked_again_where_that_helps() -> None:
    with Misbehaving(refuses(503), refuses(429, retry_after="0"), embeds()) as served:
        assert embedder(served).embed(TEXTS).shape == (3, 32)
        assert len(served.requests) == 3


def test_what_it_costs_is_counted_as_the_endpoint_counts_or_else_by_us() -> None:
    with Misbehaving(embeds()) as served:
        priced = embedder(served, price=2.0)
        priced.embed(TEXTS)
        priced.embed_queries(["Why not?"])
        read = tokens([*TEXTS, "Why not?"])
        assert priced.spent == Spent(2, read, 2.0 * read / 1_000_000)
        served.script(embeds(counted=False))
        unpriced = embedder(served)
        unpriced.embed(TEXTS)
        assert unpriced.spent == Spent(1, sum(map(token_count, TEXTS)), None)
        served.script(refuses(400))
        with pytest.raises(EmbedderFailed):
            unpriced.embed(TEXTS)
        assert unpriced.spent.tokens == sum(map(token_count, TEXTS))


def test_sentences_are_embedded_as_texts_of_their_own_or_not_at_all() -> None:
    text, spans = "T\nCats sleep. Dogs do not.", [(2, 13), (14, 26)]
    with Misbehaving(embeds()) as served:
        vectors, parts = embedder(served).embed_with_parts([text, "U\nX."], [spans, [(2, 4)]])
        assert sent(served) == [[text, "U\nX.", "Cats sleep.", "Dogs do not.", "X."]]
        np.testing.assert_allclose(parts, HashEmbedder().embed(["Cats sleep.", "Dogs do not.", "X."]), atol=1e-6)
        without, none = embedder(served, sentences="none").embed_with_parts([text, "U\nX."], [spans, [(2, 4)]])
    np.testing.assert_allclose(vectors, without, atol=1e-6)
    assert len(none) == 0


PAPERS = [paper(number) for number in range(40)]


def found(root: Path, by: EndpointEmbedder | HashEmbedder) -> list[tuple[str, float]]:
    index = Index.open(root, by)
    hits = index.search("abstract on subject7", 5)
    index.close()
    return [(hit.passage.passage_id, hit.score) for hit in hits]


@pytest.mark.parametrize("sentences", ["calls", "none"])
def test_an_index_is_built_searched_and_added_to(tmp_path: Path, sentences: str) -> None:
    root = tmp_path / "index"
    with Misbehaving(embeds()) as served:
        by = embedder(served, sentences=sentences, price=0.1)
        report = build(root, PAPERS[:30], by, batch=8)
        assert report.spent
        assert report.embedded == report.passages
        assert report.spent.tokens > 500
        assert report.spent.cost_usd == report.spent.tokens * 0.1 / 1_000_000
        assert build(root, PAPERS, by, batch=8).papers_added == 10
        index = Index.open(root, by)
        assert len(index.search("abstract on subject7", 5)) == 5
        told = index.sentences("version0", [PAPERS[5]])
        assert told[0].passage.text.startswith("We study subject5")
        assert len({hit.score for hit in told}) > (1 if sentences == "calls" else 0)
        index.close()


def test_sentences_without_vectors_have_the_cosine_of_their_passage_and_rank_by_it(tmp_path: Path) -> None:
    with Misbehaving(embeds()) as served:
        by = embedder(served, sentences="none")
        build(tmp_path / "index", PAPERS, by)
        index = Index.open(tmp_path / "index", by)
        (near, *_) = index.search("abstract on subject3", 1, by="dense")
        scores = {hit.score for hit in index.sentences("abstract on subject3", [near.passage.paper])}
        index.close()
    (score,) = scores
    assert score == pytest.approx(near.score, abs=1e-5)


class Stops:
    """Embeds so many requests, and refuses all others until `go_on`."""

    def __init__(self, after: int) -> None:
        self._left = after
        self._lock = threading.Lock()

    def __call__(self, exchange: Any) -> None:
        with self._lock:
            self._left -= 1
            has_any = self._left >= 0
        (embeds() if has_any else refuses(402))(exchange)


def test_a_build_that_was_stopped_goes_on_from_there(tmp_path: Path) -> None:
    root = tmp_path / "index"
    with Misbehaving(Stops(12)) as served:
        with pytest.raises(
            EmbedderFailed, match=r"the quota of the key is used up.* the same command goes on from there"
        ):
            build(root, PAPERS, embedder(served), batch=8)
        served.script(embeds())
        report = build(root, PAPERS, embedder(served), batch=8)
        assert 0 < report.embedded < report.passages
        assert report.papers_unchanged > 0
        assert report.papers_unchanged + report.papers_added == 40
        found(root, embedder(served))


def test_a_budget_ends_a_build_which_goes_on_with_the_next(tmp_path: Path) -> None:
    root, told = tmp_path / "index", list[str]()
    with Misbehaving(embeds(counted=False)) as served:
        while True:
            by = embedder(served, most_tokens=2500, price=1.0)
            try:
                build(root, PAPERS, by, batch=8)
                break
            except EmbedderFailed as failed:
                told.append(str(failed))
            assert by.spent.tokens <= 2500
            assert len(told) < 9
        assert found(root, by)
    assert told
    for sentence in told:
        assert re.fullmatch(
            r"The budget of 2500 tokens of this run is spent: the embedder read \d+ in \d+ requests for 0\.00\d\d US dollars, "
            r"and the next one has \d+\. SCHOLIAST_EMBED_TOKENS sets another\. "
            r"What was embedded is kept; the same command goes on from there\.",
            sentence,
        )


def test_questions_are_not_limited_by_the_budget() -> None:
    with Misbehaving(embeds()) as served:
        by = embedder(served, most_tokens=1)
        for _ in range(3):
            by.embed_queries(["Why not?"])


@pytest.mark.parametrize(
    "other",
    [
        {"model": "other"},
        {"revision": "2"},
        {"dimensions": 8},
        {"prefixes": Prefixes("query: ")},
        {"prefixes": Prefixes("", "passage: ")},
        {"sentences": "none"},
    ],
)
def test_another_model_revision_dimension_or_prefix_is_told_with_the_command_that_mends(
    tmp_path: Path, other: dict[str, Any]
) -> None:
    root = tmp_path / "index"

    def either(texts: Sequence[str]) -> Vectors:
        return shortened(texts) if other.get("dimensions") and is_built else HashEmbedder().embed(texts)

    is_built = False
    with Misbehaving(embeds(either)) as served:
        build(root, PAPERS[:5], embedder(served))
        is_built = True
        with pytest.raises(
            IndexMismatch, match=f"Embed its papers anew with: scholiast build --reembed --index {root}"
        ) as raised:
            Index.open(root, embedder(served, **other))
    assert "SCHOLIAST_EMBED_MODEL" in str(raised.value)


def test_a_model_that_changed_behind_its_name_is_noticed(tmp_path: Path) -> None:
    root = tmp_path / "index"
    with Misbehaving(embeds()) as served:
        build(root, PAPERS[:5], embedder(served))
        served.script(embeds(lambda texts: -HashEmbedder().embed(texts)))
        with pytest.raises(IndexMismatch, match="scholiast build --reembed"):
            Index.open(root, embedder(served))
