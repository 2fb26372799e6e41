"""JSON: one object a line, or a list of objects."""

import json
from collections.abc import Iterator
from pathlib import Path

from pipeline.labelled.base import Found, WrongFileError, WrongRow
from pipeline.labelled.columns import Columns
from pipeline.labelled.dialects import interpret
from pipeline.labelled.files import read_lines, read_whole

_ROW = "{'text': …, 'labels': […]}"


def read_json_lines(path: Path, columns: Columns) -> Iterator[Found]:
    """Read JSON Lines, one object at a time."""
    return interpret(path, _read_lines(path), columns)


def read_json_list(path: Path, columns: Columns) -> Iterator[Found]:
    """Read a list of objects, whole; places name its elements by their number, from 1."""
    try:
        elements = json.loads(read_whole(path))
    except RecursionError as error:
        message = f"nested too deeply; write a list of rows [{_ROW}, …]"
        raise WrongFileError(message) from error
    except ValueError as error:
        message = f"not JSON ({error}); write a list of rows [{_ROW}, …], or one row a line"
        raise WrongFileError(message) from error
    found = ((f"{path}:{number}", _as_object(value)) for number, value in enumerate(elements, start=1))
    return interpret(path, found, columns)


def _read_lines(path: Path) -> Iterator[Found]:
    is_first = True
    for number, line in read_lines(path):
        if is_first and line.strip() == "{":
            message = "one object over several lines; write one row a line, or a list of rows"
            raise WrongFileError(message)
        is_first = False
        yield f"{path}:{number}", _parse(line)


def _parse(line: str) -> dict[str, object] | WrongRow:
    try:
        return _as_object(json.loads(line))
    except RecursionError:
        return WrongRow(f"nested too deeply; write {_ROW}")
    except ValueError as error:
        return WrongRow(f"not JSON ({error}); each line is one object")


def _as_object(value: object) -> dict[str, object] | WrongRow:
    if isinstance(value, dict):
        return value
    return WrongRow(f"not an object but {type(value).__name__}; write {_ROW}")
