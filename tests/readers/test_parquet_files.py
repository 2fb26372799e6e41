"""Parquet is read in batches, with rows that cannot be used rejected."""

import gzip
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from pipeline.records import Article, Rejection
from tests.readers.reading import NEWS, only_article, only_reason, read_bytes


def _written(columns: dict[str, Any]) -> bytes:
    sink = pa.BufferOutputStream()
    parquet.write_table(pa.table(columns), sink, row_group_size=60)
    return bytes(sink.getvalue())


def test_rows_are_read_over_batches_and_row_groups(tmp_path: Path) -> None:
    content = _written(
        {"text": [f"خبر {number}" for number in range(250)], "id": list(range(250)), "other": [1.5] * 250}
    )
    found, _ = read_bytes(tmp_path, "a.parquet", content)
    assert [(record.id, record.place) for record in found] == [(str(n), f"a.parquet:{n + 1}") for n in range(250)]
    packed, _ = read_bytes(tmp_path, "a.parquet.gz", gzip.compress(content))
    assert [record.id for record in packed] == [record.id for record in found]


def test_dates_and_dictionaries_are_carried_as_text(tmp_path: Path) -> None:
    columns = {
        "text": pa.array([NEWS]).dictionary_encode(),
        "date": [date(2024, 1, 2)],
        "source": [datetime(2024, 1, 2, 3, 4, tzinfo=UTC)],
        "title": [["a", "b"]],
    }
    article = only_article(read_bytes(tmp_path, "a.parquet", _written(columns))[0])
    assert (article.text, article.date, article.source) == (NEWS, "2024-01-02", "2024-01-02T03:04:00+00:00")
    assert article.title == '["a", "b"]'


def test_a_missing_text_is_rejected_by_row(tmp_path: Path) -> None:
    found, _ = read_bytes(tmp_path, "a.parquet", _written({"text": ["x", None, "y"]}))
    assert [type(record) for record in found] == [Article, Rejection, Article]


def test_text_that_is_no_utf8_is_rejected_by_row(tmp_path: Path) -> None:
    column = pa.array([b"x", b"\xff\xfe", b"y"]).view(pa.string())
    found, _ = read_bytes(tmp_path, "a.parquet", _written({"text": column}))
    assert [type(record) for record in found] == [Article, Rejection, Article]


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        (
            {"n": [1], "body": ["x"]},
            "no articles: text: field required; the fields are: n, body; set read.fields.text=body",
        ),
        ({"text": [5]}, "column text holds int64 where text belongs"),
        ({"text": pa.array([], pa.string())}, "no rows in the file"),
    ],
)
def test_a_file_without_use_is_rejected_once(tmp_path: Path, columns: dict[str, Any], reason: str) -> None:
    assert only_reason(read_bytes(tmp_path, "a.parquet", _written(columns))[0]).startswith(reason)


def test_damaged_files_are_rejected(tmp_path: Path) -> None:
    content = _written({"text": [NEWS * 100] * 300})
    for damaged in (content[:-20], content[: len(content) // 2], b"PAR1", b"text", content[4:], b"PAR1" + content):
        assert "damaged or no Parquet file" in only_reason(read_bytes(tmp_path, "a.parquet", damaged)[0])


DAMAGE = """
import sys
from pathlib import Path
from tests.readers.reading import read_bytes
content = Path(sys.argv[1]).read_bytes()
for place in range(4, len(content)):
    for change in (1, 2, 0x10, 0xFF):
        damaged = bytearray(content)
        damaged[place] ^= change
        assert read_bytes(Path(sys.argv[1]).parent, "a.parquet", bytes(damaged))[0]
"""


@pytest.mark.thorough
def test_no_damaged_byte_ends_the_process(tmp_path: Path) -> None:
    # Asked for a damaged column's metadata, pyarrow ends the process and raises nothing.
    (tmp_path / "sound.parquet").write_bytes(_written({"text": [NEWS, NEWS], "id": [1, 2]}))
    ended = subprocess.run(
        [sys.executable, "-c", DAMAGE, str(tmp_path / "sound.parquet")],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert ended.returncode == 0, ended.stderr


def test_flipped_bytes_raise_nothing(tmp_path: Path) -> None:
    content = bytearray(_written({"text": [NEWS] * 300, "id": list(range(300))}))
    for place in range(4, len(content), max(1, len(content) // 150)):
        flipped = content.copy()
        flipped[place] ^= 0xFF
        assert read_bytes(tmp_path, "a.parquet", bytes(flipped))[0]


def _packed(text: str, rows: int, **settings: Any) -> bytes:
    sink = pa.BufferOutputStream()
    columns = {"text": [text] * rows}
    parquet.write_table(pa.table(columns), sink, compression="zstd", write_statistics=False, **settings)
    return bytes(sink.getvalue())


def test_a_column_that_unpacks_to_a_bomb_is_refused(tmp_path: Path) -> None:
    content = _packed("x" * 70_000_000, 1, use_dictionary=False)
    reason = only_reason(read_bytes(tmp_path, "a.parquet", content)[0])
    assert reason == "its rows unpack to more than 200 times its size; write it again if you trust it"


@pytest.mark.thorough
@pytest.mark.parametrize(
    "settings", [{}, {"use_dictionary": False, "column_encoding": {"text": "DELTA_BYTE_ARRAY"}}], ids=["same", "delta"]
)
def test_a_long_text_that_every_row_repeats_does_not_fill_the_memory(tmp_path: Path, settings: dict[str, Any]) -> None:
    content = _packed("x" * 10_000_000, 90, **settings)  # a few kilobytes; 900 MB in one batch
    assert len(content) < 10_000
    before = pa.default_memory_pool().max_memory()
    found, _ = read_bytes(tmp_path, "a.parquet", content)
    assert len(found) == 90
    assert all(isinstance(record, Rejection) for record in found)
    assert pa.default_memory_pool().max_memory() - before < 200_000_000


def test_a_cell_that_cannot_be_read_costs_its_row_only(tmp_path: Path) -> None:
    for column in (pa.array([1, None], pa.timestamp("s", "Mars/Base")), pa.array([2**62, None], pa.timestamp("us"))):
        found, _ = read_bytes(tmp_path, "a.parquet", _written({"text": [NEWS, NEWS], "date": column}))
        assert [type(record) for record in found] == [Rejection, Article]
        assert "a cell cannot be read" in str(found[0])


def test_columns_of_any_name_and_kind_may_stand_beside_the_text(tmp_path: Path) -> None:
    columns = {
        "my.text": ["x"],
        "my": [{"text": [1]}],
        "id": [float("nan")],
        "title": [{"a": [{"b": None}]}],
        "source": pa.array([b"\xff"]),
        "date": pa.array([5], pa.duration("s")),
    }
    article = only_article(read_bytes(tmp_path, "a.parquet", _written(columns), fields={"text": "my.text"})[0])
    assert article == Article("a.parquet:1", "x", "a.parquet:1", '{"a": [{"b": null}]}', "0:00:05", "b'\\xff'")
