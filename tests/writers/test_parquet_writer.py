"""Parquet holds the rows in typed columns."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.writers.parquet_writer import ParquetWriter
from pipeline.writers.rows import Row, column_names, flatten

from .row_samples import DOMAINS, LABELLED, SAMPLES


def write(folder: Path, *blocks: Sequence[Row]) -> Path:
    with closing(ParquetWriter(folder, DOMAINS)) as writer:
        for block in blocks:
            writer.write(block)
    return folder / "labels.parquet"


def test_rows_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    table = pq.read_table(write(tmp_path, SAMPLES[:3], SAMPLES[3:]))
    assert table.column_names == list(column_names(DOMAINS))
    for columns, row in zip(table.to_pylist(), SAMPLES, strict=True):
        columns["labels"] = tuple(columns["labels"])
        assert list(columns.values()) == flatten(row, DOMAINS)


def test_columns_have_types_and_only_carried_fields_may_be_missing(tmp_path: Path) -> None:
    schema = pq.read_schema(write(tmp_path, SAMPLES))
    assert schema.field("labels").type.value_type == pa.string()
    assert schema.field("p_energy").type == pa.float64()
    assert schema.field("needs_review").type == pa.bool_()
    assert {field.name for field in schema if field.nullable} == {"title", "date", "source", "primary"}


def test_a_block_is_a_row_group_and_every_column_is_compressed_with_zstd(tmp_path: Path) -> None:
    metadata = pq.read_metadata(write(tmp_path, SAMPLES[:3], [], SAMPLES[3:]))
    groups = [metadata.row_group(index) for index in range(metadata.num_row_groups)]
    assert [group.num_rows for group in groups] == [3, len(SAMPLES) - 3]
    assert {group.column(index).compression for group in groups for index in range(group.num_columns)} == {"ZSTD"}


def test_a_column_that_is_null_in_a_whole_block_keeps_its_type(tmp_path: Path) -> None:
    untitled = replace(LABELLED, title=None)
    table = pq.read_table(write(tmp_path, [untitled], [LABELLED]))
    assert table["title"].to_pylist() == [None, LABELLED.title]


def test_a_file_without_rows_has_its_columns(tmp_path: Path) -> None:
    table = pq.read_table(write(tmp_path))
    assert (table.num_rows, table.column_names) == (0, list(column_names(DOMAINS)))


def test_closing_twice_is_harmless(tmp_path: Path) -> None:
    writer = ParquetWriter(tmp_path, DOMAINS)
    writer.write(SAMPLES)
    writer.close()
    size = (tmp_path / "labels.parquet").stat().st_size
    writer.close()
    assert (tmp_path / "labels.parquet").stat().st_size == size


def test_pandas_filters_by_a_domain(tmp_path: Path) -> None:
    table = pytest.importorskip("pandas").read_parquet(write(tmp_path, SAMPLES), filters=[("p_energy", "<", 0.5)])
    assert table["paragraph"].tolist() == [7]
