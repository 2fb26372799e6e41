"""A work folder is found again, and is one run's at a time."""

import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.errors import ConfigError
from pipeline.jobs.labelling.folder import LOCK_FILE, empty_work, find_work, work_folder


def test_it_is_made_beside_a_place_that_is_not_there_yet(tmp_path: Path) -> None:
    place = tmp_path / "deep" / "labels"
    assert find_work(place) is None
    with work_folder(place) as work:
        assert work == tmp_path / "deep" / ".labels.partial"
        assert find_work(place) == work
    assert not place.exists()


def test_it_is_made_within_a_place_that_is_there(tmp_path: Path) -> None:
    with work_folder(tmp_path) as work:
        assert work.parent == tmp_path
    assert find_work(tmp_path) == work


def test_it_is_found_beside_the_place_even_if_this_was_made_later(tmp_path: Path) -> None:
    with work_folder(tmp_path / "labels") as first:
        pass
    (tmp_path / "labels").mkdir()
    with work_folder(tmp_path / "labels") as second:
        assert second == first


def test_a_second_run_is_refused_while_the_first_has_it(tmp_path: Path) -> None:
    with (
        work_folder(tmp_path / "labels"),
        pytest.raises(ConfigError, match="labels: another run is writing there; wait until it has ended"),
        work_folder(tmp_path / "labels"),
    ):
        pass
    with work_folder(tmp_path / "labels"):
        pass


def test_the_lock_of_a_process_that_was_killed_is_free(tmp_path: Path) -> None:
    program = (
        "import os, sys, pathlib; from pipeline.jobs.labelling.folder import work_folder\n"
        "with work_folder(pathlib.Path(sys.argv[1])): os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run([sys.executable, "-c", program, str(tmp_path / "labels")], check=False)
    assert killed.returncode == -9
    assert (tmp_path / ".labels.partial" / LOCK_FILE).exists()
    with work_folder(tmp_path / "labels"):
        pass


def test_a_place_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="cannot be made"), work_folder(tmp_path / "file" / "labels"):
        pass


def test_emptying_leaves_the_lock(tmp_path: Path) -> None:
    with work_folder(tmp_path / "labels") as work:
        (work / "results").mkdir()
        (work / "results" / "labels.jsonl").touch()
        (work / "plan.json").touch()
        empty_work(work)
        assert [path.name for path in work.iterdir()] == [LOCK_FILE]
        with pytest.raises(ConfigError), work_folder(tmp_path / "labels"):
            pass
