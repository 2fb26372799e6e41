"""`python -m pipeline.adaptation CONFIG [setting=value ...]`: make the encoder."""

import sys
from collections.abc import Callable

from pipeline.adaptation.settings import AdaptConfig
from pipeline.config import run_release_job


def main(arguments: list[str]) -> int:
    """Run `adapt` and give the exit code: 0, or 2 for a mistake that the user can mend."""
    return run_release_job("pipeline.adaptation", AdaptConfig, _find_job, arguments)


def _find_job() -> Callable[[AdaptConfig], dict[str, dict[str, float]]]:
    from pipeline.adaptation.adapt import adapt

    return adapt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
