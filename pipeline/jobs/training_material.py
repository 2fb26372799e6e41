"""What training starts from: rows as windows, the encoder, the settings; checked before anything is written."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.config import TrainConfig, load_config
from pipeline.decision import BoolArray, Decision
from pipeline.errors import InputError
from pipeline.gold import describe_files, gold_array, prepare_rows
from pipeline.labelled import list_labelled, read_labelled
from pipeline.model_folder import find_model
from pipeline.records import LabelledParagraph, Tally
from pipeline.shipped import find_shipped
from pipeline.splits import fold_of, is_held_out
from pipeline.taxonomy import Taxonomy
from pipeline.tokenizer import ParagraphTokenizer, refuse_segmented
from pipeline.training import EncodedRows

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TrainingMaterial:
    """All that training starts from.

    Attributes:
        config: The settings.
        base: Folder of the encoder.
        decision: Taxonomy, windows and prepare stages; nothing fitted yet.
        count: Number of all labelled rows.
        used: The rows that a model sees: those that no prepare stage drops.
        encoded: Their windows.
        files: The training files by content.
    """

    config: TrainConfig
    base: Path
    decision: Decision
    count: int
    used: list[LabelledParagraph]
    encoded: EncodedRows
    files: list[dict[str, Any]]


def gather_material(config: TrainConfig) -> TrainingMaterial:
    """Read, prepare and check all that training starts from; nothing is written.

    Raises:
        ConfigError: The taxonomy is wrong.
        InputError: The labelled rows are wrong or too few.
        ModelError: The encoder is missing or of an unsupported kind.
    """
    taxonomy = load_config(Taxonomy, find_shipped(config.taxonomy))
    paths = list_labelled([*config.labelled, *config.extra])
    rows = read_labelled(paths, taxonomy)
    refuse_segmented(config.base_model)
    base = find_model(config.base_model)
    prepare = tuple(stage.model_dump(mode="json") for stage in config.prepare)
    decision = Decision(taxonomy=taxonomy, prepare=prepare, **config.window.model_dump())
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
    windows = ParagraphTokenizer.load(base, decision).windows([text for text in texts if text is not None])
    encoded = EncodedRows(tuple(windows), gold[is_used])
    return TrainingMaterial(config, base, decision, len(rows), used, encoded, describe_files(paths, rows))


def _check_support(gold: BoolArray, taxonomy: Taxonomy) -> None:
    support = gold.sum(axis=0)
    if not support.any():
        message = "no row has a label; training needs rows of each domain"
        raise InputError(message)
    lacking = [name for name, count in zip(taxonomy.ids, support, strict=True) if not count]
    if lacking:
        _log.warning("%d domains have no row and cannot be learned: %s", len(lacking), ", ".join(lacking))


def _check_sides(config: TrainConfig, used: Sequence[LabelledParagraph], gold: BoolArray) -> None:
    """Check that rows of all purposes are left in every fold: labelled ones to learn from and to check on."""
    held, folds = is_held_out(used, config.training.held_out), config.calibration.folds
    if config.training.held_out and not (gold[held].any() and gold[~held].any()):
        message = f"{held.sum()} of {len(used)} rows are held out to check on, too few; give more rows of more articles"
        raise InputError(message)
    for fold in range(folds):
        inside, labelled = fold_of(used, folds) == fold, gold.any(axis=1)
        learned, checked = int((labelled & ~inside & ~held).sum()), int((labelled & ~inside & held).sum())
        if not (inside.any() and learned and (checked or not config.training.held_out)):
            message = (
                f"{len(used)} rows are too few for {folds} folds: fold {fold} has {inside.sum()} of them and leaves "
                f"{learned} with labels to learn from and {checked} to check on; lower calibration.folds or give "
                "more rows of more articles"
            )
            raise InputError(message)
