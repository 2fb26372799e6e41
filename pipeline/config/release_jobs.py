"""The command line of the jobs that make a release: one configuration, settings as key=value, JSON as the answer."""

import json
import logging
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from pipeline.config.loading import load_config
from pipeline.errors import PipelineError

_Config = TypeVar("_Config", bound=BaseModel)
_USAGE = "usage: python -m {module} CONFIG [setting=value ...]\n"
_WRONG = 2


def run_release_job(
    module: str,
    shape: type[_Config],
    find_job: Callable[[], Callable[[_Config], Mapping[str, object]]],
    arguments: list[str],
) -> int:
    """Run a job on a configuration.

    Args:
        module: How the job is called.
        shape: Of its configuration.
        find_job: Gives the job; called when the settings are known to be right, as it may import torch.
        arguments: Of the command line.

    Returns:
        The exit code: 0, or 2 for a mistake that the user can mend.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    if not arguments:
        sys.stderr.write(_USAGE.format(module=module))
        return _WRONG
    try:
        settings = load_config(shape, Path(arguments[0]), arguments[1:])
        sys.stdout.write(json.dumps(find_job()(settings), indent=2) + "\n")
    except PipelineError as error:
        sys.stderr.write(f"{error}\n")
        return _WRONG
    return 0
