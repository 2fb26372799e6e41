"""Parquet for analysis: typed columns, compressed with zstd, one row group a block."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.writers.output_file import OutputFile
from pipeline.writers.rows import Row, column_names, flatten

if TYPE_CHECKING:
    import pyarrow as pa


class ParquetWriter:
    """Writes `labels.parquet`; `labels` is a list of strings, and each domain has its float column `p_<id>`.

    Columns rather than a struct, because a column is what is filtered, averaged and pushed down: pandas turns a struct
    into dictionaries, and a reader that wants one domain need not read the others.
    """

    def __init__(self, folder: Path, domains: Sequence[str]) -> None:
        """Make the file in the folder.

        Raises:
            ConfigError: There is such a file already, or none can be made there.
        """
        import pyarrow.parquet as pq

        self._domains = tuple(domains)
        self._schema = _schema(self._domains)
        self._file = OutputFile(folder / "labels.parquet")
        self._table_writer = pq.ParquetWriter(self._file.stream, self._schema, compression="zstd")

    def write(self, rows: Sequence[Row]) -> None:
        """Add one block of rows as a row group of its own."""
        import pyarrow as pa

        if not rows:
            return
        columns = zip(*(flatten(row, self._domains) for row in rows), strict=True)
        arrays = [pa.array(column, field.type) for column, field in zip(columns, self._schema, strict=True)]
        table = pa.Table.from_arrays(arrays, schema=self._schema)
        with self._file.block():
            self._table_writer.write_table(table, row_group_size=len(rows))

    def close(self) -> None:
        """Write the table of contents, sync to the disk and close."""
        if not self._table_writer.is_open:
            return
        try:
            with self._file.block():
                self._table_writer.close()
        finally:
            self._file.close()


def _schema(domains: Sequence[str]) -> pa.Schema:
    import pyarrow as pa

    types = {
        "title": pa.string(),
        "date": pa.string(),
        "source": pa.string(),
        "primary": pa.string(),
        "paragraph": pa.int64(),
        "start": pa.int64(),
        "end": pa.int64(),
        "windows": pa.int64(),
        "labels": pa.list_(pa.field("element", pa.string(), nullable=False)),
        "needs_review": pa.bool_(),
    }
    types |= {f"p_{domain}": pa.float64() for domain in domains}
    may_be_missing = {"title", "date", "source", "primary"}
    return pa.schema(
        pa.field(name, types.get(name, pa.string()), nullable=name in may_be_missing) for name in column_names(domains)
    )
