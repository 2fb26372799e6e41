"""Results appear whole or not at all: a job writes beside the place of its results and moves them in at the end."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipeline.errors import ConfigError

RUN_FILE = "run.json"
"""Every folder of results has one: it tells what made them."""


@contextmanager
def results_folder(place: Path, *, overwrite: bool = False, marker: str = RUN_FILE) -> Iterator[Path]:
    """Give a folder to write results into; it takes `place` when the block ends well and vanishes when it does not.

    Args:
        place: Where the results shall be.
        overwrite: Replace the results of an earlier run.
        marker: File by which the results of an earlier run are known.

    Raises:
        ConfigError: `place` is taken or cannot be written, or writing failed (no space left, for example).
    """
    check_is_free(place, overwrite=overwrite, marker=marker)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{place.name}.", suffix=".partial", dir=place.parent))
    except OSError as error:
        message = f"{place}: cannot be made ({error.strerror}); choose another output folder"
        raise ConfigError(message) from error
    try:
        yield partial
        partial.chmod(0o777 & ~_umask())
        _move_in(partial, place)
    except OSError as error:
        message = f"{place}: cannot be written ({error.strerror or error}); nothing was changed there"
        raise ConfigError(message) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def write_json(content: dict[str, Any], path: Path) -> None:
    """Write a JSON file that people can read, flushed to the disk."""
    with path.open("w", encoding="utf-8") as stream:
        json.dump(content, stream, ensure_ascii=False, indent=2)
        stream.write("\n")
        stream.flush()
        os.fsync(stream.fileno())


def check_is_free(place: Path, *, overwrite: bool = False, marker: str = RUN_FILE) -> None:
    """Check that results may be put into a folder.

    Raises:
        ConfigError: They may not.
    """
    if not place.exists():
        return
    if not place.is_dir():
        message = f"{place}: is a file; choose another output folder"
        raise ConfigError(message)
    if (place / marker).exists():
        if not overwrite:
            message = (
                f"{place}: holds the results of an earlier run; choose another --out, or replace them: --overwrite"
            )
            raise ConfigError(message)
    elif any(place.iterdir()):
        message = f"{place}: is not empty and holds no results of taawun; choose another output folder"
        raise ConfigError(message)


def _move_in(partial: Path, place: Path) -> None:
    if place.exists() and any(place.iterdir()):
        earlier = Path(tempfile.mkdtemp(prefix=f".{place.name}.", suffix=".earlier", dir=place.parent))
        place.replace(earlier)
        partial.replace(place)
        shutil.rmtree(earlier)
    else:
        partial.replace(place)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
