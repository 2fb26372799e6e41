"""Retrain a classifier: `python train.py configs/train.yaml [--extra FILE ...] [--resume] [key=value ...]`."""

import argparse
import logging
import sys

from pipeline.__main__ import add_train_arguments, run_train
from pipeline.errors import PipelineError


def main() -> int:
    """Parse the arguments and train; gives the exit code (0 fine, 2 a mistake that the user can mend)."""
    logging.basicConfig(format="%(levelname)s: %(message)s", level=logging.WARNING, stream=sys.stderr)
    parser = argparse.ArgumentParser(prog="train.py", description=__doc__)
    parser.add_argument("--quiet", action="store_true", help="no progress and no summary; errors only")
    add_train_arguments(parser)
    try:
        return run_train(parser.parse_intermixed_args())
    except PipelineError as error:
        sys.stderr.write(f"train.py: {error}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main())
