"""One file as a result: whole or not at all."""

from pathlib import Path

import pytest

from pipeline.errors import ConfigError
from pipeline.jobs.results.file import results_file


def test_the_file_takes_its_place_at_the_end_and_folders_are_made(tmp_path: Path) -> None:
    place = tmp_path / "a" / "b" / "rows.jsonl"

    with results_file(place) as partial:
        partial.write_text("new", encoding="utf-8")
        assert not place.exists()

    assert place.read_text(encoding="utf-8") == "new"
    assert [path.name for path in place.parent.iterdir()] == ["rows.jsonl"]


def test_a_file_that_is_there_stays_unless_it_may_be_replaced(tmp_path: Path) -> None:
    place = tmp_path / "rows.jsonl"
    place.write_text("old", encoding="utf-8")

    with pytest.raises(ConfigError, match="exists already; choose another --out, or replace it: --overwrite"):
        results_file(place).__enter__()
    assert place.read_text(encoding="utf-8") == "old"

    with results_file(place, overwrite=True) as partial:
        partial.write_text("new", encoding="utf-8")
    assert place.read_text(encoding="utf-8") == "new"


def test_what_fails_leaves_all_as_it_was(tmp_path: Path) -> None:
    place = tmp_path / "rows.jsonl"
    place.write_text("old", encoding="utf-8")

    with pytest.raises(RuntimeError, match="stop"), results_file(place, overwrite=True) as partial:
        partial.write_text("half", encoding="utf-8")
        message = "stop"
        raise RuntimeError(message)

    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == {"rows.jsonl": "old"}


def test_what_a_killed_run_left_does_not_stand_in_the_way(tmp_path: Path) -> None:
    (tmp_path / ".rows.jsonl.partial").write_text("half", encoding="utf-8")

    with results_file(tmp_path / "rows.jsonl") as partial, partial.open("a", encoding="utf-8") as stream:
        stream.write("whole")

    assert (tmp_path / "rows.jsonl").read_text(encoding="utf-8") == "whole"


def test_a_folder_is_no_place_for_a_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is a folder; name a file with --out"):
        results_file(tmp_path).__enter__()


def test_a_place_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(ConfigError, match="cannot be made"):
        results_file(tmp_path / "file" / "rows.jsonl").__enter__()


def test_errors_name_the_place_and_not_the_file_beside_it(tmp_path: Path) -> None:
    with (
        pytest.raises(ConfigError, match=r"rows\.jsonl: cannot be written") as told,
        results_file(tmp_path / "rows.jsonl") as partial,
    ):
        message = f"{partial}: cannot be written"
        raise ConfigError(message)

    assert ".partial" not in str(told.value)
