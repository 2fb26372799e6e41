"""Whose rows they are: our own, or those of an annotation tool, told by the fields of the first one."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from pipeline.labelled import doccano, label_studio, label_studio_min
from pipeline.labelled.base import Found
from pipeline.labelled.columns import Columns


def interpret(path: Path, found: Iterator[Found], columns: Columns) -> Iterator[Found]:
    """Give rows the shape of our own, one at a time where the tool's format allows it."""
    passed: list[Found] = []
    for place, fields in found:
        passed.append((place, fields))
        if not isinstance(fields, dict):
            continue
        every = chain(passed, found)
        if label_studio.is_task(fields):
            return label_studio.read_tasks(path, every, columns)
        if label_studio_min.is_annotation(fields):
            return label_studio_min.read_annotations(path, every, columns)
        if doccano.is_example(fields, columns):
            return doccano.read_examples(every, columns)
        return every
    return iter(passed)
