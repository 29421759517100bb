"""The small model of our own that reads two texts together: what the second says of the first."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.vectors.embedding import MODEL, TOKENIZER_SHA256, verified

Logits = NDArray[np.float32]

WEIGHTS = Path(__file__).parent / "models" / "scholiast-reader-int8" / "reader-int8.onnx"
WEIGHTS_SHA256 = "1ea89099b88af2919827692e54c64936f3b3af5adf9f46e96022612d87398fd9"
SUPPORTED, UNRELATED, CONTRADICTED, ANSWERED = range(4)
# Word pieces: of the claim or question, and of both texts with their three marks. What is longer is cut.
_FIRST, _BOTH = 64, 256
_CLS, _SEP = 101, 102  # in the tokenizer whose sha256 is checked
_REMEMBERED = 4096


class CrossEncoder:
    """Reads (claim or question, words of an abstract) by onnxruntime; `training` trained it, MODEL_CARD.md says on what.

    One pair a run, as the scale of dynamic int8 depends on what else is in a batch. What was read is remembered: the
    sentences of an answer are read once for its question and once for its check. Raises `ModelDamaged` if a file is
    not the one whose sha256 stands in this module.
    """

    def __init__(self, threads: int | None = None) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        weights = verified(WEIGHTS, WEIGHTS_SHA256)
        self._session = onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_buffer(verified(MODEL / "tokenizer.json", TOKENIZER_SHA256))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._pool = ThreadPoolExecutor(threads or os.cpu_count() or 1, thread_name_prefix="read")
        self._read = lru_cache(_REMEMBERED)(self._run)

    def read(self, pairs: Sequence[tuple[str, str]]) -> Logits:
        """Return four numbers a pair, shape (len(pairs), 4), float32, not calibrated.

        Three logits over whether the second text supports the first, is unrelated or contradicts it; and the log odds
        that it answers it.
        """
        found = [*(map if len(pairs) < 2 else self._pool.map)(lambda pair: self._read(*pair), pairs)]
        return np.stack(found) if found else np.empty((0, 4), np.float32)

    def _run(self, first: str, second: str) -> Logits:
        one, two = (self._tokenizer.encode(text, add_special_tokens=False).ids for text in (first, second))
        one = [_CLS, *one[:_FIRST], _SEP]
        two = [*two[: _BOTH - len(one) - 1], _SEP]
        ids = np.array([one + two], np.int64)
        types = np.array([[0] * len(one) + [1] * len(two)], np.int64)
        given = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": types}
        (logits,) = self._session.run(None, given)
        return np.asarray(logits[0], np.float32)
