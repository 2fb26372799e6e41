"""Fitting the decision rule on out-of-sample logits: probabilities that mean what they say, thresholds, review margin.

Domains differ in how often they occur. Where a domain is rare its own optimum is mostly luck: every estimate here is
drawn toward what all domains share, the more so the fewer gold rows the domain has. Pure NumPy.
"""

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from pipeline.decision import BoolArray, Decision, FloatArray, Platt, log_odds, sigmoid

_SPREAD_OF_SCALE = 0.3
_SPREAD_OF_BIAS = 0.5
"""How far a domain's log-scale and bias may be expected to lie from the shared ones (standard deviations)."""

_LEAST_SCALE = 1e-4
"""What the scale of logits that tell nothing is rounded to: it has to be above 0."""

_BAGS = 200


class CalibrationSettings(BaseModel):
    """How the decision rule is fitted.

    Attributes:
        folds: Fit it on the logits that models of this many folds give the rows they were not trained on (so many
            trainings more); 0: fit it on the rows held out of training. The model itself is trained on the same rows
            either way: on all but those of `training.held_out`.
        threshold_strength: Gold rows at which a label's own threshold weighs as much as the shared one.
        review_share: Share of paragraphs to be flagged as worth a person's look.
        leave_out: Names of labelled files, without folders, whose rows are neither calibrated on nor measured; they
            are trained on, and those held out help to find the best epoch. Rows unlike those that the classifier will
            meet may shift its thresholds (`benchmarks/calibration_rows.py` tells how far).
        resamples: Bootstrap resamples for the intervals in `metrics.json`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    folds: int = Field(0, ge=0, le=20)
    threshold_strength: float = Field(200.0, ge=0)
    review_share: float = Field(0.2, ge=0, le=1)
    leave_out: tuple[str, ...] = ()
    resamples: int = Field(1000, ge=100)


def fit_decision(decision: Decision, logits: FloatArray, gold: BoolArray, settings: CalibrationSettings) -> Decision:
    """Fit calibration, thresholds and review margin.

    Args:
        decision: What to complete; its own calibration, thresholds and margin are replaced.
        logits: Out-of-sample logits of paragraphs, shape (rows, labels).
        gold: Shape (rows, labels).
        settings: How.
    """
    ids = decision.taxonomy.ids
    if decision.taxonomy.labels_per_paragraph == "one":
        shared = Platt(scale=fit_temperature(logits, gold))
        calibrated = decision.model_copy(update={"calibration": dict.fromkeys(ids, shared), "thresholds": {}})
        probabilities = calibrated.probabilities(logits, np.ones(len(logits), dtype=np.int64))
    else:
        calibration = dict(zip(ids, fit_platt(logits, gold), strict=True))
        calibrated = decision.model_copy(update={"calibration": calibration})
        probabilities = calibrated.probabilities(logits, np.ones(len(logits), dtype=np.int64))
        fitted = fit_thresholds(probabilities, gold, settings.threshold_strength)
        thresholds = {name: round(float(each), 4) for name, each in zip(ids, fitted, strict=True)}
        calibrated = calibrated.model_copy(update={"thresholds": thresholds})
    margin = float(np.quantile(calibrated.margins(probabilities), settings.review_share))
    return calibrated.model_copy(update={"review_margin": round(margin, 4)})


def fit_platt(logits: FloatArray, gold: BoolArray) -> list[Platt]:
    """Fit scale and bias per label, drawn toward those of all labels together.

    Maximum a posteriori: the likelihood of each label's rows, with Gaussian priors on the logarithm of the scale and
    on the bias around the values that fit all labels at once. Platt's smoothed targets (1999) keep them finite.

    Args:
        logits: Shape (rows, labels).
        gold: Shape (rows, labels).
    """
    hits = gold.sum()
    center = _fit_scale_and_bias(logits.ravel(), _smoothed(gold.ravel(), hits), (0.0, 0.0), (10.0, 10.0))
    fitted = []
    for k in range(logits.shape[1]):
        targets = _smoothed(gold[:, k], gold[:, k].sum())
        scale, bias = _fit_scale_and_bias(logits[:, k], targets, center, (_SPREAD_OF_SCALE, _SPREAD_OF_BIAS))
        fitted.append(Platt(scale=max(round(float(np.exp(scale)), 4), _LEAST_SCALE), bias=round(bias, 4)))
    return fitted


def fit_temperature(logits: FloatArray, gold: BoolArray) -> float:
    """Fit the inverse temperature of a softmax over labels by maximum likelihood (Guo et al., ICML 2017).

    Args:
        logits: Shape (rows, labels).
        gold: One true column in each row; the same shape.
    """
    candidates = np.exp(np.linspace(np.log(0.05), np.log(20), 481))
    losses = []
    for scale in candidates:
        shifted = scale * (logits - logits.max(axis=1, keepdims=True))
        losses.append((np.log(np.exp(shifted).sum(axis=1)) - shifted[gold]).mean())
    return round(float(candidates[int(np.argmin(losses))]), 4)


def fit_thresholds(probabilities: FloatArray, gold: BoolArray, strength: float) -> FloatArray:
    """Find the probability from which each label applies, for F1.

    Each label's own best threshold (median over bootstrap resamples of its rows, as the best one of a single sample
    jumps about) and the one that is best for all labels together are averaged in log-odds, with weights of the
    label's gold rows and `strength`.

    Args:
        probabilities: Calibrated probabilities, shape (rows, labels).
        gold: The same shape.
        strength: Gold rows at which a label's own threshold weighs as much as the shared one.

    Returns:
        Shape (labels,), each between 0.05 and 0.95.
    """
    shared = log_odds(np.array([_shared_threshold(probabilities, gold)]))[0]
    support = gold.sum(axis=0)
    own = [_own_threshold(probabilities[:, k], gold[:, k]) if support[k] else shared for k in range(gold.shape[1])]
    share = support / np.maximum(support + strength, 1e-9)
    return np.clip(sigmoid(share * np.array(own) + (1 - share) * shared), 0.05, 0.95)


def _smoothed(gold: BoolArray, hits: int) -> FloatArray:
    return np.where(gold, (hits + 1) / (hits + 2), 1 / (len(gold) - hits + 2))


def _fit_scale_and_bias(
    logits: FloatArray, targets: FloatArray, center: tuple[float, float], spread: tuple[float, float]
) -> tuple[float, float]:
    """Find the log-scale and bias of the highest posterior by damped Newton steps."""
    prior = np.diag(1 / np.square(spread))

    def loss(at: FloatArray) -> float:
        shifted = np.exp(at[0]) * logits + at[1]
        likelihood = np.sum(targets * np.logaddexp(0, -shifted) + (1 - targets) * np.logaddexp(0, shifted))
        return float(likelihood + 0.5 * (at - center) @ prior @ (at - center))

    at = np.array(center)
    for _ in range(100):
        slopes = np.stack([np.exp(at[0]) * logits, np.ones_like(logits)])
        p = sigmoid(slopes[0] + at[1])
        gradient = slopes @ (p - targets) + prior @ (at - center)
        step = np.linalg.solve((slopes * (p * (1 - p))) @ slopes.T + prior, gradient)
        rate = 1.0
        while loss(at - rate * step) > loss(at) and rate > 1e-6:  # noqa: PLR2004  (as good as no step)
            rate /= 2
        at = at - rate * step
        if np.abs(rate * step).max() < 1e-7:  # noqa: PLR2004  (converged)
            break
    return float(at[0]), float(at[1])


def _shared_threshold(probabilities: FloatArray, gold: BoolArray) -> float:
    """The threshold with the best macro-F1 of the labels that have gold rows, all labels having the same."""
    measured = gold.any(axis=0)
    best, found = -1.0, 0.5
    for threshold in np.arange(0.1, 0.9001, 0.01):
        predicted = probabilities >= threshold
        hits = (gold & predicted).sum(axis=0)[measured]
        f1 = 2 * hits / (gold.sum(axis=0) + predicted.sum(axis=0))[measured]
        if f1.size and f1.mean() > best:
            best, found = float(f1.mean()), float(threshold)
    return found


def _own_threshold(probabilities: FloatArray, gold: BoolArray) -> float:
    """The median over resamples of the log-odds from which on F1 is best."""
    order = np.argsort(-probabilities, kind="stable")
    random = np.random.default_rng(0)
    weights = random.multinomial(len(gold), np.full(len(gold), 1 / len(gold)), size=_BAGS)[:, order]
    hits = np.cumsum(weights * gold[order], axis=1)
    f1 = 2 * hits / np.maximum(np.cumsum(weights, axis=1) + hits[:, -1:], 1)
    odds = log_odds(probabilities[order])
    cuts = np.append((odds[:-1] + odds[1:]) / 2, odds[-1])
    return float(np.median(cuts[f1.argmax(axis=1)]))


def cross_fitted(
    decision: Decision, logits: FloatArray, gold: BoolArray, folds: NDArray[np.intp], settings: CalibrationSettings
) -> tuple[FloatArray, BoolArray, BoolArray]:
    """Score rows with a decision rule fitted on the other folds, so that its fitting does not flatter the result.

    Args:
        decision: What to complete.
        logits: Out-of-sample logits of paragraphs, shape (rows, labels).
        gold: The same shape.
        folds: Fold of each row, shape (rows,).
        settings: As for `fit_decision`.

    Returns:
        Probabilities, labels that apply (both of the shape of `gold`) and whether a row is flagged, shape (rows,).
    """
    probabilities = np.zeros(logits.shape)
    applies = np.zeros(gold.shape, dtype=np.bool_)
    flagged = np.zeros(len(gold), dtype=np.bool_)
    for fold in np.unique(folds):
        inside = folds == fold
        others = ~inside if (~inside).any() else inside
        rule = fit_decision(decision, logits[others], gold[others], settings)
        scores = rule.probabilities(logits[inside], np.ones(int(inside.sum()), dtype=np.int64))
        probabilities[inside], applies[inside] = scores, rule.applies(scores)
        flagged[inside] = rule.margins(scores) < rule.review_margin
    return probabilities, applies, flagged


def review_yield(applies: BoolArray, gold: BoolArray, flagged: NDArray[np.bool_]) -> dict[str, float | None]:
    """Tell what reviewing the flagged rows is worth.

    Returns:
        `flagged`: share of all rows; `errors_caught`: share of the wrongly labelled rows that are flagged.
    """
    wrong = (applies != gold).any(axis=1)
    caught = float(flagged[wrong].mean()) if wrong.any() else None
    return {"flagged": float(flagged.mean()), "errors_caught": caught}
