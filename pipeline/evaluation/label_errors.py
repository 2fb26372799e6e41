"""Gold labels that are probably wrong, by confident learning: rows that a classifier confidently takes for another's.

The probabilities have to come from a classifier that was not trained on the rows: it would agree with their errors.
"""

from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from pipeline.decision import FloatArray
from pipeline.evaluation.mistakes import best_other, dropped_rows
from pipeline.evaluation.scored import Scored

_ROUNDING = 1e-12
"""What a mean of equal probabilities may lie above them."""


class Suspicion(TypedDict):
    """A gold label that is probably wrong.

    `is_given` tells whether annotators gave the row the label: it should probably be taken away, or else added. With
    one label per paragraph it is the one given, and `suggested` the one to put in its place, else `None`.
    `probability` is that of the label; `margin` how much more probable what was given is than what should be, from -1
    (surely wrong) to 1.
    """

    row: int
    id: str
    label: str
    is_given: bool
    suggested: str | None
    probability: float
    margin: float


def suspect_labels(scored: Scored) -> list[Suspicion]:
    """Find gold labels that are probably wrong, the most suspicious first.

    A class is confident of a row where its probability reaches the mean that it has on the rows that annotators gave
    it. Rows whose most probable confident class is not the given one are the off-diagonal of the confident joint;
    they are ranked by normalized margin. Where any number of labels may apply, each is a problem of its own with the
    classes yes and no; where one does, the labels are the classes. A class that no row was given suspects none.

    Source: Northcutt, Jiang and Chuang, "Confident learning: estimating uncertainty in dataset labels", JAIR 2021.

    Args:
        scored: Rows with out-of-sample probabilities. Rows that a prepare stage dropped are left out.

    Returns:
        The suspicions; none without probabilities.
    """
    if scored.probabilities is None:
        return []
    seen = np.flatnonzero(~dropped_rows(scored))
    probabilities, gold = scored.probabilities[seen], scored.gold[seen]
    if scored.taxonomy.labels_per_paragraph == "one":
        found = _suspect_one(scored, seen, probabilities, gold.argmax(axis=1))
    else:
        found = [
            each
            for k in range(len(scored.ids))
            for each in _suspect_yes_or_no(scored, seen, k, probabilities[:, k], gold[:, k].astype(np.intp))
        ]
    return sorted(found, key=lambda each: (each["margin"], each["row"]))


def confident_classes(probabilities: FloatArray, given: NDArray[np.intp]) -> NDArray[np.intp]:
    """Give each row's most probable class among those that are confident of it.

    Args:
        probabilities: Of each class, shape (rows, classes).
        given: Number of the class that annotators gave each row, shape (rows,).

    Returns:
        Number of the class, -1 where none is confident, shape (rows,).
    """
    is_given = given[:, None] == np.arange(probabilities.shape[1])
    counts = is_given.sum(axis=0)
    totals = np.where(is_given, probabilities, 0.0).sum(axis=0)
    thresholds = np.divide(totals, counts, out=np.full(len(counts), np.inf), where=counts > 0)
    confident = np.where(probabilities >= thresholds - _ROUNDING, probabilities, -1.0)
    return np.where(confident.max(axis=1) >= 0, confident.argmax(axis=1), -1)


def _suspect_yes_or_no(
    scored: Scored, seen: NDArray[np.intp], column: int, probabilities: FloatArray, given: NDArray[np.intp]
) -> list[Suspicion]:
    true = confident_classes(np.stack([1 - probabilities, probabilities], axis=1), given)
    return [
        {
            "row": int(seen[k]),
            "id": scored.rows[seen[k]].id,
            "label": scored.ids[column],
            "is_given": bool(given[k]),
            "suggested": None,
            "probability": float(probabilities[k]),
            "margin": float((2 * probabilities[k] - 1) * (1 if given[k] else -1)),
        }
        for k in np.flatnonzero((true >= 0) & (true != given))
    ]


def _suspect_one(
    scored: Scored, seen: NDArray[np.intp], probabilities: FloatArray, given: NDArray[np.intp]
) -> list[Suspicion]:
    true = confident_classes(probabilities, given)
    margins = probabilities - best_other(probabilities)
    return [
        {
            "row": int(seen[k]),
            "id": scored.rows[seen[k]].id,
            "label": scored.ids[given[k]],
            "is_given": True,
            "suggested": scored.ids[true[k]],
            "probability": float(probabilities[k, given[k]]),
            "margin": float(margins[k, given[k]]),
        }
        for k in np.flatnonzero((true >= 0) & (true != given))
    ]
