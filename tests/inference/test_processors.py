import os
from pathlib import Path

import pytest

from pipeline.inference import allowed_processors

MINE = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def _machine(root: Path, groups: str, **files: str) -> Path:
    (root / "proc" / "self").mkdir(parents=True)
    (root / "proc" / "self" / "cgroup").write_text(groups, encoding="ascii")
    for name, content in files.items():
        path = root / "sys" / "fs" / "cgroup" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="ascii")
    return root


def test_without_control_groups_the_affinity_counts(tmp_path: Path) -> None:
    assert allowed_processors(tmp_path) == MINE


@pytest.mark.parametrize(
    ("groups", "files"),
    [
        ("0::/\n", {"cpu.max": "150000 100000\n"}),
        ("0::/batch/job\n", {"batch/cpu.max": "150000 100000\n", "batch/job/cpu.max": "max 100000\n"}),
        ("0::/not/seen/from/inside\n", {"cpu.max": "150000 100000\n"}),
        ("1:cpu:/\n", {"cpu/cpu.cfs_quota_us": "150000\n", "cpu/cpu.cfs_period_us": "100000\n"}),
        (
            "4:cpu,cpuacct:/docker/1f\n0::/\n",
            {"cpu,cpuacct/cpu.cfs_quota_us": "150000\n", "cpu,cpuacct/cpu.cfs_period_us": "100000\n"},
        ),
    ],
)
def test_a_quota_of_one_and_a_half_processors_is_one_thread(tmp_path: Path, groups: str, files: dict[str, str]) -> None:
    assert allowed_processors(_machine(tmp_path, groups, **files)) == 1


@pytest.mark.parametrize(
    ("groups", "files"),
    [
        ("0::/\n", {"cpu.max": "max 100000\n"}),
        ("1:cpu:/\n", {"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}),
        ("3:memory:/\n", {"memory/cpu.max": "100000 100000\n"}),
        ("0::/\n", {"cpu.max": "9900000 100000\n"}),
        ("0::/\n", {"cpu.max": "none\n"}),
    ],
)
def test_no_quota_or_one_above_the_affinity_changes_nothing(tmp_path: Path, groups: str, files: dict[str, str]) -> None:
    assert allowed_processors(_machine(tmp_path, groups, **files)) == MINE


def test_half_a_processor_is_still_one_thread(tmp_path: Path) -> None:
    assert allowed_processors(_machine(tmp_path, "0::/\n", **{"cpu.max": "50000 100000\n"})) == 1
