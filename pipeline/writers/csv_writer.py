"""CSV for spreadsheets: UTF-8 with a byte order mark, so that they show Arabic, and no cell they would evaluate."""

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Sequence
from pathlib import Path

from pipeline.records import Span
from pipeline.writers.csv_cells import guard
from pipeline.writers.output_file import OutputFile
from pipeline.writers.rows import Row, column_names, flatten


class CsvWriter:
    """Writes `labels.csv`, separated by commas, lines ending in CR LF, every text in quotes and no number.

    `labels` are joined by `|` (which no domain id contains), each domain has its column `p_<id>`, truth is `true` or
    `false`, evidence is `energy:10-16,20-25|finance:3-8`. CSV cannot tell missing from empty: both are an empty cell.
    Text is guarded, see `csv_cells`.
    """

    def __init__(self, folder: Path, domains: Sequence[str], *, explained: bool = False) -> None:
        """Open the file in the folder, or make it, with the names of the columns in its first line.

        Args:
            folder: Where.
            domains: Ids of the domains, which name columns.
            explained: Whether rows tell their evidence.

        Raises:
            ConfigError: It cannot be written.
        """
        self._domains = tuple(domains)
        self._file = OutputFile(folder / "labels.csv")
        names = column_names(self._domains, explained=explained)
        self._beginning = BOM_UTF8 + _lines([names]) if self._file.is_empty else b""

    def write(self, rows: Sequence[Row]) -> None:
        """Add one block of rows, safely on the disk at the end."""
        content = _lines([[_cell(value) for value in flatten(row, self._domains)] for row in rows])
        self._file.append(self._beginning + content)
        self._beginning = b""

    def complete(self) -> None:
        """Write the names of the columns where there are no rows below them."""
        self.write([])

    def close(self) -> None:
        """Close the file."""
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
        case dict():
            return guard("|".join(f"{domain}:{_spans(spans)}" for domain, spans in value.items()))
    return value


def _spans(spans: Sequence[Span]) -> str:
    return ",".join(f"{start}-{end}" for start, end in spans)
