"""The folder of a training run, `runs/<name>`: checkpoints and logs, tied to the settings and data that made them."""

import json
import logging
import shutil
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from pydantic_core import to_jsonable_python

from pipeline.config import TrainConfig
from pipeline.durable import write_whole
from pipeline.errors import ConfigError
from pipeline.jobs.results.folder import RUN_FILE

_log = logging.getLogger(__name__)

_NO_MATTER = {
    "out",
    "overwrite",
    "run",
    "gate",
    "taxonomy",
    "labelled",
    "extra",
    "evaluation",
    "license",
    "licenses",
    "base_model",
    "kind",
}
"""Settings that leave the weights alone, that all runs share, or whose content is compared instead of their names."""

_PART = f".{RUN_FILE}.partial"
"""What a run leaves that is killed at its very beginning."""

_CALIBRATION = {"threshold_strength", "review_share", "leave_out", "resamples"}
"""Settings of the calibration that leave the weights alone."""


def hold_run(config: TrainConfig, content: dict[str, Any], *, resume: bool) -> FileLock:
    """Open a run's folder, see `open_run`, and keep all other trainings out of it until the lock is released.

    Raises:
        ConfigError: Another training uses it, or it cannot be opened.
    """
    lock = _lock(config.run_folder)
    try:
        open_run(config, content, resume=resume)
    except BaseException:
        lock.release()
        raise
    return lock


def _lock(folder: Path) -> FileLock:
    """Lock a run's folder, by a file beside it.

    Raises:
        ConfigError: Another training uses it, or the file cannot be made.
    """
    place = folder.resolve()
    lock = FileLock(place.parent / f".{place.name}.lock", timeout=0)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        message = f"{folder}: another training uses it; wait for its end, or name another folder: run=runs/another"
        raise ConfigError(message) from error
    except OSError as error:
        message = f"{folder}: cannot be made ({error.strerror}); name another folder: run=runs/another"
        raise ConfigError(message) from error
    return lock


def close_run(folder: Path) -> None:
    """Remove the weights of a run whose model is in its place; logs and scores stay, and to what they are tied."""
    try:
        lock = _lock(folder)
    except ConfigError:
        return  # another training has taken the folder by now, and what is in it
    try:
        for weights in (*folder.glob("**/checkpoint-*"), *folder.glob("fold-*/model")):
            shutil.rmtree(weights, ignore_errors=True)
    finally:
        lock.release()


def open_run(config: TrainConfig, content: dict[str, Any], *, resume: bool) -> Path:
    """Make the run's folder, or open that of an interrupted run.

    Args:
        config: All settings.
        content: What the settings name by path, by content: training files, encoder, taxonomy,
            and which rows are trained on and held out.
        resume: Go on with what is there, if anything.

    Raises:
        ConfigError: The folder cannot be made, holds something else, or a run of other settings or data.
    """
    folder = config.run_folder
    exclude = dict.fromkeys(_NO_MATTER, True) | {"calibration": _CALIBRATION}
    tie = {"job": "train", "settings": config.model_dump(mode="json", exclude=exclude), "content": content}
    try:
        if not _goes_on(folder, tie, resume=resume):
            folder.mkdir(parents=True, exist_ok=True)
            write_whole(json.dumps(tie, ensure_ascii=False, indent=2) + "\n", folder / RUN_FILE)
    except OSError as error:
        message = f"{folder}: cannot be made ({error.strerror}); name another folder: run=runs/another"
        raise ConfigError(message) from error
    return folder


def precision_of(folder: Path) -> str | None:
    """Give the precision that the run of a folder has begun in; `None` where it does not tell."""
    try:
        precision = json.loads((folder / RUN_FILE).read_text(encoding="utf-8"))["settings"]["training"]["precision"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return precision if precision in ("float32", "bfloat16") else None


def _goes_on(folder: Path, tie: dict[str, Any], *, resume: bool) -> bool:
    """Tell whether a run goes on in its folder; else what an earlier one left there is removed.

    Raises:
        ConfigError: The folder holds something else, or a run of other settings or data that was to be resumed.
        OSError: It cannot be read or emptied.
    """
    if not folder.exists() or all(path.name == _PART for path in folder.iterdir()):
        if resume:
            _log.warning("%s: nothing to resume, training starts anew", folder)
        return False
    earlier = _read_tie(folder)
    if resume:
        _check_same(earlier, tie, folder)
        return True
    if checkpoints := sum(1 for _ in folder.glob("**/checkpoint-*")):
        _log.warning("%s: removing %d checkpoints of an earlier run; --resume would go on", folder, checkpoints)
    shutil.rmtree(folder)
    return False


def _read_tie(folder: Path) -> dict[str, Any]:
    try:
        tie = json.loads((folder / RUN_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        tie = None
    if not isinstance(tie, dict) or tie.get("job") != "train":
        message = f"{folder}: is not empty and holds no training run; name another folder: run=runs/another"
        raise ConfigError(message)
    return tie


def _check_same(earlier: dict[str, Any], now: dict[str, Any], folder: Path) -> None:
    known = earlier.get("content", {})
    changed = [name for name, content in now["content"].items() if known.get(name) != content]
    before, after = _flat(earlier.get("settings", {})), _flat(now["settings"])
    before |= {name: _default(name) for name in after.keys() - before.keys()}
    changed += [name for name in sorted(before.keys() | after.keys()) if before.get(name) != after.get(name)]
    if changed:
        message = (
            f"{folder}: cannot be resumed, changed since: {', '.join(changed)}; "
            "take the settings and the data of that run, or start anew without --resume"
        )
        raise ConfigError(message)


def _default(name: str) -> Any:
    """Give the default of a setting: what a run had that began before there was the setting."""
    model: Any = TrainConfig
    *parts, last = name.split(".")
    for part in parts:
        model = model.model_fields[part].annotation
    fields = getattr(model, "model_fields", {})
    return to_jsonable_python(fields[last].get_default(call_default_factory=True)) if last in fields else None


def _flat(settings: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in settings.items():
        flat |= _flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {f"{prefix}{name}": value}
    return flat
