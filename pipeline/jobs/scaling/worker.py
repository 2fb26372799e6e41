"""What one worker does: label a shard after another, with the classifier in memory, each into a part of the results.

What goes in and out is text, so that it does not matter who carries it; nothing here knows Ray.
"""

import json
import os
import platform
import shutil
import traceback
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.config import LabelConfig
from pipeline.config.label import BlockSettings
from pipeline.durable import sync_folder
from pipeline.errors import ConfigError, PipelineError, is_lack_of_memory
from pipeline.jobs.label import as_settled, check_accounts
from pipeline.jobs.labelling.plan import describe_platform, read_plan
from pipeline.jobs.labelling.work import RESULTS_FOLDER
from pipeline.jobs.results.folder import RUN_FILE, write_json
from pipeline.jobs.scaling.attempts import Attempts
from pipeline.jobs.scaling.flow import LoadedFlow, is_of_the_machine
from pipeline.jobs.scaling.parts import ATTEMPTS_FOLDER, PARTIAL_FOLDER, part_name, read_run
from pipeline.jobs.scaling.shards import Shard
from pipeline.model_folder import model_version, read_decision
from pipeline.records import Tally
from pipeline.shipped import code_version
from pipeline.stages.base import Stage
from pipeline.writers.parquet_writer import SPOOL_NAME


@dataclass(frozen=True, slots=True)
class Order:
    """What a run has its workers do; the same for all shards.

    Attributes:
        config: The settings, as JSON.
        model: Folder of the classifier.
        version: Name and version of it.
        code: Version of taawun.
        folder: The run's work folder.
        environment: Variables that workers are to have, such as those of `--offline`.
    """

    config: str
    model: str
    version: str
    code: str
    folder: str
    environment: dict[str, str]

    def to_json(self) -> str:
        """Write it for another process."""
        return json.dumps(asdict(self))


