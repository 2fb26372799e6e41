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

    @property
    def has_several_groups(self) -> bool:
        """Whether resampling can tell anything: with one group every resample is the sample itself."""
        return bool((self.groups != self.groups[0]).any())

    def weights(self) -> Iterator[FloatArray]:
        """Give how often each row is drawn, resamples in chunks, shape (chunk, rows)."""
        random = np.random.default_rng(self.seed)
        names, numbers = np.unique(self.groups, return_inverse=True)
        chunk = max(1, _CELLS // len(numbers))
        for start in range(0, self.resamples, chunk):
            size = min(chunk, self.resamples - start)
            draws = random.multinomial(len(names), np.full(len(names), 1 / len(names)), size=size)
            yield draws[:, numbers].astype(np.float64)


def intervals(
    gold: BoolArray, predicted: BoolArray, probabilities: FloatArray | None, ids: Sequence[str], resampling: Resampling
) -> dict[str, Interval]:
    """Give percentile intervals of the numbers that `metrics.measure` gives.

    Source: Efron and Tibshirani, "An introduction to the bootstrap", 1993, chapter 13. A resample in which a domain
    has no gold row leaves that domain out of its averages, as `metrics.measure` does.

    Args:
        gold: Which labels apply, shape (rows, labels).
        predicted: Which labels were predicted, the same shape.
        probabilities: The same shape; without them average precision has no interval.
        ids: The labels' ids.
        resampling: How to resample.

    Returns:
        `macro_f1`, `micro_f1`, `weighted_f1`, `samples_f1`, `none_f1`, `exact_match`, `hamming_loss` and
        `mean_average_precision`; `precision.<id>`, `recall.<id>`, `f1.<id>` and `average_precision.<id>` for each
        label. All are `None` where the rows are of one group.
    """
    check_shapes(gold, predicted, probabilities, ids)
    chunks: dict[str, list[FloatArray]] = {}
    for weights in resampling.weights():
        values = weighted_numbers(gold, predicted, ids, weights)
        columns = [
            np.full(len(weights), np.nan)
            if probabilities is None
            else average_precisions(gold[:, k], probabilities[:, k], weights)
            for k in range(len(ids))
        ]
        values["mean_average_precision"] = _row_means(np.stack(columns, axis=1))
        values |= {f"average_precision.{name}": column for name, column in zip(ids, columns, strict=True)}
        for name, column in values.items():
            chunks.setdefault(name, []).append(column)
    return {
        name: percentile_interval(np.concatenate(found), resampling.coverage) if resampling.has_several_groups else None
        for name, found in chunks.items()
    }


def weighted_numbers(
    gold: BoolArray, predicted: BoolArray, ids: Sequence[str], weights: FloatArray
) -> dict[str, FloatArray]:
    """Measure many weightings of the same rows at once, as `metrics.measure` does rows that are drawn so often.

    Args:
        gold: Which labels apply, shape (rows, labels).
        predicted: Which labels were predicted, the same shape.
        ids: The labels' ids.
        weights: Shape (weightings, rows); each weighting is of some row.

    Returns:
        What `intervals` names, less average precision, each of shape (weightings,); NaN where it is undefined.
    """
    hits, support, claims = (weights @ counts for counts in (gold & predicted, gold, predicted))
    is_none, is_predicted_none = ~gold.any(axis=1), ~predicted.any(axis=1)
    sizes = gold.sum(axis=1) + predicted.sum(axis=1)
    row_f1 = np.where(sizes > 0, 2 * (gold & predicted).sum(axis=1) / np.maximum(sizes, 1), 1.0)
    none_hits, none_support, none_claims, fit, exact, apart = (
        weights
        @ np.stack(
            [
                is_none & is_predicted_none,
                is_none,
                is_predicted_none,
                row_f1,
                (gold == predicted).all(axis=1),
                (gold != predicted).mean(axis=1),
            ],
            axis=1,
        )
    ).T
    total = weights.sum(axis=1)
    f1 = _ratios(2 * hits, np.where(support > 0, support + claims, 0))
    values = {
        "macro_f1": _row_means(f1),
        "micro_f1": _ratios(2 * hits.sum(axis=1), (support + claims).sum(axis=1)),
        "weighted_f1": _ratios(np.where(support > 0, f1 * support, 0).sum(axis=1), support.sum(axis=1)),
        "samples_f1": fit / total,
        "none_f1": _ratios(2 * none_hits, np.where(none_support > 0, none_support + none_claims, 0)),
        "exact_match": exact / total,
        "hamming_loss": apart / total,
    }
    for name, parts, wholes in (("precision", hits, claims), ("recall", hits, support)):
        values |= {f"{name}.{each}": column for each, column in zip(ids, _ratios(parts, wholes).T, strict=True)}
    return values | {f"f1.{each}": column for each, column in zip(ids, f1.T, strict=True)}


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


def percentile_interval(values: FloatArray, coverage: float) -> Interval:
    """Give the range that holds the middle `coverage` of the resamples' values, shape (resamples,).

    NaN values are left out; where they are more than half of all, there is no interval.
    """
    known = values[~np.isnan(values)]
    if len(known) < len(values) / 2:
        return None
    low, high = np.quantile(known, [(1 - coverage) / 2, (1 + coverage) / 2])
    return float(low), float(high)


def _row_means(values: FloatArray) -> FloatArray:
    known = ~np.isnan(values)
    return _ratios(np.where(known, values, 0).sum(axis=1), known.sum(axis=1))


def _ratios(parts: FloatArray, wholes: FloatArray | NDArray[np.int64]) -> FloatArray:
    """Divide elementwise, NaN where the whole is 0."""
    return np.asarray(np.divide(parts, wholes, out=np.full(parts.shape, np.nan), where=wholes > 0))
