"""Rows that annotators decided on for some labels only: what can be learned of them, and what cannot. Pure."""

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import InputError


def refuse_partial(known: NDArray[np.bool_]) -> None:
    """Check that a taxonomy of one label per paragraph can be learned: its rows are annotated for all labels.

    Args:
        known: On which labels annotators decided, shape (rows, labels).

    Raises:
        InputError: Some rows are annotated for some labels only.
    """
    if partial := int((~known.all(axis=1)).sum()):
        message = (
            f"{partial} of {len(known)} rows are annotated for some labels only; where each paragraph has exactly one "
            "label, that cannot be learned from: annotate them for all labels, or leave them out"
        )
        raise InputError(message)


def prior_log_odds(gold: NDArray[np.bool_], known: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Give the log-odds of each label where nothing is known of a paragraph, half a row added to either side.

    Args:
        gold: Which labels apply, shape (rows, labels).
        known: On which labels annotators decided; the same shape. A label that no row is annotated for counts as one
            of no row.

    Returns:
        Shape (labels,).
    """
    positive, count = (gold & known).sum(axis=0), known.sum(axis=0)
    count = np.where(count > 0, count, len(gold))
    return np.asarray(np.log((positive + 0.5) / (count - positive + 0.5)))
