"""`python -m pipeline.distillation CONFIG [setting=value ...]`: teach the encoder the task."""

import json
import logging
import sys
from pathlib import Path

from pipeline.config import load_config
from pipeline.distillation.settings import DistillConfig
from pipeline.errors import PipelineError


def main(arguments: list[str]) -> int:
    """Run `distill` and give the exit code: 0, or 2 for a mistake that the user can mend."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    if not arguments:
        sys.stderr.write("usage: python -m pipeline.distillation CONFIG [setting=value ...]\n")
        return 2
    try:
        settings = load_config(DistillConfig, Path(arguments[0]), arguments[1:])
        from pipeline.distillation.distill import distill  # torch only after the settings are known to be right

        sys.stdout.write(json.dumps(distill(settings), indent=2) + "\n")
    except PipelineError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
