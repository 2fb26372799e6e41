"""The hidden folders in which results are made, and what becomes of those that killed runs left.

Every run has two of its own, one for the results and beside it one for what it notes and sets aside, which is locked as
long as the run lives: what nobody has locked is left over.
"""

import json
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from pipeline.durable import write_whole
from pipeline.jobs.results.lock import is_taken

EARLIER_FOLDER = "earlier"
_WORK = ".work.partial"
_LOCK_FILE = "made.lock"
_MOVING_FILE = "moving.json"


@contextmanager
def making_folder(target: Path, within: Path) -> Iterator[Path]:
    """Give a new hidden folder with one for earlier results in it, and make `results_of` it; both vanish at the end.

    Args:
        target: Place of the results.
        within: Folder to make them in.
    """
    work, lock = _make(target, within)
    try:
        with lock:
            try:
                results_of(work).mkdir(0o700)
                (work / EARLIER_FOLDER).mkdir()
                yield work
            finally:
                with suppress(OSError):  # What cannot be put back now stays for the next run to put back.
                    _empty(work, target)
    finally:
        _remove(work)


def results_of(work: Path) -> Path:
    """Give the folder for results beside another that was made with it; what is made in it is to know its neighbors."""
    return work.with_name(work.name.removesuffix(_WORK) + ".partial")


def note_move(work: Path, names: Sequence[str]) -> None:
    """Note that results of these names are about to be moved to their place; the first marks them."""
    write_whole(json.dumps(names), work / _MOVING_FILE)


def put_back(target: Path, but: Path | None = None) -> None:
    """Undo what killed runs did to a place of results and remove what they left; what cannot be removed stays.

    Args:
        target: The place.
        but: Folder that is in use.
    """
    for within in (target, target.parent):
        for work in [path for path in within.glob(f".*{_WORK}") if is_for(target, path.name) and path != but]:
            lock = work / _LOCK_FILE
            with suppress(OSError):
                if lock.exists():
                    with lock.open("r+b") as stream:
                        if is_taken(stream):
                            continue
                        _empty(work, target)
                    _remove(work)
                else:
                    work.rmdir()  # killed as it was made, or another's, which is not empty


def is_for(target: Path, name: str) -> bool:
    """Tell by its name whether a hidden folder is, or was, one in which results for a place are made."""
    return re.fullmatch(rf"\.{re.escape(target.name)}\.[a-z0-9_]{{8}}(\.work)?\.partial", name) is not None


def move_back(ready: Path, target: Path, names: Sequence[str], earlier: Path) -> None:
    """Undo a move of results to their place, however far it came; arguments as for `move_in`."""
    for name in names:
        if (target / name).exists() and not (ready / name).exists():
            (target / name).replace(ready / name)
    for path in sorted(earlier.iterdir(), key=lambda path: path.name == names[0]):
        path.replace(target / path.name)


def _make(target: Path, within: Path) -> tuple[Path, BinaryIO]:
    while True:
        work = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=_WORK, dir=within))
        with suppress(FileNotFoundError):  # Another run took it for left over before it was locked.
            lock = (work / _LOCK_FILE).open("ab")
            if not is_taken(lock) and (work / _LOCK_FILE).exists():
                return work, lock
            lock.close()


def _empty(work: Path, target: Path) -> None:
    """Undo a move that did not come to its end, then throw away what was made and what it replaced."""
    results, earlier, moving = results_of(work), work / EARLIER_FOLDER, work / _MOVING_FILE
    if moving.exists():
        names = json.loads(moving.read_text(encoding="utf-8"))
        if names and (results / names[0]).exists():  # What marks them is moved last.
            move_back(results, target, names, earlier)
        moving.unlink()
    for folder in (results, earlier):
        shutil.rmtree(folder, ignore_errors=True)


def _remove(work: Path) -> None:
    """Remove what was emptied; where that failed it stays, for the next run to try."""
    if not (work / _MOVING_FILE).exists():
        shutil.rmtree(work, ignore_errors=True)
