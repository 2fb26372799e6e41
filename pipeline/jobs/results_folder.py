"""Results appear whole or not at all: a job writes beside the place of its results and moves them in at the end."""

import errno
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from pipeline.errors import ConfigError

RUN_FILE = "run.json"
"""Every folder of results has one: it tells what made them."""

_FULL_OR_LOCKED = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO}


@contextmanager
def results_folder(place: Path, files: Sequence[str], *, overwrite: bool = False) -> Iterator[Path]:
    """Give a folder to write results into; they take their place when the block ends well, else they vanish.

    Args:
        place: Where the results shall be; may be a link to a folder, or a mount point, as long as it is empty.
        files: Patterns of all names that results of this kind have; the first is the file that marks them.
        overwrite: Replace the results of an earlier run.

    Raises:
        ConfigError: `place` is taken or cannot be written, or writing failed (no space left, for example).
    """
    check_is_free(place, files, overwrite=overwrite)
    target = place.resolve()
    within = target if target.exists() else target.parent  # a mount point cannot be replaced, only filled
    try:
        within.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".partial", dir=within))
    except OSError as error:
        message = f"{place}: cannot be made ({error.strerror}); choose another output folder"
        raise ConfigError(message) from error
    try:
        yield partial
        check_is_free(place, files, overwrite=overwrite, ignore=partial)
        _move_in(partial, target, files[0])
    except ConfigError as error:
        raise ConfigError(str(error).replace(str(partial), str(place))) from error
    except OSError as error:
        if error.errno not in _FULL_OR_LOCKED and not str(error.filename).startswith(str(within)):
            raise
        message = f"{place}: cannot be written ({error.strerror or error}); what was there before is unchanged"
        raise ConfigError(message) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def check_is_free(place: Path, files: Sequence[str], *, overwrite: bool = False, ignore: Path | None = None) -> None:
    """Check that results may be put into a folder; arguments as for `results_folder`.

    Raises:
        ConfigError: They may not.
    """
    if not place.exists():
        return
    if not place.is_dir():
        message = f"{place}: is a file; choose another output folder"
        raise ConfigError(message)
    present = sorted(path.name for path in place.iterdir() if path.name != (ignore.name if ignore else None))
    strangers = [name for name in present if not any(fnmatch(name, pattern) for pattern in files)]
    if strangers or (present and files[0] not in present):
        named = ", ".join((strangers or present)[:3])
        message = f"{place}: holds something else ({named}); choose another output folder"
        raise ConfigError(message)
    if present and not overwrite:
        message = f"{place}: holds the results of an earlier run; choose another --out, or replace them: --overwrite"
        raise ConfigError(message)


def write_json(content: dict[str, Any] | list[Any], path: Path) -> None:
    """Write a JSON file that people can read, flushed to the disk."""
    with path.open("w", encoding="utf-8") as stream:
        json.dump(content, stream, ensure_ascii=False, indent=2)
        stream.write("\n")
        stream.flush()
        os.fsync(stream.fileno())


def _move_in(partial: Path, target: Path, marker: str) -> None:
    """Put the files in their place, the marker last; earlier ones come back when that fails."""
    if not target.exists():
        partial.chmod(0o777 & ~_umask())
        partial.replace(target)
        return
    earlier = Path(tempfile.mkdtemp(prefix=".earlier.", dir=partial))
    names = sorted((path.name for path in partial.iterdir() if path != earlier), key=lambda name: name == marker)
    moved: list[str] = []
    try:
        for path in sorted(target.iterdir(), key=lambda path: path.name != marker):
            if path != partial:
                path.replace(earlier / path.name)
        for name in names:
            (partial / name).replace(target / name)
            moved.append(name)
    except OSError:
        for name in moved:
            (target / name).unlink(missing_ok=True)
        for path in earlier.iterdir():
            path.replace(target / path.name)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
