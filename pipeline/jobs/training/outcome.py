"""What fitting gives, whatever kind of classifier, beside the model itself."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.decision import BoolArray, FloatArray

if TYPE_CHECKING:
    from pipeline.training import Report


@dataclass(frozen=True, slots=True)
class TrainingOutcome:
    """What the job makes decision rule, metrics and card of.

    Attributes:
        logits: Out-of-sample, of the rows used, shape (rows, labels); NaN for rows that have none.
        trained: On which rows used the weights were fitted, shape (rows,).
        training: What `metrics.json` tells of the fitting.
        started_from: What it tells of the encoder: `base_model`, if there was one.
        libraries: Packages whose versions matter.
        base: Folder of the encoder or classifier that training started from, if it did from any.
    """

    logits: FloatArray
    trained: BoolArray
    training: dict[str, Any]
    started_from: dict[str, Any]
    libraries: tuple[str, ...]
    base: Path | None = None


Fit = Callable[[Path, "Report"], TrainingOutcome]
"""Fits a model into a folder, all but its decision rule, and reports how far it is."""
