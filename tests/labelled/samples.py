"""A small taxonomy, and files of labelled paragraphs written for a test."""

import json
from collections.abc import Iterable
from pathlib import Path

from pipeline.labelled import Columns, read_labelled
from pipeline.records import LabelledParagraph
from pipeline.taxonomy import Taxonomy

EXPORTS = Path(__file__).parent / "exports"

_DOMAINS = (
    ("energy", "الطاقة", "Energy"),
    ("finance", "المال والمصارف", "Finance and banking"),
    ("diplomacy", "السياسة والدبلوماسية", "Politics, diplomacy"),
)


def taxonomy(labels_per_paragraph: str = "any") -> Taxonomy:
    """Three domains; the English name of one has a comma in it."""
    domains = [{"id": name, "arabic": arabic, "english": english} for name, arabic, english in _DOMAINS]
    return Taxonomy.model_validate({"name": "t", "labels_per_paragraph": labels_per_paragraph, "domains": domains})


def write_lines(path: Path, *rows: object) -> Path:
    """Write JSON Lines."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def write_json(path: Path, value: object) -> Path:
    """Write JSON."""
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    return path


def write_text(path: Path, *lines: str) -> Path:
    """Write lines as they are."""
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def read(path: Path, columns: Columns = Columns()) -> list[LabelledParagraph]:  # noqa: B008 - it is frozen
    """Read one file, or folder, by the small taxonomy."""
    return read_labelled([path], taxonomy(), columns)


def labels_of(rows: Iterable[LabelledParagraph]) -> list[tuple[str, ...]]:
    """Give the labels of rows."""
    return [row.labels for row in rows]
