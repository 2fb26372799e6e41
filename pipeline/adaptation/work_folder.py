"""A folder for what a long computation has made so far, tied to what it makes it from."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.durable import write_whole
from pipeline.errors import ConfigError
from pipeline.gold import describe_files


def claim_work_folder(work: Path, settings: Mapping[str, Any], models: Sequence[str], texts: Sequence[Path]) -> None:
    """Tie the folder to settings, and to models and texts by content: nothing made under others is taken up.

    Args:
        work: The folder; made where it is missing.
        settings: Those that the results depend on, as JSON has them; texts and models are named by content instead.
        models: Versions of the models by which it is made.
        texts: Files from which it is made.

    Raises:
        ConfigError: It belongs to others, holds what does not tell from what it was made, or cannot be written to.
        InputError: A text cannot be read.
    """
    hashes = [each["sha256"] for each in describe_files(texts, ())]
    mark = work / "settings.json"
    content = json.dumps({"settings": dict(settings), "models": list(models), "sha256": hashes}, indent=2)
    try:
        work.mkdir(parents=True, exist_ok=True)
        if all(each.name.startswith(".") for each in work.iterdir()):  # empty, or left by a kill before the mark stood
            write_whole(content, mark)
        earlier = mark.read_text(encoding="utf-8") if mark.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        message = f"{work}: cannot be used ({error}); choose another with work="
        raise ConfigError(message) from error
    if earlier != content:
        is_tied = '"sha256"' in earlier
        what = (
            "belongs to a run with other settings, models or texts" if is_tied else "does not tell which texts made it"
        )
        message = f"{work}: the folder {what}; remove it or choose another with work="
        raise ConfigError(message)
