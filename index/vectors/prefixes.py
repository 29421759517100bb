"""What a model wants to read before a query and before a passage, by its name where that is known."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prefixes:
    """The words before a query, and those before a passage."""

    query: str = ""
    passage: str = ""

    def but(self, query: str | None, passage: str | None) -> "Prefixes":
        """Return these, but for what is set, be it to nothing."""
        return Prefixes(self.query if query is None else query, self.passage if passage is None else passage)


NONE = Prefixes()
_SEARCH = "Represent this sentence for searching relevant passages: "
_TASK = "Given a web search query, retrieve relevant passages that answer the query"
# The first that a name fits counts. Before each, the model card that says it.
_KNOWN: tuple[tuple[str, Prefixes], ...] = (
    # intfloat/multilingual-e5-large-instruct, intfloat/e5-mistral-7b-instruct: the instruction before queries alone.
    (r"e5-.*instruct", Prefixes(f"Instruct: {_TASK}\nQuery: ")),
    # intfloat/e5-base-v2, intfloat/multilingual-e5-base: "query: " and "passage: ", or quality degrades.
    (r"\be5\b", Prefixes("query: ", "passage: ")),
    # Qwen/Qwen3-Embedding-0.6B: no instruction before documents.
    (r"qwen3-embed", Prefixes(f"Instruct: {_TASK}\nQuery:")),
    # Alibaba-NLP/gte-Qwen2-7B-instruct; the other GTE models want none (thenlper/gte-base, Alibaba-NLP/gte-large-en-v1.5).
    (r"gte-qwen", Prefixes(f"Instruct: {_TASK}\nQuery: ")),
    # nomic-ai/nomic-embed-text-v1.5, and so v1 and v2-moe.
    (r"nomic-embed-text|nomic-bert", Prefixes("search_query: ", "search_document: ")),
    # nomic-ai/modernbert-embed-base says the same of itself.
    (r"modernbert-embed", Prefixes("search_query: ", "search_document: ")),
    # Snowflake/snowflake-arctic-embed-l-v2.0: shorter than that of v1 and v1.5.
    (r"arctic-embed(?:2|.*v2)", Prefixes("query: ")),
    # Snowflake/snowflake-arctic-embed-m-v1.5.
    (r"arctic-embed", Prefixes(_SEARCH)),
    # mixedbread-ai/deepset-mxbai-embed-de-large-v1, then mixedbread-ai/mxbai-embed-large-v1.
    (r"mxbai-embed-de", Prefixes("query: ", "passage: ")),
    (r"mxbai-embed", Prefixes(_SEARCH)),
    # BAAI/bge-m3: none. BAAI/bge-en-icl and bge-multilingual-gemma2 want more than a prefix.
    (r"bge-m3|bge-en-icl|bge-multilingual", NONE),
    # BAAI/bge-large-zh-v1.5.
    (r"bge-.*zh", Prefixes("为这个句子生成表示以用于检索相关文章：")),
    # BAAI/bge-small-en-v1.5.
    (r"\bbge-", Prefixes(_SEARCH)),
    # google/embeddinggemma-300m, without a title of the document.
    (r"embedding-?gemma", Prefixes("task: search result | query: ", "title: none | text: ")),
    # WhereIsAI/UAE-Large-V1.
    (r"\buae-", Prefixes(_SEARCH)),
)


def known(model: str) -> Prefixes:
    """Return the prefixes of a model by its name, such as `intfloat/e5-base-v2` or `nomic-embed-text:latest`; none if unknown."""
    name = model.lower().replace("_", "-")
    return next((prefixes for pattern, prefixes in _KNOWN if re.search(pattern, name)), NONE)
