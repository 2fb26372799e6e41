"""CSV and TSV: one row under a header, labels joined in one cell, UTF-8 with or without byte order mark."""

import csv
from collections.abc import Iterable, Iterator
from io import TextIOWrapper
from pathlib import Path

from pipeline.csv_limit import cells_up_to
from pipeline.labelled.base import Fields, Found, WrongFileError, WrongRow
from pipeline.labelled.columns import Columns
from pipeline.labelled.files import opened, suffix_of
from pipeline.labelled.label_studio_min import is_annotation, read_annotations
from pipeline.writers.csv_cells import unguard

_DELIMITERS = (",", ";", "\t", "|")
_LONGEST_CELL = 2**31 - 1
"""In characters; articles of any length fit into a cell."""

_LONGEST_NAME = 1000
"""Characters of a column's name, in a first line that names columns."""

_OUTPUT = {"article_id", "paragraph", "text", "labels"}
"""Columns by which `labels.csv` of `taawun label` is known, in which some cells have an apostrophe in front."""


def read_csv(path: Path, columns: Columns) -> Iterator[Found]:
    """Read rows one at a time; those of Label Studio, which has a row for each annotation, together.

    Raises:
        WrongFileError: It cannot be read on from some place, or two columns that are used have one name.
    """
    with (
        cells_up_to(_LONGEST_CELL),
        opened(path) as stream,
        TextIOWrapper(stream, "utf-8-sig", newline="") as lines,
    ):
        number, first = _first_line(lines)
        mark, header = _header(path, first, columns)
        rows = _rows(path, lines, mark, header, number)
        yield from read_annotations(path, rows, columns) if is_annotation(dict.fromkeys(header)) else rows


def _first_line(lines: Iterable[str]) -> tuple[int, str]:
    """Find the header: the first line with something in it."""
    for number, line in enumerate(lines, start=1):
        if line.strip().strip("".join(_DELIMITERS)):
            return number, line
    return 0, ""


def _header(path: Path, first: str, columns: Columns) -> tuple[str, list[str]]:
    """Find the delimiter by which the first line has a text column, or most columns.

    Raises:
        WrongFileError: It names no columns, or two that are used have one name.
    """
    marks = ("\t",) if suffix_of(path) in {"tsv", "tab"} else _DELIMITERS
    readings = {mark: [cell.strip() for cell in next(csv.reader([first], delimiter=mark), [])] for mark in marks}
    named = (mark for mark, names in readings.items() if columns.find("text", dict.fromkeys(names)))
    mark = next(named, max(marks, key=lambda mark: len(readings[mark])))
    header = readings[mark]
    if max(map(len, header), default=0) > _LONGEST_NAME:
        message = "no CSV: the first line names no columns, it is too long; begin with a line such as text,labels"
        raise WrongFileError(message)
    twice = [name for names in columns.asked.values() for name in names if header.count(name) > 1]
    if twice:
        message = f"column {twice[0]} is there twice; rename one of the two"
        raise WrongFileError(message)
    return mark, header


def _rows(path: Path, lines: Iterable[str], mark: str, header: list[str], before: int) -> Iterator[Found]:
    is_output = set(header) >= _OUTPUT
    rows = csv.reader(lines, delimiter=mark, strict=True)
    while True:
        place = f"{path}:{before + rows.line_num + 1}"
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            reason = f"not a row of CSV ({error}); a quotation mark may be missing; what follows was not read"
            yield place, WrongRow(reason)
            return
        if any(cells):
            yield place, _fields(header, cells, is_output=is_output)


def _fields(header: list[str], cells: list[str], *, is_output: bool) -> Fields | WrongRow:
    if len(cells) < len(header) or any(cells[len(header) :]):
        return WrongRow(f"the row has {len(cells)} cells, the header {len(header)}; quote cells with delimiters")
    given = zip(header, cells, strict=False)
    return {name: unguard(cell) if is_output else cell for name, cell in given if name}
