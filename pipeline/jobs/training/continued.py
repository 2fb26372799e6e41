"""The encoder, or the classifier to go on with, that training starts from: what must be as it was, what checks it."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline.config import TrainConfig, prepare_stages
from pipeline.decision import BoolArray, Decision
from pipeline.errors import ConfigError, InputError
from pipeline.jobs.training.material import TrainingMaterial
from pipeline.jobs.training.texts import was_trained_on
from pipeline.model_folder import find_model, read_decision
from pipeline.tokenizer import refuse_segmented
from pipeline.training import choose_training_device, read_head_labels, refuse_other_kinds, refuse_to_freeze_all

_log = logging.getLogger(__name__)


def check_base_model(config: TrainConfig, now: Decision) -> Path:
    """Check device and base model before anything is trained.

    Args:
        config: The settings.
        now: What the settings make of taxonomy, windows and prepare stages.

    Returns:
        The base model's folder.

    Raises:
        ConfigError: There is no such device, no layer would be trained, or a classifier was trained with other settings
            (see `check_continued`).
        ModelError: The base model is missing, damaged or of an unsupported kind.
    """
    choose_training_device(config.training.device)
    refuse_segmented(config.base_model)
    refuse_other_kinds(base := find_model(config.base_model))
    refuse_to_freeze_all(base, config.training.freeze_layers)
    check_continued(config, now, base)
    return base


def check_continued(config: TrainConfig, now: Decision, base: Path) -> None:
    """Check that training may go on with a classifier; an encoder passes. Tells which domains come and go.

    Args:
        config: The settings.
        now: What the settings make of taxonomy, windows and prepare stages.
        base: Folder of the classifier or encoder.

    Raises:
        ConfigError: The classifier was trained on other windows, or shall be calibrated on rows that it was trained
            on; all that differs is named.
        ModelError: It is linear, gives another number of labels per paragraph, or is damaged.
    """
    labels = read_head_labels(base, now.taxonomy)
    if labels is None:
        return
    before = read_decision(base)
    wrong = list(_differences(before, now))
    if config.calibration.folds:
        wrong.append(f"calibration.folds: {config.calibration.folds} here; it was trained on rows of all folds: set 0")
    if wrong:
        message = "\n".join(
            [
                f"{config.base_model}: its training cannot go on with other settings",
                *(f"  {each}" for each in wrong),
                "take those of the classifier, or train from an encoder instead: base_model=models/encoder",
            ]
        )
        raise ConfigError(message)
    new = [name for name in now.taxonomy.ids if name not in labels]
    gone = [name for name in labels if name not in now.taxonomy.ids]
    if new or gone:
        kept = len(now.taxonomy.ids) - len(new)
        told = f"new: {', '.join(new) or 'none'}; gone: {', '.join(gone) or 'none'}"
        _log.warning("%s: %d domains go on as they were; %s", config.base_model, kept, told)


def choose_checks(material: TrainingMaterial, base: Path) -> BoolArray:
    """Choose the rows to check and calibrate on: those held out, but none that a classifier was trained on before.

    Args:
        material: All rows.
        base: Folder of the classifier or encoder.

    Returns:
        Shape (rows used,).

    Raises:
        InputError: No labelled one is left.
        ModelError: What the classifier remembers of its training is damaged.
    """
    checks = material.checks
    if read_head_labels(base, material.decision.taxonomy) is None:
        return checks
    seen = was_trained_on(base, material.used)
    if seen is None:
        _log.warning("%s: what it was trained on is not known; rows that are held out now may be among it", base)
        return checks
    if count := int((checks & seen).sum()):
        _log.warning("%d of %d rows held out are not checked on: %s was trained on them", count, checks.sum(), base)
    left = checks & ~seen
    if not material.gold[left & material.is_calibrated_on].any():
        message = (
            f"{base}: was trained on all labelled rows that are held out now, and cannot be checked on them; give rows "
            "of articles that are new to it, or train from an encoder instead: base_model=models/encoder"
        )
        raise InputError(message)
    return left


def _differences(before: Decision, now: Decision) -> Iterator[str]:
    """Name the settings that would let the classifier see other text than it was trained on."""
    for name in ("preprocess", "max_tokens", "overlap", "combine"):
        if getattr(before, name) != getattr(now, name):
            yield f"window.{name}: {getattr(before, name)} there, {getattr(now, name)} here"
    stages_before, stages_now = _stages(before), _stages(now)
    if list(stages_before) != list(stages_now):
        yield f"prepare: {', '.join(stages_before)} there, {', '.join(stages_now)} here"
        return
    for stage, settings in stages_now.items():
        for name, value in settings.items():
            if stages_before[stage][name] != value:
                yield f"prepare.{stage}.{name}: {stages_before[stage][name]} there, {value} here"


def _stages(decision: Decision) -> dict[str, dict[str, Any]]:
    return {stage.stage: stage.model_dump(mode="json") for stage in prepare_stages(decision)}
