"""Labelled rows on the way that articles take: prepared by the model's stages, and as arrays beside predictions."""

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.records import Article, Dropped, LabelledParagraph, Paragraph, Record, Rejection, Tally
from pipeline.stages.base import Stage
from pipeline.taxonomy import Taxonomy


def prepare_rows(rows: Sequence[LabelledParagraph], stages: Sequence[Stage], tally: Tally) -> list[str | None]:
    """Take labelled paragraphs through the stages that articles go through before a model sees them.

    Args:
        rows: The paragraphs. Line breaks in their text become spaces: a row is one paragraph.
        stages: The model's prepare stages.
        tally: Counts what the stages do.

    Returns:
        For each row the cleaned text that the model sees, or `None` where a stage dropped it; labelling gives such a
        paragraph no label.
    """
    return [_prepare_row(row, stages, tally) for row in rows]


def gold_array(rows: Sequence[LabelledParagraph], taxonomy: Taxonomy) -> NDArray[np.bool_]:
    """Tell which labels apply to which rows, shape (rows, labels)."""
    return np.array([[name in row.labels for name in taxonomy.ids] for row in rows], dtype=np.bool_)


def describe_files(paths: Sequence[Path], rows: Iterable[LabelledParagraph]) -> list[dict[str, Any]]:
    """Name data files by content: file name without its folder, SHA-256, number of rows."""
    counts = dict.fromkeys(map(str, paths), 0)
    for row in rows:
        counts[row.place.rpartition(":")[0]] += 1
    return [
        {"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "rows": counts[str(path)]}
        for path in paths
    ]


def _prepare_row(row: LabelledParagraph, stages: Sequence[Stage], tally: Tally) -> str | None:
    text = " ".join(row.text.splitlines())
    stream: Iterable[Record] = [Article(id=row.id, text=text, place=row.place, source=row.source)]
    for stage in stages:
        stream = stage(stream, tally)
    made = list(stream)
    if any(isinstance(record, Dropped | Rejection) for record in made):
        return None
    return " ".join(record.cleaned for record in made if isinstance(record, Paragraph))
