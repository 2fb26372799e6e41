"""The files of one labelling run, side by side in a folder."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Literal, Protocol, Self

from pipeline.errors import ConfigError
from pipeline.writers.base import RowWriter
from pipeline.writers.csv_writer import CsvWriter
from pipeline.writers.jsonl_writer import JsonLinesFile, JsonlWriter
from pipeline.writers.parquet_writer import ParquetWriter
from pipeline.writers.rows import DroppedRow, RejectedRow, Row

Format = Literal["jsonl", "csv", "parquet"]


class _MakesWriter(Protocol):
    def __call__(self, folder: Path, domains: Sequence[str], /, *, explained: bool) -> RowWriter: ...


_WRITERS: dict[Format, _MakesWriter] = {
    "jsonl": JsonlWriter,
    "csv": CsvWriter,
    "parquet": ParquetWriter,
}

FILE_NAMES = ("labels.jsonl", "labels.csv", "labels.parquet", "dropped.jsonl", "rejected.jsonl")
"""Every file that results may have."""


class OutputFolder:
    """Writes `labels.<format>` for each format, `dropped.jsonl` and `rejected.jsonl`; a context, closed at its end.

    All files are there even when empty. It goes on behind what they hold, see `RowWriter`.
    """

    def __init__(
        self, folder: Path, formats: Sequence[Format], domains: Sequence[str], *, explained: bool = False
    ) -> None:
        """Open the files, or make them.

        Args:
            folder: Where.
            formats: Of `labels`.
            domains: Ids of the domains, which name columns in some formats.
            explained: Whether rows tell their evidence.

        Raises:
            ConfigError: There is no such folder, or it cannot be written.
        """
        if not folder.is_dir():
            message = f"{folder}: no such folder; make it first"
            raise ConfigError(message)
        self._writers: list[RowWriter] = []
        with ExitStack() as opened:
            self._dropped = JsonLinesFile(folder / "dropped.jsonl")
            opened.callback(self._dropped.close)
            self._rejected = JsonLinesFile(folder / "rejected.jsonl")
            opened.callback(self._rejected.close)
            for name in formats:
                writer = _WRITERS[name](folder, domains, explained=explained)
                opened.callback(writer.close)
                self._writers.append(writer)
            self._open = opened.pop_all()

    def write(self, rows: Sequence[Row], dropped: Sequence[DroppedRow], rejected: Sequence[RejectedRow]) -> None:
        """Add one block to the files, safely on the disk at the end.

        Raises:
            ConfigError: The system refused, as when the disk is full.
        """
        for writer in self._writers:
            writer.write(rows)
        self._dropped.write(dropped)
        self._rejected.write(rejected)

    def complete(self) -> None:
        """Make the files what their readers expect, now that they hold everything.

        Raises:
            ConfigError: The system refused, as when the disk is full.
        """
        for writer in self._writers:
            writer.complete()

    def __enter__(self) -> Self:
        """Give the folder itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close all files."""
        self._open.__exit__(kind, error, trace)
