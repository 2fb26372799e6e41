"""What training minimizes: cross-entropy over the labels that are known, positive rows weighted."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from pipeline.config import TrainingSettings
from pipeline.decision import BoolArray, FloatArray
from pipeline.training.rows import UNKNOWN


def positive_weights(gold: BoolArray, known: BoolArray, settings: TrainingSettings) -> FloatArray:
    """Give the weight of each label's positive rows in the loss, (negative / positive rows) ** power, within bounds.

    Args:
        gold: Shape (rows, labels).
        known: On which labels the annotators decided; rows count for these alone. The same shape.
        settings: `positive_power` and `positive_bound`.

    Returns:
        Shape (labels,), at least 1; 1 for a label without a positive row.
    """
    positive = (gold & known).sum(axis=0)
    ratio = (known.sum(axis=0) - positive) / np.maximum(positive, 1)
    weights = np.clip(np.asarray(ratio, dtype=np.float64) ** settings.positive_power, 1, settings.positive_bound)
    return np.asarray(np.where(positive > 0, weights, 1.0))


def make_loss(weight: torch.Tensor, labels_per_paragraph: str) -> Callable[..., torch.Tensor]:
    """Give the loss function of a batch.

    Labels marked `UNKNOWN` carry no loss; it is the mean over the others, as transformers counts them for all batches
    of a step (`num_items_in_batch`), or over those of the batch where it does not.

    Args:
        weight: Of positive rows, shape (labels,).
        labels_per_paragraph: `any` or `one`.
    """

    def binary(outputs: Any, labels: torch.Tensor, num_items_in_batch: torch.Tensor | None = None) -> torch.Tensor:
        known = labels != UNKNOWN
        total = functional.binary_cross_entropy_with_logits(
            outputs.logits.float(),
            labels.masked_fill(~known, 0.0),
            weight=known.float(),
            pos_weight=weight,
            reduction="sum",
        )
        count = known.sum() if num_items_in_batch is None else torch.as_tensor(num_items_in_batch)
        return total / count.clamp(min=1)

    def categorical(outputs: Any, labels: torch.Tensor, num_items_in_batch: torch.Tensor | None = None) -> torch.Tensor:
        total = functional.cross_entropy(outputs.logits.float(), labels, weight=weight, reduction="sum")
        return total / (labels.numel() if num_items_in_batch is None else num_items_in_batch)

    return categorical if labels_per_paragraph == "one" else binary
