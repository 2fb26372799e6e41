"""Parting labelled rows into sides that never share an article, the same way at every retraining. Pure."""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.records import LabelledParagraph


def group_of(row: LabelledParagraph) -> str:
    """Name the group whose rows stay together: the article or, where none is named, all rows of the same text.

    The group depends on the row alone, neither on its place in a file nor on the other rows: that keeps each
    paragraph on its side when data is added.
    """
    return f"article {row.article}" if row.article else f"text {' '.join(row.text.split())}"


def group_numbers(rows: Sequence[LabelledParagraph]) -> NDArray[np.intp]:
    """Number the groups of rows from 0, in order of appearance; shape (rows,)."""
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(group_of(row), len(numbers)) for row in rows], dtype=np.intp)


def is_held_out(rows: Sequence[LabelledParagraph], share: float) -> NDArray[np.bool_]:
    """Tell which rows are held out of training: those of about a `share` of all groups; shape (rows,).

    Whoever is held out at one share is so at every larger one.
    """
    return np.array([_position(group_of(row), "held out") < share for row in rows], dtype=np.bool_)


def is_drawn(rows: Sequence[LabelledParagraph], share: float, draw: int) -> NDArray[np.bool_]:
    """Tell which rows are in a random draw of about a `share` of all groups; shape (rows,).

    Whoever is drawn at one share is so at every larger one of the same draw, and at 1 all are; draws of other numbers,
    and the sides and folds of training, are independent of it.
    """
    return np.array([_position(group_of(row), f"draw {draw}") < share for row in rows], dtype=np.bool_)


def positions_of(rows: Sequence[LabelledParagraph], purpose: str) -> NDArray[np.float64]:
    """Place rows on [0, 1), those of a group together, as if at random but always the same for a purpose."""
    return np.array([_position(group_of(row), purpose) for row in rows], dtype=np.float64)


def fold_of(rows: Sequence[LabelledParagraph], folds: int) -> NDArray[np.intp]:
    """Give each row one of `folds` folds, numbered from 0; shape (rows,)."""
    return np.array([int(_position(group_of(row), "fold") * folds) for row in rows], dtype=np.intp)


def _position(group: str, purpose: str) -> float:
    """Place a group on [0, 1), as if at random but always the same."""
    digest = hashlib.sha256(f"{purpose}: {group}".encode()).digest()
    return int.from_bytes(digest[:6]) / 2**48
