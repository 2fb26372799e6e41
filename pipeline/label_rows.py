"""Reading back what `taawun label` wrote, `labels.jsonl`, `.csv` or `.parquet`, row by row; no other files."""

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.csv_limit import cells_up_to
from pipeline.errors import InputError
from pipeline.records import Span
from pipeline.writers.csv_cells import unguard
from pipeline.writers.rows import DroppedRow, Row

FORMATS = ("jsonl", "parquet", "csv")
"""In the order in which a folder that holds several is read: those that keep texts as they are come first."""

_LONGEST_CELL = 2**31 - 1
_OPTIONAL = ("title", "date", "source", "primary")


def find_label_file(place: Path) -> Path:
    """Find the file of labelled paragraphs that a folder of results, or the path of the file itself, names.

    Raises:
        InputError: There is none.
    """
    if place.is_dir():
        found = next((path for kind in FORMATS if (path := place / f"labels.{kind}").is_file()), None)
        if found is None and any(place.glob("part-*")):
            message = f"{place}: holds parts; give one of them or, where a command takes several, {place}/part-*"
            raise InputError(message)
        if found is None:
            message = f"{place}: holds no labels.jsonl, .parquet or .csv; give what `taawun label` wrote"
            raise InputError(message)
        return found
    if not place.is_file():
        message = f"{place}: no such file or folder; give what `taawun label` wrote, for example labels"
        raise InputError(message)
    if place.suffix[1:] not in FORMATS:
        message = f"{place}: not one of {', '.join(f'.{kind}' for kind in FORMATS)}; give what `taawun label` wrote"
        raise InputError(message)
    return place


def read_label_rows(path: Path) -> Iterator[Row]:
    """Read labelled paragraphs in their order.

    Args:
        path: A file as `find_label_file` gives it.

    Raises:
        InputError: The file cannot be read, or a row is not one that `taawun label` writes.
    """
    readers: dict[str, Callable[[Path], Iterator[Mapping[str, Any]]]] = {
        ".jsonl": _json_lines,
        ".csv": _csv_lines,
        ".parquet": _parquet_rows,
    }
    for number, fields in enumerate(_told(path, readers[path.suffix]), start=1):
        try:
            yield _row(fields)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            message = (
                f"{path}: row {number} is not as `taawun label` writes it ({type(error).__name__}: {error}); "
                "give its own output"
            )
            raise InputError(message) from error


def read_dropped_rows(folder: Path) -> Iterator[DroppedRow]:
    """Read the paragraphs that were not classified, `dropped.jsonl`, where the folder has that file.

    Raises:
        InputError: It cannot be read.
    """
    path = folder / "dropped.jsonl"
    if not path.exists():
        return
    for number, fields in enumerate(_told(path, _json_lines), start=1):
        try:
            yield DroppedRow(**fields)
        except TypeError as error:
            message = f"{path}: row {number} is not as `taawun label` writes it ({error}); give its own output"
            raise InputError(message) from error


def _told(path: Path, read: Callable[[Path], Iterator[Mapping[str, Any]]]) -> Iterator[Mapping[str, Any]]:
    """Read rows, and turn what a damaged file brings about into a message."""
    try:
        yield from read(path)
    except (OSError, ValueError, csv.Error, pa.ArrowException) as error:
        message = f"{path}: cannot be read ({error}); take an undamaged copy"
        raise InputError(message) from error


def _json_lines(path: Path) -> Iterator[Mapping[str, Any]]:
    with path.open(encoding="utf-8") as stream:
        for line in stream:
            yield json.loads(line)


def _csv_lines(path: Path) -> Iterator[Mapping[str, Any]]:
    with path.open(encoding="utf-8-sig", newline="") as stream, cells_up_to(_LONGEST_CELL):
        for line in csv.DictReader(stream):
            told = {name: unguard(value) for name, value in line.items() if not name.startswith("p_")}
            yield told | {
                **{name: told[name] or None for name in _OPTIONAL},
                "labels": [label for label in told["labels"].split("|") if label],
                "needs_review": told["needs_review"] == "true",
                "probabilities": {name[2:]: float(value) for name, value in line.items() if name.startswith("p_")},
                "evidence": _read_cell(told["evidence"]) if "evidence" in told else None,
            }


def _parquet_rows(path: Path) -> Iterator[Mapping[str, Any]]:
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=1024):
            for fields in batch.to_pylist():
                probabilities = {name[2:]: value for name, value in fields.items() if name.startswith("p_")}
                yield {name: value for name, value in fields.items() if not name.startswith("p_")} | {
                    "probabilities": probabilities,
                    "evidence": _read_map(fields["evidence"]) if "evidence" in fields else None,
                }


def _row(fields: Mapping[str, Any]) -> Row:
    return Row(
        article_id=str(fields["article_id"]),
        title=fields["title"],
        date=fields["date"],
        source=fields["source"],
        place=str(fields["place"]),
        paragraph=int(fields["paragraph"]),
        start=int(fields["start"]),
        end=int(fields["end"]),
        text=str(fields["text"]),
        labels=tuple(fields["labels"]),
        primary=fields["primary"],
        probabilities={name: float(value) for name, value in fields["probabilities"].items()},
        needs_review=bool(fields["needs_review"]),
        windows=int(fields["windows"]),
        model=str(fields["model"]),
        evidence=_evidence(fields.get("evidence")),
    )


def _evidence(told: Mapping[str, Any] | None) -> dict[str, tuple[Span, ...]] | None:
    if told is None:
        return None
    return {name: tuple((int(start), int(end)) for start, end in spans) for name, spans in told.items()}


def _read_cell(cell: str) -> dict[str, Any]:
    """Read evidence as it stands in CSV, `energy:10-16,20-25|finance:3-8`."""
    parts = [part.partition(":") for part in cell.split("|") if part]
    return {name: [span.split("-") for span in spans.split(",") if span] for name, _, spans in parts}


def _read_map(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Read evidence as it stands in Parquet."""
    return {name: [(span["start"], span["end"]) for span in spans] for name, spans in pairs}
