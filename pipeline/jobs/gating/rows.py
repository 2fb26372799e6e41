"""The rows on which the promotion gate compares two models: those that neither was trained on."""

from collections.abc import Iterator, Sequence
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
from pipeline.model_folder import DECISION_FILE
from pipeline.records import LabelledParagraph


@dataclass(frozen=True, slots=True)
class GateRows:
    """Rows to compare on.

    Attributes:
        rows: Those held out of the candidate's training first, then those of the evaluation files.
        held_out: Where the former stand among the rows used, shape (rows held out,).
        before: Each row as it was before the extra files; `None` where it came with them or was not wholly decided.
        evaluation: The evaluation files by content.
        left_out: Number of rows that were left out, by the reason.
        remarks: What is not known of the others.
    """

    rows: list[LabelledParagraph]
    held_out: NDArray[np.intp]
    before: list[LabelledParagraph | None]
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
    was = [row if row and row.annotated is None else None for row in (material.before[k] for k in held_out)]
    left_out = {
        "of a file that calibration.leave_out names": int((material.checks & ~material.is_calibrated_on).sum()),
        "annotated for some domains only": len(read) - len(gold),
    }
    is_fit, remarks = np.ones(len(rows), dtype=np.bool_), []
    for name, folder, who_gains in _teachers(incumbent, base):
        seen = was_trained_on(folder, rows)
        if seen is not None:
            left_out[f"{name} was trained on them or on near copies"] = int((is_fit & seen).sum())
            is_fit &= ~seen
        elif (folder / DECISION_FILE).is_file():  # an encoder has seen no labels
            remarks.append(f"what {name} was trained on is not known; if it is some of these rows, {who_gains} by it")
    return GateRows(
        rows=_select(rows, is_fit),
        held_out=held_out[is_fit[: len(held_out)]],
        before=[row for row, is_in in zip([*was, *gold], is_fit, strict=True) if is_in],
        evaluation=describe_files(paths, read),
        left_out={reason: count for reason, count in left_out.items() if count},
        remarks=tuple(remarks),
    )


def _teachers(incumbent: Path, base: Path | None) -> Iterator[tuple[str, Path, str]]:
    """Name the models that may have seen rows, with their folders and who gains by it."""
    yield "the incumbent", incumbent, "it gains"
    if base and base.resolve() != incumbent.resolve():
        yield "the base model", base, "the new version gains"


def _select(rows: Sequence[LabelledParagraph], chosen: NDArray[np.bool_]) -> list[LabelledParagraph]:
    return [row for row, is_in in zip(rows, chosen, strict=True) if is_in]
