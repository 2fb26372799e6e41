"""Labelled paragraphs beside what a classifier says of them: what every question of the evaluation starts from."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.decision import BoolArray, FloatArray
from pipeline.records import LabelledParagraph
from pipeline.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True)
class Scored:
    """Rows with their gold and predicted labels, all in one order.

    Attributes:
        taxonomy: The labels, in the order of the columns.
        rows: The labelled paragraphs.
        groups: Number of each row's article; rows of one resemble each other, shape (rows,).
        gold: Which labels apply, shape (rows, labels).
        applies: Which labels were predicted, the same shape.
        probabilities: Calibrated probabilities, the same shape; `None` where predictions came without any.
        margins: Distance of each decision from tipping over (see `pipeline.decision.Decision.margins`), larger is
            surer, infinite where a prepare stage dropped the paragraph, shape (rows,); `None` as above.
        flagged: Which rows were marked as worth a person's look, shape (rows,).
        model: Version of the classifier, or name of the file of predictions.
    """

    taxonomy: Taxonomy
    rows: tuple[LabelledParagraph, ...]
    groups: NDArray[np.intp]
    gold: BoolArray
    applies: BoolArray
    probabilities: FloatArray | None
    margins: FloatArray | None
    flagged: BoolArray
    model: str

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def ids(self) -> tuple[str, ...]:
        """The labels' ids, in the order of the columns."""
        return self.taxonomy.ids

    @property
    def wrong(self) -> BoolArray:
        """Which rows differ from gold in any label, shape (rows,)."""
        return np.asarray((self.gold != self.applies).any(axis=1))

    def select(self, chosen: BoolArray) -> "Scored":
        """Give the rows where `chosen` holds, shape (rows,)."""
        return replace(
            self,
            rows=tuple(row for row, is_in in zip(self.rows, chosen, strict=True) if is_in),
            groups=self.groups[chosen],
            gold=self.gold[chosen],
            applies=self.applies[chosen],
            probabilities=None if self.probabilities is None else self.probabilities[chosen],
            margins=None if self.margins is None else self.margins[chosen],
            flagged=self.flagged[chosen],
        )
