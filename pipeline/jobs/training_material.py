"""What training starts from, whatever kind of classifier: prepared rows, checked before anything is written."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.config import TrainBasis, TrainConfig, TrainLinearConfig, load_config
from pipeline.decision import BoolArray, Decision
from pipeline.errors import InputError
from pipeline.gold import describe_files, gold_array, prepare_rows
from pipeline.labelled import list_labelled, read_labelled
from pipeline.records import LabelledParagraph, Tally
from pipeline.shipped import find_shipped
from pipeline.splits import fold_of, is_held_out
from pipeline.taxonomy import Taxonomy

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TrainingMaterial:
    """All that training starts from.

    Attributes:
        decision: Taxonomy, kind, windows and prepare stages; nothing fitted yet.
        count: Number of all labelled rows.
        used: The rows that a model sees: those that no prepare stage drops.
        texts: Their cleaned text.
        gold: Which labels apply to them, shape (rows used, labels).
        is_calibrated_on: Which rows used may be calibrated on and measured: those of files that
            `calibration.leave_out` does not name, shape (rows used,).
        files: The training files by content.
    """

    decision: Decision
    count: int
    used: list[LabelledParagraph]
    texts: list[str]
    gold: BoolArray
    is_calibrated_on: BoolArray
    files: list[dict[str, Any]]


def gather_material(config: TrainConfig | TrainLinearConfig) -> TrainingMaterial:
    """Read, prepare and check all that training starts from; nothing is written.

    Raises:
        ConfigError: The taxonomy is wrong.
        InputError: The labelled rows are wrong or too few.
    """
    taxonomy = load_config(Taxonomy, find_shipped(config.taxonomy))
    paths = list_labelled([*config.labelled, *config.extra])
    rows = read_labelled(paths, taxonomy)
    tally = Tally()
    texts = prepare_rows(rows, config.prepare, tally)
    is_used = np.array([text is not None for text in texts], dtype=np.bool_)
    gold = gold_array(rows, taxonomy)
    if not is_used.all():
        labelled = int(gold[~is_used].any(axis=1).sum())
        _log.warning("%d rows are not trained on, %d of them labelled: prepare drops them", (~is_used).sum(), labelled)
    used = [row for row, text in zip(rows, texts, strict=True) if text is not None]
    _check_support(gold[is_used], taxonomy)
    _check_sides(config, used, gold[is_used])
    return TrainingMaterial(
        decision=_start_decision(config, taxonomy),
        count=len(rows),
        used=used,
        texts=[text for text in texts if text is not None],
        gold=gold[is_used],
        is_calibrated_on=_is_calibrated_on(config, used),
        files=describe_files(paths, rows),
    )


def _is_calibrated_on(config: TrainBasis, used: Sequence[LabelledParagraph]) -> BoolArray:
    names = [Path(row.place.rpartition(":")[0]).name for row in used]
    return np.array([name not in config.calibration.leave_out for name in names], dtype=np.bool_)


def _start_decision(config: TrainConfig | TrainLinearConfig, taxonomy: Taxonomy) -> Decision:
    prepare = tuple(stage.model_dump(mode="json") for stage in config.prepare)
    if isinstance(config, TrainLinearConfig):
        return Decision(taxonomy=taxonomy, kind=config.kind, prepare=prepare, preprocess=config.ngrams.preprocess)
    return Decision(taxonomy=taxonomy, prepare=prepare, **config.window.model_dump())


def _check_support(gold: BoolArray, taxonomy: Taxonomy) -> None:
    support = gold.sum(axis=0)
    if not support.any():
        message = "no row has a label; training needs rows of each domain"
        raise InputError(message)
    lacking = [name for name, count in zip(taxonomy.ids, support, strict=True) if not count]
    if lacking:
        _log.warning("%d domains have no row and cannot be learned: %s", len(lacking), ", ".join(lacking))


def _check_sides(config: TrainBasis, used: Sequence[LabelledParagraph], gold: BoolArray) -> None:
    """Check that rows of all purposes are left in every fold: labelled ones to learn from and to check on."""
    share = config.training.held_out if isinstance(config, TrainConfig) else 0.0
    held, folds = is_held_out(used, share), config.calibration.folds
    if share and not (gold[held].any() and gold[~held].any()):
        message = f"{held.sum()} of {len(used)} rows are held out to check on, too few; give more rows of more articles"
        raise InputError(message)
    is_calibrated_on = _is_calibrated_on(config, used) & (held | bool(folds))
    if not gold[is_calibrated_on].any():
        message = "calibration.leave_out leaves no labelled row to calibrate on; leave out fewer files"
        raise InputError(message)
    for fold in range(folds):
        inside, labelled = fold_of(used, folds) == fold, gold.any(axis=1)
        learned, checked = int((labelled & ~inside & ~held).sum()), int((labelled & ~inside & held).sum())
        if not (inside.any() and learned and (checked or not share)):
            message = (
                f"{len(used)} rows are too few for {folds} folds: fold {fold} has {inside.sum()} of them and leaves "
                f"{learned} with labels to learn from and {checked} to check on; lower calibration.folds or give "
                "more rows of more articles"
            )
            raise InputError(message)
