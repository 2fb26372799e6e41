"""Weights during and after training: learning rates by layer, running average, saving."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import nn
from transformers import PreTrainedModel
from transformers.utils import logging as transformers_logging

from pipeline.config import TrainingSettings
from pipeline.training.disk import tell_how_to_go_on

_ABOVE_ENCODER = re.compile(r"(?:^|\.)(?:pooler|classifier)\.")
_LAYER = re.compile(r"\.layers?\.(\d+)\.")


def is_above_encoder(name: str) -> bool:
    """Tell whether weights of this name belong to the pooler or the head."""
    return bool(_ABOVE_ENCODER.search(name))


def parameter_groups(model: nn.Module, settings: TrainingSettings) -> list[dict[str, Any]]:
    """Group the weights to train by learning rate and weight decay.

    Layer-wise decay: Howard and Ruder, "Universal language model fine-tuning for text classification", ACL 2018.
    """
    numbers = [int(match[1]) for name, _ in model.named_parameters() if (match := _LAYER.search(name))]
    layers = 1 + max(numbers, default=-1)
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, weights in model.named_parameters():
        if not weights.requires_grad:
            continue
        match = _LAYER.search(name)
        below_top = 0 if is_above_encoder(name) else layers - int(match[1]) if match else layers + 1
        rate = settings.learning_rate * settings.layer_decay**below_top
        if below_top == 0 and settings.head_learning_rate:
            rate = settings.head_learning_rate
        decay = settings.weight_decay if weights.dim() > 1 else 0.0
        groups.setdefault((rate, decay), []).append(weights)
    return [{"params": weights, "lr": rate, "weight_decay": decay} for (rate, decay), weights in groups.items()]


def freeze_word_embeddings(model: PreTrainedModel) -> None:
    """Leave the word vectors out of training."""
    model.get_input_embeddings().weight.requires_grad_(False)


def freeze_layers(model: PreTrainedModel, count: int) -> None:
    """Leave so many of the lowest layers, and the embeddings below them, out of training; 0: nothing."""
    for name, weights in model.base_model.named_parameters():
        match = _LAYER.search(name)
        is_below = name.startswith("embeddings.") or (match is not None and int(match[1]) < count)
        if count and is_below:
            weights.requires_grad_(False)


def save_model(model: PreTrainedModel, folder: Path, precision: str) -> None:
    """Write a model's weights in `precision` and its config, in Hugging Face's layout. The model is rounded by it.

    Raises:
        ConfigError: They cannot be written; checkpoints of the training, if any, are left.
    """
    with tell_how_to_go_on(folder), quiet_transformers():
        model.to(device="cpu", dtype=getattr(torch, precision)).save_pretrained(folder)
    for path in folder.glob("*.safetensors"):
        path.chmod(0o644)  # safetensors makes files that only their owner can read


class RunningAverage:
    """The exponential moving average of the weights in training, which generalizes better than the last ones.

    Source: Izmailov et al., "Averaging weights leads to wider optima", UAI 2018 (there with equal weights).
    """

    def __init__(self, model: nn.Module, decay: float) -> None:
        """Start from the weights of a model; only those in training are averaged."""
        self._decay = decay
        self._weights = {name: each for name, each in model.named_parameters() if each.requires_grad}
        self._average = {name: each.detach().clone() for name, each in self._weights.items()}

    @torch.no_grad()
    def update(self, steps: int) -> None:
        """Take in the weights after so many steps; early on the average follows faster."""
        follow = 1 - min(self._decay, (1 + steps) / (10 + steps))
        torch._foreach_lerp_(list(self._average.values()), list(self._weights.values()), follow)

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Put the average in the model's place while the block lasts."""
        self._swap()
        try:
            yield
        finally:
            self._swap()

    def keep(self) -> None:
        """Put the average in the model's place for good."""
        self._swap()

    def save(self, path: Path) -> None:
        """Write the average."""
        save_file({name: each.contiguous() for name, each in self._average.items()}, path)

    def load(self, path: Path) -> None:
        """Read an average back that was saved."""
        for name, each in load_file(path).items():
            self._average[name].copy_(each)

    def _swap(self) -> None:
        for name, weights in self._weights.items():
            weights.data, self._average[name] = self._average[name], weights.data


@contextmanager
def quiet_transformers() -> Iterator[None]:
    """Keep transformers from showing its own progress and from telling at length that the head is new."""
    before, had_progress = transformers_logging.get_verbosity(), transformers_logging.is_progress_bar_enabled()
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    try:
        yield
    finally:
        transformers_logging.set_verbosity(before)
        if had_progress:
            transformers_logging.enable_progress_bar()
