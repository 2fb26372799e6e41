"""The rows on which the promotion gate compares two models: those that neither was trained on."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.config import TrainBasis
from pipeline.gold import describe_files
from pipeline.jobs.training.material import TrainingMaterial
from pipeline.jobs.training.texts import was_trained_on
from pipeline.labelled import list_labelled, read_labelled
from pipeline.records import LabelledParagraph


@dataclass(frozen=True, slots=True)
class GateRows:
    """Rows to compare on.

    Attributes:
        rows: Those held out of the candidate's training first, then those of the evaluation files.
        held_out: Where the former stand among the rows used, shape (rows held out,).
        is_new: Which rows came with the extra files, shape (rows,).
        evaluation: The evaluation files by content.
        left_out: Number of rows that were left out, by the reason.
        remarks: What is not known of the others.
    """

    rows: list[LabelledParagraph]
    held_out: NDArray[np.intp]
    is_new: NDArray[np.bool_]
    evaluation: list[dict[str, Any]]
    left_out: dict[str, int]
    remarks: tuple[str, ...]


def choose_gate_rows(
    config: TrainBasis, material: TrainingMaterial, incumbent: Path, base: Path | None = None
) -> GateRows:
    """Choose the rows to compare on.

    Args:
        config: With the evaluation files.
        material: The candidate's rows.
        incumbent: Folder of the model that it is compared with.
        base: Folder of the encoder or classifier that its training started from.

    Raises:
        InputError: The evaluation files are missing or wrong.
        ModelError: What a model remembers of its training is damaged.
    """
    paths = list_labelled(config.evaluation)
    read = read_labelled(paths, material.decision.taxonomy, config.columns) if paths else []
    gold = [row for row in read if row.annotated is None]
    held_out = np.flatnonzero(material.checks & material.is_calibrated_on)
    rows = [*(material.used[k] for k in held_out), *gold]
    is_new = np.concatenate([material.is_extra[held_out], np.zeros(len(gold), dtype=np.bool_)])
    left_out = {
        "of a file that calibration.leave_out names": int((material.checks & ~material.is_calibrated_on).sum()),
        "annotated for some domains only": len(read) - len(gold),
    }
    is_fit, remarks = np.ones(len(rows), dtype=np.bool_), []
    for name, folder in (("the incumbent", incumbent), ("the base model", base)):
        seen = was_trained_on(folder, rows) if folder else None
        if seen is not None:
            left_out[f"{name} was trained on them or on near copies"] = int((is_fit & seen).sum())
            is_fit &= ~seen
        elif folder == incumbent:
            remarks.append(
                "what the incumbent was trained on is not known; if it is some of these rows, it gains by it"
            )
    return GateRows(
        rows=_select(rows, is_fit),
        held_out=held_out[is_fit[: len(held_out)]],
        is_new=is_new[is_fit],
        evaluation=describe_files(paths, read),
        left_out={reason: count for reason, count in left_out.items() if count},
        remarks=tuple(remarks),
    )


def _select(rows: Sequence[LabelledParagraph], chosen: NDArray[np.bool_]) -> list[LabelledParagraph]:
    return [row for row, is_in in zip(rows, chosen, strict=True) if is_in]
