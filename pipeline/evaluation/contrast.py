"""Whether a classifier's decisions change as they should where a few words change the labels of a paragraph.

Source: Gardner et al., "Evaluating models' local decision boundaries via contrast sets", Findings of EMNLP 2020.
"""

from collections.abc import Sequence
from typing import Self, TypedDict

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from pipeline.bootstrap import Interval
from pipeline.decision import BoolArray
from pipeline.evaluation.curves import wilson_interval
from pipeline.evaluation.robustness import Predict
from pipeline.metrics import check_shapes


class ContrastPair(BaseModel):
    """A paragraph, and the same changed by a few words so that other labels apply.

    Attributes:
        id: Name of the pair.
        kind: What was changed; see `seeds/contrast/README.md`.
        text: The paragraph.
        labels: Its labels.
        changed: The changed paragraph.
        changed_labels: Labels of that, not the same set.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1)
    kind: str = Field(min_length=1)
    text: str = Field(min_length=1)
    labels: tuple[str, ...]
    changed: str = Field(min_length=1)
    changed_labels: tuple[str, ...]

    @model_validator(mode="after")
    def _check_both_change(self) -> Self:
        if self.text == self.changed or set(self.labels) == set(self.changed_labels):
            message = f"pair {self.id}: text and labels both have to change"
            raise ValueError(message)
        return self


class PairNumbers(TypedDict):
    """How a classifier decides on contrast pairs.

    Attributes:
        pairs: Number of pairs, at least 1.
        both_right: Share of pairs whose label sets are right on both sides.
        both_right_interval: Wilson interval of that share.
        change_right: Share of pairs in which just those labels come and go that should, whatever else is predicted on
            both sides alike.
        change_right_interval: Wilson interval of that share.
        unmoved: Share of pairs in which no label comes or goes.
        first_right: Share of pairs whose first side is right.
        second_right: Share of pairs whose changed side is right.
    """

    pairs: int
    both_right: float
    both_right_interval: Interval
    change_right: float
    change_right_interval: Interval
    unmoved: float
    first_right: float
    second_right: float


class PairsReport(TypedDict):
    """Numbers of all pairs and of each kind in order of appearance, and ids of the pairs not right on both sides."""

    all: PairNumbers
    kinds: dict[str, PairNumbers]
    failed: list[str]


def measure_pairs(pairs: Sequence[ContrastPair], ids: Sequence[str], predict: Predict) -> PairsReport:
    """Measure whether decisions change as they should where a few words change the labels.

    Args:
        pairs: The pairs; their labels are among `ids`.
        ids: The labels' ids.
        predict: The classifier; called once, with the first sides and then the changed ones.

    Raises:
        ValueError: There is no pair, a label is unknown, or the prediction has another shape.
    """
    unknown = sorted({name for pair in pairs for name in (*pair.labels, *pair.changed_labels)} - set(ids))
    if unknown or not pairs:
        message = f"unknown labels in pairs: {', '.join(unknown)}" if unknown else "no contrast pair"
        raise ValueError(message)
    applies, probabilities = predict([pair.text for pair in pairs] + [pair.changed for pair in pairs])
    sides = [pair.labels for pair in pairs] + [pair.changed_labels for pair in pairs]
    gold = np.array([[name in labels for name in ids] for labels in sides], dtype=np.bool_)
    check_shapes(gold, applies, probabilities, ids)
    right = (gold == applies).all(axis=1).reshape(2, -1).T
    due, made = (np.diff(side.reshape(2, len(pairs), -1).astype(np.int8), axis=0)[0] for side in (gold, applies))
    facts = np.column_stack([right, right.all(axis=1), (due == made).all(axis=1), ~made.any(axis=1)])
    kinds = np.array([pair.kind for pair in pairs])
    return {
        "all": _pair_numbers(facts),
        "kinds": {kind: _pair_numbers(facts[kinds == kind]) for kind in dict.fromkeys(pair.kind for pair in pairs)},
        "failed": [pair.id for pair, is_right in zip(pairs, right.all(axis=1), strict=True) if not is_right],
    }


def _pair_numbers(facts: BoolArray) -> PairNumbers:
    """Turn facts of pairs to shares: first, second, both right, change right, unmoved; shape (pairs, 5)."""
    first, second, both, change, unmoved = facts.mean(axis=0).tolist()
    count = len(facts)
    return {
        "pairs": count,
        "both_right": both,
        "both_right_interval": wilson_interval(int(facts[:, 2].sum()), count),
        "change_right": change,
        "change_right_interval": wilson_interval(int(facts[:, 3].sum()), count),
        "unmoved": unmoved,
        "first_right": first,
        "second_right": second,
    }
