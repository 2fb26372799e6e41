"""What a classifier gets wrong: its surest mistakes label by label, and which label it gives in place of another."""

from collections.abc import Mapping
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from pipeline.decision import BoolArray, FloatArray
from pipeline.evaluation.scored import Scored
from pipeline.taxonomy import NONE

DEFAULT_THRESHOLD = 0.5
"""Where a label's threshold is not given; `pipeline.decision.Decision` has the same."""


class Mistake(TypedDict):
    """A row where one label is wrong.

    `probability` is the label's; `distance` how far it lies on the wrong side of what it is decided by (`None` without
    probabilities, and where no model saw the row, as a prepare stage dropped it: `is_dropped`). `gold` is in the
    annotators' order, `predicted` most probable first.
    """

    row: int
    id: str
    text: str
    gold: list[str]
    predicted: list[str]
    probability: float | None
    distance: float | None
    is_dropped: bool


class LabelMistakes(TypedDict):
    """The surest false alarms and misses of a label, and how many of each there are in all."""

    false_alarm_count: int
    miss_count: int
    false_alarms: list[Mistake]
    misses: list[Mistake]


class Confusion(TypedDict):
    """Gold labels (rows) against predicted ones (columns), the last of both being none.

    Row sums are the labels' gold counts. The row of none sums to the rows without gold label and those, counted in
    `added`, whose gold labels were all found and others added.
    """

    labels: list[str]
    matrix: list[list[float]]
    added: int


def surest_mistakes(scored: Scored, n: int, thresholds: Mapping[str, float] | None = None) -> dict[str, LabelMistakes]:
    """Find the mistakes that a classifier was surest of, for each label.

    Sure is how far the label's probability lies from its threshold or, with one label per paragraph, from the most
    probable other label's. Without probabilities mistakes come in the order of the rows, and those in rows that a
    prepare stage dropped come behind the others.

    Args:
        scored: The rows.
        n: Mistakes of each kind to give at most, per label.
        thresholds: Probability from which a label applies, by label id; `DEFAULT_THRESHOLD` where not named.

    Returns:
        By label id.
    """
    distances = _distances(scored, thresholds or {})
    dropped = dropped_rows(scored)
    found: dict[str, LabelMistakes] = {}
    for k, name in enumerate(scored.ids):
        false_alarms = scored.applies[:, k] & ~scored.gold[:, k]
        misses = scored.gold[:, k] & ~scored.applies[:, k]
        found[name] = {
            "false_alarm_count": int(false_alarms.sum()),
            "miss_count": int(misses.sum()),
            "false_alarms": [
                _describe(scored, row, k, distances) for row in _surest(false_alarms, k, distances, dropped)[:n]
            ],
            "misses": [_describe(scored, row, k, distances) for row in _surest(misses, k, distances, dropped)[:n]],
        }
    return found


def confusion(scored: Scored) -> Confusion:
    """Count which label is predicted where another is gold.

    Row by row: a label that was found counts on the diagonal; each missed label is shared out equally among the
    labels that were added, or goes to none where there are none; where nothing was missed, one count of none is
    shared out among those added. A row rightly without any label is a hit of none. With one label per paragraph this
    is the ordinary confusion matrix.
    """
    hits, missed, extra = scored.gold & scored.applies, scored.gold & ~scored.applies, scored.applies & ~scored.gold
    has_missed, has_extra = missed.any(axis=1), extra.any(axis=1)
    lost = np.column_stack([missed, ~has_missed & has_extra]).astype(np.float64)
    got = np.column_stack([extra / np.maximum(extra.sum(axis=1, keepdims=True), 1), has_missed & ~has_extra])
    is_rightly_none = ~scored.gold.any(axis=1) & ~scored.applies.any(axis=1)
    diagonal = np.append(hits.sum(axis=0), is_rightly_none.sum())
    return {
        "labels": [*scored.ids, NONE],
        "matrix": (lost.T @ got + np.diag(diagonal)).tolist(),
        "added": int((~has_missed & has_extra & scored.gold.any(axis=1)).sum()),
    }


def dropped_rows(scored: Scored) -> BoolArray:
    """Tell which rows no model saw, as a prepare stage dropped them; shape (rows,)."""
    if scored.margins is None:
        return np.zeros(len(scored), dtype=np.bool_)
    return np.isposinf(scored.margins)


def best_other(probabilities: FloatArray) -> FloatArray:
    """Give the largest probability among a row's other labels, for every label; both shapes (rows, labels ≥ 2)."""
    best_two = np.sort(probabilities, axis=1)[:, :-3:-1]
    is_best = np.arange(probabilities.shape[1]) == probabilities.argmax(axis=1)[:, None]
    return np.where(is_best, best_two[:, 1:], best_two[:, :1])


def _distances(scored: Scored, thresholds: Mapping[str, float]) -> FloatArray | None:
    """Give how far each probability lies from tipping its label, shape (rows, labels)."""
    if scored.probabilities is None:
        return None
    if scored.taxonomy.labels_per_paragraph == "any":
        return np.abs(scored.probabilities - [thresholds.get(name, DEFAULT_THRESHOLD) for name in scored.ids])
    return np.abs(scored.probabilities - best_other(scored.probabilities))


def _surest(mistaken: BoolArray, column: int, distances: FloatArray | None, dropped: BoolArray) -> NDArray[np.intp]:
    """Give the numbers of the rows that are mistaken, the surest first, dropped ones last."""
    rows = np.flatnonzero(mistaken)
    keys = np.zeros(len(rows)) if distances is None else -distances[rows, column]
    return rows[np.lexsort((rows, keys, dropped[rows]))]


def _describe(scored: Scored, number: np.intp, column: int, distances: FloatArray | None) -> Mistake:
    row, is_dropped = scored.rows[number], bool(dropped_rows(scored)[number])
    columns = np.flatnonzero(scored.applies[number])
    if scored.probabilities is not None:
        columns = columns[np.argsort(-scored.probabilities[number, columns], kind="stable")]
    return {
        "row": int(number),
        "id": row.id,
        "text": row.text,
        "gold": list(row.labels),
        "predicted": [scored.ids[k] for k in columns],
        "probability": (
            None if scored.probabilities is None or is_dropped else float(scored.probabilities[number, column])
        ),
        "distance": None if distances is None or is_dropped else float(distances[number, column]),
        "is_dropped": is_dropped,
    }
