"""The decision rule of a trained model, fitted on rows it was not trained on, and how good it is on them."""

from typing import Any

import numpy as np

from pipeline.bootstrap import Resampling, intervals
from pipeline.calibration import cross_fitted, fit_decision, review_yield
from pipeline.config import TrainConfig, TrainLinearConfig
from pipeline.decision import BoolArray, Decision, sigmoid
from pipeline.jobs.training.material import TrainingMaterial
from pipeline.jobs.training.outcome import TrainingOutcome
from pipeline.metrics import expected_calibration_error, measure
from pipeline.splits import fold_of, group_numbers

_FOLDS = 5
"""Of cross-fitting, where the settings name no number of folds."""

RULE_FOLDS = 10
"""Of cross-fitting for the promotion gate: rules that are fitted on nine tenths of the rows are nearly as good as the
one that is fitted on all."""


def calibrate(
    config: TrainConfig | TrainLinearConfig, material: TrainingMaterial, outcome: TrainingOutcome
) -> tuple[Decision, dict[str, Any]]:
    """Fit the decision rule, and measure it cross-fitted; gives it and what `metrics.json` tells of that."""
    settings, decision = config.calibration, material.decision
    is_scored = _is_scored(material, outcome)
    rows = [row for row, scored in zip(material.used, is_scored, strict=True) if scored]
    gold, logits = material.gold[is_scored], outcome.logits[is_scored]
    fitted = fit_decision(decision, logits, gold, settings)
    folds = fold_of(rows, settings.folds or _FOLDS)
    probabilities, applies, flagged = cross_fitted(decision, logits, gold, folds, settings)
    seed = config.training.seed if isinstance(config, TrainConfig) else 0
    resampling = Resampling(group_numbers(rows), settings.resamples, seed=seed)
    how = (
        f"{settings.folds}-fold cross-validation"
        if settings.folds
        else "rows held out of training, the best epoch being chosen on them"
    )
    ids = decision.taxonomy.ids
    out_of_sample = {
        "how": f"{how}; decision rule cross-fitted on them",
        **measure(gold, applies, probabilities, ids),
        "intervals": intervals(gold, applies, probabilities, ids, resampling),
        "review": review_yield(applies, gold, flagged),
    }
    if decision.taxonomy.labels_per_paragraph == "any":
        raw = [expected_calibration_error(gold[:, k], sigmoid(logits[:, k])) for k in range(len(ids))]
        out_of_sample["ece_before_calibration"] = float(np.mean(raw))
    return fitted, {"out_of_sample": out_of_sample}


def rules_without(
    chosen: BoolArray,
    config: TrainConfig | TrainLinearConfig,
    material: TrainingMaterial,
    outcome: TrainingOutcome,
) -> list[tuple[BoolArray, Decision]]:
    """Give decision rules for rows that the stored one is fitted on: each leaves out the rows that it is for.

    Args:
        chosen: The rows, shape (rows used,).
        config: How rules are fitted.
        material: All rows.
        outcome: Their logits.

    Returns:
        Which of the rows used are a rule's, shape (rows used,), and the rule; every row chosen is of one of them.
    """
    settings, is_scored = config.calibration, _is_scored(material, outcome)
    folds = fold_of(material.used, RULE_FOLDS)
    rules = []
    for fold in np.unique(folds[chosen]):
        others = is_scored & (folds != fold)
        fitted_on = others if others.any() else is_scored
        rule = fit_decision(material.decision, outcome.logits[fitted_on], material.gold[fitted_on], settings)
        rules.append((chosen & (folds == fold), rule))
    return rules


def _is_scored(material: TrainingMaterial, outcome: TrainingOutcome) -> BoolArray:
    return np.asarray(~np.isnan(outcome.logits[:, 0]) & material.is_calibrated_on)
