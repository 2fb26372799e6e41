"""JSON Lines, or a JSON list, of texts classified in doccano.

An example is `{"id": 7, "text": "…", "label": ["energy"], "Comments": []}`, with the metadata that it was imported with
beside these fields (older versions: in `meta`); some versions call the text `data` or the labels `labels`. Of a project
in which annotators work apart, doccano writes one file each; the same example in two of them is told as an id given
twice, as nothing says which annotator is right.
"""

from collections.abc import Iterator
from typing import Any

from pipeline.labelled.base import Fields, Found
from pipeline.labelled.columns import Columns


def is_example(fields: Fields, columns: Columns) -> bool:
    """Tell doccano's rows by its names: a list called `label`, or a text called `data`, in place of ours."""
    has_label = isinstance(fields.get("label"), list) and columns.find("labels", fields) is None
    has_data = isinstance(fields.get("data"), str) and columns.find("text", fields) is None
    return has_label or has_data


def read_examples(found: Iterator[Found], columns: Columns) -> Iterator[Found]:
    """Give examples the names that are asked for."""
    for place, fields in found:
        yield place, _renamed(fields, columns) if isinstance(fields, dict) else fields


def _renamed(fields: Fields, columns: Columns) -> Fields:
    meta = fields.get("meta")
    named: dict[str, Any] = {**(meta if isinstance(meta, dict) else {}), **fields}
    for part, theirs in (("text", "data"), ("labels", "label")):
        if columns.find(part, named) is None and theirs in named:
            named[columns.asked[part][0]] = named.pop(theirs)
    return named
