"""The files of a run stand side by side, and are closed whatever happens."""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.errors import ConfigError
from pipeline.writers.output_folder import FILE_NAMES, Format, OutputFolder
from pipeline.writers.parquet_writer import SPOOL_NAME
from pipeline.writers.rows import DroppedRow, RejectedRow

from .row_samples import DOMAINS, LABELLED, SAMPLES

FORMATS: tuple[Format, ...] = ("jsonl", "csv", "parquet")
DROPPED = DroppedRow("a1", "f:1", 1, 4, 7, "صورة", "caption")
REJECTED = RejectedRow("g.txt", None, "empty file")


def write_all(folder: Path) -> dict[str, bytes]:
    folder.mkdir()
    with OutputFolder(folder, FORMATS, DOMAINS) as output:
        output.write([], [], [REJECTED])
        output.write(SAMPLES[:4], [DROPPED], [])
        output.write(SAMPLES[4:], [], [])
        output.complete()
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@contextmanager
def files_limited_to(size: int) -> Iterator[None]:
    resource = pytest.importorskip("resource", reason="needs a system with limits on the size of files")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_every_format_and_the_side_files_are_written(tmp_path: Path) -> None:
    assert sorted(write_all(tmp_path / "labels")) == sorted([*FILE_NAMES, SPOOL_NAME])


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    assert write_all(tmp_path / "once") == write_all(tmp_path / "again")


def test_text_files_do_not_depend_on_the_size_of_blocks(tmp_path: Path) -> None:
    in_blocks = write_all(tmp_path / "blocks")
    (tmp_path / "whole").mkdir()
    with OutputFolder(tmp_path / "whole", FORMATS, DOMAINS) as output:
        output.write(SAMPLES, [DROPPED], [REJECTED])
        output.complete()
    for name in set(FILE_NAMES) - {"labels.parquet"}:
        assert (tmp_path / "whole" / name).read_bytes() == in_blocks[name]


def test_a_run_without_a_labelled_paragraph_has_all_its_files(tmp_path: Path) -> None:
    with OutputFolder(tmp_path, FORMATS, DOMAINS) as output:
        output.complete()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*FILE_NAMES, SPOOL_NAME])
    assert (tmp_path / "labels.jsonl").read_bytes() == b""
    assert b'"p_energy"' in (tmp_path / "labels.csv").read_bytes()


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such folder"):
        OutputFolder(tmp_path / "nowhere", FORMATS, DOMAINS)


def test_files_that_were_cut_back_to_the_end_of_a_block_are_written_on(tmp_path: Path) -> None:
    whole = write_all(tmp_path / "whole")
    (tmp_path / "cut").mkdir()
    with OutputFolder(tmp_path / "cut", FORMATS, DOMAINS) as output:
        output.write([], [], [REJECTED])
        output.write(SAMPLES[:4], [DROPPED], [])
        lengths = {path: path.stat().st_size for path in (tmp_path / "cut").iterdir()}
        output.write([LABELLED], [DROPPED, DROPPED], [REJECTED])
    for path, length in lengths.items():
        os.truncate(path, length)
    with OutputFolder(tmp_path / "cut", FORMATS, DOMAINS) as output:
        output.write(SAMPLES[4:], [], [])
        output.complete()
    assert {path.name: path.read_bytes() for path in (tmp_path / "cut").iterdir()} == whole


@pytest.mark.parametrize("output_format", FORMATS)
@pytest.mark.parametrize("size", [0, 10, 2000])
def test_a_full_disk_gives_a_message_and_closes_the_files(tmp_path: Path, output_format: Format, size: int) -> None:
    rows = [replace(LABELLED, text=f"{number} " * 500) for number in range(100)]

    def write() -> None:
        with OutputFolder(tmp_path, (output_format,), DOMAINS) as output:
            output.write(rows, [], [])

    with files_limited_to(size), pytest.raises(ConfigError, match="cannot be written: File too large; check"):
        write()
    gc.collect()  # an unclosed file would warn here, and warnings are errors
