"""Runs that are killed while they make or replace results; the next run puts in order what they left."""

import os
import sys
from collections.abc import Callable, Collection
from itertools import count
from pathlib import Path

import pytest

from pipeline.errors import ConfigError
from pipeline.jobs.results.folder import check_is_free, results_folder

FILES = ("run.json", "labels.*")
OLD = dict.fromkeys(("run.json", "labels.jsonl", "labels.csv"), "old")
NEW = dict.fromkeys(("run.json", "labels.jsonl", "labels.parquet"), "new")
MOVES = {"os.rename"}
STEPS = MOVES | {"open", "os.mkdir", "os.remove", "os.rmdir"}


def _write(place: Path, texts: dict[str, str]) -> None:
    with results_folder(place, FILES, overwrite=True) as partial:
        for name, text in texts.items():
            (partial / name).write_text(text)


def _check(place: Path) -> None:
    check_is_free(place, FILES, overwrite=True)


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _read(place: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in place.iterdir() if not path.name.startswith(".")}


def _is_killed(steps: Collection[str], before: int, work: Callable[..., None], *told: object) -> bool:
    """Do work in a process that is killed after so many steps of some kinds; tells whether it came to that."""
    child = os.fork()
    if not child:
        left = iter(range(before))

        def kill(event: str, _: tuple[object, ...]) -> None:
            if event in steps and next(left, None) is None:
                os._exit(9)

        try:
            sys.addaudithook(kill)
            work(*told)
            os._exit(0)
        finally:
            os._exit(1)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in {0, 9}
    return code == 9


def _place(folder: Path, texts: dict[str, str]) -> Path:
    """Make a place that is there before the run, with or without results in it."""
    place = folder / "out"
    place.mkdir(parents=True)
    for name, text in texts.items():
        (place / name).write_text(text)
    return place


@pytest.mark.parametrize("before", [OLD, {}], ids=["replacing", "filling"])
def test_a_run_killed_at_any_step_leaves_old_or_new_results_and_is_in_nobodys_way(
    tmp_path: Path, before: dict[str, str]
) -> None:
    found = []
    for step in count():
        place = _place(tmp_path / str(step), before)
        killed = _is_killed(STEPS, step, _write, place, NEW)
        if "run.json" in _read(place):
            assert _read(place) in (before, NEW)

        _check(place)
        assert _read(place) in (before, NEW)
        found.append(_read(place))
        assert _names(place) == sorted(_read(place))
        _write(place, NEW)

        assert _read(place) == NEW
        assert _names(place) == sorted(NEW)
        assert _names(place.parent) == ["out"]
        if not killed:
            break
    assert found.index(NEW) > 10  # it was killed before, in between, and behind
    assert len(found) - found.index(NEW) > 5


@pytest.mark.parametrize("moves", range(1, 1 + len(OLD) + len(NEW)))  # before that the names are noted
def test_putting_in_order_may_be_killed_at_any_step_too(tmp_path: Path, moves: int) -> None:
    for step in count():
        place = _place(tmp_path / str(step), OLD)
        assert _is_killed(MOVES, moves, _write, place, NEW)
        killed = _is_killed(STEPS, step, _check, place)

        _check(place)

        assert _read(place) == OLD
        assert _names(place) == sorted(OLD)
        if not killed:
            break
    assert step > 5


def test_what_a_killed_run_left_beside_a_place_that_is_not_there_yet_is_removed(tmp_path: Path) -> None:
    assert _is_killed(MOVES, 0, _write, tmp_path / "out", NEW)
    assert len(_names(tmp_path)) == 2

    _write(tmp_path / "out", NEW)

    assert _names(tmp_path) == ["out"]


def test_the_folder_of_a_run_that_lives_is_left_alone(tmp_path: Path) -> None:
    place = _place(tmp_path, {})
    with results_folder(place, FILES, overwrite=True) as partial:
        _write(place, OLD)
        assert partial.is_dir()
        for name, text in NEW.items():
            (partial / name).write_text(text)

    assert _read(place) == NEW
    assert _names(place) == sorted(NEW)


def test_hidden_folders_of_others_are_neither_removed_nor_replaced(tmp_path: Path) -> None:
    """The first is that of labelling into a folder called out.labelled, the second that of another place."""
    place = _place(tmp_path, OLD)
    kept = [tmp_path / ".out.labelled.partial" / "plan.json", tmp_path / ".other.abcd1234.work.partial" / "made.lock"]
    for path in kept:
        path.parent.mkdir()
        path.touch()
    (place / ".cache").mkdir()

    with pytest.raises(ConfigError, match=r"holds something else \(\.cache\)"):
        _write(place, NEW)
    (place / ".cache").rmdir()
    _write(place, NEW)

    assert all(path.exists() for path in kept)


def test_a_name_with_the_marks_of_a_pattern_is_a_name(tmp_path: Path) -> None:
    place = _place(tmp_path / "[1] *", OLD).rename(tmp_path / "[1] *" / "a[b]*+")
    assert _is_killed(MOVES, 3, _write, place, NEW)

    _check(place)

    assert _read(place) == OLD
    assert _names(place) == sorted(OLD)
