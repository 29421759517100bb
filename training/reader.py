"""Trains the reader.

    python -m training.reader WEIGHTS --data FOLDER --corpus FILE --older FILE --lines FOLDER --out FILE [--workers N]

From the weights that `training.train` writes: one pass over a question, a title and a passage says whether the passage answers, which of its
sentences do, and whether it contradicts what the question takes for granted; one over a claim and words, whether these
support it (after Provence, Chirkova et al. 2025). What was stopped goes on where it stopped.
"""

import argparse
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import torch  # type: ignore[import-not-found,unused-ignore]
import torch.distributed as dist  # type: ignore[import-not-found,unused-ignore]
import torch.multiprocessing as mp  # type: ignore[import-not-found,unused-ignore]
from safetensors.torch import load_file
from tokenizers import Tokenizer

from index.vectors.embedding import LocalEmbedder
from training.items import CONTRADICTED, HELD_OUT, SUPPORTED, Item
from training.judging import losses, said
from training.kept import keep, resumed, share
from training.labelled import ASKS_WHETHER, labelled
from training.made import make
from training.net import FROZEN, HIDDEN, Weights, read_tokenizer, write_weights
from training.shown import Reading, Shown, visits
from training.taught import Piece, Taught, read_taught

_PASSES, _RATE, _WARM_UP = 3, 1e-4, 0.04
# Visits a step; the rate of what begins at nothing is higher.
_VISITS, _NEW = 4, 5.0
# What is mixed in of what is made by rule.
_CLAIMS, _PREMISES, _QUESTIONS, _TITLES = 6000, 2000, 2000, 1500
_NEAR = 40
_MOST = 100  # questions of a visit
_SEED = 0
_REPORT, _CHECKPOINT = 10, 40  # steps


def begun(path: Path) -> Weights:
    """Return the weights to begin from, with a head for sentences that begins as that of whole passages."""
    weights = load_file(path)
    if "sentence.weight" not in weights:
        # Of a sentence the mean of its word pieces comes first, of a passage its first one.
        first, mean = weights["head.weight"][3].split(HIDDEN)
        weights["sentence.weight"] = torch.cat([mean, first * 0])[None]
        weights["sentence.bias"] = weights["head.bias"][3:].clone()
    return {name: weight.float().requires_grad_(name not in FROZEN) for name, weight in weights.items()}


def fit(
    weights: Weights, tokenizer: Tokenizer, steps: Sequence[Sequence[Reading]], kept: Path, worker: int, workers: int
) -> None:
    """Train weights, in place, each worker on its steps, with the mean of their slopes."""
    torch.manual_seed(_SEED + worker)
    learned = [weight for weight in weights.values() if weight.requires_grad]
    new = [weight for name, weight in weights.items() if name.startswith(("head.", "sentence."))]
    old = [weight for weight in learned if not any(weight is other for other in new)]
    optimiser = torch.optim.AdamW([{"params": old}, {"params": new}], lr=_RATE, weight_decay=0.01, fused=True)
    done = resumed(weights, optimiser, kept) if kept.exists() else 0
    began, lost = time.monotonic(), dict[str, float]()
    for number, step in enumerate(steps[done:], start=done + 1):
        parts = losses(said(weights, tokenizer, step), step)
        torch.stack([*parts.values()]).sum().backward()
        _shared(learned, workers)
        torch.nn.utils.clip_grad_norm_(learned, 1.0)
        for group, times in zip(optimiser.param_groups, (1.0, _NEW), strict=True):
            group["lr"] = _RATE * times * share(number - 1, len(steps), _WARM_UP)
        optimiser.step()
        optimiser.zero_grad()
        lost = {name: lost.get(name, 0.0) + part.item() / _REPORT for name, part in parts.items()}
        if number % _REPORT == 0 and worker == 0:
            told = ", ".join(f"{name} {part:.3f}" for name, part in lost.items())
            print(f"step {number} of {len(steps)}: {told}; {time.monotonic() - began:.0f} s", flush=True)
        if number % _REPORT == 0:
            lost = {}
        if number % _CHECKPOINT == 0 and worker == 0:
            keep(weights, optimiser, number, kept)


def _shared(learned: Sequence[torch.Tensor], workers: int) -> None:
    """Make every slope the mean over all workers."""
    for weight in learned:
        if weight.grad is None:
            weight.grad = torch.zeros_like(weight)
    if workers > 1:
        slopes = torch.cat([weight.grad.view(-1) for weight in learned])
        dist.all_reduce(slopes)
        parts = (slopes / workers).split([weight.numel() for weight in learned])
        for weight, part in zip(learned, parts, strict=True):
            weight.grad.copy_(part.view_as(weight))


