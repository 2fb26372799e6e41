"""Opening inputs: regular files and standard input as streams of bytes, unpacked from gzip and bounded."""

import gzip
import io
import os
import stat
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipeline.readers.base import Opened, ReadSettings, Unreadable
from pipeline.records import Source, Tally

HEAD_BYTES = 1 << 16
"""How much of an input is looked at before it is read."""

PIECE_BYTES = 1 << 20

GZIP_MAGIC = b"\x1f\x8b"
MAX_RATIO = 200
"""Most bytes that one packed byte may unpack to, beyond the first `FREE_BYTES`; news packs 3 to 20 times."""
FREE_BYTES = 64 * 2**20

KINDS = (
    (stat.S_ISDIR, "a folder that cannot be listed"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


class _Counted(io.RawIOBase):
    """The bytes of a stream, counted as they are read."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        """Count what `read` gives."""
        super().__init__()
        self._read = read
        self.position = 0

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        """Put the next bytes into the buffer."""
        piece = self._read(len(buffer))
        buffer[: len(piece)] = piece
        self.position += len(piece)
        return len(piece)


class _File(io.FileIO):
    """A regular file; one that gets shorter while it is read has lost something, and must not pass for whole."""

    def __init__(self, path: Path) -> None:
        """Open the file and remember how long it is."""
        super().__init__(path)
        self._length = os.fstat(self.fileno()).st_size

    def readinto(self, buffer: memoryview, /) -> int | None:  # type: ignore[override]
        """Put the next bytes into the buffer."""
        length = super().readinto(buffer)
        if not length and len(buffer) and self.tell() < self._length:
            message = "the file became shorter while it was read; read it again when nothing writes to it"
            raise Unreadable(message)
        return length


class _Unpacked(_Counted):
    """The bytes packed in a gzip stream, refused where it is damaged or a bomb."""

    def __init__(self, packed: _Counted) -> None:
        """Unpack what is read from `packed`."""
        # read1 gives what there is before a truncated end; read would throw it away with the error.
        super().__init__(gzip.GzipFile(fileobj=io.BufferedReader(packed, HEAD_BYTES), mode="rb").read1)
        self._packed = packed

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        """Put the next bytes into the buffer."""
        try:
            length = super().readinto(buffer)
        except EOFError:
            message = "gzip data ends too early (truncated): the end of the file is missing; copy or download it again"
            raise Unreadable(message) from None
        except (zlib.error, gzip.BadGzipFile) as error:
            message = f"damaged or no gzip data ({error}); copy or download the file again"
            raise Unreadable(message) from None
        if self.position > FREE_BYTES + MAX_RATIO * self._packed.position:
            message = f"gzip data unpacks to more than {MAX_RATIO} times its size; unpack it yourself if you trust it"
            raise Unreadable(message)
        return length


@contextmanager
def open_source(source: Source, settings: ReadSettings, tally: Tally) -> Iterator[Opened]:
    """Open an input for reading.

    Files whose name ends in `.gz`, and standard input that starts like gzip, are unpacked.

    Raises:
        Unreadable: It is no regular file; it is not opened then, so nothing blocks.
        OSError: The system refuses to open or read it.
    """
    if source.path is None:
        stream: io.BufferedReader[Any] = io.BufferedReader(_Counted(sys.stdin.buffer.read), HEAD_BYTES)
        is_packed = stream.peek(len(GZIP_MAGIC)).startswith(GZIP_MAGIC)
        yield Opened(source, _unpacked(stream) if is_packed else stream, seekable=False, settings=settings, tally=tally)
        return
    _check_regular(source.path)
    is_packed = source.path.suffix.lower() == ".gz"
    with io.BufferedReader(_File(source.path), HEAD_BYTES) as file:
        stream = _unpacked(file) if is_packed else file
        yield Opened(source, stream, seekable=not is_packed, settings=settings, tally=tally)


def _unpacked(stream: "io.BufferedReader[Any]") -> "io.BufferedReader[Any]":
    """Unpack a gzip stream."""
    return io.BufferedReader(_Unpacked(_Counted(stream.read1)), HEAD_BYTES)


def _check_regular(path: Path) -> None:
    """Refuse what is no regular file, without opening it."""
    try:
        mode = path.stat().st_mode
    except ValueError as error:
        raise Unreadable(str(error)) from None
    if stat.S_ISREG(mode):
        return
    if stat.S_ISDIR(mode) and os.access(path, os.R_OK | os.X_OK):
        message = "a folder, by way of a link that is not followed; name it as an input of its own"
        raise Unreadable(message)
    kind = next((name for is_kind, name in KINDS if is_kind(mode)), "a special file")
    message = f"{kind}, not a file; to read what comes out of a command, pipe it in and give - as the input"
    raise Unreadable(kind if stat.S_ISDIR(mode) else message)


def translated(stream: "io.BufferedReader[Any]", table: bytes) -> "io.BufferedReader[Any]":
    """Exchange bytes of a stream by a table such as `bytes.maketrans` makes."""
    return io.BufferedReader(_Counted(lambda size: stream.read1(size).translate(table)), HEAD_BYTES)


def read_whole(opened: Opened) -> bytes:
    """Read all bytes of an input.

    Raises:
        Unreadable: It is empty, or longer than the settings allow.
    """
    limit = opened.settings.max_bytes
    content = bytearray()
    while len(content) <= limit:
        # Asked for all at once, the stream would take the memory of the longest file for the shortest.
        piece = opened.stream.read(min(PIECE_BYTES, limit + 1 - len(content)))
        if not piece:
            break
        content += piece
    if len(content) > limit:
        message = f"longer than {limit:,} bytes; split it, or raise read.max_bytes"
        raise Unreadable(message)
    if not content:
        message = "empty file"
        raise Unreadable(message)
    return bytes(content)
