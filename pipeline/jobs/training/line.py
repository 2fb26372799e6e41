"""Adding a trained model to a line: one at a time, nothing left of a training that was killed, promotion at the end."""

import logging
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from pipeline.errors import ConfigError
from pipeline.line_history import HISTORY_FILE
from pipeline.model_folder import model_version
from pipeline.model_line import LOCK_FILE, SWITCH_LOCK_FILE, VERSIONS_FOLDER, ModelLine, is_line

_log = logging.getLogger(__name__)


@contextmanager
def line_to_add_to(folder: Path) -> Iterator[ModelLine]:
    """Give a line, begun if need be, to which nobody else adds for as long as the block runs.

    A line that was begun here vanishes again where the block fails and adds no version.

    Raises:
        ConfigError: Another training adds to it, or the folder holds something else or cannot be made.
    """
    is_new = not is_line(folder)
    line = ModelLine.open(folder)
    try:
        with FileLock(folder / LOCK_FILE, timeout=0), _forgotten_if_empty(line) if is_new else nullcontext():
            _remove_leftovers(line)
            yield line
    except Timeout as error:
        message = (
            f"{folder}: another training adds to this line; wait for its end, or choose another: out=models/another"
        )
        raise ConfigError(message) from error


def admit(line: ModelLine, version: str, gate: Mapping[str, Any]) -> None:
    """Note in the history that a version was made, and make it current if the gate let it pass.

    A version that was compared with another model than the one that is current by now stays aside.

    Args:
        line: The line.
        version: The new version.
        gate: What `gate.json` holds.

    Raises:
        ConfigError: The system refused to write, or somebody else is making a version current.
        ModelError: What was current is gone.
    """
    line.note_made(version, f"the gate says: {gate['verdict']}")
    if gate["verdict"] not in {"passed", "not compared"}:
        return
    with line.held():
        current = line.current()
        if current and model_version(line.place(current)) != gate["incumbent"]:
            _log.warning(
                "%s: %s was made current while %s was trained, which was compared with %s: it is not promoted",
                line.folder,
                current,
                version,
                gate["incumbent"],
            )
            return
        line.promote(version, "; ".join(gate["reasons"]))


@contextmanager
def _forgotten_if_empty(line: ModelLine) -> Iterator[None]:
    """Remove a line where the block fails and has added no version to it."""
    try:
        yield
    except BaseException:
        if not line.versions():
            with suppress(OSError):
                (line.folder / VERSIONS_FOLDER).rmdir()
                (line.folder / HISTORY_FILE).unlink()
                (line.folder / SWITCH_LOCK_FILE).unlink(missing_ok=True)
                (line.folder / LOCK_FILE).unlink()
                line.folder.rmdir()
        raise


def _remove_leftovers(line: ModelLine) -> None:
    for leftover in (line.folder / VERSIONS_FOLDER).glob(".*.partial"):
        _log.info("%s: removing what a killed training left", leftover)
        shutil.rmtree(leftover)
