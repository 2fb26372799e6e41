"""What `taawun label` wrote, with the decision file of the model: what is exported and suggested from."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.decision import Decision
from pipeline.errors import InputError, PipelineError
from pipeline.label_rows import find_label_files, read_checked_rows, read_label_rows
from pipeline.model_folder import find_model, model_version, read_decision
from pipeline.writers.rows import Row

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LabelOutput:
    """Labelled paragraphs, to be read as often as needed.

    Attributes:
        paths: Their files.
        folder: Of the model.
        decision: Of the model.
        model: Its name and version.
    """

    paths: Sequence[Path]
    folder: Path
    decision: Decision
    model: str

    def rows(self) -> Iterator[Row]:
        """Read the rows in their order, one at a time.

        Raises:
            InputError: A file cannot be read, or a row is not one that the model could have given.
        """
        for path in self.paths:
            yield from read_checked_rows(path, self.decision.taxonomy, self.model)


def open_output(names: Sequence[str], model: str) -> LabelOutput:
    """Find labelled paragraphs and the model that labelled them; warn of files that another model labelled.

    Args:
        names: Folders that `taawun label` wrote, or files in them.
        model: Folder or hub id of the model.

    Raises:
        InputError: There are none under some of the names; all of these are told.
        ModelError: The model is missing or damaged.
    """
    paths: list[Path] = []
    missing: list[str] = []
    for name in names:
        try:
            paths += find_label_files(Path(name))
        except PipelineError as error:
            missing.append(str(error))
    if missing:
        raise InputError("\n".join(missing))
    folder = find_model(model)
    output = LabelOutput(paths, folder, read_decision(folder), model_version(folder))
    for path in paths:
        first = next(read_label_rows(path), None)
        if first and first.model.rpartition("@")[2] != output.model.rpartition("@")[2]:
            _log.warning("%s: labelled by %s, but thresholds are those of %s", path, first.model, output.model)
    return output
