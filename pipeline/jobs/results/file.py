"""A result that is one file appears whole or not at all, as folders of results do (see `results_folder`)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.durable import sync_folder
from pipeline.errors import ConfigError
from pipeline.jobs.results.folder import explained, made_beside


@contextmanager
def results_file(place: Path, *, overwrite: bool = False) -> Iterator[Path]:
    """Give a file to make, which takes its place when the block ends well, else it vanishes.

    Args:
        place: Where the file shall be.
        overwrite: Replace the file that is there.

    Raises:
        ConfigError: `place` is taken or cannot be written, or writing failed (no space left, for example).
    """
    if place.is_dir():
        message = f"{place}: is a folder; name a file with --out"
        raise ConfigError(message)
    if place.exists() and not overwrite:
        message = f"{place}: exists already; choose another --out, or replace it: --overwrite"
        raise ConfigError(message)
    target = place.resolve()
    partial = target.with_name(f".{target.name}.partial")
    with made_beside(target.parent):
        target.parent.mkdir(exist_ok=True)
        partial.unlink(missing_ok=True)  # an earlier run was killed
    try:
        with explained(place, partial):
            yield partial
            partial.replace(target)
            sync_folder(target.parent)
    finally:
        partial.unlink(missing_ok=True)
