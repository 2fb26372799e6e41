"""Parquet for analysis: typed columns, compressed with zstd."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.writers.output_file import OutputFile
from pipeline.writers.rows import Row, column_names, flatten

if TYPE_CHECKING:
    import pyarrow as pa

SPOOL_NAME = "labels.arrows"
"""Where rows wait until all are there; not part of the results."""

GROUP_ROWS = 65_536
GROUP_BYTES = 64 * 2**20
"""Size at which a row group ends, at the end of a block; what is in memory at once when the file is made."""


class ParquetWriter:
    """Writes `labels.parquet`; `labels` is a list of strings, and each domain has its float column `p_<id>`.

    Evidence is a map from domains to lists of `start` and `end`: most rows have none of most domains.

    A Parquet file cannot be written on once it broke off: its table of contents stands at the end. So each block is
    appended to a spool, as an Arrow stream of its own, and the file is made of all of them when they are complete.

    Columns rather than a struct, because a column is what is filtered, averaged and pushed down: pandas turns a struct
    into dictionaries, and a reader that wants one domain need not read the others.
    """

    def __init__(self, folder: Path, domains: Sequence[str], *, explained: bool = False) -> None:
        """Open the spool in the folder, or make it.

        Args:
            folder: Where.
            domains: Ids of the domains, which name columns.
            explained: Whether rows tell their evidence.

        Raises:
            ConfigError: It cannot be written.
        """
        self._domains = tuple(domains)
        self._schema = _schema(column_names(self._domains, explained=explained))
        self._path = folder / "labels.parquet"
        self._spool = OutputFile(folder / SPOOL_NAME)

    def write(self, rows: Sequence[Row]) -> None:
        """Add one block of rows, safely on the disk at the end."""
        import pyarrow as pa

        if not rows:
            return
        columns = zip(*(map(_arrow_value, flatten(row, self._domains)) for row in rows), strict=True)
        arrays = [pa.array(column, field.type) for column, field in zip(columns, self._schema, strict=True)]
        buffer = io.BytesIO()
        with pa.ipc.new_stream(buffer, self._schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as stream:
            stream.write_table(pa.Table.from_arrays(arrays, schema=self._schema))
        self._spool.append(buffer.getvalue())

    def complete(self) -> None:
        """Make the Parquet file of the spool; its row groups are whole blocks, as many as `GROUP_ROWS` asks for.

        Raises:
            ConfigError: The system refused, as when the disk is full.
        """
        import pyarrow.parquet as pq

        self._path.unlink(missing_ok=True)
        file = OutputFile(self._path)
        try:
            with file.block(), pq.ParquetWriter(file.stream, self._schema, compression="zstd") as table_writer:
                for group in _groups(self._spool.path):
                    table_writer.write_table(group, row_group_size=len(group))
        finally:
            file.close()

    def close(self) -> None:
        """Close the spool."""
        self._spool.close()


def _groups(spool: Path) -> Iterator[pa.Table]:
    """Read blocks from a spool and join as many as make a row group."""
    import pyarrow as pa

    size = spool.stat().st_size
    with spool.open("rb") as stream:
        blocks: list[pa.Table] = []
        while stream.tell() < size:
            blocks.append(pa.ipc.open_stream(stream).read_all())
            joined = sum(map(len, blocks)) >= GROUP_ROWS or sum(block.nbytes for block in blocks) >= GROUP_BYTES
            if joined or stream.tell() == size:
                yield pa.concat_tables(blocks)
                blocks = []


def _arrow_value(value: object) -> object:
    """Give a value as Arrow takes it: a map as its pairs, each span as its two ends by name."""
    if not isinstance(value, dict):
        return value
    return [(domain, [{"start": start, "end": end} for start, end in spans]) for domain, spans in value.items()]


def _schema(names: Sequence[str]) -> pa.Schema:
    import pyarrow as pa

    span = pa.struct([pa.field(end, pa.int64(), nullable=False) for end in ("start", "end")])
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
        "evidence": pa.map_(
            pa.string(), pa.field("value", pa.list_(pa.field("element", span, nullable=False)), nullable=False)
        ),
    }
    types |= {name: pa.float64() for name in names if name.startswith("p_")}
    may_be_missing = {"title", "date", "source", "primary"}
    return pa.schema(pa.field(name, types.get(name, pa.string()), nullable=name in may_be_missing) for name in names)
