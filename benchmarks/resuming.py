"""How benchmarks that train go on with what was measured before: only where the same settings and data made it."""

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from pipeline.config import TrainConfig, TrainLinearConfig
from pipeline.durable import write_whole
from pipeline.errors import ConfigError, PipelineError
from pipeline.gold import describe_files
from pipeline.labelled import list_labelled
from pipeline.model_folder import content_of, find_model, model_version
from pipeline.shipped import find_shipped

MADE_BY = "made_by.json"
"""Stands in a folder beside the results and says what made them."""

_PLACES = {"out", "run", "overwrite", "license", "licenses"}
_BY_CONTENT = {"taxonomy", "labelled", "extra", "evaluation", "base_model"}


def tell(config: TrainConfig | TrainLinearConfig, names: Iterable[str]) -> dict[str, Any]:
    """Tell what the numbers of a training depend on: its settings, and files and encoder by content.

    Args:
        config: How a classifier is trained.
        names: Of the files that it is trained and measured on; globs too.

    Raises:
        InputError: A file cannot be found or read.
        ModelError: The encoder is missing or damaged.
    """
    files = [find_shipped(config.taxonomy), *list_labelled([*names, *config.evaluation])]
    encoder = find_model(config.base_model) if isinstance(config, TrainConfig) else None
    return {
        "settings": config.model_dump(mode="json", exclude=_PLACES | _BY_CONTENT),
        "encoder": content_of(model_version(encoder)) if encoder else None,
        "files": [{"file": each["file"], "sha256": each["sha256"]} for each in describe_files(files, ())],
    }


def claim(folder: Path, made_by: dict[str, Any]) -> None:
    """Write down what makes the results of a folder, or check that it is what made those that are there.

    Raises:
        ConfigError: They were made by something else, do not tell by what, or the folder cannot be made.
    """
    place = folder / MADE_BY
    try:
        if place.exists():
            _check_same(place.read_text(encoding="utf-8"), made_by, folder)
            return
        if folder.exists() and any(not path.name.startswith(".") for path in folder.iterdir()):
            message = f"{folder}: holds files, but no {MADE_BY} that says what made them; remove it or name another"
            raise ConfigError(message)
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(json.dumps(made_by, ensure_ascii=False, indent=2) + "\n", place)
    except OSError as error:
        message = f"{folder}: cannot be used ({error.strerror}); name another folder"
        raise ConfigError(message) from error


def _check_same(written: str, made_by: dict[str, Any], folder: Path) -> None:
    try:
        earlier = json.loads(written)
    except ValueError:
        earlier = {}
    now = json.loads(json.dumps(made_by))  # as it is read back
    changed = [name for name in now if earlier.get(name) != now[name]]
    if changed:
        message = f"{folder}: holds results of other {', '.join(changed)}; remove it or name another"
        raise ConfigError(message)


def run(main: Callable[[], None]) -> None:
    """Run a benchmark; a mistake that the user can mend ends in its message and exit code 2."""
    try:
        main()
    except PipelineError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
