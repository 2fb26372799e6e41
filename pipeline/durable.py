"""Writing that outlives a power cut: a name on the disk always stands for whole content, the old or the new."""

import errno
import os
from pathlib import Path

_NO_FOLDER_SYNC = {errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.EACCES}


def write_whole(text: str, path: Path) -> None:
    """Write a file in place of an earlier one, in one step that happens wholly or not at all."""
    beside = path.with_name(f".{path.name}.partial")
    with beside.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(path)
    sync_folder(path.parent)


def append_line(line: str, path: Path) -> None:
    """Append a line to a file; half a line that a power cut left at its end is closed first, and stays half a line."""
    is_new = not path.exists()
    with path.open("a+b") as stream:
        if stream.tell() and not _ends_line(path):
            stream.write(b"\n")
        stream.write(line.encode() + b"\n")
        stream.flush()
        os.fsync(stream.fileno())
    if is_new:
        sync_folder(path.parent)


def sync_file(path: Path) -> None:
    """Make sure that what was written into a file is on the disk."""
    with path.open("r+b") as stream:
        os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
    """Make sure that the names of new files in a folder are on the disk, where the system can do that."""
    try:
        number = os.open(folder, os.O_RDONLY)
    except OSError as error:  # Windows opens no folders.
        if error.errno in _NO_FOLDER_SYNC:
            return
        raise
    try:
        os.fsync(number)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise
    finally:
        os.close(number)


def _ends_line(path: Path) -> bool:
    with path.open("rb") as stream:
        stream.seek(-1, os.SEEK_END)
        return stream.read() == b"\n"
