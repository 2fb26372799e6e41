"""Which rows are trained on and which are held out to check on, calibrate on and compare classifiers on.

The side of a row hangs on its article or its text alone (`pipeline.splits`): no other row can move it. What other rows
can do is keep it from being used.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.decision import BoolArray
from pipeline.evaluation.leakage import are_copies, fingerprint
from pipeline.records import LabelledParagraph
from pipeline.splits import is_held_out


@dataclass(frozen=True, slots=True)
class Sides:
    """The sides of rows; a row that stands on neither is not used.

    Attributes:
        trains: Which rows are trained on, shape (rows,).
        checks: Which are held out, shape (rows,).
        copies: Which are not trained on because they are copies, exact or near, of rows that are held out, shape
            (rows,).
        partial: Number of rows not checked on because their annotators did not decide on all labels.
    """

    trains: BoolArray
    checks: BoolArray
    copies: BoolArray
    partial: int


def choose_sides(rows: Sequence[LabelledParagraph], known: BoolArray, share: float) -> Sides:
    """Choose the sides of rows.

    Args:
        rows: The rows.
        known: On which labels their annotators decided, shape (rows, labels).
        share: Of the articles (or texts that name none) to be held out.
    """
    held = is_held_out(rows, share)
    is_partial = ~known.all(axis=1)
    texts = [row.text for row in rows]
    held_out = fingerprint([text for text, is_held in zip(texts, held, strict=True) if is_held])
    copies = ~held & are_copies(held_out, texts)
    return Sides(
        trains=~held & ~copies,
        checks=held & ~is_partial,
        copies=copies,
        partial=int((held & is_partial).sum()),
    )
