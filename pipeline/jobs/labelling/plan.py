"""What must be the same for a run to go on with the work of an interrupted one: settings, model, code and inputs."""

import hashlib
import json
import os
import platform
import shutil
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import chain, islice, repeat, zip_longest
from pathlib import Path
from typing import Any

from pipeline.config import LabelConfig
from pipeline.durable import sync_folder
from pipeline.records import Source
from pipeline.shipped import code_version

PLAN_FILE = "plan.json"
"""It makes a folder one that can be worked on: written last, removed first."""

INPUTS_FILE = "inputs.jsonl"
_NOT_DECIDING: dict[str, Any] = dict.fromkeys(("inputs", "out", "overwrite", "restart", "model"), True) | {
    "engine": {"address", "workers", "cpus", "gpus"}
}
_SHOWN = 3
_DIGEST_BYTES = 8


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run does.

    Attributes:
        model: Name and version of the model.
        deciding: All that decides what comes out, apart from the inputs: dotted names and plain values.
        flow: Settings of the stages, with what they left to the machine decided.
        started: When the run began, ISO 8601.
        is_repeatable: Whether the inputs can be read again; standard input cannot.
    """

    model: str
    deciding: dict[str, Any]
    flow: list[dict[str, Any]]
    started: str
    is_repeatable: bool


def make_plan(config: LabelConfig, model: str, sources: Sequence[Source]) -> Plan:
    """Make the plan of a run that begins now, but for what the stages leave to the machine.

    Args:
        config: Its settings.
        model: Name and version of the model.
        sources: The inputs.
    """
    settings = config.model_dump(mode="json", exclude=_NOT_DECIDING)
    deciding = _flatten({"model": model, "taawun": code_version(), **settings, "machine": describe_platform()})
    started = datetime.now(UTC).isoformat(timespec="seconds")
    return Plan(model, deciding, [], started, is_repeatable=all(source.path for source in sources))


def describe_platform() -> dict[str, Any]:
    """Name the machine and the libraries that decide a run's numbers."""
    libraries = ("torch", "transformers", "tokenizers", "numpy", "trafilatura")
    return {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "system": platform.system(),
        "libraries": {name: version(name) for name in libraries},
    }


def write_plan(plan: Plan, sources: Sequence[Source], work: Path) -> None:
    """Write a plan and the list of inputs into a work folder, safely on the disk at the end."""
    inputs = (json.dumps(_state(source), ensure_ascii=False) + "\n" for source in sources)
    partial = work / f"{PLAN_FILE}.partial"
    _write_lines(inputs, work / INPUTS_FILE)
    _write_lines([json.dumps(asdict(plan), ensure_ascii=False, indent=2), "\n"], partial)
    partial.replace(work / PLAN_FILE)
    sync_folder(work)
    sync_folder(work.parent)


def read_plan(work: Path) -> Plan | None:
    """Read the plan of a work folder; `None` where the run broke off before it had one."""
    path = work / PLAN_FILE
    return Plan(**json.loads(path.read_text(encoding="utf-8"))) if path.exists() else None


def remove_work(work: Path) -> None:
    """Remove a work folder that is of no more use, the plan first; what cannot be removed stays."""
    with suppress(OSError):
        (work / PLAN_FILE).unlink()
    shutil.rmtree(work, ignore_errors=True)


def changes(then: Plan, now: Plan) -> Iterator[str]:
    """Tell what decides what comes out and is another than it was."""
    for name in sorted(then.deciding.keys() | now.deciding.keys()):
        before, after = then.deciding.get(name), now.deciding.get(name)
        if before != after:
            yield f"{name} was {before}, is {after}"


def changed_inputs(sources: Sequence[Source], work: Path, digests: Iterable[str | None]) -> list[str]:
    """Tell which inputs are not what they were, the first few by name.

    An input is the same if its name, its size and its time of change are; or, where it was opened before, its content.

    Args:
        sources: The inputs now.
        work: Folder with the list of what they were.
        digests: Of their content, in order, as far as they were opened.
    """
    changed = list(islice(_changed(sources, work, digests), _SHOWN + 1))
    return [*changed[:_SHOWN], *(["and more inputs"] if len(changed) > _SHOWN else [])]


def digest_of(source: Source) -> str | None:
    """Give a digest of the content of a file; `None` for what is none or cannot be read."""
    if source.path is None or _state(source)[1] is None:
        return None
    try:
        with source.path.open("rb") as stream:
            return hashlib.file_digest(stream, lambda: hashlib.blake2b(digest_size=_DIGEST_BYTES)).hexdigest()
    except OSError:
        return None


def _flatten(settings: dict[str, Any], above: str = "") -> dict[str, Any]:
    """Give nested settings as dotted names and plain values."""
    flat: dict[str, Any] = {}
    for name, value in settings.items():
        flat |= _flatten(value, f"{above}{name}.") if isinstance(value, dict) else {f"{above}{name}": value}
    return flat


def _changed(sources: Sequence[Source], work: Path, digests: Iterable[str | None]) -> Iterator[str]:
    with (work / INPUTS_FILE).open(encoding="utf-8") as lines:
        for line, source, digest in zip_longest(lines, sources, chain(digests, repeat(None))):
            if line is None and source is None:
                return
            before, after = json.loads(line) if line else [None], _state(source) if source else [None]
            if before[0] != after[0]:
                yield f"the list of inputs is another, from {after[0] or before[0]} on"
                return
            if before != after and (digest is None or digest_of(source) != digest):
                yield f"input {source.name} has changed"


def _state(source: Source) -> list[Any]:
    """Name, size and time of change of an input; the latter for regular files only."""
    try:
        found = os.stat(source.path) if source.path else None  # noqa: PTH116
    except (OSError, ValueError):
        found = None
    if found is None or not stat.S_ISREG(found.st_mode):
        return [source.name, None, None]
    return [source.name, found.st_size, found.st_mtime_ns]


def _write_lines(lines: Iterable[str], path: Path) -> None:
    with path.open("w", encoding="utf-8") as stream:
        stream.writelines(lines)
        stream.flush()
        os.fsync(stream.fileno())
