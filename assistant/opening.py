"""What the settings name, opened: `open_assistant(settings)` and its parts."""

from dataclasses import replace

from assistant.assistant import Assistant
from assistant.embedder_settings import open_embedder
from assistant.llm.messages import LLM
from assistant.llm.pacing import PACE
from assistant.llm.retrying import Retrying
from assistant.ranker_settings import open_ranker
from assistant.reading.cross_encoder import JUDGE, READER, CrossEncoder
from assistant.reading.grounding import CalibratedJudge, Judge
from assistant.settings import Settings
from assistant.writing.abstractive import Writer
from assistant.writing.judging import SecondOpinion
from assistant.writing.rewording import Rewording
from assistant.writing.terms import Terms
from index.errors import IndexMissing
from index.following import Following
from index.index import Index
from index.store.generations import is_index
from index.vectors.embedding import Embedder


def open_index(settings: Settings, embedder: Embedder) -> Index:
    """Open the index of `settings`. Raises the errors of `Index.open`."""
    require_index(settings)
    return Index.open(settings.root, embedder, settings.lexical_weight)


def require_index(settings: Settings) -> None:
    """Raise `IndexMissing` where there is none; of vectors on a server it names the server, not the folder of its store."""
    if not is_index(settings.root):
        raise IndexMissing(settings.index)


def open_assistant(settings: Settings) -> Assistant:
    """Return an assistant over the index of `settings`, which follows what is built. Raises as `Index.open` does."""
    embedder = open_embedder(settings)
    following = Following(settings.root, lambda: open_index(settings, embedder))
    reader, judge = CrossEncoder(READER, settings.threads), open_judge(settings)
    return Assistant(
        following.newest,
        judge,
        reader,
        settings.hits,
        settings.answer_above,
        writer=open_writer(settings, judge),
        rewording=open_rewording(settings),
        ranker=open_ranker(settings, open_llm(settings), open_terms(settings)),
        mode=settings.mode,
    )


def open_writer(settings: Settings, judge: Judge) -> Writer | None:
    """Return what has the LLM of `settings` write and `judge` check it; None where no model is named."""
    llm, terms = open_llm(settings), open_terms(settings)
    opinion = open_opinion(settings) if settings.judge == "llm" else None
    return Writer(llm, judge, terms, opinion) if llm and terms else None


def open_rewording(settings: Settings) -> Rewording | None:
    """Return what asks the LLM of `settings` what else to search; None where no model is named or that is not wanted."""
    llm, terms = open_llm(settings), open_terms(settings)
    return Rewording(llm, terms, settings.reword) if llm and terms and settings.reword != "never" else None


def open_opinion(settings: Settings, role: str = "") -> SecondOpinion | None:
    """Return what has the LLM of `settings` judge claims, in a `role` if one is given; None where no model is named."""
    llm, terms = open_llm(settings), open_terms(settings)
    return SecondOpinion(llm, terms, role) if llm and terms else None


def open_terms(settings: Settings) -> Terms | None:
    """Return what holds for the LLM of `settings`; None where no model is named."""
    if settings.llm_model is None:
        return None
    return Terms(
        settings.llm_model,
        settings.llm_window,
        settings.llm_tokens,
        settings.llm_prompt_price,
        settings.llm_completion_price,
        settings.unsupported,
    )


def open_llm(settings: Settings) -> LLM | None:
    """Return the LLM of `settings`, asked again where that helps; None where no model is named."""
    if settings.llm_model is None:
        return None
    from assistant.llm.llm import Endpoint  # noqa: PLC0415 - without an LLM nobody pays for its client

    key = settings.llm_api_key.get_secret_value() if settings.llm_api_key else None
    pace = replace(PACE, first_token=settings.llm_first_token)
    return Retrying(Endpoint(settings.llm_base_url, settings.llm_model, key, pace))


def open_judge(settings: Settings) -> Judge:
    """Return the scorer that paints the badges of answers."""
    return CalibratedJudge(CrossEncoder(JUDGE, settings.threads))
