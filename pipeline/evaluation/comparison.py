"""Whether one classifier is better than another on the same rows, or whether chance may have made the difference.

Both were asked about the same paragraphs, so that all tests are paired: they compare row by row what the two said.
"""

from dataclasses import dataclass, replace

import numpy as np

from pipeline.bootstrap import Interval, Resampling, average_precisions, percentile_interval, weighted_numbers
from pipeline.decision import FloatArray
from pipeline.evaluation.scored import Scored
from pipeline.evaluation.significance import EXCHANGES, ROUNDING, Discordance, holm, mcnemar, randomization
from pipeline.metrics import HEADLINES

AVERAGES = ("macro_f1", "micro_f1", "exact_match", "none_f1", "mean_average_precision")
"""What is compared besides each label's F1; named as `pipeline.metrics.measure` names them."""

SIGNIFICANCE = 0.05
"""Largest p of a difference that is taken as shown: the custom of the field, and what 95 % intervals match."""

_SMALLEST_TOLD = 0.001
"""Smaller p are told as being smaller: the random exchanges do not tell them well."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure of two classifiers; what is undefined is `None`.

    Attributes:
        a: The measure of classifier A.
        b: That of classifier B.
        difference: `a` - `b`.
        interval: Percentile interval of the difference.
        share_better: Share of the resamples in which A is better; resamples in which they are equal do not count as
            such.
        p: Probability of a difference at least so large in either direction, had the outputs of each group come from
            either classifier by the toss of a coin; not computed for mean average precision.
        p_holm: `p` after Holm's correction for the number of labels; only of labels.
    """

    a: float | None
    b: float | None
    difference: float | None
    interval: Interval
    share_better: float | None
    p: float | None
    p_holm: float | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two classifiers on the same rows.

    Attributes:
        a: Name of classifier A.
        b: Name of classifier B.
        rows: Number of rows.
        groups: Number of groups of rows (articles), which are resampled and exchanged whole.
        averages: By the names in `AVERAGES`.
        f1: F1 by the label's id.
        discordance: McNemar's test by the label's id.
    """

    a: str
    b: str
    rows: int
    groups: int
    averages: dict[str, Difference]
    f1: dict[str, Difference]
    discordance: dict[str, Discordance]


def compare(a: Scored, b: Scored, *, resamples: int = 1000, exchanges: int = EXCHANGES, seed: int = 0) -> Comparison:
    """Compare two classifiers by paired bootstrap, approximate randomization and McNemar's test.

    A label that gold has in no row has no F1, and averages over nothing are undefined likewise; where all rows are of
    one group, neither interval nor randomization's p can be known. All these are `None`.

    Source of the intervals: Efron and Tibshirani, "An introduction to the bootstrap", 1993, chapter 13; of the tests:
    see `pipeline.evaluation.significance`.

    Args:
        a: What the one classifier says.
        b: What the other says of the same rows.
        resamples: How often groups are drawn for the intervals.
        exchanges: How often groups' outputs are exchanged for p.
        seed: Start of the random numbers.

    Raises:
        ValueError: The two differ in their taxonomy, rows, groups or gold labels, or have no row.
    """
    _check_pair(a, b)
    resampling = Resampling(a.groups, resamples, seed=seed)
    once = np.ones((1, len(a)))
    of_a, of_b = _numbers(a, once), _numbers(b, once)
    chunks = [(_numbers(a, weights), _numbers(b, weights)) for weights in resampling.weights()]
    resampled = {name: np.concatenate([one[name] - other[name] for one, other in chunks]) for name in of_a}
    p_values = randomization(a, b, exchanges=exchanges, seed=seed)
    found = {}
    for name in of_a:
        interval = share = None
        if resampling.has_several_groups:
            interval = percentile_interval(resampled[name], resampling.coverage)
            share = None if interval is None else _share_above_zero(resampled[name])
        one, other = of_a[name][0], of_b[name][0]
        found[name] = Difference(
            a=_known(one),
            b=_known(other),
            difference=_known(one - other),
            interval=interval,
            share_better=share,
            p=p_values.get(name),
        )
    tested = {name: p for name in a.ids if (p := p_values[f"f1.{name}"]) is not None}
    corrected = dict(zip(tested, holm(list(tested.values())), strict=True))
    return Comparison(
        a=a.model,
        b=b.model,
        rows=len(a),
        groups=len(np.unique(a.groups)),
        averages={name: found[name] for name in AVERAGES},
        f1={name: replace(found[f"f1.{name}"], p_holm=corrected.get(name)) for name in a.ids},
        discordance=mcnemar(a, b),
    )


def verdict(comparison: Comparison, measure: str = "macro_f1") -> str:
    """Say in one or two sentences which classifier is better, or that none can be shown to be.

    A difference is shown when randomization's p is at most `SIGNIFICANCE` and the interval leaves out zero. Labels are
    counted by randomization's p after Holm's correction.

    Args:
        comparison: The two classifiers.
        measure: The average that decides: one of `AVERAGES` that has a p.

    Raises:
        ValueError: The average is not one by which a verdict can be given.
    """
    if measure not in AVERAGES or measure == "mean_average_precision":
        message = f"no verdict by {measure}; choose one of {', '.join(AVERAGES[:-1])}"
        raise ValueError(message)
    found, names = comparison.averages[measure], (comparison.a, comparison.b)
    if found.a is None or found.b is None or found.difference is None:
        undefined = [name for name, value in zip(names, (found.a, found.b), strict=True) if value is None]
        return f"No verdict can be given: {HEADLINES[measure]} of {' and of '.join(undefined)} is undefined."
    sign = 1
    if not _is_shown(found):
        opening = f"No difference can be shown between {names[0]} and {names[1]}"
    else:
        sign = 1 if found.difference > 0 else -1
        opening = f"{names[0]} is better than {names[1]}" if sign > 0 else f"{names[1]} is better than {names[0]}"
    values = (found.a, found.b)[::sign]
    numbers = f"{HEADLINES[measure]} {_number(values[0])} against {_number(values[1])}, difference "
    return f"{opening}: {numbers}{_certainty(found, sign)}{_domains(comparison, sign)}"


def _check_pair(a: Scored, b: Scored) -> None:
    same = {
        "taxonomy": a.taxonomy == b.taxonomy,
        "rows": [row.id for row in a.rows] == [row.id for row in b.rows],
        "groups": np.array_equal(a.groups, b.groups),
        "gold labels": np.array_equal(a.gold, b.gold),
    }
    differing = [name for name, is_same in same.items() if not is_same]
    if differing or not len(a):
        what = f"they differ in their {', '.join(differing)}" if differing else "there is no row"
        message = f"{a.model} and {b.model} cannot be compared: {what}"
        raise ValueError(message)


def _numbers(scored: Scored, weights: FloatArray) -> dict[str, FloatArray]:
    """Measure many weightings (weightings, rows) by `AVERAGES` and `f1.<id>`: each (weightings,), NaN if undefined."""
    values = weighted_numbers(scored.gold, scored.applies, scored.ids, weights)
    values["mean_average_precision"] = np.full(len(weights), np.nan)
    if scored.probabilities is not None:
        columns = zip(scored.gold.T, scored.probabilities.T, strict=True)
        precisions = np.stack([average_precisions(gold, scores, weights) for gold, scores in columns], axis=1)
        values["mean_average_precision"] = np.ma.masked_invalid(precisions).mean(axis=1).filled(np.nan)
    return {name: values[name] for name in (*AVERAGES, *(f"f1.{label}" for label in scored.ids))}


def _share_above_zero(differences: FloatArray) -> float:
    return float((differences[~np.isnan(differences)] > ROUNDING).mean())


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _is_shown(found: Difference) -> bool:
    if found.p is None or found.interval is None:
        return False
    return found.p <= SIGNIFICANCE and not found.interval[0] <= 0 <= found.interval[1]


def _certainty(found: Difference, sign: int) -> str:
    """Tell a difference, its interval and its p, seen from A (1) or from B (-1)."""
    told = _number(sign * (found.difference or 0.0), "+")
    if found.p is None or found.interval is None:
        return f"{told} (its interval and p are undefined: all rows are of one article, or too few can be measured)"
    low, high = sorted(sign * end for end in found.interval)
    p = "p < .001" if found.p < _SMALLEST_TOLD else f"p = {_number(found.p)}"
    return f"{told} [{_number(low, '+')}, {_number(high, '+')}], {p}"


def _domains(comparison: Comparison, sign: int) -> str:
    """Count the labels in which one is better, and name those that could not be compared."""
    tested = [each for each in comparison.f1.values() if each.p_holm is not None]
    shown = [sign * (each.difference or 0.0) for each in tested if (each.p_holm or 0.0) <= SIGNIFICANCE]
    undefined = [name for name, each in comparison.f1.items() if each.difference is None]
    told = "."
    if tested:
        better, worse = sum(difference > 0 for difference in shown), sum(difference < 0 for difference in shown)
        name = (comparison.a, comparison.b)[sign < 0]
        counted = f"better in {better or 'none'} of {len(tested)} domains and worse in {worse or 'none'}"
        told = f"; after Holm's correction {name} is {counted}."
    return told + (f" Undefined, as no gold row has them: {', '.join(undefined)}." if undefined else "")


def _number(value: float, sign: str = "") -> str:
    """Write a number of at most 1 in size to three places, without the zero before the point."""
    return f"{value:{sign}.3f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:{sign}.3f}"
