"""The trend of scores as training rows grow in number: a power law, and what it expects of still more rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypedDict

import numpy as np
from numpy.typing import NDArray

from pipeline.bootstrap import Interval, Resampling, percentile_interval
from pipeline.decision import BoolArray, FloatArray

CurveScore = Literal["macro_f1", "mean_average_precision"]

CURVE_SCORES: tuple[CurveScore, ...] = ("macro_f1", "mean_average_precision")
"""The scores whose trend is fitted: one of decisions and one of rankings, which no threshold bears on."""

TIMES = (2, 4)
"""How many times the rows the trend is extended to; beyond, it says more of its formula than of the scores."""

LEAST_SIZES = 3
"""Different sizes that a curve with three parameters needs."""

_COVERAGE = 0.95
"""Share of the resamples that an interval holds."""

_SLOWEST, _FASTEST = 0.01, 3.0
"""Exponents that are tried. At .01, ten times the rows close 2 % of the gap to the ceiling: hardly a curve. At 3 they
close 99.9 %; theory has 1/2 to 1, practice mostly less (Hestness et al.)."""

_TRIED = 64
_ROUNDS = 5
"""Exponents per round, each round between the neighbors of the last one's best: known to seven digits in the end."""

_ROUNDING = 1e-12
"""A gap below this is rounding: the scores do not rise."""


class CurvePoint(TypedDict):
    """One training: share of the rows, number of the draw (`None` for all rows), rows, scores; `None`: undefined."""

    share: float
    draw: int | None
    rows: int
    macro_f1: float | None
    mean_average_precision: float | None


class Expected(TypedDict):
    """The score that the trend gives for so many times the rows of the largest training."""

    times: int
    rows: int
    score: float
    interval: Interval


class Trend(TypedDict):
    """The power law score = a - b * rows ** -c; `c` is `None` where scores do not rise, which makes `b` 0.

    `rmse` is the root of the mean squared distance between the scores and the law, each share weighing alike.
    """

    a: float
    b: float
    c: float | None
    rmse: float
    expected: list[Expected]


@dataclass(frozen=True, slots=True)
class _Laws:
    """Power laws, one per weighting of the points, all of shape (weightings,).

    Attributes:
        ceilings: a, which the score comes near as rows grow.
        gaps: Distance to the ceiling at the largest size: b * largest ** -c, a number of the scores' own size.
        exponents: c.
        errors: Mean squared distance of the scores.
    """

    ceilings: FloatArray
    gaps: FloatArray
    exponents: FloatArray
    errors: FloatArray

    def at(self, times: float) -> FloatArray:
        """Give the scores at so many times the largest size."""
        return np.asarray(self.ceilings - self.gaps * times**-self.exponents)


def fit_trends(points: Sequence[CurvePoint], resamples: int = 1000) -> dict[str, Trend | None]:
    """Fit the trend of each score, by its name; arguments and values as of `fit_trend`."""
    return {name: fit_trend(points, name, resamples) for name in CURVE_SCORES}


def fit_trend(points: Sequence[CurvePoint], name: CurveScore, resamples: int = 1000) -> Trend | None:
    """Fit score = a - b * rows ** -c with a ≤ 1, b ≥ 0, c > 0 by least squares.

    Each share weighs alike, its draws having parts of its weight: many draws of small shares, cheap as they are, do not
    outweigh the one training on all rows, which is nearest to what is asked for. For a given c the best a and b have a
    closed form; c is searched on a grid that closes in. That finds the best fit wherever it lies, with no start to
    choose and nothing that may fail to converge.

    The intervals come of resampling the draws, each with all its shares, as larger shares of a draw hold the smaller
    ones; the training on all rows is part of every resample. They tell how far the choice of training rows moves the
    trend; that gold rows are a sample too, and that the true curve may be no power law, is not in them.

    Sources: Hestness et al., "Deep learning scaling is predictable, empirically", 2017, for the law; Viering and Loog,
    "The shape of learning curves: a review", 2021, for its limits.

    Args:
        points: The trainings, in any order; those whose score is `None` are left out.
        name: Which score.
        resamples: How often draws are resampled for the intervals.

    Returns:
        The trend, with the scores it expects of `TIMES` the rows; no intervals where there is one draw only. `None`
        where points are of fewer than three shares, or of fewer than three different numbers of rows.
    """
    known = [(point, score) for point in points if (score := point[name]) is not None]
    shares = np.array([point["share"] for point, _ in known])
    rows = np.array([point["rows"] for point, _ in known], dtype=np.float64)
    scores = np.array([score for _, score in known])
    every = np.ones((1, len(known)))
    if not _are_enough(shares, rows, every)[0]:
        return None
    law = _fit(rows, scores, _part(shares, every))
    weights = _resample([point["draw"] for point, _ in known], resamples)
    usable = _part(shares, weights[_are_enough(shares, rows, weights)])
    others = _fit(rows, scores, usable) if len(usable) else None

    def interval(times: int) -> Interval:
        if others is None:
            return None
        undefined = np.full(len(weights) - len(usable), np.nan)
        return percentile_interval(np.append(others.at(times), undefined), _COVERAGE)

    rises = bool(law.gaps[0] > _ROUNDING)
    exponent = float(law.exponents[0])
    return {
        "a": float(law.ceilings[0]),
        "b": float(law.gaps[0] * rows.max() ** exponent) if rises else 0.0,
        "c": exponent if rises else None,
        "rmse": float(np.sqrt(law.errors[0])),
        "expected": [
            {
                "times": times,
                "rows": times * int(rows.max()),
                "score": float(law.at(times)[0]),
                "interval": interval(times),
            }
            for times in TIMES
        ],
    }


