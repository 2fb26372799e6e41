"""Weights before, during and after training: loading the encoder, learning rates by layer, running average, saving."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn.utils.rnn import pad_sequence
from transformers import AutoConfig, AutoModelForSequenceClassification, PreTrainedModel
from transformers.utils import logging as transformers_logging

from pipeline.config import TrainingSettings
from pipeline.decision import Decision
from pipeline.errors import ModelError
from pipeline.records import Window

_NEW_LAYERS = re.compile(r"(?:^|\.)(?:pooler|classifier)\.")
_LAYER = re.compile(r"\.layers?\.(\d+)\.")
_POOLED_SPREAD = 0.7
"""Standard deviation of what goes into the pooler's tanh at first: within its nearly linear middle."""


def load_base(folder: Path, decision: Decision, settings: TrainingSettings, device: torch.device) -> tuple[Any, bool]:
    """Load an encoder with a classification head for the taxonomy.

    Returns:
        The model, and whether its pooler is new: the encoder's folder has none, or one that does nothing.

    Raises:
        ModelError: The folder holds no such weights, or its windows are too short.
    """
    ids = decision.taxonomy.ids
    is_single = decision.taxonomy.labels_per_paragraph == "one"
    attention = settings.attention
    try:
        config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
        config.id2label = dict(enumerate(ids))
        config.label2id = {name: k for k, name in enumerate(ids)}
        config.problem_type = "single_label_classification" if is_single else "multi_label_classification"
        for name, share in (
            ("hidden_dropout_prob", settings.dropout),
            ("attention_probs_dropout_prob", settings.attention_dropout),
        ):
            if share is not None:
                setattr(config, name, share)
        model, report = AutoModelForSequenceClassification.from_pretrained(
            folder,
            config=config,
            dtype=torch.float32,
            attn_implementation=("eager" if device.type == "cpu" else "sdpa") if attention == "auto" else attention,
            use_safetensors=True,
            local_files_only=True,
            trust_remote_code=False,
            output_loading_info=True,
        )
    except (OSError, ValueError, RuntimeError, KeyError, SafetensorError) as error:
        message = f"{folder}: cannot be trained on: {error}; give the folder of a BERT encoder with *.safetensors"
        raise ModelError(message) from error
    lacking = sorted(name for name in report["missing_keys"] if not _NEW_LAYERS.search(name))
    if lacking:
        message = f"{folder}: {len(lacking)} weights of the encoder are missing ({lacking[0]}); take an undamaged copy"
        raise ModelError(message)
    positions = getattr(config, "max_position_embeddings", decision.max_tokens)
    if decision.max_tokens > positions:
        message = f"{folder}: reads at most {positions} tokens; lower window.max_tokens from {decision.max_tokens}"
        raise ModelError(message)
    return model, any(".pooler." in name for name in report["missing_keys"]) or _has_identity_pooler(model)


def _has_identity_pooler(model: PreTrainedModel) -> bool:
    """Tell whether the encoder's maker gave it a pooler that does nothing, as it has none of its own."""
    dense = model.base_model.pooler.dense
    return bool(torch.equal(dense.weight, torch.eye(len(dense.weight))) and not dense.bias.any())


@torch.no_grad()
def start_pooler(model: PreTrainedModel, windows: list[Window]) -> None:
    """Let a new pooler pass on what the encoder says, centered and scaled, in place of random mixtures of it.

    Encoders that are read by the mean of their tokens, such as e5, bring no pooler, and their vectors lie close
    together: without centering, a fresh head sees almost the same vector for every paragraph.

    Args:
        model: A sequence classifier with `pooler.dense`, as BERT has.
        windows: Some windows of the training rows.
    """
    pad = model.config.pad_token_id or 0
    model.eval()
    ids = pad_sequence([torch.tensor(window) for window in windows], batch_first=True, padding_value=pad)
    mask = pad_sequence([torch.ones(len(window), dtype=torch.long) for window in windows], batch_first=True)
    device = model.device
    states = model.base_model(ids.to(device), attention_mask=mask.to(device)).last_hidden_state[:, 0].float()
    # Units that hardly vary are not blown up: their weights would be too large for float16.
    scale = _POOLED_SPREAD / states.std(dim=0).clamp_min(0.1 * float(states.square().mean().sqrt()))
    dense = model.base_model.pooler.dense
    dense.weight.copy_(torch.diag(scale))
    dense.bias.copy_(-scale * states.mean(dim=0))


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
        below_top = 0 if _NEW_LAYERS.search(name) else layers - int(match[1]) if match else layers + 1
        rate = settings.learning_rate * settings.layer_decay**below_top
        if below_top == 0 and settings.head_learning_rate:
            rate = settings.head_learning_rate
        decay = settings.weight_decay if weights.dim() > 1 else 0.0
        groups.setdefault((rate, decay), []).append(weights)
    return [{"params": weights, "lr": rate, "weight_decay": decay} for (rate, decay), weights in groups.items()]


def freeze_word_embeddings(model: PreTrainedModel) -> None:
    """Leave the word vectors out of training."""
    model.get_input_embeddings().weight.requires_grad_(False)


def save_model(model: PreTrainedModel, folder: Path, precision: str) -> None:
    """Write a model's weights in `precision` and its config, in Hugging Face's layout. The model is rounded by it."""
    with quiet_transformers():
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
