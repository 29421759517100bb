"""The network as it is trained: MiniLM over two texts, with four logits, in torch; and what it is given, in batches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import torch  # type: ignore[import-not-found,unused-ignore]
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch.nn import functional  # type: ignore[import-not-found,unused-ignore]

from training.items import ANSWERED, UNANSWERED, Item

LAYERS, HEADS, HIDDEN, LOGITS = 6, 12, 384, 4
BATCH = 32

_TOKENIZER = Path(__file__).parents[1] / "index/vectors/models/scholiast-embedder-int8/tokenizer.json"
_EPSILON, _DROPOUT = 1e-12, 0.1
# Word pieces of the first text; what is longer is cut.
_FIRST = 64
# So many batches are sorted by length together, which leaves little padding and much chance.
_SORTED = 24
# These hold more numbers than all the rest and would fit what is rare by heart.
FROZEN = ("embeddings.word_embeddings.weight", "embeddings.position_embeddings.weight")

Weights = dict[str, torch.Tensor]


@dataclass(frozen=True, slots=True)
class Example:
    """The word pieces of two texts with their three marks, where the second begins, and the label of `items`."""

    pieces: tuple[int, ...]
    second: int
    label: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Examples side by side: pieces, which text they are of, 0 for padding (all int64, pairs by length); labels."""

    pieces: torch.Tensor
    types: torch.Tensor
    mask: torch.Tensor
    labels: torch.Tensor


def read_tokenizer() -> Tokenizer:
    """Return the tokenizer of the shipped models, which neither pads nor cuts."""
    tokenizer = Tokenizer.from_file(str(_TOKENIZER))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def read_weights(path: Path, seed: int) -> Weights:
    """Return the official weights of the encoder, to be trained but for two embeddings, and a random head for them."""
    weights = {name: weight for name, weight in load_file(path).items() if name.startswith(("embeddings.", "encoder."))}
    weights.pop("embeddings.position_ids", None)
    chance = torch.Generator().manual_seed(seed)
    weights["head.weight"] = torch.empty(LOGITS, 2 * HIDDEN).normal_(std=0.02, generator=chance)
    weights["head.bias"] = torch.zeros(LOGITS)
    return {name: weight.float().requires_grad_(name not in FROZEN) for name, weight in weights.items()}


def write_weights(weights: Weights, path: Path) -> None:
    """Write weights under the official names and `head.weight` and `head.bias`, as `export` reads them."""
    save_file({name: weight.detach().contiguous() for name, weight in weights.items()}, path)


def examples(items: Sequence[Item], tokenizer: Tokenizer, length: int) -> tuple[Example, ...]:
    """Return items as word pieces, without those that are longer than `length` with their marks.

    What is cut may lose the very words that its label is about.
    """
    begin, end = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    assert begin is not None
    assert end is not None
    found = []
    for item in items:
        one, two = (tokenizer.encode(text, add_special_tokens=False).ids for text in (item.first, item.second))
        first = (begin, *one[:_FIRST], end)
        if len(first) + len(two) < length:
            found.append(Example((*first, *two, end), len(first), item.label))
    return tuple(found)


def batches(given: Sequence[Example], chance: Random) -> Iterator[Batch]:
    """Yield batches of examples of like length without end, in another order each time that all have been given."""
    size = BATCH * _SORTED
    while True:
        order = list(range(len(given)))
        chance.shuffle(order)
        pools = [order[first : first + size] for first in range(0, len(order), size)]
        alike = [sorted(pool, key=lambda place: len(given[place].pieces)) for pool in pools]
        chosen = [pool[first : first + BATCH] for pool in alike for first in range(0, len(pool), BATCH)]
        chance.shuffle(chosen)
        yield from (_batch([given[place] for place in places]) for places in chosen)


def logits(weights: Weights, batch: Batch) -> torch.Tensor:
    """Return four logits a pair as in training, with dropout: shape (pairs, 4), float32."""
    states, mask = encoded(weights, batch.pieces, batch.types, batch.mask), batch.mask[..., None].float()
    mean = (states * mask).sum(1) / mask.sum(1)
    return _product(torch.cat([states[:, 0], mean], -1), weights, "head")


