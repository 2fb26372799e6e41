"""Reading back what `taawun label` wrote, `labels.jsonl`, `.csv` or `.parquet`, row by row; no other files."""

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.csv_limit import cells_up_to
from pipeline.errors import InputError
from pipeline.model_folder import DECISION_FILE
from pipeline.records import Span
from pipeline.taxonomy import Taxonomy
from pipeline.writers.csv_cells import unguard
from pipeline.writers.rows import DroppedRow, Row, storable

FORMATS = ("jsonl", "parquet", "csv")
"""In the order in which a folder that holds several is read: those that keep texts as they are come first."""

_DELIMITERS = (",", ";", "\t")
"""The last two are those of spreadsheets, under Arabic settings and for Unicode text."""

_LONGEST_CELL = 2**31 - 1
_TRUTH = {"true": True, "false": False}

_Fields = Mapping[str, Any]
_Made = TypeVar("_Made", Row, DroppedRow)


def find_label_files(place: Path) -> list[Path]:
    """Find the files of labelled paragraphs that a folder of results names, or the path of one file itself.

    Returns:
        One file; of results that many workers wrote, one of each part, in the order of the inputs.

    Raises:
        InputError: There is none.
    """
    if place.is_dir():
        folders = [place] if _label_file_in(place) else sorted(place.glob("part-*"))
        found = [(folder, _label_file_in(folder)) for folder in folders or [place]]
        if lacking := [str(folder) for folder, path in found if path is None]:
            advice = "; to export a model, say --to onnx or --to hub" if (place / DECISION_FILE).exists() else ""
            named = ", ".join(lacking)
            message = f"{named}: holds no labels.jsonl, .parquet or .csv; give what `taawun label` wrote{advice}"
            raise InputError(message)
        return [path for _, path in found if path]
    if not place.is_file():
        message = f"{place}: no such file or folder; give what `taawun label` wrote, for example labels"
        raise InputError(message)
    if place.suffix[1:] not in FORMATS:
        message = f"{place}: not one of {', '.join(f'.{kind}' for kind in FORMATS)}; give what `taawun label` wrote"
        raise InputError(message)
    return [place]


def _label_file_in(folder: Path) -> Path | None:
    return next((path for kind in FORMATS if (path := folder / f"labels.{kind}").is_file()), None)


def read_label_rows(path: Path) -> Iterator[Row]:
    """Read labelled paragraphs in their order, also where a spreadsheet saved them anew.

    Args:
        path: A file as `find_label_files` gives it.

    Raises:
        InputError: The file cannot be read, or a row is not one that `taawun label` writes.
    """
    formats: dict[str, tuple[Callable[[Path], Iterator[Any]], Callable[[Any], Row]]] = {
        ".jsonl": (_json_lines, _row),
        ".csv": (_csv_lines, lambda line: _row(_of_cells(*line))),
        ".parquet": (_parquet_rows, lambda fields: _row(_of_columns(fields))),
    }
    return _read(path, *formats[path.suffix])


def read_dropped_rows(folder: Path) -> Iterator[DroppedRow]:
    """Read the paragraphs that were not classified, `dropped.jsonl`, where the folder has that file.

    Raises:
        InputError: It cannot be read, or a row is not one that `taawun label` writes.
    """
    path = folder / "dropped.jsonl"
    return _read(path, _json_lines, _dropped_row) if path.exists() else iter(())


def read_checked_rows(path: Path, taxonomy: Taxonomy, model: str) -> Iterator[Row]:
    """Read labelled paragraphs as `read_label_rows` does, each looked at as `check_row` does.

    Raises:
        InputError: The file cannot be read, or a row is not one that the model could have given.
    """
    for number, row in enumerate(read_label_rows(path), start=1):
        check_row(row, taxonomy, model, f"{path}: row {number}")
        yield row


def check_row(row: Row, taxonomy: Taxonomy, model: str, place: str) -> None:
    """Check that a row is one that a model could have given.

    Args:
        row: The row.
        taxonomy: The model's.
        model: Names the model.
        place: Where the row was found.

    Raises:
        InputError: It is not.
    """
    domains, names = set(taxonomy.ids), ", ".join(taxonomy.ids)
    if row.probabilities.keys() != domains:
        message = f"{place}: labelled by {row.model}, but {model} has other domains ({names}); give --model"
    elif unknown := [name for name in (*row.labels, *(row.evidence or ())) if name not in domains]:
        message = f"{place}: labels {', '.join(unknown)}: known are {names}; take it as taawun label wrote it"
    elif not all(0 <= each <= 1 for each in row.probabilities.values()):
        message = f"{place}: probabilities from 0 to 1 are expected; take it as taawun label wrote it"
    else:
        return
    raise InputError(message)


