"""The decision rule of a classifier: from logits to calibrated probabilities to labels. Pure NumPy; no weights here."""

from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from pipeline.taxonomy import Taxonomy

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]
Probability = Annotated[float, Field(ge=0, le=1)]


class Platt(BaseModel):
    """Calibration of one label, `p = sigmoid(scale · logit + bias)`.

    Source: J. Platt, "Probabilistic outputs for support vector machines", 1999; with `bias` = 0 it is temperature
    scaling (Guo et al., "On calibration of modern neural networks", ICML 2017).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    scale: float = Field(1.0, gt=0)
    bias: float = 0.0


class Decision(BaseModel):
    """Everything but the weights that turns an article into labels; stored as `decision.json` in the model folder.

    Attributes:
        format: Version of this file's shape.
        taxonomy: The labels, in the order of the classifier's outputs.
        kind: Which classifier the folder holds.
        prepare: The stages that made paragraphs of articles in training, as settings (see `configs/train.yaml`).
        preprocess: What is done to a paragraph before its tokenizer sees it: AraBERT v0.2's preprocessing or nothing.
        max_tokens: Length of a window in tokens, special tokens included; a linear classifier has none of the three
            settings of windows, as it sees a paragraph whole.
        overlap: Tokens that neighboring windows of a long paragraph share.
        combine: How the windows of one paragraph make one probability: the largest (a domain applies when any part
            of the paragraph speaks of it) or the mean.
        calibration: Per label id; labels not named keep `sigmoid(logit)`.
        thresholds: Probability from which a label applies, per label id; 0.5 where not named.
        review_margin: A decision is worth a look when the log-odds of any label are nearer to its threshold's than
            this (one label per paragraph: when the best two probabilities are nearer to each other than this).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    WINDOW_SETTINGS: ClassVar[frozenset[str]] = frozenset({"max_tokens", "overlap", "combine"})

    format: Literal[1] = 1
    taxonomy: Taxonomy
    kind: Literal["transformer", "linear"] = "transformer"
    prepare: tuple[dict[str, Any], ...]
    preprocess: Literal["arabert-v02", "none"] = "arabert-v02"
    max_tokens: int = Field(256, ge=8)
    overlap: int = Field(64, ge=0)
    combine: Literal["max", "mean"] = "max"
    calibration: dict[str, Platt] = {}
    thresholds: dict[str, Probability] = {}
    review_margin: float = Field(0.0, ge=0)

    @model_validator(mode="after")
    def _check_against_taxonomy(self) -> Self:
        known = set(self.taxonomy.ids)
        for setting, given in (("calibration", self.calibration), ("thresholds", self.thresholds)):
            unknown = [label for label in given if label not in known]
            if unknown:
                message = f"{setting}: not in the taxonomy: {', '.join(unknown)}"
                raise ValueError(message)
        check_overlap(self.overlap, self.max_tokens)
        if self.kind == "linear" and (windows := sorted(self.WINDOW_SETTINGS & self.model_fields_set)):
            message = f"a linear classifier has no windows, {', '.join(windows)} cannot be set"
            raise ValueError(message)
        return self

    @property
    def threshold_row(self) -> FloatArray:
        """Thresholds in the order of the taxonomy, shape (labels,)."""
        return np.array([self.thresholds.get(label, 0.5) for label in self.taxonomy.ids])

    def probabilities(self, logits: FloatArray, windows: NDArray[np.int64]) -> FloatArray:
        """Calibrate the windows' logits and combine them per paragraph.

        Args:
            logits: Shape (all windows, labels), the windows of a paragraph next to each other.
            windows: Number of windows of each paragraph, at least 1, shape (paragraphs,).

        Returns:
            Shape (paragraphs, labels).
        """
        platt = [self.calibration.get(label, Platt()) for label in self.taxonomy.ids]
        shifted = logits * [each.scale for each in platt] + [each.bias for each in platt]
        if self.taxonomy.labels_per_paragraph == "one":
            exponentials = np.exp(shifted - shifted.max(axis=1, keepdims=True))
            scores = exponentials / exponentials.sum(axis=1, keepdims=True)
        else:
            scores = sigmoid(shifted)
        combined = combine_windows(scores, windows, self.combine)
        if self.taxonomy.labels_per_paragraph == "one":
            combined /= combined.sum(axis=1, keepdims=True)
        return combined

    def applies(self, probabilities: FloatArray) -> BoolArray:
        """Decide which labels apply; both shapes (paragraphs, labels)."""
        if self.taxonomy.labels_per_paragraph == "one":
            best = probabilities.argmax(axis=1)
            return np.asarray(np.arange(probabilities.shape[1]) == best[:, None])
        return np.asarray(probabilities >= self.threshold_row)

    def margins(self, probabilities: FloatArray) -> FloatArray:
        """Distance of each paragraph's decision from tipping over; see `review_margin`. Shape (paragraphs,)."""
        if self.taxonomy.labels_per_paragraph == "one":
            best_two = np.sort(probabilities, axis=1)[:, -2:]
            return np.asarray(best_two[:, 1] - best_two[:, 0])
        return np.asarray(np.abs(log_odds(probabilities) - log_odds(self.threshold_row)).min(axis=1))


def combine_windows(values: FloatArray, windows: NDArray[np.int64], combine: str) -> FloatArray:
    """Give each paragraph one value per label: the largest of its windows or their mean.

    The values are probabilities in the decision rule, and logits where one is fitted. Calibrating a label is
    increasing: calibrating the largest logit is the same as calibrating windows and taking the largest. For the mean,
    and for one label per paragraph, it is an approximation; both are exact for paragraphs of one window.

    Args:
        values: Shape (all windows, labels), the windows of a paragraph next to each other.
        windows: Number of windows of each paragraph, at least 1, shape (paragraphs,).
        combine: `max` or `mean`.

    Returns:
        Shape (paragraphs, labels), an array of its own.
    """
    first = np.concatenate([[0], np.cumsum(windows)[:-1]]).astype(np.intp)
    if combine == "mean":
        return np.asarray(np.add.reduceat(values, first, axis=0) / windows[:, None])
    return np.asarray(np.maximum.reduceat(values, first, axis=0))


def check_overlap(overlap: int, max_tokens: int) -> None:
    """Check that windows move on by at least half their length.

    Raises:
        ValueError: They overlap by more.
    """
    if overlap > max_tokens // 2:
        message = f"overlap: {overlap} is more than half of max_tokens, {max_tokens}"
        raise ValueError(message)


def sigmoid(logits: FloatArray) -> FloatArray:
    """Give the probability of log-odds, elementwise, without overflow."""
    return np.asarray(np.exp(-np.logaddexp(0.0, -logits)))


def log_odds(probabilities: FloatArray) -> FloatArray:
    """Give the log-odds of probabilities, elementwise, finite also for 0 and 1."""
    inside = np.clip(probabilities, 1e-9, 1 - 1e-9)
    return np.asarray(np.log(inside) - np.log1p(-inside))
