"""Gold and predicted labels to numbers. Pure: arrays in, plain values out.

What cannot be known is `None`, never silently 0 or 1: a domain that no gold row has is not measured by recall, F1 or
average precision (its false alarms still count in micro-F1, Hamming loss and its own precision), and it does not enter
the averages over domains; rows of no domain are treated alike.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score

from pipeline.decision import BoolArray, FloatArray

ECE_BINS = 15
"""Bins of equal width, as in Guo et al. (ICML 2017)."""

HEADLINES = {
    "macro_f1": "macro-F1 over domains",
    "micro_f1": "micro-F1",
    "mean_average_precision": "mean average precision",
    "none_f1": "F1 of no domain",
    "exact_match": "exact match",
    "ece": "expected calibration error",
}
"""The averages that reports begin with, and how people call them."""


def measure(
    gold: BoolArray, predicted: BoolArray, probabilities: FloatArray | None, ids: Sequence[str]
) -> dict[str, Any]:
    """Measure predictions against gold labels.

    Single-label tasks are measured alike, each row having one true column: exact match is then the accuracy.

    Args:
        gold: Which labels apply, shape (rows, labels).
        predicted: Which labels were predicted, the same shape.
        probabilities: Calibrated probabilities, the same shape; without them what needs them is `None`.
        ids: The labels' ids, in the order of the columns.

    Returns:
        Averages by name; under `domains` the numbers of each label by its id.

    Raises:
        ValueError: The shapes differ, or there is no row.
    """
    check_shapes(gold, predicted, probabilities, ids)
    domains = {
        name: _measure_domain(gold[:, k], predicted[:, k], None if probabilities is None else probabilities[:, k])
        for k, name in enumerate(ids)
    }
    support = gold.sum(axis=0)
    f1 = [each["f1"] for each in domains.values()]
    is_none, is_predicted_none = ~gold.any(axis=1), ~predicted.any(axis=1)
    return {
        "rows": len(gold),
        "macro_f1": _mean(f1),
        "micro_f1": _f1((gold & predicted).sum(), gold.sum(), predicted.sum()),
        "weighted_f1": _weighted_mean(f1, support),
        "samples_f1": _samples_f1(gold, predicted),
        "mean_average_precision": _mean([each["average_precision"] for each in domains.values()]),
        "exact_match": float((gold == predicted).all(axis=1).mean()),
        "hamming_loss": float((gold != predicted).mean()),
        "none_f1": (
            _f1((is_none & is_predicted_none).sum(), is_none.sum(), is_predicted_none.sum()) if is_none.any() else None
        ),
        "none_support": int(is_none.sum()),
        "ece": _mean([each["ece"] for each in domains.values()]),
        "brier": _mean([each["brier"] for each in domains.values()]),
        "domains_measured": sum(each is not None for each in f1),
        "domains": domains,
    }


def check_shapes(gold: BoolArray, predicted: BoolArray, probabilities: FloatArray | None, ids: Sequence[str]) -> None:
    """Check that all arrays have one row per paragraph and one column per label.

    Raises:
        ValueError: They have not, or there is no row.
    """
    shapes = {gold.shape, predicted.shape, (len(gold), len(ids))}
    if probabilities is not None:
        shapes.add(probabilities.shape)
    if len(shapes) > 1 or not len(gold):
        message = f"gold, predicted and probabilities need the same shape of at least one row, not {sorted(shapes)}"
        raise ValueError(message)


def primary_accuracy(gold: Sequence[str | None], predicted: Sequence[str | None]) -> float | None:
    """Give the share of rows whose most prominent label is the one that was put first.

    Args:
        gold: Each row's first gold label, `None` where it has none; such rows are not measured.
        predicted: Each row's first predicted label, `None` for none.

    Returns:
        The share, or `None` where no row has a gold label.

    Raises:
        ValueError: The lengths differ.
    """
    hits = [label == guess for label, guess in zip(gold, predicted, strict=True) if label is not None]
    return sum(hits) / len(hits) if hits else None


def bin_numbers(probabilities: FloatArray, bins: int = ECE_BINS) -> NDArray[np.intp]:
    """Give the bin of each probability when [0, 1] is cut into bins of equal width, numbered from 0; same shape."""
    return np.minimum((probabilities * bins).astype(np.intp), bins - 1)


def expected_calibration_error(gold: BoolArray, probabilities: FloatArray, bins: int = ECE_BINS) -> float:
    """Mean distance between probability and frequency over bins of equal width, weighted by their rows.

    Source: Naeini et al., "Obtaining well calibrated probabilities using Bayesian binning", AAAI 2015.

    Args:
        gold: Whether the label applies, shape (rows,).
        probabilities: Shape (rows,).
        bins: Number of bins on [0, 1].
    """
    gaps = np.bincount(bin_numbers(probabilities, bins), weights=gold - probabilities, minlength=bins)
    return float(np.abs(gaps).sum() / len(gold))


def _measure_domain(gold: BoolArray, predicted: BoolArray, probabilities: FloatArray | None) -> dict[str, Any]:
    hits, support, claims = int((gold & predicted).sum()), int(gold.sum()), int(predicted.sum())
    measured: dict[str, Any] = {
        "support": support,
        "predicted": claims,
        "precision": hits / claims if claims else None,
        "recall": hits / support if support else None,
        "f1": _f1(hits, support, claims) if support else None,
        "average_precision": None,
        "ece": None,
        "brier": None,
    }
    if probabilities is not None:
        if support:
            measured["average_precision"] = float(average_precision_score(gold, probabilities))
        measured["ece"] = expected_calibration_error(gold, probabilities)
        measured["brier"] = float(np.square(probabilities - gold).mean())
    return measured


def _f1(hits: float, support: float, claims: float) -> float | None:
    return float(2 * hits / (support + claims)) if support + claims else None


def _samples_f1(gold: BoolArray, predicted: BoolArray) -> float:
    """Mean F1 of rows; rightly predicting nothing counts 1, as scikit-learn's with `zero_division=1`."""
    sizes = gold.sum(axis=1) + predicted.sum(axis=1)
    hits = (gold & predicted).sum(axis=1)
    return float(np.where(sizes > 0, 2 * hits / np.maximum(sizes, 1), 1.0).mean())


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def _weighted_mean(values: Sequence[float | None], support: NDArray[np.int64]) -> float | None:
    weighted = [value * weight for value, weight in zip(values, support, strict=True) if value is not None]
    return float(sum(weighted) / support.sum()) if support.sum() else None
