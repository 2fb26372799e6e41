"""`python -m pipeline.adaptation CONFIG [setting=value ...]`: make the encoder."""

import json
import logging
import sys
from pathlib import Path

from pipeline.adaptation.settings import AdaptConfig
from pipeline.config import load_config
from pipeline.errors import PipelineError


def main(arguments: list[str]) -> int:
    """Run `adapt` and give the exit code: 0, or 2 for a mistake that the user can mend."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    if not arguments:
        sys.stderr.write("usage: python -m pipeline.adaptation CONFIG [setting=value ...]\n")
        return 2
    try:
        settings = load_config(AdaptConfig, Path(arguments[0]), arguments[1:])
        from pipeline.adaptation.adapt import adapt  # torch only after the settings are known to be right

        sys.stdout.write(json.dumps(adapt(settings), indent=2) + "\n")
    except PipelineError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
