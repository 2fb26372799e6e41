"""Label Studio's JSON_MIN, and its CSV: one flat row per annotation.

One choice is a plain text, several are `{"choices": [...]}` (in CSV as text), none is missing or empty. A task that
nobody annotated has a row too, without `annotation_id`; of skipped ones there is none. Neither ground truth nor, in
JSON_MIN, the `id` of the task's data survives in these formats: the JSON export has both.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.labelled.annotators import Annotation, in_order, last_of_each, lay_out, settle, warn_of_left_out
from pipeline.labelled.base import Fields, Found, WrongRow
from pipeline.labelled.columns import Columns

_THEIRS = frozenset({"annotation_id", "annotator", "created_at", "updated_at", "lead_time", "codings"})
_WRONG = WrongRow("not an annotation: annotation_id is required, as in the others; export it again")


@dataclass(frozen=True, slots=True)
class _Task:
    """The rows of one task."""

    place: str
    annotations: list[Fields] = field(default_factory=list)


def is_annotation(fields: Fields) -> bool:
    """Tell an annotation by the fields that Label Studio adds."""
    return "annotation_id" in fields and "annotator" in fields


def read_annotations(path: Path, found: Iterable[Found], columns: Columns) -> Iterator[Found]:
    """Read annotations; those of one task make one row, whose fields are those in which they agree."""
    tasks: dict[tuple[str, str], _Task] = {}
    has_labels = False
    for place, fields in found:
        if isinstance(fields, WrongRow) or not is_annotation(fields):
            yield place, fields if isinstance(fields, WrongRow) else _WRONG
            continue
        has_labels = has_labels or columns.find("labels", fields) is not None
        given = fields.get("id")
        is_number = isinstance(given, int)  # The task's, which in JSON_MIN hides the id of its data.
        name = columns.find("text", fields)
        # In CSV the id is that of the data, and those of articles repeat from one run of `taawun label` to the next.
        key = (str(given or place), str(fields[name]) if name else "")
        task = tasks.setdefault(key, _Task(f"{path}:task {given}" if is_number else place))
        task.annotations.append({name: value for name, value in fields.items() if not (is_number and name == "id")})
    yield from _rows(path, list(tasks.values()), columns, has_labels=has_labels)


def _rows(path: Path, tasks: list[_Task], columns: Columns, *, has_labels: bool) -> Iterator[Found]:
    read = [(task, [_annotation(fields, columns) for fields in task.annotations if _is_made(fields)]) for task in tasks]
    chosen = [(task, last_of_each(made)) for task, made in read if made]
    annotators = in_order(name for _, by_annotator in chosen for name in by_annotator)
    for task, by_annotator in chosen:
        fields = _shared(task.annotations, columns)
        if has_labels:
            fields[columns.labels[0]] = settle(list(by_annotator.values()))
        if len(annotators) > 1:
            fields["codings"] = lay_out(by_annotator, annotators)
        yield task.place, fields
    replaced = sum(len(made) for _, made in read) - sum(len(by_annotator) for _, by_annotator in chosen)
    warn_of_left_out(path, unseen=len(tasks) - len(chosen), replaced=replaced)


def _is_made(fields: Fields) -> bool:
    """Tell an annotation from the row of a task that has none."""
    return fields["annotation_id"] is not None and fields["annotation_id"] != ""


def _annotation(fields: Fields, columns: Columns) -> Annotation:
    who = fields["annotator"]
    who = who.get("id") if isinstance(who, dict) else who
    name = columns.find("labels", fields)
    choices = _choices(fields[name]) if name else []
    return Annotation("" if who is None else str(who), choices, str(fields.get("updated_at") or ""))


def _choices(value: object) -> list[str]:
    """Give what was chosen; what is no choice is kept as text, to be told as an unknown label."""
    if isinstance(value, str) and value.startswith("{"):
        with suppress(ValueError, RecursionError):
            value = json.loads(value)
    if isinstance(value, dict) and "choices" in value:
        value = value["choices"]
    listed = value if isinstance(value, list) else [value]
    return [str(each) for each in listed if each is not None and each != ""]


def _shared(annotations: list[Fields], columns: Columns) -> Fields:
    ignored = {*_THEIRS, *columns.labels}
    return {
        name: value
        for name, value in annotations[0].items()
        if name not in ignored and all(each.get(name) == value for each in annotations)
    }
