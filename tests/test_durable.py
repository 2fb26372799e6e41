import errno
import os
from pathlib import Path

import pytest

from pipeline.durable import append_line, sync_folder, write_whole


def test_a_file_is_replaced_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "current"

    write_whole("old\n", path)
    write_whole("new\n", path)

    assert path.read_text() == "new\n"
    assert [each.name for each in tmp_path.iterdir()] == ["current"]


def test_what_could_not_be_written_leaves_the_earlier_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "current"
    write_whole("old\n", path)

    def full(number: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), number)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole("new\n", path)

    assert path.read_text() == "old\n"


def test_lines_are_appended_behind_each_other(tmp_path: Path) -> None:
    for line in ("one", "two", "ثلاثة"):
        append_line(line, tmp_path / "history")

    assert (tmp_path / "history").read_text(encoding="utf-8") == "one\ntwo\nثلاثة\n"


def test_a_line_does_not_run_into_half_a_line_that_was_left(tmp_path: Path) -> None:
    (tmp_path / "history").write_text('{"a": 1}\n{"b"')

    append_line('{"c": 3}', tmp_path / "history")

    assert (tmp_path / "history").read_text() == '{"a": 1}\n{"b"\n{"c": 3}\n'


def test_a_system_that_cannot_flush_folders_is_no_obstacle_but_a_broken_disk_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusing(code: int) -> None:
        def fsync(number: int) -> None:
            raise OSError(code, os.strerror(code), number)

        monkeypatch.setattr(os, "fsync", fsync)

    refusing(errno.EINVAL)
    sync_folder(tmp_path)
    refusing(errno.EIO)
    with pytest.raises(OSError, match="Input/output error"):
        sync_folder(tmp_path)
