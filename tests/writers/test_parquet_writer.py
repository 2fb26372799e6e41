"""Parquet holds the rows in typed columns."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.writers import parquet_writer
from pipeline.writers.parquet_writer import ParquetWriter
from pipeline.writers.rows import Row, column_names, flatten

from .row_samples import DOMAINS, EXPLAINED, LABELLED, SAMPLES


def write(folder: Path, *blocks: Sequence[Row], explained: bool = False) -> Path:
    with closing(ParquetWriter(folder, DOMAINS, explained=explained)) as writer:
        for block in blocks:
            writer.write(block)
        writer.complete()
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


def test_evidence_is_a_map_from_domains_to_spans(tmp_path: Path) -> None:
    column = pq.read_table(write(tmp_path, EXPLAINED[:1], EXPLAINED[1:], explained=True))["evidence"]
    told = [{domain: [*map(_pair, spans)] for domain, spans in pairs} for pairs in column.to_pylist()]
    wanted = [{domain: list(spans) for domain, spans in (row.evidence or {}).items()} for row in EXPLAINED]
    assert told == wanted


def _pair(span: dict[str, int]) -> tuple[int, int]:
    return span["start"], span["end"]


def test_row_groups_are_whole_blocks_and_every_column_is_compressed_with_zstd(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_writer, "GROUP_ROWS", 4)
    metadata = pq.read_metadata(write(tmp_path, SAMPLES[:3], [], SAMPLES[3:5], SAMPLES[5:9], SAMPLES[9:]))
    groups = [metadata.row_group(index) for index in range(metadata.num_row_groups)]
    assert [group.num_rows for group in groups] == [5, 4, len(SAMPLES) - 9]
    assert {group.column(index).compression for group in groups for index in range(group.num_columns)} == {"ZSTD"}


def test_a_row_group_of_long_texts_ends_early(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_writer, "GROUP_BYTES", 1000)
    metadata = pq.read_metadata(write(tmp_path, [LABELLED], [replace(LABELLED, text="ا" * 2000)], [LABELLED]))
    assert [metadata.row_group(index).num_rows for index in range(metadata.num_row_groups)] == [2, 1]


@pytest.mark.parametrize("closed_behind", [0, 1, 2])
def test_rows_that_were_written_before_it_was_opened_again_are_in_the_file(tmp_path: Path, closed_behind: int) -> None:
    blocks = (SAMPLES[:3], SAMPLES[3:])
    for folder, first in (("a", blocks), ("b", blocks[:closed_behind])):
        (tmp_path / folder).mkdir()
        with closing(ParquetWriter(tmp_path / folder, DOMAINS)) as writer:
            for block in first:
                writer.write(block)
    (tmp_path / "b" / "labels.parquet").write_bytes(b"PAR1 broken off")
    contents = {write(tmp_path / "a").read_bytes(), write(tmp_path / "b", *blocks[closed_behind:]).read_bytes()}
    assert len(contents) == 1


def test_a_column_that_is_null_in_a_whole_block_keeps_its_type(tmp_path: Path) -> None:
    untitled = replace(LABELLED, title=None)
    table = pq.read_table(write(tmp_path, [untitled], [LABELLED]))
    assert table["title"].to_pylist() == [None, LABELLED.title]


def test_a_file_without_rows_has_its_columns(tmp_path: Path) -> None:
    table = pq.read_table(write(tmp_path))
    assert (table.num_rows, table.column_names) == (0, list(column_names(DOMAINS)))


def test_completing_and_closing_twice_is_harmless(tmp_path: Path) -> None:
    writer = ParquetWriter(tmp_path, DOMAINS)
    writer.write(SAMPLES)
    writer.complete()
    content = (tmp_path / "labels.parquet").read_bytes()
    writer.complete()
    writer.close()
    writer.close()
    assert (tmp_path / "labels.parquet").read_bytes() == content


def test_pandas_filters_by_a_domain(tmp_path: Path) -> None:
    table = pytest.importorskip("pandas").read_parquet(write(tmp_path, SAMPLES), filters=[("p_energy", "<", 0.5)])
    assert table["paragraph"].tolist() == [7]