def loss(found: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Return the loss a pair: of claims over the first three logits, of questions over whether the fourth is above 0.

    Both are smoothed, since some labels made by rule are wrong.
    """
    asked = labels >= UNANSWERED
    answered = (labels[asked] == ANSWERED).float() * 0.94 + 0.03
    of_claims = functional.cross_entropy(found[~asked][:, :3], labels[~asked], label_smoothing=0.03, reduction="sum")
    of_questions = functional.binary_cross_entropy_with_logits(found[asked][:, 3], answered, reduction="sum")
    return (of_claims + of_questions) / len(labels)


def side_by_side(
    texts: Sequence[Sequence[int]], seconds: Sequence[int]
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return the word pieces of texts, which text each is of (1 from the places `seconds` on), and 0 for padding.

    All are of shape (texts, length), int64.
    """
    pieces = torch.zeros(len(texts), max(map(len, texts)), dtype=torch.long)
    types, mask = torch.zeros_like(pieces), torch.zeros_like(pieces)
    for row, (ids, second) in enumerate(zip(texts, seconds, strict=True)):
        pieces[row, : len(ids)], mask[row, : len(ids)] = torch.tensor(ids), 1
        types[row, second : len(ids)] = 1
    return pieces, types, mask


def _batch(given: Sequence[Example]) -> Batch:
    together = side_by_side([each.pieces for each in given], [each.second for each in given])
    return Batch(*together, torch.tensor([each.label for each in given]))


def encoded(
    weights: Weights, pieces: torch.Tensor, types: torch.Tensor, mask: torch.Tensor, dropout: float = _DROPOUT
) -> torch.Tensor:
    """Return the last states of texts as in training, with dropout: shape (texts, length, hidden), float32."""
    pairs, length = pieces.shape
    embedded = (
        functional.embedding(pieces, weights["embeddings.word_embeddings.weight"])
        + weights["embeddings.position_embeddings.weight"][:length]
        + functional.embedding(types, weights["embeddings.token_type_embeddings.weight"])
    )
    states = _dropped(_normed(embedded, weights, "embeddings"), dropout)
    unseen = torch.zeros_like(mask, dtype=torch.float32).masked_fill(mask == 0, -1e4)
    bias = unseen[:, None, None, :].expand(pairs, HEADS, length, length).reshape(-1, length, length)
    for layer in range(LAYERS):
        states = _layer(states, bias, weights, f"encoder.layer.{layer}", dropout)
    return states


def _layer(states: torch.Tensor, bias: torch.Tensor, weights: Weights, name: str, dropout: float) -> torch.Tensor:
    context = _product(
        _attended(states, bias, weights, f"{name}.attention.self"), weights, f"{name}.attention.output.dense"
    )
    states = _normed(states + _dropped(context, dropout), weights, f"{name}.attention.output")
    inner = functional.gelu(_product(states, weights, f"{name}.intermediate.dense"))
    outer = _product(inner, weights, f"{name}.output.dense")
    return _normed(states + _dropped(outer, dropout), weights, f"{name}.output")


def _dropped(states: torch.Tensor, dropout: float) -> torch.Tensor:
    # What is drawn costs time even where nothing is dropped.
    return functional.dropout(states, dropout) if dropout else states


def _attended(states: torch.Tensor, bias: torch.Tensor, weights: Weights, name: str) -> torch.Tensor:
    # One product for all three, and baddbmm, which adds the bias on the way, are the fastest on a CPU.
    pairs, length, _ = states.shape
    size = HIDDEN // HEADS
    weight, shift = (
        torch.cat([weights[f"{name}.{part}.{kind}"] for part in ("query", "key", "value")])
        for kind in ("weight", "bias")
    )
    parts = functional.linear(states, weight, shift).view(pairs, length, 3, HEADS, size)
    query, key, value = parts.permute(2, 0, 3, 1, 4).reshape(3, pairs * HEADS, length, size)
    scores = torch.baddbmm(bias, query, key.transpose(1, 2), alpha=size**-0.5)
    context = torch.bmm(torch.softmax(scores, -1), value)
    return context.view(pairs, HEADS, length, size).transpose(1, 2).reshape(pairs, length, HIDDEN)


def _product(states: torch.Tensor, weights: Weights, name: str) -> torch.Tensor:
    return functional.linear(states, weights[f"{name}.weight"], weights[f"{name}.bias"])


def _normed(states: torch.Tensor, weights: Weights, name: str) -> torch.Tensor:
    gain, shift = weights[f"{name}.LayerNorm.weight"], weights[f"{name}.LayerNorm.bias"]
    return functional.layer_norm(states, (HIDDEN,), gain, shift, _EPSILON)
