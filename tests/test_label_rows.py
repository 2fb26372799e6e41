"""What was written is read back, whatever the format."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.label_rows import find_label_file, read_label_rows
from pipeline.writers.output_folder import Format, OutputFolder
from pipeline.writers.rows import Row
from tests.writers.row_samples import DOMAINS, EXPLAINED, SAMPLES

FORMATS: tuple[Format, ...] = ("jsonl", "csv", "parquet")


def _write(folder: Path, rows: Sequence[Row], *, explained: bool = False) -> None:
    with OutputFolder(folder, FORMATS, DOMAINS, explained=explained) as output:
        output.write(rows, [], [])
        output.complete()


@pytest.mark.parametrize("output_format", FORMATS)
def test_rows_are_read_as_they_were_written(tmp_path: Path, output_format: Format) -> None:
    _write(tmp_path, SAMPLES)
    assert list(read_label_rows(tmp_path / f"labels.{output_format}")) == list(SAMPLES)


@pytest.mark.parametrize("output_format", FORMATS)
def test_evidence_is_read_as_it_was_written(tmp_path: Path, output_format: Format) -> None:
    _write(tmp_path, EXPLAINED, explained=True)
    assert list(read_label_rows(tmp_path / f"labels.{output_format}")) == list(EXPLAINED)


def test_evidence_that_is_none_is_refused_with_its_row(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    _write(tmp_path, [EXPLAINED[0], replace(EXPLAINED[0], evidence={"energy": ((1, 2),)})], explained=True)
    path.write_text(path.read_text(encoding="utf-8").replace("[[1, 2]]", '"1-2"'), encoding="utf-8")
    with pytest.raises(InputError, match="row 2 is not as `taawun label` writes it"):
        list(read_label_rows(path))


def test_a_folder_of_parts_says_how_to_name_them(tmp_path: Path) -> None:
    (tmp_path / "part-00000").mkdir()

    with pytest.raises(
        InputError, match=r"holds parts; give one of them or, where a command takes several, .*/part-\*"
    ):
        find_label_file(tmp_path)
