"""Output reaches the disk in one way."""

from pathlib import Path

import pytest

from pipeline.errors import ConfigError
from pipeline.writers.output_file import OutputFile


def test_a_block_is_in_the_file_before_it_is_closed(tmp_path: Path) -> None:
    file = OutputFile(tmp_path / "a")
    file.append(b"one ")
    assert (tmp_path / "a").read_bytes() == b"one "
    file.append(b"two")
    file.close()
    file.close()
    assert (tmp_path / "a").read_bytes() == b"one two"


def test_a_file_in_the_way_is_kept(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"mine")
    with pytest.raises(ConfigError, match="a: exists already; name another output folder"):
        OutputFile(tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == b"mine"


def test_a_folder_that_is_not_there_gives_a_message(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be written: No such file or directory; check"):
        OutputFile(tmp_path / "nowhere" / "a")
