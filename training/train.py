"""Trains the cross-encoder.

    python -m training.train WEIGHTS --data FOLDER --corpus FILE --lines FILE --out FILE

Three stages: claims made by rule; these and questions made by rule; labelled data, with some of all that is made.
A third of the labelled data is left out, so that the weights can be measured on it.
"""

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import torch  # type: ignore[import-not-found,unused-ignore]
from tokenizers import Tokenizer

from training.items import HELD_OUT, Item
from training.labelled import labelled
from training.made import Made, make
from training.net import Weights, batches, examples, logits, loss, read_tokenizer, read_weights, write_weights

# How often each labelled item is seen in the last stage, and how many made ones are mixed in.
_EPOCHS, _LABELLED_STEPS = 2, 950
_CLAIMS, _QUESTIONS, _PREMISES, _TITLES = 2000, 1500, 2000, 4000
_MIXED_SEED = 11
_SEED = 0
# Word pieces of both texts; the scorer reads windows of 450 characters.
_LENGTH = 160
_WARM_UP = 100  # steps
_REPORT = 50  # steps


@dataclass(frozen=True, slots=True)
class Stage:
    """What is learned from in how many steps, at what rate, constant or falling."""

    name: str
    items: Sequence[Item]
    steps: int
    rate: float
    falling: bool = False

    def share(self, step: int) -> float:
        """The part of the rate that a step has, the first being 0."""
        return min(1.0, (step + 1) / _WARM_UP) * (1 - step / self.steps if self.falling else 1.0)


def stages(made: Made, given: Sequence[Item]) -> Iterator[Stage]:
    """Yield the three stages, the last of them without the labelled items that are held out."""
    yield Stage("claims", made.claims, steps=300, rate=1e-4)
    chance = Random(_MIXED_SEED)  # noqa: S311 - what to learn from, no secret
    mixed = chance.sample(made.claims, 18000) + chance.sample(made.questions, 30000)
    yield Stage("claims and questions", mixed, steps=350, rate=8e-5)
    items = [item for item in given if item.fold != HELD_OUT] * _EPOCHS
    items += chance.sample(made.claims, _CLAIMS)
    items += chance.sample(made.questions, _QUESTIONS)
    items += chance.sample(made.premises, _PREMISES)
    items += chance.sample(made.titles, _TITLES)
    yield Stage("labelled", items, steps=_LABELLED_STEPS, rate=6e-5, falling=True)


def fit(weights: Weights, tokenizer: Tokenizer, stage: Stage) -> None:
    """Train weights, in place, through a stage; prints the mean loss now and then."""
    torch.manual_seed(_SEED)
    read = examples(stage.items, tokenizer, _LENGTH)
    print(f"{stage.name}: {len(read)} of {len(stage.items)} items are short enough.", flush=True)
    given = batches(read, Random(_SEED))  # noqa: S311 - an order
    head = [weight for name, weight in weights.items() if name.startswith("head.")]
    encoder = [weight for name, weight in weights.items() if weight.requires_grad and not name.startswith("head.")]
    groups = [{"params": encoder, "lr": stage.rate}, {"params": head, "lr": 10 * stage.rate}]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, stage.share)
    began, lost = time.monotonic(), 0.0
    for step, batch in zip(range(1, stage.steps + 1), given, strict=False):
        found = loss(logits(weights, batch), batch.labels)
        found.backward()
        torch.nn.utils.clip_grad_norm_([*encoder, *head], 1.0)
        optimiser.step()
        schedule.step()
        optimiser.zero_grad()
        lost += found.item()
        if step % _REPORT == 0:
            spent = time.monotonic() - began
            print(f"{stage.name}: step {step} of {stage.steps}, loss {lost / _REPORT:.3f}, {spent:.0f} s", flush=True)
            lost = 0.0


def main() -> None:
    """Make and read what is learned from, train, and write the weights after each stage."""
    parser = argparse.ArgumentParser(description="Train the cross-encoder of claims and questions.")
    parser.add_argument("weights", type=Path, help="the official model.safetensors of all-MiniLM-L6-v2")
    parser.add_argument("--data", dest="folder", type=Path, required=True, help="the folder of the labelled data")
    parser.add_argument("--corpus", type=Path, required=True, help="papers of the ACL Anthology, gzipped JSONL")
    parser.add_argument("--lines", type=Path, required=True, help="our own labelled lines, beside their papers")
    parser.add_argument("--out", type=Path, required=True, help="where to write the trained weights, as safetensors")
    arguments = parser.parse_args()
    tokenizer = read_tokenizer()
    weights = read_weights(arguments.weights, seed=0)
    given = labelled(arguments.folder, arguments.lines)
    for stage in stages(make(arguments.corpus, arguments.lines), given):
        fit(weights, tokenizer, stage)
        write_weights(weights, arguments.out)


if __name__ == "__main__":
    main()
