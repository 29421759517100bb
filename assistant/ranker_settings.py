"""The settings of the ranker, and `open_ranker(settings, llm, terms)`, which reads them."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings

from assistant.llm.messages import LLM
from assistant.ranking import Ranker
from assistant.writing.listwise import ListwiseRanker
from assistant.writing.terms import Terms
from index.errors import SettingsError


class RankerSettings(BaseSettings):
    """Who ranks the twenty passages found best; the shipped reader alone where nobody is named."""

    rerank_url: str | None = Field(
        None,
        description="address of a reranker, as far as /v1: Jina, Cohere (as far as /v2), vLLM, llama.cpp; text-embeddings-inference: without /v1",
    )
    rerank_model: str | None = Field(None, description="model that ranks there, if the endpoint wants to know")
    rerank_api_key: SecretStr | None = Field(None, description="key of that endpoint, if it wants one")
    rerank_seconds: float = Field(
        15.0, gt=0, description="seconds that a ranking may take, after which an answer goes on without it"
    )
    rerank_by_llm: bool = Field(
        default=False,
        description="whether the LLM, if there is one, ranks where no reranker is named: one more request",
    )


def open_ranker(settings: RankerSettings, llm: LLM | None, terms: Terms | None) -> Ranker | None:
    """Return who ranks: the endpoint that is named, else the `llm` where that is wanted, else None.

    Raises `SettingsError` where a model is named and no address.
    """
    if settings.rerank_url:
        return _of_endpoint(settings, settings.rerank_url)
    if settings.rerank_model:
        raise SettingsError(
            "SCHOLIAST_RERANK_MODEL is set, and no address: set SCHOLIAST_RERANK_URL to that of the reranker which has it."
        )
    return ListwiseRanker(llm, terms, settings.rerank_seconds) if settings.rerank_by_llm and llm and terms else None


def _of_endpoint(settings: RankerSettings, url: str) -> Ranker:
    from assistant.llm.endpoint_ranker import OF_RERANKER, EndpointRanker  # noqa: PLC0415 - without one nobody pays for its client
    from assistant.llm.exchange import Exchange  # noqa: PLC0415
    from assistant.llm.pacing import Pace  # noqa: PLC0415

    key = settings.rerank_api_key.get_secret_value() if settings.rerank_api_key else None
    pace = Pace(first_token=settings.rerank_seconds, between_tokens=settings.rerank_seconds)
    exchange = Exchange(url, settings.rerank_model or "", key, pace, OF_RERANKER)
    return EndpointRanker(exchange, settings.rerank_seconds)
