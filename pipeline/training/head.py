"""The classification head of a classifier that is trained further: what it knows of each label goes with the label."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from pipeline.decision import BoolArray, FloatArray
from pipeline.errors import ModelError
from pipeline.known_labels import prior_log_odds
from pipeline.model_folder import DECISION_FILE, read_decision
from pipeline.taxonomy import Taxonomy
from pipeline.training.rows import EncodedRows


def read_head_labels(folder: Path, taxonomy: Taxonomy) -> tuple[str, ...] | None:
    """Read the labels of the classifier in a folder, in the order of its outputs; `None` for an encoder.

    Args:
        folder: Of the model that is to be trained.
        taxonomy: The labels to train for.

    Raises:
        ModelError: It is a linear classifier, or one whose labels are of the other kind: one per paragraph or any.
    """
    if not (folder / DECISION_FILE).exists():
        return None
    decision = read_decision(folder)
    if decision.kind == "linear":
        message = (
            f"{folder}: a linear classifier cannot be trained further; give a transformer, or train a linear one anew "
            "on all rows, which takes a minute or two: taawun train configs/train_linear.yaml --extra FILE"
        )
        raise ModelError(message)
    before, now = decision.taxonomy.labels_per_paragraph, taxonomy.labels_per_paragraph
    if before != now:
        message = (
            f"{folder}: gives a paragraph {_many(before)}, and the taxonomy {taxonomy.name} {_many(now)}; "
            "train from an encoder instead: base_model=models/encoder"
        )
        raise ModelError(message)
    return decision.taxonomy.ids


def _many(labels_per_paragraph: str) -> str:
    return "exactly one label" if labels_per_paragraph == "one" else "any number of labels"


@torch.no_grad()
def carry_head_over(model: Any, before: Sequence[str], now: Sequence[str]) -> BoolArray:
    """Give a classifier an output for each label of now: those it had are kept, others are new, the rest goes.

    Args:
        model: A sequence classifier with a linear layer `classifier`, as BERT has.
        before: The labels of its outputs.
        now: The labels that it shall have.

    Returns:
        Which labels of now were kept, shape (labels,).
    """
    old = model.classifier
    head = nn.Linear(old.in_features, len(now))
    nn.init.normal_(head.weight, std=model.config.initializer_range)
    nn.init.zeros_(head.bias)
    place = {name: k for k, name in enumerate(before)}
    for k, name in enumerate(now):
        if name in place:
            head.weight[k], head.bias[k] = old.weight[place[name]], old.bias[place[name]]
    model.classifier = head
    model.num_labels = len(now)
    model.config.id2label = dict(enumerate(now))
    model.config.label2id = {name: k for k, name in enumerate(now)}
    return np.array([name in place for name in now], dtype=np.bool_)


@torch.no_grad()
def start_biases(model: Any, is_kept: BoolArray, weight: FloatArray, rows: EncodedRows) -> None:
    """Let a head that was carried over start in balance with a loss that weighs positive rows.

    Training aims at logits that are higher by the logarithm of the weight, and takes it out at its end (see
    `pipeline.training.fitting`): it is put back in first. A new label starts at the log-odds of its rows; where each
    paragraph has one label, at the logarithm of their share, beside those of the labels that were kept. At the low
    learning rates that suit a trained classifier, a bias hardly moves.

    Args:
        model: A sequence classifier.
        is_kept: Which labels were carried over, at least one; shape (labels,).
        weight: Of positive rows in the loss, shape (labels,).
        rows: What is trained on.
    """
    bias = model.classifier.bias
    before = bias.cpu().numpy()
    if model.config.problem_type == "multi_label_classification":
        fresh = prior_log_odds(rows.gold, rows.is_known)
    else:
        shares = np.log(rows.gold.mean(axis=0) + 0.5 / len(rows))
        fresh = shares + (before - shares)[is_kept].mean()  # a softmax only sees differences
    bias.copy_(torch.tensor(np.where(is_kept, before, fresh) + np.log(weight), dtype=torch.float32))
