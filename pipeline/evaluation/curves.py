"""Curves of a classifier's scores: reliability, risk against coverage, yield of the review queue, precision–recall."""

from math import sqrt
from statistics import NormalDist
from typing import Literal, TypedDict

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, precision_recall_curve

from pipeline.decision import BoolArray, FloatArray
from pipeline.evaluation.scored import Scored
from pipeline.metrics import ECE_BINS, bin_numbers, expected_calibration_error

CURVE_POINTS = 200
"""Points that a drawn curve keeps: about one per three pixels of a plot's width, and a small file."""

REVIEWED_PERCENTS = (5, 10, 20, 30, 50)
"""Shares of the rows for which the review queue's yield is told."""

_ON_THE_LINE = 1e-12
"""Distance, on axes from 0 to 1, that is nothing but rounding."""


class ReliabilityBin(TypedDict):
    """Cases of similar probability: their mean probability beside how often the label applies, with a 95 % interval."""

    mean_probability: float
    frequency: float
    low: float
    high: float
    count: int


class Reliability(TypedDict):
    """A reliability curve, its bins by rising probability, and the expected calibration error of the same cases."""

    bins: list[ReliabilityBin]
    ece: float


class ReliabilityCurves(TypedDict):
    """Reliability of each label by its id, and of all rows' labels taken together."""

    labels: dict[str, Reliability]
    pooled: Reliability


class RiskCoverage(TypedDict):
    """Share of wrong rows among the surest, and the areas under this curve, the best possible and a random one."""

    coverage: list[float]
    risk: list[float]
    aurc: float
    aurc_optimal: float
    aurc_random: float


class Review(TypedDict):
    """What reviewing the `rows` least certain rows finds; ties count as drawn in random order, hence fractions."""

    percent: int
    rows: int
    found: float
    share: float


class ReviewQueue(TypedDict):
    """Yield of reviewing rows from the least certain on; `reviewed` and `found` are shares of all and of wrong rows."""

    wrong: int
    at: list[Review]
    reviewed: list[float]
    found: list[float]


class Point(TypedDict):
    """A point of the precision–recall plane; no precision where nothing is claimed."""

    recall: float
    precision: float | None


class PrecisionRecall(TypedDict):
    """Points by falling threshold, the model's own decision, average precision and the share of gold rows."""

    recall: list[float]
    precision: list[float]
    threshold: list[float]
    decision: Point
    average_precision: float
    gold_share: float


def reliability_curves(scored: Scored, binning: Literal["mass", "width"] = "mass") -> ReliabilityCurves | None:
    """Compare probabilities with frequencies, per label and over all cells of rows × labels.

    Args:
        scored: Rows with probabilities.
        binning: Bins of equally many cases (ties stay together) or of equal width.

    Returns:
        The curves; `None` without probabilities.
    """
    if scored.probabilities is None:
        return None
    return {
        "labels": {
            name: _reliability(scored.gold[:, k], scored.probabilities[:, k], binning)
            for k, name in enumerate(scored.ids)
        },
        "pooled": _reliability(scored.gold.ravel(), scored.probabilities.ravel(), binning),
    }


def wilson_interval(hits: int, count: int, coverage: float = 0.95) -> tuple[float, float]:
    """Give the range in which a share of independent cases may lie, sensible also for few cases and near 0 and 1.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 1927.

    Args:
        hits: Cases that hold.
        count: Cases, at least 1.
        coverage: Share of samples whose interval holds the truth.
    """
    z = NormalDist().inv_cdf((1 + coverage) / 2)
    share = hits / count
    center = share + z * z / (2 * count)
    spread = z * sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    scale = 1 + z * z / count
    return min(share, max(0.0, (center - spread) / scale)), max(share, min(1.0, (center + spread) / scale))


def risk_coverage(scored: Scored) -> RiskCoverage | None:
    """Tell which share of rows is wrong among the surest, for every coverage.

    Rows of the same margin count as in random order: at each coverage the expected share is given, whatever the order
    of the rows. The best possible ordering has all right rows before the wrong ones.

    Source: Geifman and El-Yaniv, "Selective classification for deep neural networks", NeurIPS 2017; the area is the
    mean risk over the coverages 1/n, 2/n, … 1, and the optimal one that of Geifman, Uziel and El-Yaniv,
    "Bias-reduced uncertainty estimation for deep neural classifiers", ICLR 2019.

    Returns:
        The curve, thinned; `None` without margins, and for a single row, which has no order.
    """
    count = len(scored)
    if scored.margins is None or count == 1:
        return None
    wrong = scored.wrong
    taken = np.arange(1, count + 1)
    coverage = taken / count
    risk = _expected_hits(wrong, -scored.margins) / taken
    optimal = np.maximum(taken - int((~wrong).sum()), 0) / taken
    kept = corners(coverage, risk)
    return {
        "coverage": coverage[kept].tolist(),
        "risk": risk[kept].tolist(),
        "aurc": float(risk.mean()),
        "aurc_optimal": float(optimal.mean()),
        "aurc_random": float(wrong.mean()),
    }


