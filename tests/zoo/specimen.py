"""What a specimen is, and the ways in which its files are made."""

import gzip
import io
import os
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NEWS = "وقعت الحكومتان اتفاقية للتعاون في مجال الطاقة والنقل، وقال الوزير إن العمل يبدأ قريبا."
MORE = "وبحث الجانبان تبادل الخبرات في التعليم العالي، واتفقا على عقد اجتماع ثان في العاصمة الشهر المقبل."
LABELLED = "labelled"

Make = Callable[[Path], None]
"""Puts the specimen's files into an empty folder."""


@dataclass(frozen=True, slots=True)
class Specimen:
    """A bad input.

    Attributes:
        name: Of its folder.
        what: What is wrong with it.
        make: Makes it.
        expected: What must come of it, and nothing else: `labelled`, `dropped: REASON`, `rejected: PART OF A REASON`;
            ` | ` between those of which one will do.
        texts: The labelled paragraphs, where they are worth looking at.
        is_possible: Whether it can be made on this machine.
    """

    name: str
    what: str
    make: Make
    expected: tuple[str, ...]
    texts: tuple[str, ...] | None = None
    is_possible: Callable[[], bool] = lambda: True


def file(name: str, content: bytes | str | Callable[[], bytes]) -> Make:
    """A file of bytes, of text in UTF-8, or of bytes that are only made when they are needed."""

    def make(folder: Path) -> None:
        raw = content() if callable(content) else content
        (folder / name).write_bytes(raw.encode() if isinstance(raw, str) else raw)

    return make


def files(contents: dict[str, bytes | str]) -> Make:
    """Several files."""

    def make(folder: Path) -> None:
        for name, content in contents.items():
            file(name, content)(folder)

    return make


def sparse(name: str, beginning: bytes, length: int) -> Make:
    """A file of zeros that takes no room on the disk, but for its beginning."""

    def make(folder: Path) -> None:
        with (folder / name).open("wb") as stream:
            stream.write(beginning)
            stream.truncate(length)

    return make


def link(name: str, target: str) -> Make:
    """A symbolic link."""

    def make(folder: Path) -> None:
        (folder / name).symlink_to(target)

    return make


def pipe(name: str) -> Make:
    """A named pipe, which nobody writes to."""

    def make(folder: Path) -> None:
        os.mkfifo(folder / name)

    return make


def packed_zeros(megabytes: int, beginning: bytes = b"") -> bytes:
    """Gzip data that unpack to so many megabytes of zeros."""
    packer = zlib.compressobj(9, wbits=31)
    pieces = [packer.compress(beginning), *(packer.compress(bytes(2**20)) for _ in range(megabytes)), packer.flush()]
    return b"".join(pieces)


def table(columns: dict[str, Any], **settings: Any) -> bytes:
    """A Parquet file."""
    import pyarrow as pa
    from pyarrow import parquet

    sink = pa.BufferOutputStream()
    parquet.write_table(pa.table(columns), sink, **settings)
    return bytes(sink.getvalue())


def office_file() -> bytes:
    """A Word document, as far as its first bytes go: an archive with XML in it."""
    import zipfile

    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("word/document.xml", f"<w:t>{NEWS}</w:t>")
    return content.getvalue()


def truncated(content: bytes, missing: int) -> bytes:
    """Gzip data without their last bytes."""
    return gzip.compress(content)[:-missing]
