"""Lines of an input as text, one at a time: bounded, decoded, and numbered from 1."""

import codecs
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pipeline.readers.base import Opened, Unreadable
from pipeline.readers.bytes import HEAD_BYTES, translated
from pipeline.readers.decode import BOMS, REPLACEMENT, decode, decode_counted, wide_encoding
from pipeline.readers.detect import detect

_EXCHANGED = bytes.maketrans(b"\r\n", b"\n\r")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an input.

    Attributes:
        number: Its number, from 1.
        text: Its text with the line end, empty where it cannot be read.
        size: Its length in bytes.
        reason: Why it cannot be read, or `None`.
    """

    number: int
    text: str
    size: int
    reason: str | None = None


def read_lines(opened: Opened, *, split_at_cr: bool = False) -> Iterator[Line]:
    """Read an input line by line in bounded memory.

    Each line is decoded by itself, so that one in another encoding, or damaged, does not spoil the others; only
    whether the input is UTF-16 or UTF-32 is decided once for all of it. Lines end with LF or CR LF, and keep their
    line end as it is: U+2028 and the like stay in the text.

    Args:
        opened: The input.
        split_at_cr: Whether lines may end with CR alone instead, where the first one does (old Macintosh programs, and
            Excel on request, write such CSV).

    Raises:
        Unreadable: The input is empty or breaks off.
    """
    head = opened.stream.peek(HEAD_BYTES)[:HEAD_BYTES]
    if not head:
        message = "empty file"
        raise Unreadable(message)
    wide = _wide(opened.settings.encoding, head)
    stream: io.BufferedReader[Any] = (
        opened.stream if wide is None else io.BufferedReader(_Narrowed(opened, wide), HEAD_BYTES)
    )
    has_cr_ends = split_at_cr and _ends_with_cr(stream.peek(HEAD_BYTES))
    if has_cr_ends:
        # CR and LF change places, so that lines can be told by LF; each line changes them back.
        stream = translated(stream, _EXCHANGED)
    expected = None if head.isascii() or _is_utf8(head) else detect(head)
    limit = opened.settings.max_line_bytes
    for number, (raw, size) in enumerate(_bounded(stream, limit), start=1):
        if raw is None:
            yield Line(number, "", size, f"line longer than {limit:,} bytes; split it, or raise read.max_line_bytes")
            continue
        raw = raw.translate(_EXCHANGED) if has_cr_ends else raw  # noqa: PLW2901
        try:
            if wide is None:
                text = decode_counted(opened, raw, expected=expected, is_line=True)
            else:
                text = decode(raw, is_line=True).text
        except Unreadable as error:
            yield Line(number, "", size, str(error))
            continue
        yield Line(number, text, size)


def _bounded(stream: "io.BufferedReader[Any]", limit: int) -> Iterator[tuple[bytes | None, int]]:
    """Split bytes into lines; of one that is longer than the limit only the size is kept."""
    while raw := stream.readline(limit + 1):
        size = len(raw)
        if size <= limit or raw.endswith(b"\n"):
            yield raw, size
            continue
        while raw and not raw.endswith(b"\n"):
            raw = stream.readline(HEAD_BYTES)
            size += len(raw)
        yield None, size


def _wide(encoding: str, head: bytes) -> str | None:
    """The UTF-16 or UTF-32 encoding that the settings name or the first bytes show, if any."""
    if encoding != "auto":
        name = codecs.lookup(encoding).name
        if not name.startswith(("utf-16", "utf-32")):
            return None
        has_mark = len(name) > len("utf-16") or head.startswith(tuple(bom for bom, each in BOMS if each == name))
        return name if has_mark else f"{name}-le"
    for bom, name in BOMS[1:]:
        if head.startswith(bom) and (name != "utf-32" or len(head) % 4 == 0):
            return name
    return wide_encoding(head) if b"\0" in head else None


def _ends_with_cr(head: bytes) -> bool:
    """Tell whether the first line of CSV ends with CR alone; within quotation marks, CR ends no line."""
    before, _, behind = head.partition(b"\r")
    follows = behind.lstrip(b"\r")[:1]
    return follows not in {b"", b"\n"} and b"\n" not in before and before.count(b'"') % 2 == 0


def _is_utf8(head: bytes) -> bool:
    """Tell whether the first bytes are UTF-8; the last character may be cut."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


class _Narrowed(io.RawIOBase):
    """A UTF-16 or UTF-32 stream as UTF-8, so that lines can be told by their bytes."""

    def __init__(self, opened: Opened, encoding: str) -> None:
        """Read `opened` in `encoding`."""
        super().__init__()
        self._opened = opened
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._rest = b""
        opened.count(f"decoded as {encoding}")

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        """Put the next bytes into the buffer."""
        while not self._rest:
            # read1 gives what there is before a broken end; read would throw it away with the error.
            piece = self._opened.stream.read1(HEAD_BYTES)
            text = self._decoder.decode(piece, final=not piece)
            if REPLACEMENT in text:
                self._opened.count("damaged characters replaced", text.count(REPLACEMENT))
            self._rest = text.encode()
            if not piece:
                break
        length = min(len(buffer), len(self._rest))
        buffer[:length], self._rest = self._rest[:length], self._rest[length:]
        return length
