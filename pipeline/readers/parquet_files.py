"""Parquet: one article a row, read in batches."""

from collections.abc import Iterator
from io import SEEK_END, BytesIO
from typing import Any

from pipeline.readers.base import Found, Opened, Unreadable
from pipeline.readers.bytes import FREE_BYTES, MAX_RATIO, read_whole
from pipeline.readers.rows import missing_text, to_article
from pipeline.records import Rejection

BATCH_ROWS = 100
BATCH_BYTES = 64 * 2**20
"""Most that a batch may take in memory: one value can be as long as all of its group, and every row may repeat it."""


def read_parquet(opened: Opened, /) -> Iterator[Found]:
    """Read the columns that make an article; a file packed with gzip, or piped in, is read into memory first."""
    content = opened.stream if opened.seekable else BytesIO(read_whole(opened))
    size = content.seek(0, SEEK_END)
    if not size:
        message = "empty file"
        raise Unreadable(message)
    content.seek(0)
    number = 0
    for batch in _batches(opened, content, size):
        for row in range(batch.num_rows):
            number += 1
            yield _read_row(opened, batch, row, number)
    if not number:
        message = "no rows in the file"
        raise Unreadable(message)


def _batches(opened: Opened, content: Any, size: int) -> Iterator[Any]:
    """Read the columns that make an article, some rows at a time.

    Raises:
        Unreadable: The file is damaged, or holds no text.
    """
    from pyarrow import parquet

    try:
        table = parquet.ParquetFile(content)
        columns = _columns(opened, table.schema_arrow)
        rows = max(1, min(BATCH_ROWS, BATCH_BYTES // _unpacked_size(table.metadata, size)))
        batches = table.iter_batches(batch_size=rows, columns=columns)
        while (batch := next(batches, None)) is not None:
            yield batch
    except Unreadable:
        raise
    except Exception as error:  # noqa: BLE001 - on damaged files pyarrow raises errors of every kind
        first = (str(error).splitlines() or [type(error).__name__])[0]
        message = f"damaged or no Parquet file ({first}); write it again"
        raise Unreadable(message) from None


def _unpacked_size(metadata: Any, packed: int) -> int:
    """Unpacked size of the largest group of rows, in bytes, as the file tells it.

    Args:
        metadata: The file's table of contents. Only what it tells of groups is safe to ask for: of a damaged column,
            pyarrow ends the whole process instead of raising an error.
        packed: Size of the file.

    Raises:
        Unreadable: The group unpacks to so much more than the file's size that it is a bomb.
    """
    largest = max((metadata.row_group(number).total_byte_size for number in range(metadata.num_row_groups)), default=0)
    if largest > FREE_BYTES + MAX_RATIO * packed:
        message = f"its rows unpack to more than {MAX_RATIO} times its size; write it again if you trust it"
        raise Unreadable(message)
    return max(1, int(largest))


def _columns(opened: Opened, schema: Any) -> list[str]:
    """Names of the columns to read.

    Raises:
        Unreadable: None of them holds text.
    """
    import pyarrow as pa

    fields = opened.settings.fields
    there = [name for name in fields.text if name in schema.names]
    if not there:
        likely = {name: "" if pa.types.is_string(schema.field(name).type) else 0 for name in schema.names}
        message = f"no articles: {missing_text(opened, likely)}"
        raise Unreadable(message)
    for name in there:
        kind = schema.field(name).type
        values = kind.value_type if pa.types.is_dictionary(kind) else kind
        if not (pa.types.is_string(values) or pa.types.is_large_string(values) or pa.types.is_string_view(values)):
            message = f"column {name} holds {kind} where text belongs; set read.fields.text"
            raise Unreadable(message)
    wanted = [*there, *(name for name in fields.carried.values() if name in schema.names and name not in there)]
    twice = next((name for name in wanted if schema.names.count(name) > 1), None)
    if twice is not None:
        message = f"column {twice} is there twice; rename one of the two"
        raise Unreadable(message)
    return wanted


def _read_row(opened: Opened, batch: Any, row: int, number: int) -> Found:
    """Read one row of a batch."""
    place = f"{opened.name}:{number}"
    try:
        cells = {name: batch.column(name)[row].as_py() for name in batch.schema.names}
    except Exception as error:  # noqa: BLE001 - as for the file: a date beyond the calendar, an unknown time zone …
        return Rejection(place, f"not an article: a cell cannot be read ({error})")
    return to_article(opened, cells, place)