def _read(path: Path, read: Callable[[Path], Iterator[Any]], make: Callable[[Any], _Made]) -> Iterator[_Made]:
    """Read rows, and turn what a damaged or edited file brings about into a message."""
    try:
        for number, line in enumerate(read(path), start=1):
            yield _made(make, line, f"{path}: row {number}")
    except (OSError, ValueError, RecursionError, csv.Error, pa.ArrowException) as error:
        message = f"{path}: cannot be read ({error}); take an undamaged copy"
        raise InputError(message) from error


def _made(make: Callable[[Any], _Made], line: Any, place: str) -> _Made:
    try:
        return make(line)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        told = f"{error} is missing" if isinstance(error, KeyError) else error
        message = f"{place} is not as `taawun label` writes it ({told}); give its own output"
        raise InputError(message) from error


def _json_lines(path: Path) -> Iterator[Any]:
    with path.open(encoding="utf-8-sig") as stream:
        yield from (json.loads(line) for line in stream if line.strip())


def _csv_lines(path: Path) -> Iterator[tuple[list[str], list[str]]]:
    """Read the header with each row; rows of empty cells are left aside."""
    with path.open(encoding="utf-8-sig", newline="") as stream, cells_up_to(_LONGEST_CELL):
        first = stream.readline()
        mark = max(_DELIMITERS, key=first.count)
        header = next(csv.reader([first], delimiter=mark), [])
        yield from ((header, cells) for cells in csv.reader(stream, delimiter=mark) if any(cells))


def _parquet_rows(path: Path) -> Iterator[_Fields]:
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=1024):
            yield from batch.to_pylist()


def _of_cells(header: list[str], cells: list[str]) -> _Fields:
    """Give the fields that a row of CSV tells; spreadsheets write `TRUE`, and some 0,5 for a half."""
    if len(cells) < len(header) or any(cells[len(header) :]):
        message = f"it has {len(cells)} cells, the header {len(header)}"
        raise ValueError(message)
    line = dict(zip(header, cells, strict=False))
    told = {name: unguard(cell) for name, cell in line.items() if not name.startswith("p_")}
    return {name: cell or None for name, cell in told.items()} | {
        "text": told["text"],
        "labels": [label for label in told["labels"].split("|") if label],
        "needs_review": _TRUTH.get(told["needs_review"].lower()),
        "probabilities": {
            name[2:]: float(cell.replace(",", ".")) for name, cell in line.items() if name.startswith("p_")
        },
        "evidence": _read_cell(told["evidence"]) if "evidence" in told else None,
    }


def _of_columns(fields: _Fields) -> _Fields:
    """Give the fields that a row of Parquet tells."""
    evidence = fields.get("evidence")
    return {name: value for name, value in fields.items() if not name.startswith("p_")} | {
        "probabilities": {name[2:]: value for name, value in fields.items() if name.startswith("p_")},
        "evidence": None if evidence is None else _read_map(evidence),
    }


def _row(fields: _Fields) -> Row:
    labels, needs_review = fields["labels"], fields["needs_review"]
    if not isinstance(labels, list):
        message = "labels: a list of domain ids is expected"
        raise TypeError(message)
    if not isinstance(needs_review, bool):
        message = "needs_review: true or false is expected"
        raise TypeError(message)
    return Row(
        article_id=_text(fields, "article_id"),
        title=_optional_text(fields, "title"),
        date=_optional_text(fields, "date"),
        source=_optional_text(fields, "source"),
        place=_text(fields, "place"),
        paragraph=int(fields["paragraph"]),
        start=int(fields["start"]),
        end=int(fields["end"]),
        text=_text(fields, "text"),
        labels=tuple(map(str, labels)),
        primary=_optional_text(fields, "primary"),
        probabilities={name: float(value) for name, value in fields["probabilities"].items()},
        needs_review=needs_review,
        windows=int(fields["windows"]),
        model=_text(fields, "model"),
        evidence=_evidence(fields.get("evidence")),
    )


def _dropped_row(fields: _Fields) -> DroppedRow:
    return DroppedRow(
        article_id=_text(fields, "article_id"),
        place=_text(fields, "place"),
        paragraph=int(fields["paragraph"]),
        start=int(fields["start"]),
        end=int(fields["end"]),
        text=_text(fields, "text"),
        reason=_text(fields, "reason"),
    )


def _text(fields: _Fields, name: str) -> str:
    """Take text, or a number in its place."""
    value = fields[name]
    if not isinstance(value, str | int | float):
        message = f"{name}: text is expected"
        raise TypeError(message)
    return storable(str(value))


def _optional_text(fields: _Fields, name: str) -> str | None:
    return None if fields[name] is None else _text(fields, name)


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