def review_queue(scored: Scored) -> ReviewQueue | None:
    """Tell which share of all wrong rows is found by reviewing the least certain ones.

    Returns:
        The yield at `REVIEWED_PERCENTS` (rows rounded up) and its curve, thinned; `None` where no row is wrong,
        without margins, and for a single row, which has no order.
    """
    wrong = scored.wrong
    if scored.margins is None or len(scored) == 1 or not wrong.any():
        return None
    count, errors = len(scored), int(wrong.sum())
    found = np.append(0.0, _expected_hits(wrong, scored.margins))
    reviewed = np.arange(count + 1) / count
    kept = corners(reviewed, found / errors)
    at: list[Review] = []
    for percent in REVIEWED_PERCENTS:
        rows = -(-count * percent // 100)
        hits = float(found[rows])
        at.append({"percent": percent, "rows": rows, "found": hits, "share": hits / errors})
    return {"wrong": errors, "at": at, "reviewed": reviewed[kept].tolist(), "found": (found[kept] / errors).tolist()}


def precision_recall(scored: Scored) -> dict[str, PrecisionRecall | None] | None:
    """Trace precision against recall over all thresholds, per label id.

    The point of recall 0 and precision 1 that scikit-learn adds is left out: no threshold gives it.

    Returns:
        The curves, each thinned, `None` for a label without gold rows; `None` altogether without probabilities.
    """
    if scored.probabilities is None:
        return None
    columns = zip(scored.ids, scored.gold.T, scored.applies.T, scored.probabilities.T, strict=True)
    return {
        name: _trace(gold, applies, probabilities) if gold.any() else None
        for name, gold, applies, probabilities in columns
    }


def corners(x: FloatArray, y: FloatArray, limit: int = CURVE_POINTS) -> NDArray[np.intp]:
    """Choose the points that shape a curve most: its ends, then whichever lies farthest from the line drawn so far.

    Source: Douglas and Peucker, "Algorithms for the reduction of the number of points required to represent a
    digitized line", 1973; here the farthest points come first, up to a number, none on the line.

    Args:
        x: Shape (points,), at least one.
        y: The same shape.
        limit: Points to keep at most, at least 2.

    Returns:
        Numbers of the points, rising.
    """
    kept = [0, len(x) - 1] if len(x) > 1 else [0]
    open_parts = [_farthest(x, y, 0, len(x) - 1)]
    while len(kept) < limit and open_parts:
        distance, first, middle, last = open_parts.pop(int(np.argmax([part[0] for part in open_parts])))
        if distance > _ON_THE_LINE:
            kept.append(middle)
            open_parts += [_farthest(x, y, first, middle), _farthest(x, y, middle, last)]
    return np.sort(np.array(kept, dtype=np.intp))


def _farthest(x: FloatArray, y: FloatArray, first: int, last: int) -> tuple[float, int, int, int]:
    """Find the point between two others that is farthest from their line: its distance, and the numbers of all."""
    if last - first <= 1:
        return 0.0, first, first, last
    across, up = x[last] - x[first], y[last] - y[first]
    beside, above = x[first + 1 : last] - x[first], y[first + 1 : last] - y[first]
    length = np.hypot(across, up)
    distances = np.abs(beside * up - above * across) / length if length else np.hypot(beside, above)
    best = int(np.argmax(distances))
    return float(distances[best]), first, first + 1 + best, last


def _reliability(gold: BoolArray, probabilities: FloatArray, binning: Literal["mass", "width"]) -> Reliability:
    numbers = bin_numbers(probabilities) if binning == "width" else _mass_numbers(probabilities)
    counts = np.bincount(numbers, minlength=ECE_BINS)
    hits = np.bincount(numbers[gold], minlength=ECE_BINS)
    totals = np.bincount(numbers, weights=probabilities, minlength=ECE_BINS)
    bins: list[ReliabilityBin] = []
    for count, hit, total in zip(counts.tolist(), hits.tolist(), totals.tolist(), strict=True):
        if count:
            low, high = wilson_interval(hit, count)
            bins.append(
                {"mean_probability": total / count, "frequency": hit / count, "low": low, "high": high, "count": count}
            )
    return {"bins": bins, "ece": expected_calibration_error(gold, probabilities)}


def _mass_numbers(probabilities: FloatArray) -> NDArray[np.intp]:
    """Number bins of about equally many cases from 0; equal probabilities share the bin of their middle rank."""
    _, which, counts = np.unique(probabilities, return_inverse=True, return_counts=True)
    middles = np.cumsum(counts) - counts / 2
    return np.asarray((middles * ECE_BINS / len(probabilities)).astype(np.intp)[which])


def _expected_hits(wrong: BoolArray, keys: FloatArray) -> FloatArray:
    """Count wrong rows among the first 1, 2, … n by rising key, expected over random orders of ties; shape (rows,)."""
    _, which, counts = np.unique(keys, return_inverse=True, return_counts=True)
    shares = np.bincount(which, weights=wrong) / counts
    return np.cumsum(np.repeat(shares, counts))


def _trace(gold: BoolArray, applies: BoolArray, probabilities: FloatArray) -> PrecisionRecall:
    precision, recall, thresholds = precision_recall_curve(gold, probabilities)
    precision, recall, thresholds = precision[-2::-1], recall[-2::-1], thresholds[::-1]
    kept = corners(recall, precision)
    hits, claims = int((gold & applies).sum()), int(applies.sum())
    return {
        "recall": recall[kept].tolist(),
        "precision": precision[kept].tolist(),
        "threshold": thresholds[kept].tolist(),
        "decision": {"recall": hits / int(gold.sum()), "precision": hits / claims if claims else None},
        "average_precision": float(average_precision_score(gold, probabilities)),
        "gold_share": float(gold.mean()),
    }