class PartLabeller:
    """Labels shards; what it needs is loaded with the first one and kept."""

    def __init__(self, order: str) -> None:
        """Load nothing yet: what is wrong with the order is told as the outcome of a shard.

        Args:
            order: An `Order` as JSON.
        """
        self._order = order

    def __call__(self, batch: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Label a batch of shards.

        Args:
            batch: Shards in column `shard`, as JSON.

        Returns:
            In column `outcome`, as JSON: the number of the `part`, its `counts`, its `inputs` and how often it was
            `attempted` before; or what went wrong, see `answer`.
        """
        outcomes = [answer(_label, self._order, str(shard)) for shard in batch["shard"]]
        return {"outcome": np.array(outcomes, dtype=object)}


def settle(order: str) -> str:
    """Decide on a worker what the settings leave to the machine: column `flow` of the answer, see `answer`."""
    return answer(_settle, order)


def answer(work: Callable[..., dict[str, Any]], *told: str) -> str:
    """Do work and give what comes out as JSON; else the kind of `error` and its `message`, or the trace of a `bug`."""
    try:
        return json.dumps(work(*told))
    except Exception as error:  # noqa: BLE001 - it is raised where the run was begun
        if not is_of_the_machine(error):
            return json.dumps({"bug": traceback.format_exc()})
        kind = MemoryError if is_lack_of_memory(error) else type(error)
        return json.dumps({"error": kind.__name__, "message": str(error)})


def _settle(told: str) -> dict[str, Any]:
    order = Order(**json.loads(told))
    cpus = LabelConfig.model_validate_json(order.config).engine.cpus
    flow = [(stage, _with_threads(stage, cpus).settled()) for stage in _stages(order)]
    return {"flow": [settled.model_dump(mode="json") | _own_threads(stage) for stage, settled in flow]}


def _label(told: str, shard_told: str) -> dict[str, Any]:
    order, shard = Order(**json.loads(told)), Shard.from_json(shard_told)
    folder = Path(order.folder)
    place = folder / RESULTS_FOLDER / part_name(shard.number)
    if not place.parent.is_dir():
        raise ConfigError(_not_there(order))
    if not place.exists():
        shard.check_is_seen(platform.node())
        _make(order, shard, place)
    run = read_run(place)
    return {"part": shard.number, "counts": run["counts"], "inputs": run["sources"], "attempted": run["attempted"]}


def _not_there(order: Order) -> str:
    return f"{order.folder}: is not there on {platform.node()}; put the results where all machines see them"


def _make(order: Order, shard: Shard, place: Path) -> None:
    """Make the part of a shard; another attempt may be at it as well, the first one to be ready counts."""
    folder = Path(order.folder)
    attempts = Attempts(folder / ATTEMPTS_FOLDER / f"{shard.number:05d}")
    if attempts.is_hopeless:
        message = (
            f"part {shard.number}: {attempts.ended} workers ended while they labelled it, from {shard.sources[0].name} "
            "on; they may lack memory: lower blocks.chars or classify.batch_tokens, or give them more"
        )
        raise PipelineError(message)
    attempts.begin()
    loaded, limits = _load(order.to_json())
    partial = folder / PARTIAL_FOLDER / f"{place.name}.{uuid.uuid4().hex}"
    try:
        tally = _label_into(partial, loaded, shard, attempts, limits)
        check_accounts(tally)
        run = {
            "job": "label",
            "part": shard.number,
            "code": order.code,
            "model": order.version,
            "sources": len(shard.sources),
            "attempted": attempts.ended,
            "counts": dict(sorted(tally.items())),
            "finished": datetime.now(UTC).isoformat(timespec="seconds"),
            "platform": describe_platform(),
        }
        write_json(run, partial / RUN_FILE)
        sync_folder(partial)
        if not place.exists():
            partial.replace(place)
            sync_folder(place.parent)
    except OSError:
        if not place.exists():
            raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _label_into(partial: Path, loaded: LoadedFlow, shard: Shard, attempts: Attempts, limits: BlockSettings) -> Tally:
    """Label a shard in blocks or, where that fails or did so before, article by article."""
    if not attempts.is_careful:
        partial.mkdir(parents=True)
        try:
            tally = loaded.label(shard.sources, partial, limits)
        except Exception as error:
            if is_of_the_machine(error):
                raise
            shutil.rmtree(partial)  # Some article made a stage fail; it is found below.
        else:
            _remove_spool(partial)
            return tally
    partial.mkdir(parents=True)
    tally = loaded.label_alone(shard.sources, partial, attempts)
    _remove_spool(partial)
    return tally


def _remove_spool(partial: Path) -> None:
    (partial / SPOOL_NAME).unlink(missing_ok=True)


@lru_cache(maxsize=1)
def _load(told: str) -> tuple[LoadedFlow, BlockSettings]:
    """Load what a run needs, with what was left to the machine as it was decided for all workers.

    Raises:
        ConfigError: This machine has another version of taawun or of the model than the one where the run began.
    """
    order = Order(**json.loads(told))
    stages = _stages(order)
    here = {"taawun": code_version(), "model": model_version(Path(order.model))}
    there = {"taawun": order.code, "model": order.version}
    if here != there:
        different = (
            f"{name} is {there[name]} where the run began, {here[name]} here"
            for name in here
            if here[name] != there[name]
        )
        message = f"{platform.node()}: {'; '.join(different)}; install the same on all machines"
        raise ConfigError(message)
    plan = read_plan(Path(order.folder))
    if plan is None:
        raise ConfigError(_not_there(order))
    config = LabelConfig.model_validate_json(order.config)
    settled = as_settled(stages, plan)
    return LoadedFlow.load([_with_threads(stage, config.engine.cpus) for stage in settled]), config.blocks


def _stages(order: Order) -> list[Stage]:
    """Give the stages of a run, in the environment that it asks for; the libraries read it when they are imported."""
    config = LabelConfig.model_validate_json(order.config)
    os.environ.update(order.environment)
    os.environ.setdefault("RAYON_NUM_THREADS", str(config.engine.cpus))
    model = Path(order.model)
    return config.flow(read_decision(model), model, Path())


def _own_threads(stage: Stage) -> dict[str, Any]:
    """Give the threads that the settings say, if any: `engine.cpus` may be another when the run is gone on with."""
    return stage.model_dump(include={"threads"})


def _with_threads(stage: Stage, cpus: int) -> Stage:
    """Give a stage that may use any number of threads as many as its worker has processors."""
    is_free = getattr(stage, "threads", cpus) is None
    return stage.model_copy(update={"threads": cpus}) if is_free else stage
