"""How far the numbers may be off: bootstrap intervals by resampling whole groups of rows. Pure and vectorized."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.decision import BoolArray, FloatArray
from pipeline.metrics import check_shapes

Interval = tuple[float, float] | None
"""Lower and upper end, or `None` where too few resamples could be measured."""

_CELLS = 4_000_000
"""Size of the arrays (resamples at a time × rows) that are worked on together; bounds the memory."""


@dataclass(frozen=True, slots=True)
class Resampling:
    """How to resample.

    Attributes:
        groups: Number of each row's group, such as its article; groups are drawn whole, as their rows resemble each
            other. Shape (rows,).
        resamples: How often.
        coverage: Share of the resamples that an interval holds.
        seed: Start of the random numbers.
    """

    groups: NDArray[np.intp]
    resamples: int = 1000
    coverage: float = 0.95
    seed: int = 0

    def weights(self) -> Iterator[FloatArray]:
        """Give how often each row is drawn, resamples in chunks, shape (chunk, rows)."""
        random = np.random.default_rng(self.seed)
        count = int(self.groups.max()) + 1
        chunk = max(1, _CELLS // len(self.groups))
        for start in range(0, self.resamples, chunk):
            size = min(chunk, self.resamples - start)
            draws = random.multinomial(count, np.full(count, 1 / count), size=size)
            yield draws[:, self.groups].astype(np.float64)


def intervals(
    gold: BoolArray, predicted: BoolArray, probabilities: FloatArray, ids: Sequence[str], resampling: Resampling
) -> dict[str, Interval]:
    """Give percentile intervals of the headline numbers.

    Source: Efron and Tibshirani, "An introduction to the bootstrap", 1993, chapter 13. A resample in which a domain
    has no gold row leaves that domain out of its averages, as `metrics.measure` does.

    Args:
        gold: Which labels apply, shape (rows, labels).
        predicted: Which labels were predicted, the same shape.
        probabilities: The same shape.
        ids: The labels' ids.
        resampling: How to resample.

    Returns:
        `macro_f1`, `micro_f1`, `mean_average_precision`, and `f1.<id>`, `average_precision.<id>` for each label.
    """
    check_shapes(gold, predicted, probabilities, ids)
    f1_chunks, micro_chunks, precision_chunks = [], [], []
    for weights in resampling.weights():
        hits, support, claims = (weights @ counts for counts in (gold & predicted, gold, predicted))
        with np.errstate(invalid="ignore", divide="ignore"):
            f1_chunks.append(np.where(support > 0, 2 * hits / (support + claims), np.nan))
            micro_chunks.append(2 * hits.sum(axis=1) / (support + claims).sum(axis=1))
        columns = [average_precisions(gold[:, k], probabilities[:, k], weights) for k in range(len(ids))]
        precision_chunks.append(np.stack(columns, axis=1))
    f1, micro, precision = map(np.concatenate, (f1_chunks, micro_chunks, precision_chunks))
    found = {
        "macro_f1": _interval(_row_means(f1), resampling.coverage),
        "micro_f1": _interval(micro, resampling.coverage),
        "mean_average_precision": _interval(_row_means(precision), resampling.coverage),
    }
    for k, name in enumerate(ids):
        found[f"f1.{name}"] = _interval(f1[:, k], resampling.coverage)
        found[f"average_precision.{name}"] = _interval(precision[:, k], resampling.coverage)
    return found


def average_precisions(gold: BoolArray, scores: FloatArray, weights: FloatArray) -> FloatArray:
    """Give the average precision of many weightings of the same rows at once.

    The sum over distinct scores of (gain in recall) × precision, as in scikit-learn's `average_precision_score`.

    Args:
        gold: Shape (rows,).
        scores: Shape (rows,).
        weights: Shape (weightings, rows).

    Returns:
        Shape (weightings,); NaN where no weight is on a gold row.
    """
    order = np.argsort(-scores, kind="stable")
    last_of_ties = np.flatnonzero(np.append(np.diff(scores[order]) != 0, True))
    drawn = weights[:, order]
    hits = np.cumsum(drawn * gold[order], axis=1)[:, last_of_ties]
    claims = np.cumsum(drawn, axis=1)[:, last_of_ties]
    precision = np.divide(hits, claims, out=np.zeros_like(hits), where=claims > 0)
    gains = np.diff(hits, axis=1, prepend=0.0)
    with np.errstate(invalid="ignore"):
        return np.asarray((gains * precision).sum(axis=1) / hits[:, -1])


def _row_means(values: FloatArray) -> FloatArray:
    known = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(known, values, 0).sum(axis=1) / known.sum(axis=1))


def _interval(values: FloatArray, coverage: float) -> Interval:
    known = values[~np.isnan(values)]
    if len(known) < len(values) / 2:
        return None
    low, high = np.quantile(known, [(1 - coverage) / 2, (1 + coverage) / 2])
    return float(low), float(high)
