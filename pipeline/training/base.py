"""What training starts from: an encoder with a new head, or a classifier that is trained further."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from torch.nn.utils.rnn import pad_sequence
from transformers import AutoConfig, AutoModelForSequenceClassification, PreTrainedModel

from pipeline.config import TrainingSettings
from pipeline.decision import BoolArray, Decision
from pipeline.errors import ConfigError, ModelError
from pipeline.inference import choose_device
from pipeline.records import Window
from pipeline.training.head import carry_head_over, read_head_labels
from pipeline.training.weights import is_above_encoder

_KIND = "bert"
"""What config.json calls the only models whose pooler and head training knows: AraBERT and its kin, and small e5."""

_POOLED_SPREAD = 0.7
"""Standard deviation of what goes into the pooler's tanh at first: within its nearly linear middle."""


@dataclass(frozen=True, slots=True)
class Base:
    """A model to be trained.

    Attributes:
        model: A sequence classifier with an output for each label of the taxonomy.
        has_new_pooler: Whether its folder has no pooler, or one that does nothing.
        is_kept: Which labels have their output from a classifier in the folder, shape (labels,); the others' are new.
    """

    model: Any
    has_new_pooler: bool
    is_kept: BoolArray


def choose_training_device(name: str) -> torch.device:
    """Give the device to train on; `auto` is the first GPU, if any, else the CPU.

    Raises:
        ConfigError: There is no such device, or it is not the first of its kind, which transformers' Trainer takes.
    """
    device = choose_device(name)
    if device.index:
        message = (
            f"training.device: {name} is not the first GPU, and training takes that one; let it see the other alone: "
            f"CUDA_VISIBLE_DEVICES={device.index} and training.device=cuda"
        )
        raise ConfigError(message)
    return device


def refuse_other_kinds(folder: Path) -> None:
    """Refuse encoders that are no BERT, such as ELECTRA and RoBERTa; a folder that does not tell its kind passes.

    Raises:
        ModelError: It is one of them.
    """
    kind = _read_config(folder).get("model_type")
    if kind and kind != _KIND:
        message = (
            f"{folder}: its model_type is {kind}, and only BERT can be trained ({_KIND}); take such an encoder, for "
            "example base_model=models/encoder or base_model=aubmindlab/bert-base-arabertv02"
        )
        raise ModelError(message)


def refuse_to_freeze_all(folder: Path, freeze_layers: int) -> None:
    """Check that an encoder has more layers than shall stay as they are; a folder that does not tell them passes.

    Raises:
        ConfigError: None would be left to train.
    """
    layers = _read_config(folder).get("num_hidden_layers")
    if isinstance(layers, int) and freeze_layers and freeze_layers >= layers:
        message = f"training.freeze_layers: {freeze_layers} leaves none of the {layers} layers of {folder} to train"
        raise ConfigError(message)


def _read_config(folder: Path) -> dict[str, Any]:
    """Read a model's config.json; nothing where it cannot be read: loading the model tells what is wrong."""
    try:
        config = json.loads((folder / "config.json").read_bytes())
    except (OSError, ValueError):
        return {}
    return config if isinstance(config, dict) else {}


def load_base(folder: Path, decision: Decision, settings: TrainingSettings, device: torch.device) -> Base:
    """Load an encoder with a new head for the taxonomy, or a classifier with what it knows of the taxonomy's labels.

    Raises:
        ModelError: The folder holds no such weights, its windows are too short, or it or its classifier is of another
            kind.
    """
    refuse_other_kinds(folder)
    ids = decision.taxonomy.ids
    before = read_head_labels(folder, decision.taxonomy)
    try:
        model, missing = _load(folder, before or ids, decision, (settings, device))
    except (OSError, ValueError, RuntimeError, KeyError, SafetensorError) as error:
        message = f"{folder}: cannot be trained on: {error}; give the folder of a BERT encoder with *.safetensors"
        raise ModelError(message) from error
    lacking = sorted(name for name in missing if before or not is_above_encoder(name))
    if lacking:
        message = (
            f"{folder}: {len(lacking)} weights of the {'classifier' if before else 'encoder'} are missing "
            f"({lacking[0]}); take an undamaged copy"
        )
        raise ModelError(message)
    positions = getattr(model.config, "max_position_embeddings", decision.max_tokens)
    if decision.max_tokens > positions:
        message = f"{folder}: reads at most {positions} tokens; lower window.max_tokens from {decision.max_tokens}"
        raise ModelError(message)
    if before:
        return Base(model, has_new_pooler=False, is_kept=carry_head_over(model, before, ids))
    has_new_pooler = any(".pooler." in name for name in missing) or _has_identity_pooler(model)
    return Base(model, has_new_pooler, np.zeros(len(ids), dtype=np.bool_))


def _load(
    folder: Path, labels: tuple[str, ...], decision: Decision, how: tuple[TrainingSettings, torch.device]
) -> tuple[Any, set[str]]:
    """Load a sequence classifier with outputs of these labels; gives also the names of weights that it lacks."""
    settings, device = how
    is_single = decision.taxonomy.labels_per_paragraph == "one"
    config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    config.id2label = dict(enumerate(labels))
    config.label2id = {name: k for k, name in enumerate(labels)}
    config.problem_type = "single_label_classification" if is_single else "multi_label_classification"
    for name, share in (
        ("hidden_dropout_prob", settings.dropout),
        ("attention_probs_dropout_prob", settings.attention_dropout),
    ):
        if share is not None:
            setattr(config, name, share)
    attention = settings.attention
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
    return model, set(report["missing_keys"])


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
