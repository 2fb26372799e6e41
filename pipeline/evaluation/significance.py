"""Tests of whether two classifiers differ by more than chance, and the correction for testing many labels at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.bootstrap import weighted_numbers
from pipeline.decision import FloatArray
from pipeline.evaluation.scored import Scored

EXCHANGES = 10_000
"""Random exchanges; p = .05 is then known to ± .004 (two standard errors), and p < .001 can be reached."""

ROUNDING = 1e-12
"""Differences nearer than this are the same one, computed in another order."""

_CELLS = 4_000_000
"""Size of the arrays (exchanges at a time × rows) that are worked on together; bounds the memory."""


@dataclass(frozen=True, slots=True)
class Discordance:
    """McNemar's test of the decisions on one label, each row's taken as independent of the others.

    Attributes:
        only_a_right: Rows on which A decided rightly and B wrongly.
        only_b_right: Rows on which B decided rightly and A wrongly.
        p: Exact and two-sided; 1 where both are right and wrong on the same rows.
        p_holm: `p` after Holm's correction for the number of labels.
    """

    only_a_right: int
    only_b_right: int
    p: float
    p_holm: float


def randomization(a: Scored, b: Scored, *, exchanges: int = EXCHANGES, seed: int = 0) -> dict[str, float | None]:
    """Give p of each difference: how often one as large arises by chance.

    Chance is a coin that decides for each group whose outputs are whose. Two-sided, with the actual outputs counted as
    one more exchange. The rows of both classifiers stand below each other: what an exchange makes of the one is a
    weighting of them that takes each row from either half, and what it makes of the other is the opposite.

    Sources: Noreen, "Computer-intensive methods for testing hypotheses", 1989; Yeh, "More accurate tests for the
    statistical significance of result differences", COLING 2000.

    Args:
        a: What the one classifier says.
        b: What the other says of the same rows.
        exchanges: How often the coins are tossed.
        seed: Start of the random numbers.

    Returns:
        By the names of `pipeline.bootstrap.weighted_numbers`; `None` where the measure of either is undefined, and
        everywhere if all rows are of one group.
    """
    groups, numbers = np.unique(a.groups, return_inverse=True)
    gold, applies = np.concatenate([a.gold, b.gold]), np.concatenate([a.applies, b.applies])

    def differences(from_b: FloatArray) -> dict[str, FloatArray]:
        halves = (1 - from_b, from_b)
        weightings = (np.concatenate(sides, axis=1) for sides in (halves, halves[::-1]))
        one, other = (weighted_numbers(gold, applies, a.ids, weights) for weights in weightings)
        return {name: one[name] - other[name] for name in one}

    observed = {name: abs(values[0]) for name, values in differences(np.zeros((1, len(a)))).items()}
    as_large = dict.fromkeys(observed, 0)
    for tossed in _tosses(len(groups), exchanges, 2 * len(a), seed):
        for name, values in differences(tossed[:, numbers]).items():
            # An exchange that leaves a measure undefined counts against the difference.
            as_large[name] += int((~(np.abs(values) < observed[name] - ROUNDING)).sum())
    is_testable = len(groups) > 1
    return {
        name: (1 + as_large[name]) / (1 + exchanges) if is_testable and not np.isnan(value) else None
        for name, value in observed.items()
    }


def _tosses(groups: int, exchanges: int, cells: int, seed: int) -> Iterator[FloatArray]:
    """Toss a coin for each group, exchanges in chunks for which `cells` each are needed: (chunk, groups) of 0 and 1."""
    random = np.random.default_rng(seed)
    chunk = max(1, _CELLS // cells)
    for start in range(0, exchanges, chunk):
        yield random.integers(0, 2, size=(min(chunk, exchanges - start), groups)).astype(np.float64)


def mcnemar(a: Scored, b: Scored) -> dict[str, Discordance]:
    """Test for each label's id whether two classifiers decide rightly equally often.

    Source: McNemar, "Note on the sampling error of the difference between correlated proportions or percentages",
    Psychometrika 1947; in its exact form.
    """
    is_right_a, is_right_b = a.gold == a.applies, b.gold == b.applies
    only_a = (is_right_a & ~is_right_b).sum(axis=0)
    only_b = (is_right_b & ~is_right_a).sum(axis=0)
    p_values = [_coin_p(int(one), int(other)) for one, other in zip(only_a, only_b, strict=True)]
    columns = zip(a.ids, only_a, only_b, p_values, holm(p_values), strict=True)
    return {name: Discordance(int(one), int(other), p, corrected) for name, one, other, p, corrected in columns}


def _coin_p(heads: int, tails: int) -> float:
    """Give the exact two-sided p of so many heads and tails under a fair coin."""
    tosses, fewer = heads + tails, min(heads, tails)
    k = np.arange(fewer)
    log_ways = np.concatenate([[0.0], np.cumsum(np.log(tosses - k) - np.log(k + 1))])
    return min(1.0, float(2 * np.exp(log_ways - tosses * np.log(2)).sum()))


def holm(p_values: Sequence[float]) -> list[float]:
    """Correct p values for their number, so that the chance of any false alarm among them stays what one alone has.

    Source: Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 1979.

    Returns:
        Corrected values in the same order, at most 1.
    """
    order = np.argsort(p_values, kind="stable")
    stepped = np.asarray(p_values, dtype=np.float64)[order] * np.arange(len(order), 0, -1)
    corrected = np.empty(len(order))
    corrected[order] = np.minimum(np.maximum.accumulate(stepped), 1)
    return [float(p) for p in corrected]
