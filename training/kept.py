"""A run of training: how fast it goes, and where it is, kept so that one that was stopped goes on where it stopped."""

from pathlib import Path

import torch  # type: ignore[import-not-found,unused-ignore]
from safetensors import safe_open
from safetensors.torch import save_file

from training.net import Weights

# What AdamW remembers of a weight.
_MOMENTS = ("exp_avg", "exp_avg_sq")


def share(step: int, steps: int, warm_up: float) -> float:
    """Return the part of the rate that a step has, the first being 0: rising for a part of all `steps`, then falling."""
    return min((step + 1) / (warm_up * steps + 1), max(0.02, 1 - step / steps))


def keep(weights: Weights, optimiser: torch.optim.AdamW, done: int, kept: Path) -> None:
    """Write where a run is, in one rename: the weights, and the two moments of each that is learned."""
    tensors = {f"weight {name}": weight.detach() for name, weight in weights.items()}
    for name, weight in weights.items():
        tensors |= {f"{moment} {name}": optimiser.state[weight][moment] for moment in _MOMENTS if weight.requires_grad}
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, _beside(kept), {"done": str(done)})
    _beside(kept).replace(kept)


def resumed(weights: Weights, optimiser: torch.optim.AdamW, kept: Path) -> int:
    """Take a run up where `keep` left it; return the number of steps that are done."""
    with safe_open(kept, "pt") as state:
        done = int(state.metadata()["done"])
        for name, weight in weights.items():
            with torch.no_grad():
                weight.copy_(state.get_tensor(f"weight {name}"))
            if weight.requires_grad:
                moments = {moment: state.get_tensor(f"{moment} {name}").to(weight.device) for moment in _MOMENTS}
                optimiser.state[weight] = {"step": torch.tensor(float(done)), **moments}
    return done


def _beside(kept: Path) -> Path:
    return kept.with_suffix(".new")
