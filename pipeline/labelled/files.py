"""Files of labelled paragraphs as text: opened, unpacked from gzip, decoded as UTF-8."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from pipeline.labelled.base import WrongFileError

MOST_BYTES = 2 * 2**30
"""Most bytes of a file that has to be read whole."""

_HEAD_BYTES = 4096


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open a file, unpacked if its name ends in `.gz`.

    Raises:
        WrongFileError: It cannot be read, is damaged, or what is read from it is decoded and is not UTF-8.
    """
    try:
        with gzip.open(path) if is_packed(path) else path.open("rb") as stream:
            yield cast("BinaryIO", stream)
    except UnicodeDecodeError as error:
        message = f"not UTF-8 ({error.reason}); save it as UTF-8 (in spreadsheets: CSV UTF-8)"
        raise WrongFileError(message) from error
    except (OSError, EOFError, zlib.error) as error:
        message = f"cannot be read ({error}); take an undamaged copy"
        raise WrongFileError(message) from error


def is_packed(path: Path) -> bool:
    """Tell whether a file is packed with gzip."""
    return path.suffix.lower() == ".gz"


def suffix_of(path: Path) -> str:
    """The suffix that tells the format, without dot, in small letters, `.gz` left aside."""
    return (path.with_suffix("") if is_packed(path) else path).suffix[1:].lower()


def read_head(path: Path) -> bytes:
    """Read the first bytes, by which formats are told."""
    with opened(path) as stream:
        return stream.read(_HEAD_BYTES)


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Read the lines that have something in them, one at a time, with their numbers."""
    with opened(path) as stream:
        for number, line in enumerate(stream, start=1):
            text = line.decode("utf-8-sig" if number == 1 else "utf-8")
            if text.strip():
                yield number, text


def read_whole(path: Path) -> str:
    """Read all of a file.

    Raises:
        WrongFileError: It is too long for that, or cannot be read.
    """
    with opened(path) as stream:
        is_long = not is_packed(path) and path.stat().st_size > MOST_BYTES
        content = b"" if is_long else stream.read(MOST_BYTES + 1)
        if is_long or len(content) > MOST_BYTES:
            message = f"longer than {MOST_BYTES >> 30} GiB, too long for one list; write JSON Lines, one row a line"
            raise WrongFileError(message)
        return content.decode("utf-8-sig")
