"""Label Studio's JSON: a list of tasks, each with its data and all its annotations.

The labels of a task follow from its annotations as `annotators.settle` says; tasks that were skipped or not annotated
are counted and left out. Predictions and drafts are not read.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from pipeline.labelled.annotators import Annotation, in_order, last_of_each, lay_out, settle, warn_of_left_out
from pipeline.labelled.base import Fields, Found, WrongFileError, WrongRow
from pipeline.labelled.columns import Columns


class _Value(BaseModel):
    choices: list[str] = []


class _Result(BaseModel):
    """One answer: to the question `from_name`, of a type such as `choices`."""

    type: str
    from_name: str = ""
    value: _Value = _Value()


class _Annotator(BaseModel):
    id: int | str


class _Annotation(BaseModel):
    result: list[_Result]
    was_cancelled: bool | None = False
    ground_truth: bool | None = False
    completed_by: int | str | _Annotator | None = None
    updated_at: str | None = None


class _Task(BaseModel):
    id: int | str | None = None
    data: dict[str, Any]
    meta: dict[str, Any] | None = None
    annotations: list[_Annotation] = []


def is_task(fields: Fields) -> bool:
    """Tell a task: its fields stand in `data`."""
    return isinstance(fields.get("data"), dict)


def read_tasks(path: Path, found: Iterable[Found], columns: Columns) -> Iterator[Found]:
    """Read tasks that were annotated.

    A row's fields are the task's data and, where the data does not have them, its `meta`.

    Raises:
        WrongFileError: The annotations answer no question by choices, or several.
    """
    tasks = [_parse(path, place, fields) for place, fields in found]
    question = _question((task for _, task in tasks if isinstance(task, _Task)), columns)
    read = [
        (place, task, {} if isinstance(task, WrongRow) else last_of_each(_annotations(task, question)))
        for place, task in tasks
    ]
    annotators = in_order(name for _, _, by_annotator in read for name in by_annotator)
    skipped = unseen = replaced = 0
    for place, task, by_annotator in read:
        if isinstance(task, WrongRow):
            yield place, task
            continue
        replaced += sum(not each.was_cancelled for each in task.annotations) - len(by_annotator)
        if by_annotator:
            fields = _fields(task) | {columns.labels[0]: settle(list(by_annotator.values()))}
            yield place, fields | ({"codings": lay_out(by_annotator, annotators)} if len(annotators) > 1 else {})
        elif task.annotations:
            skipped += 1
        else:
            unseen += 1
    warn_of_left_out(path, skipped=skipped, unseen=unseen, replaced=replaced)


def _parse(path: Path, place: str, fields: Fields | WrongRow) -> tuple[str, _Task | WrongRow]:
    if isinstance(fields, WrongRow):
        return place, fields
    try:
        task = _Task.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        return place, WrongRow(f"not a task of Label Studio: {name}: {first['msg']}; export it again")
    return (f"{path}:task {task.id}" if isinstance(task.id, int) else place), task


def _question(tasks: Iterable[_Task], columns: Columns) -> str:
    """Find the name of the choices that hold the domains; any will do where nobody answered anything.

    Raises:
        WrongFileError: There are no choices, or several and none is asked for.
    """
    results = [each for task in tasks for annotation in task.annotations for each in annotation.result]
    asked = Counter(each.from_name for each in results if each.type == "choices")
    named = next((name for name in columns.labels if name in asked), None)
    if named is not None or not results:
        return named or columns.labels[0]
    there = ", ".join(asked)
    if not asked:
        kinds = ", ".join(dict.fromkeys(each.type for each in results))
        message = f"no choices in it but {kinds}; export a project of Label Studio that asks for domains by Choices"
        raise WrongFileError(message)
    if len(asked) > 1 or columns.labels != Columns().labels:
        message = f"no choices are called {' or '.join(columns.labels)} but {there}; give columns.labels"
        raise WrongFileError(message)
    return there


def _annotations(task: _Task, question: str) -> Iterator[Annotation]:
    for each in task.annotations:
        if not each.was_cancelled:
            who = each.completed_by.id if isinstance(each.completed_by, _Annotator) else each.completed_by
            answers = [result for result in each.result if (result.type, result.from_name) == ("choices", question)]
            choices = [choice for result in answers for choice in result.value.choices]
            yield Annotation("" if who is None else str(who), choices, each.updated_at or "", bool(each.ground_truth))


def _fields(task: _Task) -> Fields:
    nested = task.data.get("meta")
    every = {**(task.meta or {}), **(nested if isinstance(nested, dict) else {}), **task.data}
    return {name: value for name, value in every.items() if name != "codings"}
