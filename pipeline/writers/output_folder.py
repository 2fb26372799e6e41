"""The files of one labelling run, side by side in a folder."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from pipeline.errors import ConfigError
from pipeline.writers.base import RowWriter
from pipeline.writers.csv_writer import CsvWriter
from pipeline.writers.jsonl_writer import JsonLinesFile, JsonlWriter
from pipeline.writers.parquet_writer import ParquetWriter
from pipeline.writers.rows import DroppedRow, RejectedRow, Row

Format = Literal["jsonl", "csv", "parquet"]

_WRITERS: dict[Format, Callable[[Path, Sequence[str]], RowWriter]] = {
    "jsonl": JsonlWriter,
    "csv": CsvWriter,
    "parquet": ParquetWriter,
}

FILE_NAMES = ("labels.jsonl", "labels.csv", "labels.parquet", "dropped.jsonl", "rejected.jsonl")
"""Every file that may be written; the folder must hold none of them."""


class OutputFolder:
    """Writes `labels.<format>` for each format, `dropped.jsonl` and `rejected.jsonl`; a context, closed at its end.

    All files are there even when empty.
    """

    def __init__(self, folder: Path, formats: Sequence[Format], domains: Sequence[str]) -> None:
        """Make the files.

        Args:
            folder: Where.
            formats: Of `labels`.
            domains: Ids of the domains, which name columns in some formats.

        Raises:
            ConfigError: There is no such folder, or it holds output already.
        """
        if not folder.is_dir():
            message = f"{folder}: no such folder; make it first"
            raise ConfigError(message)
        present = [name for name in FILE_NAMES if (folder / name).exists()]
        if present:
            message = f"{folder}: holds {', '.join(present)} already; name another output folder"
            raise ConfigError(message)
        self._writers: list[RowWriter] = []
        with ExitStack() as opened:
            self._dropped = JsonLinesFile(folder / "dropped.jsonl")
            opened.callback(self._dropped.close)
            self._rejected = JsonLinesFile(folder / "rejected.jsonl")
            opened.callback(self._rejected.close)
            for name in formats:
                writer = _WRITERS[name](folder, domains)
                opened.callback(writer.close)
                self._writers.append(writer)
            self._open = opened.pop_all()

    def write(self, rows: Sequence[Row], dropped: Sequence[DroppedRow], rejected: Sequence[RejectedRow]) -> None:
        """Add one block to the files."""
        for writer in self._writers:
            writer.write(rows)
        self._dropped.write(dropped)
        self._rejected.write(rejected)

    def __enter__(self) -> Self:
        """Give the folder itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Sync all files to the disk and close them."""
        self._open.__exit__(kind, error, trace)
