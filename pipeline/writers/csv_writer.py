"""CSV for spreadsheets: UTF-8 with a byte order mark, so that they show Arabic, and no cell they would evaluate."""

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Sequence
from pathlib import Path

from pipeline.writers.csv_cells import guard
from pipeline.writers.output_file import OutputFile
from pipeline.writers.rows import Row, column_names, flatten


class CsvWriter:
    """Writes `labels.csv`, separated by commas, lines ending in CR LF, every text in quotes and no number.

    `labels` are joined by `|` (which no domain id contains), each domain has its column `p_<id>`, truth is `true` or
    `false`. CSV cannot tell missing from empty: both are an empty cell. Text is guarded, see `csv_cells`.
    """

    def __init__(self, folder: Path, domains: Sequence[str]) -> None:
        """Make the file in the folder; the names of the columns come before the first block.

        Raises:
            ConfigError: There is such a file already, or none can be made there.
        """
        self._domains = tuple(domains)
        self._file = OutputFile(folder / "labels.csv")
        self._beginning = BOM_UTF8 + _lines([column_names(self._domains)])

    def write(self, rows: Sequence[Row]) -> None:
        """Add one block of rows."""
        content = _lines([[_cell(value) for value in flatten(row, self._domains)] for row in rows])
        self._file.append(self._beginning + content)
        self._beginning = b""

    def close(self) -> None:
        """Sync to the disk and close."""
        try:
            if self._beginning:
                self.write([])
        finally:
            self._file.close()


def _lines(table: Sequence[Sequence[object]]) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n").writerows(table)
    return buffer.getvalue().encode()


def _cell(value: object) -> object:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return guard(value)
        case tuple():
            return guard("|".join(value))
    return value
