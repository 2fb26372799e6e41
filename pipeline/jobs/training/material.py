"""What training starts from, whatever kind of classifier: prepared rows, checked before anything is written."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.config import TrainConfig, TrainLinearConfig, load_config
from pipeline.decision import BoolArray, Decision
from pipeline.errors import InputError
from pipeline.gold import gold_array, known_array, prepare_rows
from pipeline.jobs.training.rows import TrainingRows, held_out_share, read_training_rows
from pipeline.material.corrections import find_contradictions
from pipeline.material.counts import count_labels
from pipeline.material.findings import Findings, warnings
from pipeline.material.sides import Sides, choose_sides
from pipeline.records import LabelledParagraph, Tally
from pipeline.shipped import find_shipped
from pipeline.splits import fold_of, group_numbers
from pipeline.taxonomy import Taxonomy

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TrainingMaterial:
    """All that training starts from.

    Attributes:
        decision: Taxonomy, kind, windows and prepare stages; nothing fitted yet.
        count: Number of all rows that training may use: extra rows supersede others, repeats among them and copies of
            evaluation rows are left out.
        used: The rows that a model sees: those that no prepare stage drops.
        texts: Their cleaned text.
        gold: Which labels apply to them, shape (rows used, labels).
        known: Which labels were annotated, shape (rows used, labels); the others say nothing, neither yes nor no.
        trains: Which rows used are trained on, shape (rows used,).
        checks: Which rows used are held out to check, calibrate and gate on; none of `trains`. Some rows are in
            neither.
        is_extra: Which rows used have their labels from files that the settings name as extra, shape (rows used,).
        before: Each row used as it was before the extra files; `None` where it came with them.
        is_calibrated_on: Which rows used may be calibrated on and measured: all of their labels are known, and
            `calibration.leave_out` does not name their file; shape (rows used,).
        files: The training files by content.
    """

    decision: Decision
    count: int
    used: list[LabelledParagraph]
    texts: list[str]
    gold: BoolArray
    known: BoolArray
    trains: BoolArray
    checks: BoolArray
    is_extra: BoolArray
    before: list[LabelledParagraph | None]
    is_calibrated_on: BoolArray
    files: list[dict[str, Any]]


def gather_material(config: TrainConfig | TrainLinearConfig) -> TrainingMaterial:
    """Read, prepare and check all that training starts from; nothing is written.

    Raises:
        ConfigError: The taxonomy is wrong.
        InputError: The labelled rows are wrong or too few; all that is wrong is told.
    """
    material, findings = examine_material(config)
    if findings.mistakes:
        raise InputError("\n".join(findings.mistakes))
    if dropped := material.count - len(material.used):
        _log.warning(
            "%d rows are not trained on, %d of them labelled: prepare drops them", dropped, findings.dropped_labelled
        )
    for warning in warnings(findings):
        _log.warning("%s", warning)
    return material


def examine_material(config: TrainConfig | TrainLinearConfig) -> tuple[TrainingMaterial, Findings]:
    """Read and prepare all that training starts from, and tell what was found in it; nothing is written.

    Raises:
        ConfigError: The taxonomy is wrong.
    """
    taxonomy = load_config(Taxonomy, find_shipped(config.taxonomy))
    read, tally = read_training_rows(config, taxonomy), Tally()
    texts = prepare_rows(read.rows, config.prepare, tally)
    is_used = np.array([text is not None for text in texts], dtype=np.bool_)
    used = [row for row, text in zip(read.rows, texts, strict=True) if text is not None]
    known = known_array(used, taxonomy)
    sides = choose_sides(used, known, held_out_share(config))
    base = {row.place: row for row in read.base}  # a row that is superseded stays in its place
    material = TrainingMaterial(
        decision=_start_decision(config, taxonomy),
        count=len(read.rows),
        used=used,
        texts=[text for text in texts if text is not None],
        gold=gold_array(used, taxonomy),
        known=known,
        trains=sides.trains,
        checks=sides.checks,
        is_extra=read.is_extra[is_used],
        before=[base.get(row.place) for row in used],
        is_calibrated_on=known.all(axis=1) & is_not_left_out(used, config.calibration.leave_out),
        files=read.described,
    )
    dropped = [row for row, text in zip(read.rows, texts, strict=True) if text is None]
    return material, _describe(config, read, material, sides, (dropped, tally))


def _describe(
    config: TrainConfig | TrainLinearConfig,
    read: TrainingRows,
    material: TrainingMaterial,
    sides: Sides,
    dropped: tuple[Sequence[LabelledParagraph], Tally],
) -> Findings:
    share, taxonomy = held_out_share(config), material.decision.taxonomy
    groups = group_numbers(material.used)
    counts = count_labels(material.gold, material.known, sides, material.is_extra, groups, share)
    return Findings(
        files=read.files,
        mistakes=read.mistakes or list(_find_lack(config, material)),
        contradictions=find_contradictions(read.base, taxonomy.ids),
        superseded=read.corrected.superseded,
        changed=read.corrected.changed,
        repeats=read.repeats,
        evaluation_copies=read.evaluation_copies,
        dropped={key: count for key, count in sorted(dropped[1].items()) if key.startswith("drop_")},
        dropped_labelled=sum(bool(row.labels) for row in dropped[0]),
        held_out_copies=int(sides.copies.sum()),
        extra_copies=int((sides.copies & material.is_extra).sum()),
        partial=sides.partial,
        held_out=share,
        labels=dict(zip(taxonomy.ids, counts, strict=True)),
    )


def is_not_left_out(rows: Sequence[LabelledParagraph], leave_out: Sequence[str]) -> BoolArray:
    """Tell which rows come from none of the files of these names (`calibration.leave_out`), shape (rows,)."""
    return np.array([Path(row.file).name not in leave_out for row in rows], dtype=np.bool_)


def _start_decision(config: TrainConfig | TrainLinearConfig, taxonomy: Taxonomy) -> Decision:
    prepare = tuple(stage.model_dump(mode="json") for stage in config.prepare)
    if isinstance(config, TrainLinearConfig):
        return Decision(taxonomy=taxonomy, kind=config.kind, prepare=prepare, preprocess=config.ngrams.preprocess)
    return Decision(taxonomy=taxonomy, prepare=prepare, **config.window.model_dump())


def _find_lack(config: TrainConfig | TrainLinearConfig, material: TrainingMaterial) -> Iterator[str]:
    """Say for which purposes no row is left in some fold: labelled ones to learn from and to check on."""
    share = config.training.held_out if isinstance(config, TrainConfig) else 0.0  # a linear one needs none to check on
    folds = config.calibration.folds
    gold, trains, checks = material.gold, material.trains, material.checks
    if not gold.any():
        yield "no row has a label; training needs rows of each domain"
        return
    if share and not (gold[checks].any() and gold[trains].any()):
        count = f"{checks.sum()} of {len(material.used)} rows"
        yield f"{count} are held out to check on, too few; give more rows of more articles"
        return
    if not gold[material.is_calibrated_on & (checks | bool(folds))].any():
        yield "calibration.leave_out leaves no labelled row to calibrate on; leave out fewer files"
        return
    for fold in range(folds):
        inside, labelled = fold_of(material.used, folds) == fold, gold.any(axis=1)
        learned, checked = int((labelled & ~inside & trains).sum()), int((labelled & ~inside & checks).sum())
        if not (inside.any() and learned and (checked or not share)):
            yield (
                f"{len(material.used)} rows are too few for {folds} folds: fold {fold} has {inside.sum()} of them and "
                f"leaves {learned} with labels to learn from and {checked} to check on; lower calibration.folds or "
                "give more rows of more articles"
            )
            return
