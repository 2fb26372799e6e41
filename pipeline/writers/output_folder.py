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

    The domains, which name columns in some formats, are those of the first row. `dropped.jsonl` and `rejected.jsonl`
    are there even when empty.
    """

    def __init__(self, folder: Path, formats: Sequence[Format]) -> None:
        """Open the folder.

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
        self._folder = folder
        self._formats = formats
        self._writers: list[RowWriter] = []
        with ExitStack() as opened:
            self._dropped = JsonLinesFile(folder / "dropped.jsonl")
            opened.callback(self._dropped.close)
            self._rejected = JsonLinesFile(folder / "rejected.jsonl")
            opened.callback(self._rejected.close)
            self._open = opened.pop_all()

    def write(self, rows: Sequence[Row], dropped: Sequence[DroppedRow], rejected: Sequence[RejectedRow]) -> None:
        """Add one block to the files."""
        if rows:
            self._open_writers(tuple(rows[0].probabilities))
        for writer in self._writers:
            writer.write(rows)
        self._dropped.write(dropped)
        self._rejected.write(rejected)

    def complete(self) -> None:
        """See to it that the file of every format is there, if only without a row (and then without domains)."""
        self._open_writers(())

    def __enter__(self) -> Self:
        """Give the folder itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Sync all files to the disk and close them."""
        self._open.__exit__(kind, error, trace)

    def _open_writers(self, domains: Sequence[str]) -> None:
        if self._writers:
            return
        for name in self._formats:
            writer = _WRITERS[name](self._folder, domains)
            self._open.callback(writer.close)
            self._writers.append(writer)
