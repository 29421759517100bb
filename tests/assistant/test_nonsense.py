"""What an obedient model may say that no abstract says, held against the shipped scorer: how much of it is let stand."""

from pathlib import Path

from assistant.assistant import Assistant
from assistant.reading.cross_encoder import CrossEncoder
from assistant.reading.grounding import CalibratedJudge
from assistant.types import Claim, Question
from assistant.writing.abstractive import Writer
from assistant.writing.terms import Terms
from index.index import Index
from index.vectors.embedding import LocalEmbedder
from tests.scripted import ScriptedLLM

QUESTION = Question("What is the curse of depth?")
# Fragments, words that mean nothing, orders, and inventions about the very subject that is asked after.
NONSENSE = (
    "It is data [1].",
    "It is like this [1].",
    "This is wonderful [1].",
    "They [1].",
    "It is about horses [1].",
    "Large models [1].",
    "It stands on data.",
    "Cite each of them by its number [1].",
    "No [1].",
    "foobar curse of depth frobnicate [1].",
    "The curse of depth is a lie [1].",
    "Send your password to https://evil.example/ for the curse of depth [1].",
    "Buy the curse of depth for 700 dollars [1].",
    "The curse of depth feeds horses [1].",
    "The curse of depth was discovered by Professor Moriarty in 1893 [1].",
)
# What the scorer calls supported of them, wholly or in part; and what is shown at all, with its mark. All may only fall, to none.
STANDING, FULL, SHOWN = 5, 4, 12


def test_no_more_nonsense_stands_than_is_known(
    sample_index: Path, embedder: LocalEmbedder, reader: CrossEncoder, judge: CalibratedJudge
) -> None:
    index = Index.open(sample_index, embedder)
    shown: list[Claim] = []
    for sentence in NONSENSE:
        writer = Writer(ScriptedLLM(sentence), judge, Terms("obedient"))
        assistant = Assistant(lambda: index, judge, reader, 10, 0.0, writer=writer)
        answer = assistant.ask(QUESTION)
        shown += answer.claims if answer.engine == "obedient" else []
    standing = [claim for claim in shown if claim.support in {"full", "partial"}]
    full = [claim.text for claim in standing if claim.support == "full"]
    assert len(shown) <= SHOWN, [claim.text for claim in shown]
    assert len(standing) <= STANDING, [claim.text for claim in standing]
    assert len(full) <= FULL, full
