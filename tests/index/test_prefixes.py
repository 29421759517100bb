"""What models are known to want before a query and a passage."""

import pytest

from index.vectors.prefixes import NONE, Prefixes, known

_SEARCH = "Represent this sentence for searching relevant passages: "
_TASK = "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:"


@pytest.mark.parametrize(
    ("model", "query", "passage"),
    [
        ("intfloat/e5-base-v2", "query: ", "passage: "),
        ("intfloat/multilingual-e5-small", "query: ", "passage: "),
        ("intfloat/multilingual-e5-large-instruct", f"{_TASK} ", ""),
        ("Qwen/Qwen3-Embedding-0.6B", _TASK, ""),
        ("qwen3-embedding:4b", _TASK, ""),
        ("Alibaba-NLP/gte-Qwen2-1.5B-instruct", f"{_TASK} ", ""),
        ("nomic-embed-text:latest", "search_query: ", "search_document: "),
        ("text-embedding-nomic-embed-text-v1.5", "search_query: ", "search_document: "),
        ("nomic-ai/modernbert-embed-base", "search_query: ", "search_document: "),
        ("Snowflake/snowflake-arctic-embed-m-v1.5", _SEARCH, ""),
        ("snowflake-arctic-embed:22m", _SEARCH, ""),
        ("snowflake-arctic-embed2", "query: ", ""),
        ("Snowflake/snowflake-arctic-embed-l-v2.0", "query: ", ""),
        ("mxbai-embed-large", _SEARCH, ""),
        ("BAAI/bge-small-en-v1.5", _SEARCH, ""),
        ("bge_small_en_v1.5", _SEARCH, ""),
        ("BAAI/bge-large-zh-v1.5", "为这个句子生成表示以用于检索相关文章：", ""),
        ("embeddinggemma:300m", "task: search result | query: ", "title: none | text: "),
    ],
)
def test_a_model_that_is_known_has_the_prefixes_of_its_card(model: str, query: str, passage: str) -> None:
    assert known(model) == Prefixes(query, passage)


@pytest.mark.parametrize(
    "model",
    [
        "text-embedding-3-small",
        "bge-m3",
        "thenlper/gte-base",
        "all-minilm",
        "jina-embeddings-v2-base-en",
        "some-e55",
        "",
    ],
)
def test_one_that_wants_none_or_is_not_known_has_none(model: str) -> None:
    assert known(model) == NONE


def test_what_is_set_comes_before_what_is_known_even_if_it_is_nothing() -> None:
    assert known("e5-base").but(None, None) == Prefixes("query: ", "passage: ")
    assert known("e5-base").but("", None) == Prefixes("", "passage: ")
    assert known("e5-base").but(None, "text: ") == Prefixes("query: ", "text: ")
