"""How many rows each label has, on which side and from where, and which sides came out unlike what was asked for."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import bdtr, bdtrc

from pipeline.decision import BoolArray
from pipeline.material.sides import Sides

FEW_CHECKS: Final = 10
"""Held-out rows of a label below which what is measured and calibrated on them is mostly chance."""

_UNLIKELY: Final = 0.01
"""Chance of as many articles on the held-out side, or as few, below which it is told."""


@dataclass(frozen=True, slots=True)
class LabelCounts:
    """Rows that have a label.

    Attributes:
        base: Trained on, from the labelled files.
        extra: Trained on, with labels from the extra files.
        base_held_out: Held out, from the labelled files.
        extra_held_out: Held out, with labels from the extra files.
        decided: Rows on either side whose annotators decided on the label, whether it applies or not.
        is_far: Whether the share of its articles that are held out is far from what was asked for.
    """

    base: int
    extra: int
    base_held_out: int
    extra_held_out: int
    decided: int
    is_far: bool

    @property
    def trained(self) -> int:
        """Rows that have the label and are trained on."""
        return self.base + self.extra

    @property
    def held_out(self) -> int:
        """Rows that have the label and are held out."""
        return self.base_held_out + self.extra_held_out

    @property
    def held_out_share(self) -> float:
        """Share of its rows that are held out; 0 where it has none."""
        return self.held_out / max(1, self.trained + self.held_out)


def count_labels(
    gold: BoolArray, known: BoolArray, sides: Sides, is_extra: BoolArray, groups: NDArray[np.intp], share: float
) -> list[LabelCounts]:
    """Count the rows of each label.

    Args:
        gold: Which labels apply, shape (rows, labels).
        known: On which labels annotators decided, shape (rows, labels).
        sides: Which rows are trained on and held out.
        is_extra: Which have their labels from extra files, shape (rows,).
        groups: Numbers of the rows' articles, shape (rows,).
        share: Of the articles that was to be held out.
    """
    return [_count(gold[:, k], known[:, k], sides, is_extra, groups, share) for k in range(gold.shape[1])]


def _count(
    has: BoolArray, known: BoolArray, sides: Sides, is_extra: BoolArray, groups: NDArray[np.intp], share: float
) -> LabelCounts:
    is_used = sides.trains | sides.checks
    articles, held_out = (np.unique(groups[has & side]).size for side in (is_used, sides.checks))
    return LabelCounts(
        base=int((has & ~is_extra & sides.trains).sum()),
        extra=int((has & is_extra & sides.trains).sum()),
        base_held_out=int((has & ~is_extra & sides.checks).sum()),
        extra_held_out=int((has & is_extra & sides.checks).sum()),
        decided=int((known & is_used).sum()),
        is_far=_is_far(held_out, articles, share),
    )


def _is_far(held_out: int, articles: int, share: float) -> bool:
    """Tell whether so many of so many articles are rarely held out by chance: a tail of the binomial below .01."""
    if not share or not articles:
        return False
    tails = bdtr(held_out, articles, share), bdtrc(held_out - 1, articles, share)
    return bool(min(tails) < _UNLIKELY)
