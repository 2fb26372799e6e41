"""The hidden folder beside results that are not ready yet, in which the next run finds the work of an interrupted one.

Its name follows from the place of the results, and only one run at a time has it: the lock ends with the process.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import ConfigError
from pipeline.jobs.results.folder import made_beside
from pipeline.jobs.results.lock import is_taken

LOCK_FILE = "lock"


@contextmanager
def work_folder(place: Path) -> Iterator[Path]:
    """Give the work folder of a place of results, the one that is there or else a new one; nobody else has it.

    Raises:
        ConfigError: Another run has it, or it cannot be made.
    """
    with made_beside(place) as within:
        work = find_work(place) or within / _name(place)
        work.mkdir(exist_ok=True)
        lock = _lock(work, place)
    with lock:
        yield work


def find_work(place: Path) -> Path | None:
    """Find the work folder of a place of results: in the place, where it existed already, or beside it."""
    target = place.resolve()
    there = (folder / _name(place) for folder in (target, target.parent))
    return next((work for work in there if work.is_dir()), None)


def empty_work(work: Path) -> None:
    """Remove what is in a work folder, except its lock."""
    for path in work.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != LOCK_FILE:
            path.unlink()


def _name(place: Path) -> str:
    return f".{place.resolve().name}.partial"


def _lock(work: Path, place: Path) -> BinaryIO:
    """Open the lock of a work folder and take it.

    Raises:
        ConfigError: Another run has it.
    """
    while True:
        with ExitStack() as opened:
            stream = opened.enter_context((work / LOCK_FILE).open("ab"))
            if is_taken(stream):
                message = f"{place}: another run is writing there; wait until it has ended, or choose another --out"
                raise ConfigError(message)
            if (work / LOCK_FILE).exists() and os.path.samestat(os.fstat(stream.fileno()), (work / LOCK_FILE).stat()):
                opened.pop_all()
                return stream
        work.mkdir(exist_ok=True)  # The run that had it ended just now, and took its folder away.
