"""Trains the embedder.

    python -m training.embedder WEIGHTS --lines FOLDER --out FILE

From the official MiniLM weights: one pass over a passage gives its vector and those of its sentences, as the index stores
them, and questions, claims and keywords are drawn to those that answer. What was stopped goes on where it stopped.
"""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

import torch  # type: ignore[import-not-found,unused-ignore]
from tokenizers import Tokenizer

from training.kept import keep, resumed, share
from training.net import Weights, read_tokenizer, read_weights, write_weights
from training.taught import FIRST_FILES, OPEN, OTHER_WORDS, Group, Query, Taught, read_taught
from training.vectors import Step, embed, loss

_EPOCHS, _RATE, _WARM_UP = 3, 6e-5, 0.1
# Papers a step; of a step of open questions, clusters.
_PAPERS, _CLUSTERS = 24, 2
# What a paper is asked in a step beside its questions in other words.
_FURTHER = 3
# The nearest papers of one that share its step; half of a step is such neighbourhoods.
_NEAR = 5
_SEED = 0
_REPORT, _CHECKPOINT = 10, 25  # steps


def drawn(taught: Taught, near: dict[str, list[str]], epochs: int, chance: Random) -> list[Step]:
    """Return the steps of all epochs, in order."""
    alone = {group.papers[0]: group for group in taught.groups if len(group.papers) == 1}
    clusters = [group for group in taught.groups if len(group.papers) > 1]
    steps: list[Step] = []
    for _ in range(epochs):
        epoch = [[alone[paper] for paper in papers] for papers in _neighbourhoods(alone, near, chance)]
        chance.shuffle(clusters)
        epoch += [clusters[begin : begin + _CLUSTERS] for begin in range(0, len(clusters), _CLUSTERS)]
        chance.shuffle(epoch)
        steps += [_step(taught, groups, chance) for groups in epoch]
    return steps


def fit(weights: Weights, tokenizer: Tokenizer, steps: Sequence[Step], kept: Path) -> None:
    """Train weights, in place; where `kept` is the state of a run that was stopped, from there on."""
    torch.manual_seed(_SEED)
    learned = [weight for weight in weights.values() if weight.requires_grad]
    optimiser = torch.optim.AdamW(learned, lr=_RATE, weight_decay=0.01, fused=True)
    done = resumed(weights, optimiser, kept) if kept.exists() else 0
    began, lost = time.monotonic(), 0.0
    for number, step in enumerate(steps[done:], start=done + 1):
        found = loss(weights, tokenizer, step)
        found.backward()
        torch.nn.utils.clip_grad_norm_(learned, 1.0)
        for group in optimiser.param_groups:
            group["lr"] = _RATE * share(number - 1, len(steps), _WARM_UP)
        optimiser.step()
        optimiser.zero_grad()
        lost += found.item()
        if number % _REPORT == 0:
            spent = time.monotonic() - began
            print(f"step {number} of {len(steps)}, loss {lost / _REPORT:.3f}, {spent:.0f} s", flush=True)
            lost = 0.0
        if number % _CHECKPOINT == 0:
            keep(weights, optimiser, number, kept)


def _neighbourhoods(alone: dict[str, Group], near: dict[str, list[str]], chance: Random) -> list[list[str]]:
    """All papers, a step's at a time: half of each near neighbours of one another, half anyone."""
    left, found = set(alone), list[list[str]]()
    while len(left) >= _PAPERS:
        papers: list[str] = []
        while len(papers) < _PAPERS // 2:
            first = chance.choice(sorted(left))
            papers += [first, *[other for other in near[first] if other in left and other not in papers][:_NEAR]]
            left -= {*papers}
        papers += chance.sample(sorted(left), min(len(left), _PAPERS - len(papers)))
        left -= {*papers}
        found.append(papers)
    return found


def _step(taught: Taught, groups: Sequence[Group], chance: Random) -> Step:
    queries: list[Query] = []
    for group in groups:
        always = [query for query in group.queries if query.kind in (OTHER_WORDS, OPEN)]
        others = [query for query in group.queries if query.is_answered and query not in always]
        queries += always + chance.sample(others, min(_FURTHER, len(others)))
    papers = dict.fromkeys(paper for group in groups for paper in group.papers)
    return Step(tuple(piece for paper in papers for piece in taught.pieces[paper]), tuple(queries))


def _near(weights: Weights, tokenizer: Tokenizer, taught: Taught) -> dict[str, list[str]]:
    """The nearest papers of each, by the first passage, nearest first."""
    papers = [group.papers[0] for group in taught.groups if len(group.papers) == 1]
    with torch.no_grad():
        vectors, _ = embed(weights, tokenizer, [taught.pieces[p][0].text for p in papers], [()] * len(papers), 128)
        nearest = (vectors @ vectors.T).topk(min(40, len(papers))).indices.tolist()
    return {paper: [papers[n] for n in row if papers[n] != paper] for paper, row in zip(papers, nearest, strict=True)}


def main() -> None:
    """Read the lines, train, and write the weights."""
    parser = argparse.ArgumentParser(description="Train the embedder.")
    parser.add_argument("weights", type=Path, help="the official model.safetensors of all-MiniLM-L6-v2")
    parser.add_argument("--lines", type=Path, required=True, help="the folder of the lines")
    parser.add_argument(
        "--pubmedqa", type=Path, help="PubMedQA's labelled questions, for abstracts that are not shipped"
    )
    parser.add_argument("--out", type=Path, required=True, help="where to write the trained weights, as safetensors")
    parser.add_argument("--share", type=float, default=1.0, help="of the lines, for a learning curve")
    given = parser.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    tokenizer = read_tokenizer()
    weights = read_weights(given.weights, seed=0)
    weights = {
        n: w.detach().to(device).requires_grad_(w.requires_grad and not n.startswith("head."))
        for n, w in weights.items()
    }
    taught = read_taught(given.lines, "train", pubmedqa=given.pubmedqa, files=FIRST_FILES)
    chance = Random(_SEED)  # noqa: S311 - what to learn from, no secret
    groups = chance.sample(taught.groups, round(given.share * len(taught.groups)))
    taught = Taught(tuple(groups), taught.papers, taught.pieces, taught.sentences)
    steps = drawn(taught, _near(weights, tokenizer, taught), _EPOCHS, chance)
    print(f"{len(taught.groups)} groups, {len(steps)} steps on {device}", flush=True)
    fit(weights, tokenizer, steps, given.out.with_suffix(".state"))
    write_weights({name: weight for name, weight in weights.items() if not name.startswith("head.")}, given.out)
    given.out.with_suffix(".state").unlink(missing_ok=True)


if __name__ == "__main__":
    main()
