"""Handing labelled paragraphs to annotation tools: what `taawun label` wrote in, tasks or rows out."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from pipeline.annotation.files import JsonFile
from pipeline.annotation.label_studio import labelling_config, tasks_of
from pipeline.annotation.rows import doccano_row, row_id, training_row
from pipeline.config import ExportConfig
from pipeline.decision import Decision
from pipeline.errors import ConfigError, InputError
from pipeline.jobs.labelling.output import LabelOutput, open_output
from pipeline.jobs.results.file import results_file
from pipeline.jobs.results.folder import RUN_FILE, results_folder, write_json
from pipeline.jobs.results.names import portable_name
from pipeline.shipped import code_version
from pipeline.writers.rows import Row

TASKS_FILE = "tasks.json"
CONFIG_FILE = "labelling_config.xml"
_FILES = (RUN_FILE, TASKS_FILE, CONFIG_FILE)

_BLOCK_ROWS = 1000

_log = logging.getLogger(__name__)

Objects = Callable[[Sequence[Row]], list[dict[str, Any]]]
"""Makes of rows what is written of them."""


@dataclass(frozen=True, slots=True)
class Export:
    """What a finished run did.

    Attributes:
        place: The folder or file with the results.
        rows: Paragraphs in it.
    """

    place: Path
    rows: int


def export(config: ExportConfig) -> Export:
    """Export labelled paragraphs.

    Raises:
        ConfigError: The place of the results cannot be used.
        InputError: There are no labelled paragraphs, or they are not those of the model.
        ModelError: The model is missing or damaged.
    """
    output = open_output(config.labels, config.model)
    if config.place.resolve() in {path.resolve() for path in output.paths}:
        message = f"{config.place}: is what shall be exported; choose another --out"
        raise ConfigError(message)
    rows = _wanted(output, config)
    if config.to == "label-studio":
        with results_folder(config.place, _FILES, overwrite=config.overwrite) as partial:
            count = write_tasks(rows, output.decision, partial)
            places = {
                "labels": [portable_name(name) for name in config.labels],
                "out": portable_name(str(config.place)),
            }
            settings = config.model_dump(mode="json") | places
            run = {"job": "export", "code": code_version(), "model": output.model, "settings": settings, "rows": count}
            write_json(run, partial / RUN_FILE)
    else:
        make = doccano_row if config.to == "doccano" else training_row
        with (
            results_file(config.place, overwrite=config.overwrite) as partial,
            JsonFile(partial, "lines") as lines,
        ):
            count = _write(rows, lines, lambda block: [make(row) for row in block])
    return Export(config.place, count)


def write_tasks(rows: Iterable[Row], decision: Decision, folder: Path) -> int:
    """Write a project of Label Studio into a folder: its configuration and its tasks; gives the number of tasks."""
    (folder / CONFIG_FILE).write_text(labelling_config(decision.taxonomy), encoding="utf-8")
    with JsonFile(folder / TASKS_FILE, "list") as tasks:
        return _write(rows, tasks, lambda block: tasks_of(block, decision))


def _write(rows: Iterable[Row], file: JsonFile, make: Objects) -> int:
    """Write rows block by block and give their number; warn of those that share their id."""
    ids: set[str] = set()
    count = 0
    for block in _blocks(rows):
        file.write(make(block))
        ids.update(map(row_id, block))
        count += len(block)
    if len(ids) < count:
        message = "%d of %d rows have the id of another, and annotations cannot be told apart: give articles ids"
        _log.warning(message, count - len(ids), count)
    return count


def _blocks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    source = iter(rows)
    while block := list(islice(source, _BLOCK_ROWS)):
        yield block


def _wanted(output: LabelOutput, config: ExportConfig) -> Iterator[Row]:
    """Give the rows that are asked for.

    Raises:
        InputError: There are none.
    """
    is_empty = True
    for row in islice((row for row in output.rows() if row.needs_review or not config.needs_review), config.limit):
        is_empty = False
        yield row
    if is_empty:
        what = "no row is flagged; leave out --needs-review" if config.needs_review else "no labelled paragraph"
        message = f"{', '.join(map(str, output.paths))}: {what}; nothing was exported"
        raise InputError(message)
