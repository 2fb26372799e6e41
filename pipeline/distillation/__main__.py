"""`python -m pipeline.distillation CONFIG [setting=value ...]`: teach the encoder the task."""

import sys
from collections.abc import Callable
from typing import Any

from pipeline.config import run_release_job
from pipeline.distillation.settings import DistillConfig


def main(arguments: list[str]) -> int:
    """Run `distill` and give the exit code: 0, or 2 for a mistake that the user can mend."""
    return run_release_job("pipeline.distillation", DistillConfig, _find_job, arguments)


def _find_job() -> Callable[[DistillConfig], dict[str, Any]]:
    from pipeline.distillation.distill import distill

    return distill


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
