"""How far annotators agree with each other where rows have several codings: the ceiling of what a score can mean."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.decision import BoolArray, FloatArray
from pipeline.metrics import measure

Coding = AbstractSet[str] | None
"""The labels that one annotator gave a row, empty for none; `None` where this annotator did not code it."""

_FEWEST_CODINGS = 2
"""A row that one annotator alone coded says nothing of agreement."""

_SUBSET, _OVERLAP = 2 / 3, 1 / 3
"""MASI's monotonicity: of sets of which one holds the other, and of sets that share some labels."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement of annotators; what is undefined is `None`.

    Attributes:
        rows: Number of rows that at least two annotators coded; only they count.
        annotators: Number of annotators who coded any of them.
        set_alpha: Krippendorff's alpha over whole sets of labels, apart by their MASI distance.
        micro_f1: Mean micro-F1 of one annotator against another, over all ordered pairs who share rows.
        macro_f1: The same of macro-F1.
        alpha: Krippendorff's alpha of each label, given or not given, by the label's id.
        f1: Mean F1 of one annotator against another, by the label's id.
    """

    rows: int
    annotators: int
    set_alpha: float | None
    micro_f1: float | None
    macro_f1: float | None
    alpha: dict[str, float | None]
    f1: dict[str, float | None]


def measure_agreement(codings: Sequence[Sequence[Coding]], ids: Sequence[str]) -> Agreement:
    """Measure how far annotators agree.

    Alpha is 1 for full agreement, 0 for what chance gives, negative below; it is undefined where all annotators use
    one value throughout, for then nothing could have told agreement from chance.

    Args:
        codings: For each row what each annotator gave it, all rows with the annotators in the same order.
        ids: The labels' ids.

    Raises:
        ValueError: There is no row, rows have unequal numbers of codings, or a coding has a label that is not in `ids`.
    """
    _check_codings(codings, ids)
    shared = [row for row in codings if sum(coding is not None for coding in row) >= _FEWEST_CODINGS]
    is_coded = np.array([[coding is not None for coding in row] for row in shared], dtype=np.bool_)
    is_coded = is_coded.reshape(len(shared), len(codings[0]))
    given = np.array([[[name in (coding or ()) for name in ids] for coding in row] for row in shared], dtype=np.bool_)
    given = given.reshape(*is_coded.shape, len(ids))
    times_given, times_coded = given.sum(axis=1), is_coded.sum(axis=1)
    opposite = 1 - np.eye(2)
    alphas = {
        name: krippendorff_alpha(np.column_stack([times_coded - times_given[:, k], times_given[:, k]]), opposite)
        for k, name in enumerate(ids)
    }
    pairs = _compare_annotators(given, is_coded, ids)
    return Agreement(
        rows=len(shared),
        annotators=int(is_coded.any(axis=0).sum()),
        set_alpha=_set_alpha(shared),
        micro_f1=_mean([pair["micro_f1"] for pair in pairs]),
        macro_f1=_mean([pair["macro_f1"] for pair in pairs]),
        alpha=alphas,
        f1={name: _mean([pair["domains"][name]["f1"] for pair in pairs]) for name in ids},
    )


def krippendorff_alpha(counts: NDArray[np.int64], distances: FloatArray) -> float | None:
    """Give one minus the ratio of observed to expected disagreement; any number of annotators, codings may be missing.

    Source: Krippendorff, "Computing Krippendorff's alpha-reliability", 2011, section E; the measure is that of his
    "Content analysis", 2nd edition, 2004, chapter 11.

    Args:
        counts: How many annotators gave each row each value, shape (rows, values); rows with fewer than two codings
            are left out.
        distances: How far the values are apart (the 2011 text's squared difference function), 0 on the diagonal,
            shape (values, values).

    Returns:
        At most 1; `None` where nothing could have disagreed: no row with two codings, or one value throughout.
    """
    paired = counts[counts.sum(axis=1) >= _FEWEST_CODINGS].astype(np.float64)
    totals = paired.sum(axis=0)
    codings = totals.sum()
    expected = totals @ distances @ totals / (codings - 1) if codings else 0.0
    if not expected:
        return None
    observed = (((paired @ distances) * paired).sum(axis=1) / (paired.sum(axis=1) - 1)).sum()
    return float(1 - observed / expected)


def masi_distance(one: AbstractSet[str], other: AbstractSet[str]) -> float:
    """Give how far two sets of labels are apart, from 0 (the same) to 1 (nothing shared); two empty sets are the same.

    Source: Passonneau, "Measuring agreement on set-valued items (MASI) for semantic and pragmatic annotation",
    LREC 2006: one minus the product of Jaccard's coefficient and of monotonicity.
    """
    if one == other:
        return 0.0
    monotonicity = _SUBSET if one <= other or other <= one else _OVERLAP
    return 1 - monotonicity * len(one & other) / len(one | other)


def _check_codings(codings: Sequence[Sequence[Coding]], ids: Sequence[str]) -> None:
    if not codings:
        message = "no row; give the codings of at least one"
        raise ValueError(message)
    widths = sorted({len(row) for row in codings})
    if len(widths) > 1:
        message = f"rows have {widths[0]} to {widths[-1]} codings; give None where an annotator did not code a row"
        raise ValueError(message)
    unknown = {name for row in codings for coding in row for name in coding or ()} - set(ids)
    if unknown:
        message = f"codings have labels that are not in the taxonomy: {', '.join(sorted(unknown))}"
        raise ValueError(message)


def _set_alpha(codings: Sequence[Sequence[Coding]]) -> float | None:
    numbers: dict[frozenset[str], int] = {}
    coded = [
        [numbers.setdefault(frozenset(coding), len(numbers)) for coding in row if coding is not None] for row in codings
    ]
    counts = np.array([np.bincount(row, minlength=len(numbers)) for row in coded], dtype=np.int64)
    distances = np.array([[masi_distance(one, other) for other in numbers] for one in numbers])
    return krippendorff_alpha(counts.reshape(len(coded), len(numbers)), distances)


def _compare_annotators(given: BoolArray, is_coded: BoolArray, ids: Sequence[str]) -> list[dict[str, Any]]:
    """Measure each annotator against each other on the rows that both coded, either taken as gold in turn.

    Args:
        given: Which labels were given, shape (rows, annotators, labels).
        is_coded: Shape (rows, annotators).
        ids: The labels' ids.
    """
    pairs = []
    for one, other in permutations(range(is_coded.shape[1]), 2):
        both = is_coded[:, one] & is_coded[:, other]
        if both.any():
            pairs.append(measure(given[both, one], given[both, other], None, ids))
    return pairs


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None
