"""Labelled rows on the way that articles take: prepared by the model's stages, and as arrays beside predictions."""

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import InputError
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
    applies = [[name in row.labels for name in taxonomy.ids] for row in rows]
    return np.array(applies, dtype=np.bool_).reshape(len(rows), len(taxonomy.ids))


def known_array(rows: Sequence[LabelledParagraph], taxonomy: Taxonomy) -> NDArray[np.bool_]:
    """Tell on which labels of which rows annotators decided, shape (rows, labels)."""
    known = [[row.annotated is None or name in row.annotated for name in taxonomy.ids] for row in rows]
    return np.array(known, dtype=np.bool_).reshape(len(rows), len(taxonomy.ids))


def describe_files(paths: Sequence[Path], rows: Iterable[LabelledParagraph]) -> list[dict[str, Any]]:
    """Name data files, and folders, by content: name without the folder they are in, SHA-256, number of rows.

    Raises:
        InputError: A file, or one in a folder, cannot be read.
    """
    counts = dict.fromkeys(map(str, paths), 0)
    for row in rows:
        counts[row.file] += 1
    return [{"file": path.name, "sha256": _hash(path), "rows": counts[str(path)]} for path in paths]


def _hash(path: Path) -> str:
    try:
        if path.is_dir():
            within = "".join(f"{_hash(each)}  {each.name}\n" for each in sorted(path.iterdir()))
            return hashlib.sha256(within.encode()).hexdigest()
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        message = f"{path}: cannot be read ({error.strerror}); take an undamaged copy"
        raise InputError(message) from error


def _prepare_row(row: LabelledParagraph, stages: Sequence[Stage], tally: Tally) -> str | None:
    text = " ".join(row.text.splitlines())
    stream: Iterable[Record] = [Article(id=row.id, text=text, place=row.place, source=row.source)]
    for stage in stages:
        stream = stage(stream, tally)
    made = list(stream)
    if any(isinstance(record, Dropped | Rejection) for record in made):
        return None
    return " ".join(record.cleaned for record in made if isinstance(record, Paragraph))
