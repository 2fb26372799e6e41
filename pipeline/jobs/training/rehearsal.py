"""Rehearsal: which of the known rows are trained on again when a classifier learns new ones, lest it forgets."""

import math

import numpy as np

from pipeline.decision import BoolArray
from pipeline.jobs.training.material import TrainingMaterial
from pipeline.splits import positions_of

FEWEST = 20
"""Rows of each domain that a draw has at least, as far as there are so many."""


def choose_rows(material: TrainingMaterial, rehearsal: float | None, seed: int) -> BoolArray:
    """Choose the rows to train on: all extra ones, and a draw of the others.

    Whole articles (or single texts that name none) are drawn, until there are enough rows; the drawn ones of the
    next larger draw of the same seed are the same and more. Of each domain the first `FEWEST` rows are in every draw.

    Args:
        material: All rows; only those of `trains` are chosen.
        rehearsal: Rows drawn per extra row; `None` for all. Without extra rows to train on, all are chosen too.
        seed: Number of the draw.

    Returns:
        Shape (rows used,).
    """
    extra = material.trains & material.is_extra
    base = material.trains & ~material.is_extra
    if rehearsal is None or not extra.any():
        return material.trains
    positions = positions_of(material.used, f"rehearsal {seed}")
    chosen = base & _first(positions, base, math.ceil(rehearsal * extra.sum()))
    for applies in (material.gold & material.known).T:
        chosen |= base & applies & _first(positions, base & applies, FEWEST)
    return np.asarray(extra | chosen)


def _first(positions: np.ndarray, candidates: BoolArray, count: int) -> BoolArray:
    """Tell what stands before the place that so many candidates reach; all, where they are fewer."""
    reached = np.sort(positions[candidates])
    return np.asarray(positions <= reached[count - 1]) if count <= len(reached) else np.ones_like(candidates)
