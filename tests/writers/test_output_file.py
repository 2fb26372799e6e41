"""Output reaches the disk in one way."""

import os
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


def test_what_is_in_the_file_is_kept(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"one ")
    file = OutputFile(tmp_path / "a")
    assert not file.is_empty
    file.append(b"two")
    file.close()
    assert (tmp_path / "a").read_bytes() == b"one two"


def test_a_block_is_synced_to_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[bytes] = []
    monkeypatch.setattr(os, "fsync", lambda _: synced.append((tmp_path / "a").read_bytes()))
    file = OutputFile(tmp_path / "a")
    assert file.is_empty
    file.append(b"one ")
    file.append(b"")
    file.append(b"two")
    file.close()
    assert synced == [b"one ", b"one two"]


def test_a_folder_that_is_not_there_gives_a_message(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be written: No such file or directory; check"):
        OutputFile(tmp_path / "nowhere" / "a")
