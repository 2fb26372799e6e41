"""Labelling that is killed, refused and cut off comes to the results of one that is not: a small sample of it.

All of it: python -m tests.chaos OUT
"""

import io
import os
import sys
from pathlib import Path

import pytest

from .__main__ import inject, kill, show
from .disk import Disk, Fault

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="watches processes and files as Linux shows them")


@pytest.mark.thorough
def test_killed_at_random_moments_it_comes_to_the_same_results(linear_classifier: Path, tmp_path: Path) -> None:
    row = kill(tmp_path, linear_classifier, number=2, copies=2)
    assert row["faults"] == 2
    assert (row["lost"], row["doubled"], row["identical"]) == (0, 0, row["runs"])


@pytest.mark.thorough
def test_whatever_step_goes_wrong_it_comes_to_the_same_results(linear_classifier: Path, tmp_path: Path) -> None:
    table = inject(tmp_path, linear_classifier, sampled=True)
    assert len(table) == 8
    for row in table.values():
        assert row["faults"] >= 5
        assert (row["lost"], row["doubled"], row["identical"]) == (0, 0, row["runs"])
    assert show(table).count("\n") == 10


def in_a_fork(folder: Path, disk: Disk) -> int:
    """Write on a disk in a fork of this process; gives how it ended."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    disk.install()
    try:
        with io.open(folder / "a", "wb") as stream:  # noqa: UP020 - the wrapped one
            stream.write(b"once ")
            stream.flush()
            os.fsync(stream.fileno())
            stream.write(b"more")
        number = os.open(folder, os.O_RDONLY)
        os.fsync(number)
        os.replace(folder / "a", folder / "b")  # noqa: PTH105
    except OSError:
        os._exit(1)
    os._exit(0)


def names(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize(
    ("fault", "at", "code", "left"),
    [
        ("kill", 1, -9, {"a": b""}),
        ("tear", 1, -9, {"a": b"on"}),
        ("refuse", 1, 1, {"a": b"ononce "}),  # closing the file tries again
        ("kill", 3, -9, {"a": b"once "}),
        ("power cut", 3, -9, {}),
        ("power cut", 4, -9, {}),
        ("power cut", 5, -9, {"a": b"once "}),
        ("kill", 5, -9, {"a": b"once more"}),
        ("refuse", 5, 1, {"a": b"once more"}),
        ("kill", 6, 0, {"b": b"once more"}),
    ],
)
def test_the_disk_goes_wrong_as_it_should(
    tmp_path: Path, fault: Fault, at: int, code: int, left: dict[str, bytes]
) -> None:
    assert in_a_fork(tmp_path, Disk(tmp_path, fault, at)) == code
    assert names(tmp_path) == left
