"""What the embedder learns from in a step: the vectors of passages, sentences and queries, and who answers whom."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch  # type: ignore[import-not-found,unused-ignore]
from tokenizers import Tokenizer
from torch.nn import functional  # type: ignore[import-not-found,unused-ignore]

from index.sentences import Span
from training.net import Weights, encoded, side_by_side
from training.taught import Piece, Query

# Word pieces; what is longer is cut, as where it is indexed.
_PASSAGE, _QUERY = 256, 64
# Texts of like length that are read at once.
_SIDE_BY_SIDE = 24
# The inverse of the temperature of the cross-entropy.
_SCALE = 20.0
# A sentence against the others of its own paper: how much that weighs beside the other two losses.
_WITHIN = 0.5


@dataclass(frozen=True, slots=True)
class Step:
    """The pieces that are learned from together, and what is asked of them."""

    pieces: tuple[Piece, ...]
    queries: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """Unit vectors of passages and of sentences, each with its paper and, of sentences, the places in the abstract."""

    passages: torch.Tensor
    sentences: torch.Tensor
    of_passages: tuple[tuple[str, frozenset[int]], ...]
    of_sentences: tuple[tuple[str, int], ...]


def embed(
    weights: Weights, tokenizer: Tokenizer, texts: Sequence[str], spans: Sequence[Sequence[Span]], most: int
) -> tuple[torch.Tensor, list[list[torch.Tensor | None]]]:
    """Return a unit vector a text, and one a span of it (the mean of its own word pieces), None where it was cut off.

    A text has at most so many word pieces; what is longer is cut.
    """
    read = [tokenizer.encode(text) for text in texts]
    order = sorted(range(len(texts)), key=lambda place: len(read[place].ids))
    wholes: dict[int, torch.Tensor] = {}
    parts: dict[int, list[torch.Tensor | None]] = {}
    for begin in range(0, len(order), _SIDE_BY_SIDE):
        chosen = order[begin : begin + _SIDE_BY_SIDE]
        states, mask = _states(weights, [_cut(read[place].ids, most) for place in chosen])
        means = functional.normalize((states * mask).sum(1) / mask.sum(1), dim=-1)
        for row, place in enumerate(chosen):
            wholes[place] = means[row]
            parts[place] = [_part(states[row], read[place].offsets[: most - 1], span) for span in spans[place]]
    return torch.stack([wholes[place] for place in range(len(texts))]), [parts[place] for place in range(len(texts))]


def shelved(weights: Weights, tokenizer: Tokenizer, pieces: Sequence[Piece]) -> Shelf:
    """Return the vectors of pieces and of their sentences."""
    spans = [[span for _, span in piece.sentences] for piece in pieces]
    wholes, parts = embed(weights, tokenizer, [piece.text for piece in pieces], spans, _PASSAGE)
    kept = [
        (vector, (piece.paper_id, place))
        for piece, vectors in zip(pieces, parts, strict=True)
        for vector, (place, _) in zip(vectors, piece.sentences, strict=True)
        if vector is not None
    ]
    of_passages = tuple((piece.paper_id, frozenset(place for place, _ in piece.sentences)) for piece in pieces)
    return Shelf(wholes, torch.stack([one for one, _ in kept]), of_passages, tuple(own for _, own in kept))


def loss(weights: Weights, tokenizer: Tokenizer, step: Step) -> torch.Tensor:
    """Return the loss of a step, whose queries are held against all its passages and all its sentences.

    Those of a paper that answers are wrong only if they do not answer. Vectors of earlier steps as further wrong answers
    (Wang et al. 2020) made it diverge: these weights move too fast for that.
    """
    shelf = shelved(weights, tokenizer, step.pieces)
    asked, _ = embed(weights, tokenizer, [query.text for query in step.queries], [()] * len(step.queries), _QUERY)
    passages = _SCALE * asked @ shelf.passages.T
    sentences = _SCALE * asked @ shelf.sentences.T
    found = _contrast(passages, *_of_passages(step.queries, shelf))
    right, wrong, within = _of_sentences(step.queries, shelf)
    return found + _contrast(sentences, right, wrong) + _WITHIN * _contrast(sentences, right, within)


def _of_passages(queries: Sequence[Query], shelf: Shelf) -> tuple[torch.Tensor, torch.Tensor]:
    """Which passages answer each query, and which are of other papers."""
    columns = _columns([paper for paper, _ in shelf.of_passages])
    right = torch.zeros(len(queries), len(shelf.of_passages), dtype=torch.bool)
    wrong = torch.ones_like(right)
    for row, query in enumerate(queries):
        for paper, answers in query.answers.items():
            for column in columns[paper]:
                wrong[row, column] = False
                places = shelf.of_passages[column][1]
                right[row, column] = not answers or not places.isdisjoint(answers)
    return right, wrong


def _of_sentences(queries: Sequence[Query], shelf: Shelf) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Which sentences answer each query, which do not, and which of these are of a paper that answers."""
    columns = _columns([paper for paper, _ in shelf.of_sentences])
    right = torch.zeros(len(queries), len(shelf.of_sentences), dtype=torch.bool)
    wrong, within = torch.ones_like(right), torch.zeros_like(right)
    for row, query in enumerate(queries):
        for paper, answers in query.answers.items():
            for column in columns[paper]:
                right[row, column] = shelf.of_sentences[column][1] in answers
                wrong[row, column] = within[row, column] = bool(answers) and not right[row, column]
    return right, wrong, within


def _columns(papers: Sequence[str]) -> Mapping[str, Sequence[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for column, paper in enumerate(papers):
        found[paper].append(column)
    return found


def _contrast(scores: torch.Tensor, right: torch.Tensor, wrong: torch.Tensor) -> torch.Tensor:
    """The mean, over queries, of the cross-entropy of each right column against all wrong ones (Khosla et al. 2020)."""
    right, wrong = right.to(scores.device), wrong.to(scores.device)
    against = torch.logsumexp(scores.masked_fill(~wrong, -1e4), -1, keepdim=True)
    each = functional.softplus(against - scores) * right
    counted = right.sum(-1)
    held = counted > 0
    return (each.sum(-1)[held] / counted[held]).mean()


def _states(weights: Weights, texts: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """The last states of texts side by side, and 1 where there is a word piece, else 0: (texts, length, 1)."""
    pieces, types, mask = side_by_side(texts, [len(ids) for ids in texts])
    device = weights["embeddings.word_embeddings.weight"].device
    pieces, types, mask = pieces.to(device), types.to(device), mask.to(device)
    return encoded(weights, pieces, types, mask), mask[..., None].float()


def _part(states: torch.Tensor, offsets: Sequence[Span], span: Span) -> torch.Tensor | None:
    own = [n for n, (begin, end) in enumerate(offsets) if span[0] <= begin < end <= span[1]]
    return functional.normalize(states[own].mean(0), dim=-1) if own else None


def _cut(ids: list[int], most: int) -> list[int]:
    return ids if len(ids) <= most else [*ids[: most - 1], ids[-1]]