def items(folder: Path, corpus: Path, lines: Path, chance: Random) -> list[Item]:
    """Return what is mixed in, in random order: all that is labelled and not held out, and some of what is made by rule."""
    given = [item for item in labelled(folder, lines) if item.fold != HELD_OUT and not _asks_and_states(item)]
    made = make(corpus, lines)
    for sort, count in ((made.claims, _CLAIMS), (made.premises, _PREMISES), (made.questions, _QUESTIONS)):
        given += chance.sample(sort, count)
    given += chance.sample(made.titles, _TITLES)
    chance.shuffle(given)
    return given


def _numbered(reading: Reading, visit: int) -> Reading:
    """A reading whose question is another one than those of other visits."""
    return reading if reading.question is None else replace(reading, question=_MOST * visit + reading.question)


def _asks_and_states(item: Item) -> bool:
    """Whether a verdict is given on a question whether something is so: it takes that for granted neither way."""
    asks = ASKS_WHETHER.match(item.first) and item.first.endswith("?")
    return bool(asks) and item.label in (SUPPORTED, CONTRADICTED)


def near(taught: Taught) -> Mapping[str, Sequence[Piece]]:
    """Return the passages of other papers that the embedder finds nearest to each question, nearest first."""
    embedder = LocalEmbedder()
    alone = [group for group in taught.groups if len(group.papers) == 1]
    pieces = [piece for group in alone for piece in taught.pieces[group.papers[0]]]
    vectors = embedder.embed([piece.text for piece in pieces])
    asked = [(query.text, group.papers[0]) for group in alone for query in group.queries if query.is_answered]
    found: dict[str, Sequence[Piece]] = {}
    for (text, paper), vector in zip(asked, embedder.embed([text for text, _ in asked]), strict=True):
        order = np.argsort(-(vectors @ vector))[: _NEAR + len(taught.pieces[paper])]
        found[text] = [pieces[place] for place in order if pieces[place].paper_id != paper][:_NEAR]
    return found


def _work(worker: int, workers: int, steps: Sequence[Sequence[Sequence[Reading]]], given: argparse.Namespace) -> None:
    torch.set_num_threads(1 if workers > 1 else torch.get_num_threads())
    if workers > 1:
        os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "29511"}
        dist.init_process_group("gloo", rank=worker, world_size=workers)
    tokenizer = read_tokenizer()
    weights = begun(given.weights)
    fit(weights, tokenizer, steps[worker], given.out.with_suffix(".state"), worker, workers)
    if worker == 0:
        write_weights(weights, given.out)
        given.out.with_suffix(".state").unlink(missing_ok=True)


def main() -> None:
    """Read what is learned from, train, and write the weights."""
    parser = argparse.ArgumentParser(description="Train the reader.")
    parser.add_argument("weights", type=Path, help="the weights that training.train has written")
    parser.add_argument("--data", dest="folder", type=Path, required=True, help="the folder of the labelled data")
    parser.add_argument("--corpus", type=Path, required=True, help="papers of the ACL Anthology, gzipped JSONL")
    parser.add_argument("--older", type=Path, required=True, help="our older labelled lines, beside their papers")
    parser.add_argument("--lines", type=Path, required=True, help="the folder of the lines")
    parser.add_argument("--out", type=Path, required=True, help="where to write the trained weights, as safetensors")
    parser.add_argument("--workers", type=int, default=1, help="processes of one thread each; 1 takes all cores")
    given = parser.parse_args()
    chance = Random(_SEED)  # noqa: S311 - an order
    pubmedqa = given.folder / "pubmedqa" / "pqal_train500.json"
    taught = read_taught(given.lines, "train", pubmedqa=pubmedqa)
    mixed = items(given.folder, given.corpus, given.older, chance)
    seen = [*visits(Shown(taught, near(taught), mixed), _PASSES, chance)]
    each = _VISITS // given.workers
    steps = [
        [
            [_numbered(reading, number) for number, visit in enumerate(seen[begin : begin + each]) for reading in visit]
            for begin in range(each * worker, len(seen) // _VISITS * _VISITS, _VISITS)
        ]
        for worker in range(given.workers)
    ]
    print(f"{len(taught.groups)} groups, {len(mixed)} items, {len(steps[0])} steps", flush=True)
    mp.start_processes(_work, (given.workers, steps, given), given.workers, start_method="fork")


if __name__ == "__main__":
    main()
