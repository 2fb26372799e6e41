"""CSV holds the rows, for spreadsheets and for programs."""

import csv
import tempfile
from collections.abc import Sequence
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.writers.csv_cells import unguard
from pipeline.writers.csv_writer import CsvWriter
from pipeline.writers.rows import Row, column_names

from .row_samples import ANY_ROW, DOMAINS, EXPLAINED, LABELLED, SAMPLES, UNLABELLED


def write(folder: Path, *blocks: Sequence[Row], explained: bool = False) -> Path:
    with closing(CsvWriter(folder, DOMAINS, explained=explained)) as writer:
        for block in blocks:
            writer.write(block)
        writer.complete()
    return folder / "labels.csv"


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return [row_from(cells) for cells in csv.DictReader(stream)]


def row_from(cells: dict[str, str]) -> Row:
    texts = {name: unguard(cell) for name, cell in cells.items()}
    fields: dict[str, Any] = {name: texts[name] for name in ("article_id", "place", "text", "model")}
    fields |= {name: texts[name] or None for name in ("title", "date", "source", "primary")}
    fields |= {name: int(texts[name]) for name in ("paragraph", "start", "end", "windows")}
    fields["labels"] = tuple(texts["labels"].split("|")) if texts["labels"] else ()
    fields["probabilities"] = {domain: float(texts[f"p_{domain}"]) for domain in DOMAINS}
    fields["needs_review"] = {"true": True, "false": False}[texts["needs_review"]]
    return Row(**fields)


def without_empty_text(row: Row) -> Row:
    """What CSV can tell of a row: empty and missing are the same."""
    missing = {name: getattr(row, name) or None for name in ("title", "date", "source")}
    return Row(**{name: getattr(row, name) for name in Row.__slots__} | missing)


def test_rows_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    assert read(write(tmp_path, SAMPLES[:3], [], SAMPLES[3:])) == list(SAMPLES)


@settings(max_examples=50)
@given(st.lists(ANY_ROW, max_size=3))
def test_any_rows_are_read_back(rows: list[Row]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert read(write(Path(folder), rows)) == [without_empty_text(row) for row in rows]


def test_the_file_begins_with_a_byte_order_mark_and_the_names_of_the_columns(tmp_path: Path) -> None:
    content = write(tmp_path, [LABELLED], [UNLABELLED]).read_bytes()
    header = ",".join(f'"{name}"' for name in column_names(DOMAINS))
    assert content.startswith(b"\xef\xbb\xbf" + header.encode() + b"\r\n")
    assert content.count(b"\xef\xbb\xbf") == 1


def test_a_file_without_rows_has_its_header(tmp_path: Path) -> None:
    assert write(tmp_path).read_text(encoding="utf-8-sig").split(",")[0] == '"article_id"'
    assert read(tmp_path / "labels.csv") == []


def test_labels_are_joined_by_bars_and_truth_is_in_words(tmp_path: Path) -> None:
    line = write(tmp_path, [LABELLED]).read_text(encoding="utf-8-sig").splitlines()[1]
    assert line.endswith('"energy|finance","energy",0.9876,0.0,0.5001,"true",2,"cooperation@0123abcd"')


def test_evidence_is_the_last_column_domain_by_domain(tmp_path: Path) -> None:
    header, *lines = write(tmp_path, EXPLAINED, explained=True).read_text(encoding="utf-8-sig").splitlines()
    assert header.endswith(',"model","evidence"')
    cells = ["energy:31-35|finance:8-15,16-21", "energy:|finance:8-15", ""]
    assert [line.split(",", 16)[16] for line in lines] == [f'"cooperation@0123abcd","{cell}"' for cell in cells]


def test_pandas_reads_numbers_as_numbers_and_truth_as_truth(tmp_path: Path) -> None:
    table = pytest.importorskip("pandas").read_csv(write(tmp_path, SAMPLES))
    assert list(table.columns) == list(column_names(DOMAINS))
    assert table["p_energy"].tolist() == [row.probabilities["energy"] for row in SAMPLES]
    assert table["needs_review"].tolist() == [row.needs_review for row in SAMPLES]
    assert table["start"].tolist() == [row.start for row in SAMPLES]


def test_a_file_is_written_on_as_if_it_had_never_been_closed(tmp_path: Path) -> None:
    for folder, borders in (("a", (10,)), ("b", (0, 3, 10)), ("c", (3, 3, 10))):
        (tmp_path / folder).mkdir()
        for start, end in pairwise((0, *borders)):
            path = write(tmp_path / folder, SAMPLES[start:end])
        assert path.read_bytes() == (tmp_path / "a" / "labels.csv").read_bytes()
