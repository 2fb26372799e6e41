"""The rows that training may use: read, corrected by the extra ones, without repeats and copies of evaluation rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.config import TrainConfig, TrainLinearConfig
from pipeline.decision import BoolArray
from pipeline.errors import InputError
from pipeline.evaluation.leakage import are_copies, fingerprint
from pipeline.gold import describe_files
from pipeline.labelled import Columns, collect_labelled, list_labelled, tell_mistakes
from pipeline.material.corrections import Corrected, correct_rows, is_repeat
from pipeline.material.findings import FileFindings, Use, find_row_mistakes, look_at_file
from pipeline.material.texts import by_file, refuse_texts
from pipeline.records import LabelledParagraph
from pipeline.splits import is_held_out
from pipeline.stages import DropBoilerplate
from pipeline.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True)
class TrainingRows:
    """What was read.

    Attributes:
        rows: The rows that training may use.
        is_extra: Which of them have their labels from extra files, shape (rows,).
        corrected: Base and extra rows as one, before any were left out.
        base: The rows of the labelled files, as read.
        repeats: Number of extra rows left out because they repeat others.
        evaluation_copies: Number of rows left out because they are copies of evaluation rows.
        files: What each file says of itself.
        described: The training files by content; nothing where mistakes stop training.
        mistakes: What is wrong with files and rows.
    """

    rows: list[LabelledParagraph]
    is_extra: BoolArray
    corrected: Corrected
    base: Sequence[LabelledParagraph]
    repeats: int
    evaluation_copies: int
    files: Mapping[str, FileFindings]
    described: list[dict[str, Any]]
    mistakes: list[str]


def read_training_rows(config: TrainConfig | TrainLinearConfig, taxonomy: Taxonomy) -> TrainingRows:
    """Read all rows that the settings name; mistakes are collected and not raised."""
    mistakes: list[str] = []
    paths = _list_files(config, mistakes)
    read = {use: _read(paths[use], taxonomy, config.columns, mistakes) for use in paths}
    files = {
        file: look_at_file(use, rows, taxonomy.ids)
        for use, each in read.items()
        for file, rows in by_file(each).items()
    }
    mistakes += find_row_mistakes(read["base"], read["extra"], taxonomy)
    keep_foreign = not any(isinstance(stage, DropBoilerplate) and not stage.keep_foreign for stage in config.prepare)
    faults = {file: each.faults for file, each in files.items() if each.use != "evaluation"}
    mistakes += refuse_texts(faults, keep_foreign=keep_foreign)
    mistakes += _refuse_unread(config.calibration.leave_out, [*paths["base"], *paths["extra"]])
    corrected = correct_rows(read["base"], read["extra"])
    repeats = np.zeros(len(corrected.rows), dtype=np.bool_)
    new = corrected.rows[len(read["base"]) :]
    repeats[len(read["base"]) :] = is_repeat(new, is_held_out(new, held_out_share(config)))
    gold = fingerprint([row.text for row in read["evaluation"]])
    copies = are_copies(gold, [row.text for row in corrected.rows])
    kept = ~repeats & ~copies
    described = _describe([*paths["base"], *paths["extra"]], [*read["base"], *read["extra"]], mistakes)
    return TrainingRows(
        rows=[row for row, is_kept in zip(corrected.rows, kept, strict=True) if is_kept],
        is_extra=corrected.is_extra[kept],
        corrected=corrected,
        base=read["base"],
        repeats=int((repeats & ~copies).sum()),
        evaluation_copies=int(copies.sum()),
        files=files,
        described=described,
        mistakes=mistakes,
    )


def held_out_share(config: TrainConfig | TrainLinearConfig) -> float:
    """Give the share of articles to be held out; of a linear classifier's they are for the promotion gate alone."""
    return config.training.held_out if isinstance(config, TrainConfig) or config.gate else 0.0


def _list_files(config: TrainConfig | TrainLinearConfig, mistakes: list[str]) -> dict[Use, list[Path]]:
    """Find the files of each use; one that is named as extra is nothing else."""
    paths: dict[Use, list[Path]] = {"base": [], "extra": [], "evaluation": []}
    wanted: tuple[tuple[Use, tuple[str, ...]], ...] = (
        ("base", config.labelled),
        ("extra", config.extra),
        ("evaluation", config.evaluation),
    )
    for use, names in wanted:
        try:
            paths[use] = list_labelled(names)
        except InputError as error:
            mistakes.append(str(error))
    paths["base"] = [path for path in paths["base"] if path not in paths["extra"]]
    return paths


def _refuse_unread(left_out: Sequence[str], paths: Sequence[Path]) -> Iterator[str]:
    """Say which names to leave out of calibration are those of no file."""
    there = {path.name for path in paths}
    for name in left_out:
        if there and name not in there:
            yield (
                f"calibration.leave_out: {name} is no file that is trained on; give names without folders, of "
                f"{', '.join(sorted(there))}"
            )


def _read(paths: Sequence[Path], taxonomy: Taxonomy, columns: Columns, mistakes: list[str]) -> list[LabelledParagraph]:
    rows, wrong = collect_labelled(paths, taxonomy, columns)
    if wrong:
        mistakes.append(tell_mistakes(wrong))
    elif paths and not rows:
        mistakes.append(f"{', '.join(map(str, paths))}: no labelled row; give at least one")
    return rows


def _describe(paths: Sequence[Path], rows: Sequence[LabelledParagraph], mistakes: list[str]) -> list[dict[str, Any]]:
    """Name the files by content; those of which mistakes were told may not even be there."""
    if mistakes:
        return []
    try:
        return describe_files(paths, rows)
    except InputError as error:
        mistakes.append(str(error))
        return []
