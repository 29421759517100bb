"""How well words support a claim, by the real cross-encoder."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.reading.cross_encoder import JUDGE, READER, CrossEncoder, Pair, Weights
from assistant.reading.grounding import CalibratedJudge, coverage, windows
from eval.pairs import passages_of
from index.errors import ModelDamaged
from index.passages import Passage

DEPTH = "While Pre-LN stabilizes the training of Transformer LLMs, its output variance exponentially grows with depth."
WORDS = st.lists(
    st.sampled_from(["depth", "width", "helps", "not", "GPT-4", "12,000", "layers.", "training", "of", "é"]),
    max_size=300,
)


def evidence(*texts: str) -> tuple[Passage, ...]:
    return passages_of(texts)


def test_a_quotation_is_fully_supported(judge: CalibratedJudge) -> None:
    assert judge.support("its output variance exponentially  grows", evidence(DEPTH)) == ("full", 1.0, 0.0)


def test_a_claim_without_evidence_is_not_supported(judge: CalibratedJudge) -> None:
    assert judge.support("Depth helps.", ()) == ("none", 0.0, 0.0)


@pytest.mark.parametrize(
    ("claim", "support"),
    [
        ("The output variance of Pre-LN grows exponentially with the depth of the model.", "full"),
        ("The output variance of Pre-LN shrinks with the depth of the model.", "contradicted"),
        ("Pre-LN was evaluated on machine translation from German.", "none"),
    ],
)
def test_a_paraphrase_a_negation_and_another_matter_are_told_apart(
    judge: CalibratedJudge, claim: str, support: str
) -> None:
    assert judge.support(claim, evidence(DEPTH)).support == support


def test_a_number_is_the_same_however_its_thousands_are_set_apart_and_another_is_not(judge: CalibratedJudge) -> None:
    told = evidence("The data set holds 12,000 dialogues in 8 languages.")
    same, other = (judge.support(f"The corpus has {number} dialogues.", told) for number in ("12000", "15,000"))
    assert same == judge.support("The corpus has 12,000 dialogues.", told)
    assert other.support == "none"
    assert (other.score or 0) < (same.score or 0)


def test_of_a_long_evidence_the_words_that_bear_on_the_claim_count(judge: CalibratedJudge) -> None:
    filler = [f"Section {n} describes the weather of another town in some detail." for n in range(30)]
    claim = "The output variance of Pre-LN grows exponentially with the depth of the model."
    assert judge.support(claim, evidence(*filler, DEPTH, *filler)).support in {"full", "partial"}
    assert judge.support(claim, evidence(*filler)).support == "none"


@given(WORDS, WORDS)
def test_probabilities_stay_probabilities_whatever_is_read(
    judge: CalibratedJudge, claim: list[str], said: list[str]
) -> None:
    verdict = judge.support(" ".join(claim), evidence(" ".join(said)))
    assert verdict.score is not None
    assert verdict.against is not None
    assert 0 <= verdict.score <= 1
    assert 0 <= verdict.score + verdict.against <= 1 + 1e-9


@given(st.lists(WORDS, max_size=5))
def test_windows_are_made_of_the_sentences_of_the_evidence_and_few(texts: list[list[str]]) -> None:
    told = evidence(*map(" ".join, texts))
    found = windows("depth helps", told)
    assert len(found) <= 5
    assert all(word in {*" ".join(map(" ".join, texts)).split()} for text in found for word in text.split())


def test_coverage_is_the_share_of_words_in_common() -> None:
    assert coverage("Deep models help", "deep models hurt") == pytest.approx(2 / 3)
    assert coverage("", "deep") == 0


def test_a_pair_is_read_the_same_alone_and_among_others(reader: CrossEncoder) -> None:
    pairs = [Pair("Depth helps.", DEPTH, ((0, 20), (0, len(DEPTH)))), Pair("Why?", "Because."), Pair("", "")]
    for pair, together in zip(pairs, reader.read(pairs), strict=True):
        (alone,) = CrossEncoder(READER, threads=1).read([pair])
        assert (alone.verdict == together.verdict).all()
        assert (alone.answers, alone.sentences) == (together.answers, together.sentences)
        assert len(alone.sentences) == len(pair.sentences)
    assert reader.read([]) == ()


def test_a_sentence_that_was_cut_or_cut_off_answers_nothing(reader: CrossEncoder) -> None:
    text = "Depth helps. " * 200
    spans = ((0, 12), (13, len(text) - 1), (len(text) - 13, len(text) - 1))
    (read,) = reader.read([Pair("Does depth help?", text, spans)])
    assert math.isfinite(read.sentences[0])
    assert read.sentences[1:] == (-math.inf, -math.inf)


def test_what_was_read_is_remembered(reader: CrossEncoder) -> None:
    pair = Pair("Does depth help?", "Depth helps much.", ((0, 17),))
    assert reader.read([pair])[0] is reader.read([replace(pair)])[0]


@pytest.mark.parametrize("weights", [READER, JUDGE], ids=lambda weights: weights.path.stem)
def test_altered_weights_are_refused(weights: Weights) -> None:
    with pytest.raises(ModelDamaged, match=rf"{weights.path.name} is not the one that was shipped"):
        CrossEncoder(weights._replace(sha256="0" * 64))
