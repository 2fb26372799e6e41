"""`taawun label --engine ray` in processes of its own, with faults that can be planted in its workers."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_PLANT = Path(__file__).parent / "planted"
Taawun = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def environment() -> dict[str, str]:
    """That of the commands: in it, and in workers that they start, texts of planted faults do their harm."""
    paths = [str(_PLANT), str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return os.environ | {"PYTHONPATH": os.pathsep.join(paths), "OMP_NUM_THREADS": "1"}


@pytest.fixture
def taawun(environment: dict[str, str], tmp_path: Path) -> Taawun:
    """Run `taawun label` with some arguments in tmp_path; two workers where that is not said otherwise."""

    def taawun(*arguments: str, workers: int | None = 2) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "pipeline", "label", *arguments]
        command += ["--engine", "ray", f"engine.workers={workers}"] if workers else []
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300, check=False
        )

    return taawun
