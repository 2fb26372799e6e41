"""Writing in the course of training: where the disk fails, a message tells how to go on later."""

import errno
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from safetensors import SafetensorError

from pipeline.durable import sync_file, sync_folder
from pipeline.errors import ConfigError

_FULL_OR_LOCKED = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO}
_RUST_NUMBER = re.compile(r"\(os error (\d+)\)")
_TORCH_WRITER = "inline_container"
"""What torch names where it cannot write; the reason it does not tell."""


@contextmanager
def tell_how_to_go_on(place: Path) -> Iterator[None]:
    """Turn a failure of the disk in the block into a message; what was written of `place` is removed.

    Args:
        place: The folder, or the file, that the block writes.

    Raises:
        ConfigError: The disk is full, locked or damaged.
    """
    try:
        yield
    except (OSError, SafetensorError, RuntimeError) as error:
        reason = _reason(error)
        if not reason:
            raise
        if place.is_dir():
            shutil.rmtree(place, ignore_errors=True)
        else:
            place.unlink(missing_ok=True)
        message = (
            f"{place}: cannot be written ({reason}; {_free(place)} MB are free there); make room, then go on with the "
            "same command and --resume, which distillation does without: earlier checkpoints are kept"
        )
        raise ConfigError(message) from error


def sync(folder: Path) -> None:
    """Let a folder and the files in it reach the disk, lest a power cut leaves them empty."""
    for path in folder.iterdir():
        sync_file(path)
    sync_folder(folder)


def _reason(error: Exception) -> str | None:
    """Say in a few words how the disk failed; `None` where something else is wrong."""
    if isinstance(error, RuntimeError):
        return "the disk may be full" if _TORCH_WRITER in str(error) else None
    match = _RUST_NUMBER.search(str(error))
    number = int(match[1]) if match else getattr(error, "errno", None)
    return os.strerror(number) if number in _FULL_OR_LOCKED else None


def _free(place: Path) -> int:
    there = next(folder for folder in place.absolute().parents if folder.exists())
    return shutil.disk_usage(there).free // 10**6
