"""The small models of our own that read two texts together: what the second says of the first."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.sentences import Span
from index.vectors.embedding import MODEL, TOKENIZER_SHA256, verified

SUPPORTED, UNRELATED, CONTRADICTED = range(3)
# Word pieces: of the claim or question, and of both texts with their three marks. What is longer is cut.
_FIRST, _BOTH = 64, 256
_CLS, _SEP = 101, 102  # in the tokenizer whose sha256 is checked
_REMEMBERED = 4096


class Weights(NamedTuple):
    """Where the weights of a network lie, and their sha256."""

    path: Path
    sha256: str


_MODELS = Path(__file__).parent / "models"
# Of two networks of one kind, one for questions and passages, one for claims and evidence: docs/decisions/0011 says why.
READER = Weights(
    _MODELS / "scholiast-reader-int8" / "reader-int8.onnx",
    "4c6ad395ea5ae50f40e0237b2ad26be3d016e01a6c6a1f344148897d25c49dd7",
)
JUDGE = Weights(
    _MODELS / "scholiast-judge-int8" / "judge-int8.onnx",
    "2783693daad31aa8b224df8120e28c7bc6f3a35f737444d589c9fd451ccbc8ce",
)


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim or question, the words that it is held against, and the spans of those of their sentences that are judged each."""

    first: str
    second: str
    sentences: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Odds:
    """What the second text says of the first, nothing of it calibrated.

    `verdict` holds three logits, of supported, unrelated and contradicted (float32); `answers` is the log odds that the text answers, and
    `sentences` those of its sentences: of one that was cut, minus infinity.
    """

    verdict: NDArray[np.float32]
    answers: float
    sentences: tuple[float, ...]

    @property
    def supports(self) -> float:
        """The probability, not calibrated, that the second supports the first."""
        return float(self._chances[SUPPORTED])

    @property
    def against(self) -> float:
        """The probability, not calibrated, that the second contradicts the first."""
        return float(self._chances[CONTRADICTED])

    @property
    def _chances(self) -> NDArray[np.float32]:
        powers = np.exp(self.verdict - self.verdict.max())
        chances: NDArray[np.float32] = powers / powers.sum()
        return chances


class CrossEncoder:
    """Reads pairs by onnxruntime; `training` trained its weights, the MODEL_CARD.md beside them says on what.

    One pair a run, as the scale of dynamic int8 depends on what else is in a batch; pairs are read side by side on the
    cores. What was read is remembered: a passage is read once for its question, however often that is asked. Raises
    `ModelDamaged` if a file is not the one whose sha256 it has.
    """

    def __init__(self, weights: Weights, threads: int | None = None, remembered: int = _REMEMBERED) -> None:
        verified(*weights)
        self._weights = weights
        self._tokenizer = Tokenizer.from_buffer(verified(MODEL / "tokenizer.json", TOKENIZER_SHA256))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._pool = ThreadPoolExecutor(threads or os.cpu_count() or 1, thread_name_prefix="read")
        self._read = lru_cache(remembered)(self._run)

    @cached_property
    def _session(self) -> onnxruntime.InferenceSession:
        """The network, from the first pair on: where no LLM writes, nothing is left for a judge to read."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        return onnxruntime.InferenceSession(verified(*self._weights), options, providers=["CPUExecutionProvider"])

    def read(self, pairs: Sequence[Pair]) -> tuple[Odds, ...]:
        """Return what is said of each pair."""
        return tuple((map if len(pairs) < 2 else self._pool.map)(self._read, pairs))

    def _run(self, pair: Pair) -> Odds:
        one = [_CLS, *self._tokenizer.encode(pair.first, add_special_tokens=False).ids[:_FIRST], _SEP]
        two = self._tokenizer.encode(pair.second, add_special_tokens=False)
        kept = min(len(two.ids), _BOTH - len(one) - 1)
        ids = np.array([[*one, *two.ids[:kept], _SEP]], np.int64)
        types = np.array([[0] * len(one) + [1] * (kept + 1)], np.int64)
        shares = np.zeros((1, len(pair.sentences), ids.shape[1]), np.float32)
        reach = two.offsets[kept][0] if kept < len(two.ids) else len(pair.second)
        for number, (begin, end) in enumerate(pair.sentences):
            own = [
                n
                for n, (first, last) in enumerate(two.offsets[:kept], len(one))
                if begin <= first < last <= end <= reach
            ]
            shares[0, number, own] = 1 / max(1, len(own))
        given = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "token_type_ids": types,
            "sentence_shares": shares,
        }
        logits, odds = self._session.run(None, given)
        read = np.where(shares[0].any(axis=1), np.asarray(odds)[0], -np.inf)
        return Odds(np.asarray(logits)[0, :3], float(np.asarray(logits)[0, 3]), tuple(map(float, read)))
