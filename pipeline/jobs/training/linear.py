"""Training a linear classifier: fold by fold, then on all rows into the model folder."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pipeline.config import TrainLinearConfig
from pipeline.decision import BoolArray
from pipeline.jobs.training.material import TrainingMaterial
from pipeline.jobs.training.outcome import Fit, TrainingOutcome
from pipeline.linear.fitting import FittedLinear, fit_linear
from pipeline.linear.ngrams import write_ngrams
from pipeline.splits import fold_of

if TYPE_CHECKING:
    from pipeline.training import Report

_log = logging.getLogger(__name__)


def start_linear(config: TrainLinearConfig, material: TrainingMaterial, *, resume: bool) -> Fit:
    """Give the function that fits; there is nothing to resume."""
    if resume:
        _log.warning("a linear model has no checkpoints: --resume changes nothing, training starts anew")

    def fit_into(partial: Path, report: "Report") -> TrainingOutcome:
        folds = config.calibration.folds
        fold = fold_of(material.used, folds)
        logits = np.full(material.gold.shape, np.nan)
        for k in range(folds):
            report(k, folds + 1, {})
            inside = fold == k
            texts = [text for text, is_inside in zip(material.texts, inside, strict=True) if is_inside]
            logits[inside] = _fit_on(material.trains & ~inside, config, material).logits(texts)
        report(folds, folds + 1, {})
        fitted = _fit_on(material.trains, config, material)
        report(folds + 1, folds + 1, {})
        write_ngrams(fitted.ngrams, partial)
        fitted.weights.save(partial, material.decision.taxonomy.ids, config.training.save_precision)
        known = fitted.ngrams
        return TrainingOutcome(
            logits=logits,
            trained=material.trains,
            training={"ngrams": {"words": len(known.words.ngrams), "characters": len(known.characters.ngrams)}},
            started_from={},
            libraries=("scikit-learn", "scipy", "numpy"),
        )

    return fit_into


def _fit_on(side: BoolArray, config: TrainLinearConfig, material: TrainingMaterial) -> FittedLinear:
    texts = [text for text, is_chosen in zip(material.texts, side, strict=True) if is_chosen]
    gold, known = material.gold[side], material.known[side]
    return fit_linear(texts, gold, material.decision, config.ngrams, config.training, known)
