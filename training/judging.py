"""What the reader learns from in a step: what it is to say of texts that it reads once each, and how far it is from that."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch  # type: ignore[import-not-found,unused-ignore]
from tokenizers import Tokenizer
from torch.nn import functional  # type: ignore[import-not-found,unused-ignore]

from training.net import HIDDEN, Weights, encoded, side_by_side
from training.shown import Reading

# Word pieces: of the claim or question, and of both texts with their marks; what is longer is cut, as where it is read.
FIRST, BOTH = 64, 256
# Texts of like length that are read at once.
_SIDE_BY_SIDE = 8
# Some labels are wrong: other papers may answer, too.
_SMOOTHING = 0.03
# How much the choice among sentences, and the verdicts, weigh beside whether a passage answers.
_SENTENCES, _VERDICTS = 0.5, 1.5


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of readings, in their order: the log odds that they answer, and the logits of their verdicts.

    Of the sentences that were not cut off, the log odds, and which sentence of which reading each is.
    """

    answers: torch.Tensor
    verdicts: torch.Tensor
    sentences: torch.Tensor
    places: tuple[tuple[int, int], ...]


def said(weights: Weights, tokenizer: Tokenizer, readings: Sequence[Reading]) -> Said:
    """Return what the network says, as in training."""
    read = [_pieces(tokenizer, reading) for reading in readings]
    order = sorted(range(len(read)), key=lambda place: len(read[place][0]))
    logits: dict[int, torch.Tensor] = {}
    sentences: dict[tuple[int, int], torch.Tensor] = {}
    for begin in range(0, len(order), _SIDE_BY_SIDE):
        chosen = order[begin : begin + _SIDE_BY_SIDE]
        states, mask = _states(weights, [read[place][:2] for place in chosen])
        mean = (states * mask).sum(1) / mask.sum(1)
        found = functional.linear(torch.cat([states[:, 0], mean], -1), weights["head.weight"], weights["head.bias"])
        for row, place in enumerate(chosen):
            logits[place] = found[row]
            for number, own in enumerate(read[place][2]):
                if own:
                    sentences[place, number] = torch.cat([states[row, own].mean(0), states[row, 0]])
    everything = torch.stack([logits[place] for place in range(len(readings))])
    places = tuple(sorted(sentences))
    own = torch.stack([sentences[each] for each in places]) if places else everything.new_zeros(0, 2 * HIDDEN)
    of_sentences = functional.linear(own, weights["sentence.weight"], weights["sentence.bias"]).squeeze(-1)
    return Said(everything[:, 3], everything[:, :3], of_sentences, places)


def losses(found: Said, readings: Sequence[Reading]) -> dict[str, torch.Tensor]:
    """Return the parts of the loss by name; their sum is learned from."""
    return {
        "answers": _answers(found, readings),
        "ranking": _ranking(found, readings),
        "sentences": _sentences(found, readings),
        "choice": _SENTENCES * _choice(found, readings, lambda place: readings[place].question),
        "choice within": _SENTENCES * _choice(found, readings, lambda place: place),
        "verdicts": _VERDICTS * _verdicts(found, readings),
    }


def _answers(found: Said, readings: Sequence[Reading]) -> torch.Tensor:
    counted = [(place, one.answers, one.weight) for place, one in enumerate(readings) if one.answers is not None]
    if not counted:
        return found.answers.sum() * 0
    target = torch.tensor([_smooth(chance) for _, chance, _ in counted])
    weight = torch.tensor([weight for *_, weight in counted])
    each = functional.binary_cross_entropy_with_logits(
        found.answers[[place for place, *_ in counted]], target, weight, reduction="sum"
    )
    return each / weight.sum()


def _ranking(found: Said, readings: Sequence[Reading]) -> torch.Tensor:
    """How well, in each question, the passages that answer are told from those that do not."""
    counted = [(None if one.answers is None else one.question, one.answers or 0.0) for one in readings]
    return _told_apart(found.answers, counted)


def _sentences(found: Said, readings: Sequence[Reading]) -> torch.Tensor:
    if not found.places:
        return found.answers.sum() * 0
    target = torch.tensor([readings[place].sentences[number][1] for place, number in found.places])
    weight = torch.tensor([readings[place].sentences[number][2] for place, number in found.places])
    return functional.binary_cross_entropy_with_logits(
        found.sentences, target * (1 - 2 * _SMOOTHING) + _SMOOTHING, weight
    )


def _choice(found: Said, readings: Sequence[Reading], together: Callable[[int], int | None]) -> torch.Tensor:
    """The same of the sentences of readings that belong together: those of a question, or each by itself."""
    counted = ((together(place), readings[place].sentences[number][1]) for place, number in found.places)
    return _told_apart(found.sentences, [*counted])


def _verdicts(found: Said, readings: Sequence[Reading]) -> torch.Tensor:
    counted = [
        (place, one.verdict, one.verdict_weight) for place, one in enumerate(readings) if one.verdict is not None
    ]
    if not counted:
        return found.answers.sum() * 0
    target = torch.tensor([verdict for _, verdict, _ in counted])
    weight = torch.tensor([weight for *_, weight in counted])
    each = functional.cross_entropy(
        found.verdicts[[place for place, *_ in counted]], target, label_smoothing=_SMOOTHING, reduction="none"
    )
    return (each * weight).sum() / weight.sum()


def _told_apart(scores: torch.Tensor, labels: Sequence[tuple[int | None, float]]) -> torch.Tensor:
    """The mean, over groups, of the cross-entropy of each right score against all wrong ones (Khosla et al. 2020).

    A label is the group and the probability of being right; without a group, a score does not count.
    """
    groups: dict[int, tuple[list[int], list[int]]] = {}
    for row, (group, chance) in enumerate(labels):
        if group is not None:
            groups.setdefault(group, ([], []))[chance <= 0.5].append(row)
    each = [
        functional.softplus(torch.logsumexp(scores[wrong], 0) - scores[right]).mean()
        for right, wrong in groups.values()
        if right and wrong
    ]
    return torch.stack(each).mean() if each else scores.sum() * 0


def _smooth(chance: float) -> float:
    return chance * (1 - 2 * _SMOOTHING) + _SMOOTHING


def _pieces(tokenizer: Tokenizer, reading: Reading) -> tuple[list[int], int, list[list[int]]]:
    """The word pieces, how many are of the first text, and which are of each sentence."""
    begin, end = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    assert begin is not None
    assert end is not None
    one = [begin, *tokenizer.encode(reading.first, add_special_tokens=False).ids[:FIRST], end]
    two = tokenizer.encode(reading.second, add_special_tokens=False)
    kept = two.ids[: BOTH - len(one) - 1]
    own = [
        [len(one) + n for n, (a, b) in enumerate(two.offsets[: len(kept)]) if span[0] <= a < b <= span[1]]
        for span, *_ in reading.sentences
    ]
    return [*one, *kept, end], len(one), own


def _states(weights: Weights, texts: Sequence[tuple[list[int], int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """The last states of texts side by side, and 1 where there is a word piece, else 0: (texts, length, 1)."""
    pieces, types, mask = side_by_side([ids for ids, _ in texts], [second for _, second in texts])
    return encoded(weights, pieces, types, mask, dropout=0.0), mask[..., None].float()