def _are_enough(shares: FloatArray, rows: FloatArray, weights: FloatArray) -> BoolArray:
    """Tell which weightings leave points of enough shares and sizes, shape (weightings,).

    Draws of one share differ by a few rows: many of them make no curve. Shares of few articles may be of one size.

    Args:
        shares: Shape (points,).
        rows: Shape (points,).
        weights: Shape (weightings, points).
    """
    return np.asarray(np.minimum(_count(shares, weights), _count(rows, weights)) >= LEAST_SIZES)


def _count(values: FloatArray, weights: FloatArray) -> NDArray[np.int64]:
    """Count the different values, shape (points,), of the points that each weighting has; shape (weightings,)."""
    counts = np.zeros(len(weights), dtype=np.int64)
    for value in np.unique(values):
        counts += (weights[:, values == value] > 0).any(axis=1)
    return counts


def _part(shares: FloatArray, weights: FloatArray) -> FloatArray:
    """Scale weights so that those of a share's points add up to 1 wherever it has any; shapes as for `_are_enough`."""
    totals = weights @ (shares[:, None] == shares)
    return np.asarray(np.divide(weights, totals, out=np.zeros_like(weights), where=totals > 0))


def _resample(draws: Sequence[int | None], resamples: int) -> FloatArray:
    """Give how often each point is in each resample, shape (resamples, points); no resample of a single draw."""
    is_drawn = np.array([draw is not None for draw in draws])
    groups = np.array([draw for draw in draws if draw is not None], dtype=np.intp)
    if len(np.unique(groups)) < 2:  # noqa: PLR2004
        return np.empty((0, len(draws)))
    weights = np.ones((resamples, len(draws)))
    weights[:, is_drawn] = np.concatenate(list(Resampling(groups, resamples).weights()))
    return weights


def _fit(rows: FloatArray, scores: FloatArray, weights: FloatArray) -> _Laws:
    """Fit a law to each weighting, shape (weightings, points), of points of so many rows, shape (points,)."""
    sizes = np.log(rows / rows.max())
    each = np.arange(len(weights))
    low, high = np.full(len(weights), np.log(_SLOWEST)), np.full(len(weights), np.log(_FASTEST))
    for _ in range(_ROUNDS):
        tried = np.linspace(low, high, _TRIED, axis=1)
        ceilings, gaps, errors = _solve(np.exp(-np.exp(tried)[:, :, None] * sizes), scores, weights[:, None, :])
        best = errors.argmin(axis=1)
        low, high = tried[each, np.maximum(best - 1, 0)], tried[each, np.minimum(best + 1, _TRIED - 1)]
    return _Laws(ceilings[each, best], gaps[each, best], np.exp(tried[each, best]), errors[each, best])


def _solve(powers: FloatArray, scores: FloatArray, weights: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Find ceiling ≤ 1 and gap ≥ 0 that bring ceiling - gap * powers nearest to the scores.

    Where the free optimum breaks one bound, the bounded one lies on it and keeps the other (scores being at most 1).

    Args:
        powers: (rows / largest) ** -c, shape (weightings, exponents, points).
        scores: Shape (points,).
        weights: Shape (weightings, 1, points).

    Returns:
        Ceilings, gaps and mean squared distances, each of shape (weightings, exponents).
    """
    weights = weights / weights.sum(axis=-1, keepdims=True)
    mean_power, mean_score = (weights * powers).sum(axis=-1), (weights * scores).sum(axis=-1)
    from_mean = powers - mean_power[:, :, None]
    slopes = (weights * from_mean * scores).sum(axis=-1) / (weights * from_mean**2).sum(axis=-1)
    gaps = np.maximum(-slopes, 0)
    ceilings = mean_score + gaps * mean_power
    below_one = (weights * powers * (1 - scores)).sum(axis=-1) / (weights * powers**2).sum(axis=-1)
    gaps = np.where(ceilings > 1, below_one, gaps)
    ceilings = np.minimum(ceilings, 1)
    distances = scores - ceilings[:, :, None] + gaps[:, :, None] * powers
    return ceilings, gaps, np.asarray((weights * distances**2).sum(axis=-1))
