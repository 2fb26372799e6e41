"""What the two models of the promotion gate say of its rows, each without the favor of thresholds fitted on them."""

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from pipeline.calibration import CalibrationSettings, cross_fitted
from pipeline.config import ANY_TRAIN_CONFIG, TrainConfig, TrainLinearConfig, load_config, prepare_stages
from pipeline.decision import BoolArray
from pipeline.errors import ConfigError
from pipeline.evaluation.scored import Scored
from pipeline.gold import gold_array, prepare_rows
from pipeline.jobs.evaluating.scoring import score_rows
from pipeline.jobs.gating.rows import GateRows
from pipeline.jobs.training.calibration import RULE_FOLDS, rules_without
from pipeline.jobs.training.material import TrainingMaterial, is_not_left_out
from pipeline.jobs.training.outcome import TrainingOutcome
from pipeline.jobs.training.texts import was_held_out
from pipeline.kinds import Classifier
from pipeline.records import LabelledParagraph, Tally
from pipeline.splits import fold_of

_NEARLY_ALL = 0.9
"""Share of the rows that a rule was fitted on which suffices to fit it as well as it was."""


def score_candidate(
    classifier: Classifier,
    rows: GateRows,
    config: TrainConfig | TrainLinearConfig,
    material: TrainingMaterial,
    outcome: TrainingOutcome,
) -> Scored:
    """Label the rows; those held out of training by decision rules that are fitted without them.

    Args:
        classifier: The candidate.
        rows: The gate's.
        config: By which it was trained.
        material: Its rows.
        outcome: What fitting gave.
    """
    scored = score_rows(rows.rows, classifier, Tally())
    applies = scored.applies.copy()
    is_held_out = np.zeros(len(material.used), dtype=np.bool_)
    is_held_out[rows.held_out] = True
    for chosen, rule in rules_without(is_held_out, config, material, outcome):
        places = np.flatnonzero(chosen[rows.held_out])
        classifier.decision = rule
        applies[places] = score_rows([rows.rows[k] for k in places], classifier, Tally()).applies
    return replace(scored, applies=applies, probabilities=None)


def score_incumbent(classifier: Classifier, rows: GateRows, folder: Path) -> tuple[Scored, list[str]]:
    """Label the rows; those that its decision rule was fitted on, if they are all here, by rules fitted without them.

    Args:
        classifier: The incumbent.
        rows: The gate's.
        folder: The incumbent's.

    Returns:
        What it says, and what is to be remarked of that.
    """
    scored = score_rows(rows.rows, classifier, Tally())
    seen = was_held_out(folder, rows.rows)
    if seen is None or not seen.any():
        return scored, []
    settings = _held_out_calibration(folder)
    seen &= is_not_left_out(rows.rows, settings.leave_out if settings else ())
    if not seen.any():
        return scored, []
    told = f"the incumbent's decision rule was fitted on {seen.sum():,} of these rows"
    if settings is None or seen.sum() < _NEARLY_ALL * _count_calibrated(folder):
        return scored, [f"{told} and on others; it gains a little by it"]
    applies = scored.applies.copy()
    fitted_on = [rows.before[k] or rows.rows[k] for k in np.flatnonzero(seen)]  # its labels, corrections came later
    applies[seen] = _cross_fit(classifier, fitted_on, settings)
    return replace(scored, applies=applies), [
        f"{told}; here each is labelled by one fitted without it, as for the other"
    ]


def _cross_fit(classifier: Classifier, rows: Sequence[LabelledParagraph], settings: CalibrationSettings) -> BoolArray:
    """Tell which labels apply by rules fitted on the other rows, shape (rows, labels)."""
    decision = classifier.decision
    gold = gold_array(rows, decision.taxonomy)
    texts = prepare_rows(rows, prepare_stages(decision), Tally())
    is_used = np.array([text is not None for text in texts], dtype=np.bool_)
    logits = classifier.text_logits([text for text in texts if text is not None])
    folds = fold_of(rows, RULE_FOLDS)
    applies = np.zeros(gold.shape, dtype=np.bool_)
    applies[is_used] = cross_fitted(decision, logits, gold[is_used], folds[is_used], settings)[1]
    return applies


def _held_out_calibration(folder: Path) -> CalibrationSettings | None:
    """Give the settings by which a model was calibrated on rows held out of its training; `None` if on others."""
    try:
        config = load_config(ANY_TRAIN_CONFIG, folder / "train.yaml")
    except ConfigError:
        return None
    return None if config.calibration.folds else config.calibration


def _count_calibrated(folder: Path) -> int:
    """Give the number of rows that a model was calibrated on; endless where its folder does not tell."""
    try:
        metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
        return int(metrics["out_of_sample"]["rows"])
    except (OSError, ValueError, KeyError):
        return sys.maxsize
