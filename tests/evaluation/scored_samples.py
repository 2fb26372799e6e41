"""Scored rows made on the spot for the tests of the evaluation."""

from collections.abc import Sequence

import numpy as np

from pipeline.evaluation.scored import Scored
from pipeline.records import LabelledParagraph
from pipeline.taxonomy import Domain, Taxonomy

IDS = ("energy", "finance", "diplomacy")


def make_scored(  # noqa: PLR0913  (one per field that tests vary)
    gold: Sequence[Sequence[int]] | np.ndarray,
    applies: Sequence[Sequence[int]] | np.ndarray,
    probabilities: np.ndarray | None = None,
    *,
    margins: Sequence[float] | np.ndarray | None = None,
    groups: Sequence[int] | np.ndarray | None = None,
    texts: Sequence[str] | None = None,
    names: Sequence[str] | None = None,
    is_single: bool = False,
) -> Scored:
    """Put arrays beside rows of the labels `IDS`; each row is an article of its own unless told otherwise."""
    truth, claims = np.asarray(gold, dtype=bool), np.asarray(applies, dtype=bool)
    ids = IDS[: truth.shape[1]]
    rows = tuple(
        LabelledParagraph(
            id=names[k] if names else f"r{k}",
            text=texts[k] if texts else f"text {k}",
            labels=tuple(name for name, is_in in zip(ids, truth[k], strict=True) if is_in),
            place=f"gold.jsonl:{k + 1}",
        )
        for k in range(len(truth))
    )
    return Scored(
        taxonomy=Taxonomy(
            name="tiny",
            labels_per_paragraph="one" if is_single else "any",
            domains=tuple(Domain(id=name, arabic=name, english=name) for name in ids),
        ),
        rows=rows,
        groups=np.arange(len(rows)) if groups is None else np.asarray(groups),
        gold=truth,
        applies=claims,
        probabilities=probabilities,
        margins=None if margins is None else np.asarray(margins, dtype=float),
        flagged=np.zeros(len(rows), dtype=bool),
        model="tiny@0",
    )
