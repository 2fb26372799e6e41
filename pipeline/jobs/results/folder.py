"""Results appear whole or not at all: a job writes beside the place of its results and moves them in at the end."""

import errno
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from pipeline.durable import sync_folder
from pipeline.errors import ConfigError
from pipeline.jobs.results.making import (
    EARLIER_FOLDER,
    is_for,
    making_folder,
    move_back,
    note_move,
    put_back,
    results_of,
)

RUN_FILE = "run.json"
"""Every folder of results has one: it tells what made them."""

_FULL_OR_LOCKED = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO}


@contextmanager
def results_folder(place: Path, files: Sequence[str], *, overwrite: bool = False) -> Iterator[Path]:
    """Give a folder to write results into; they take their place when the block ends well, else they vanish.

    What a run that was killed left there is put in order first: see `check_is_free`.

    Args:
        place: Where the results shall be; may be a link to a folder, or a mount point, as long as it is empty.
        files: Patterns of all names that results of this kind have; the first is the file that marks them.
        overwrite: Replace the results of an earlier run.

    Raises:
        ConfigError: `place` is taken or cannot be written, or writing failed (no space left, for example).
    """
    check_is_free(place, files, overwrite=overwrite)
    target = place.resolve()
    with ExitStack() as made:
        with made_beside(place) as within:
            work = made.enter_context(making_folder(target, within))
        partial = results_of(work)
        with explained(place, partial):
            yield partial
            check_is_free(place, files, overwrite=overwrite, ignore=work)
            names = sorted((path.name for path in partial.iterdir()), key=lambda name: name != files[0])
            if target.exists():  # else one step moves them all
                note_move(work, names)
            move_in(partial, target, names, work / EARLIER_FOLDER)


def check_is_free(place: Path, files: Sequence[str], *, overwrite: bool = False, ignore: Path | None = None) -> None:
    """Check that results may be put into a folder, after undoing what killed runs began to do to it.

    Args:
        place: The folder.
        files: As for `results_folder`.
        overwrite: As for `results_folder`.
        ignore: The run's own hidden folder.

    Raises:
        ConfigError: They may not.
    """
    target = place.resolve()
    put_back(target, but=ignore)
    if not place.exists():
        return
    if not place.is_dir():
        message = f"{place}: is a file; choose another output folder"
        raise ConfigError(message)
    own = ignore.name if ignore else None
    present = sorted(path.name for path in place.iterdir() if path.name != own and not is_for(target, path.name))
    strangers = [name for name in present if not any(fnmatch(name, pattern) for pattern in files)]
    if strangers or (present and files[0] not in present):
        named = ", ".join((strangers or present)[:3])
        message = f"{place}: holds something else ({named}); choose another output folder"
        raise ConfigError(message)
    if present and not overwrite:
        message = f"{place}: holds the results of an earlier run; choose another --out, or replace them: --overwrite"
        raise ConfigError(message)


@contextmanager
def made_beside(place: Path) -> Iterator[Path]:
    """Give the folder in which to make one for results that are not yet in their place: it is on the same disk.

    Raises:
        ConfigError: It, or what is made in the block, cannot be made.
    """
    target = place.resolve()
    within = target if target.exists() else target.parent  # a mount point cannot be replaced, only filled
    try:
        within.mkdir(parents=True, exist_ok=True)
        yield within
    except OSError as error:
        message = f"{place}: cannot be made ({error.strerror}); choose another output folder"
        raise ConfigError(message) from error


@contextmanager
def explained(place: Path, partial: Path) -> Iterator[None]:
    """Explain what goes wrong while results are written to `partial`, in the words of the place that the user knows.

    Raises:
        ConfigError: The system refused to write.
    """
    try:
        yield
    except ConfigError as error:
        raise ConfigError(str(error).replace(str(partial), str(place))) from error
    except OSError as error:
        if error.errno not in _FULL_OR_LOCKED and not str(error.filename).startswith(str(partial.parent)):
            raise
        message = f"{place}: cannot be written ({error.strerror or error}); what was there before is unchanged"
        raise ConfigError(message) from error


def move_in(ready: Path, target: Path, names: Sequence[str], earlier: Path) -> None:
    """Put results in their place: at once where there is none yet, else file by file, the one that marks them last.

    Failing, it puts all back as it was. Called again after it was interrupted, it goes on.

    Args:
        ready: Folder of the results, on the same disk as `target`; it is gone at the end or empty.
        target: Their place.
        names: All files of the results, those that are moved already included; the first marks them.
        earlier: Folder in which results that were there before are set aside.
    """
    if not target.exists():
        ready.chmod(0o777 & ~_umask())
        ready.replace(target)
        sync_folder(target.parent)
        return
    own = {path.name for path in (ready, *ready.parents) if path.parent == target}
    moved = {name for name in names if not (ready / name).exists()}
    try:
        for path in sorted(target.iterdir(), key=lambda path: path.name != names[0]):
            if path.name not in own | moved and not is_for(target, path.name):
                path.replace(earlier / path.name)
        for name in reversed([name for name in names if name not in moved]):
            (ready / name).replace(target / name)
        sync_folder(target)
    except BaseException:
        move_back(ready, target, names, earlier)
        raise


def write_json(content: dict[str, Any] | list[Any], path: Path) -> None:
    """Write a JSON file that people can read, flushed to the disk."""
    with path.open("w", encoding="utf-8") as stream:
        json.dump(content, stream, ensure_ascii=False, indent=2)
        stream.write("\n")
        stream.flush()
        os.fsync(stream.fileno())


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
