"""Training in bfloat16 with float32 masters: AdamW on the masters, its state in one checkpoint file."""

from pathlib import Path

import torch
from torch import nn


class MasterWeights:
    """The float32 masters of a bfloat16 model and their optimizer.

    A bfloat16 weight has 8 bits: a step much smaller than the weight would be rounded away, so steps are added up in
    float32 and the model that runs is a rounded copy (source: Micikevicius et al. 2018, Mixed Precision Training).
    """

    def __init__(self, model: nn.Module, learning_rate: float, weight_decay: float) -> None:
        """Copy a model's weights.

        Args:
            model: Its weights are rewritten by `step` and `load`.
            learning_rate: Peak of the schedule.
            weight_decay: On matrices; vectors (biases, normalization) are left alone.
        """
        self._running = [weight for weight in model.parameters() if weight.requires_grad]
        self._masters = [weight.detach().float().clone() for weight in self._running]
        self._peak = learning_rate
        groups = [
            {"params": [each for each in self._masters if each.ndim > 1], "weight_decay": weight_decay},
            {"params": [each for each in self._masters if each.ndim <= 1], "weight_decay": 0.0},
        ]
        self._optimizer = torch.optim.AdamW(groups, lr=learning_rate, betas=(0.9, 0.98), fused=True)

    def step(self, share: float, clip_norm: float) -> float:
        """Take a step along the model's gradients and clear them.

        Args:
            share: Of the peak learning rate.
            clip_norm: Longer gradients are shortened to this.

        Returns:
            Length of the gradient before that.
        """
        for master, running in zip(self._masters, self._running, strict=True):
            master.grad = torch.zeros_like(master) if running.grad is None else running.grad.float()
            running.grad = None
        norm = nn.utils.clip_grad_norm_(self._masters, clip_norm)
        for group in self._optimizer.param_groups:
            group["lr"] = self._peak * share
        self._optimizer.step()
        self._copy()
        return float(norm)

    def save(self, path: Path, done: int) -> None:
        """Write the state after so many steps, whole or not at all."""
        part = path.with_suffix(".part")
        torch.save({"done": done, "masters": self._masters, "optimizer": self._optimizer.state_dict()}, part)
        part.replace(path)

    def load(self, path: Path) -> int:
        """Read a state and give the number of steps that it has behind it."""
        state = torch.load(path, weights_only=True)
        for master, stored in zip(self._masters, state["masters"], strict=True):
            master.copy_(stored)
        self._optimizer.load_state_dict(state["optimizer"])
        self._copy()
        done: int = state["done"]
        return done

    def _copy(self) -> None:
        with torch.no_grad():
            for master, running in zip(self._masters, self._running, strict=True):
                running.copy_(master)
