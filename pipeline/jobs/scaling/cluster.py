"""Ray: connecting to a cluster or starting one on this machine, quietly, and having its workers label shards."""

import importlib.util
import json
import logging
import os
import secrets
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from pipeline.config.engine import EngineSettings
from pipeline.errors import ConfigError, InputError, ModelError, PipelineError
from pipeline.jobs.scaling.quiet import kept_quiet
from pipeline.jobs.scaling.shards import Shard
from pipeline.jobs.scaling.worker import Order, PartLabeller, settle

_STORE_BYTES = 100 * 2**20
"""Shared memory for what travels between workers: names and counts only."""
_SHORT_FOLDER = "/tmp"  # noqa: S108 - a folder of an unforeseeable name is made in it
"""Where Ray may keep its logs and sockets: names of sockets can be no longer than some hundred bytes."""
_RAISED: dict[str, type[Exception]] = {
    kind.__name__: kind for kind in (PipelineError, ConfigError, InputError, ModelError, MemoryError)
}


class Cluster:
    """A Ray that is connected.

    Attributes:
        workers: Number of workers that label, at most.
    """

    def __init__(self, engine: EngineSettings, workers: int) -> None:
        """Keep what each worker needs."""
        self.workers = workers
        self._engine = engine

    def settle(self, order: Order) -> list[dict[str, Any]]:
        """Decide on a worker what the settings of the stages leave to the machine; gives all their settings.

        Raises:
            PipelineError: As the stages do.
        """
        import ray

        task = ray.remote(num_cpus=self._engine.cpus, num_gpus=self._engine.gpus, max_calls=1)(settle)
        flow: list[dict[str, Any]] = read_answer(ray.get(task.remote(order.to_json())))["flow"]
        return flow

    def label(self, order: Order, shards: Sequence[Shard]) -> Iterator[dict[str, Any]]:
        """Label shards; gives their outcomes in the order in which they are done. A worker that ends is replaced.

        Raises:
            PipelineError: As labelling in one process does, or a shard ends every worker.
            RuntimeError: A worker failed otherwise. This is a bug in taawun.
        """
        import ray.data

        rows = [{"shard": shard.to_json()} for shard in shards]
        size = min(self.workers, len(shards))
        outcomes = ray.data.from_items(rows, override_num_blocks=len(rows)).map_batches(
            PartLabeller,
            fn_constructor_args=(order.to_json(),),
            batch_size=1,
            compute=ray.data.ActorPoolStrategy(size=size, max_tasks_in_flight_per_actor=1),
            num_cpus=self._engine.cpus,
            num_gpus=self._engine.gpus,
        )
        for row in outcomes.iter_rows():
            yield read_answer(row["outcome"])


@contextmanager
def connected(engine: EngineSettings) -> Iterator[Cluster]:
    """Connect to the cluster of an address, or start Ray on this machine and stop it at the end.

    A program that is connected already stays so.

    Raises:
        ConfigError: Ray is not installed, there is no cluster, or it is too small for one worker.
    """
    check_is_installed()
    _prepare(engine)
    import ray
    import ray.data

    for name in ("ray", "ray.data"):
        logging.getLogger(name).setLevel(logging.ERROR)
    ray.data.DataContext.get_current().enable_progress_bars = False
    if ray.is_initialized():
        yield Cluster(engine, _workers(engine))
        return
    with ExitStack() as opened:
        opened.enter_context(kept_quiet())
        opened.enter_context(_started(engine) if engine.address is None else _joined(engine.address))
        opened.callback(ray.shutdown)
        yield Cluster(engine, _workers(engine))


def check_is_installed() -> None:
    """Check that Ray is there.

    Raises:
        ConfigError: It is not.
    """
    if importlib.util.find_spec("ray") is None:
        message = "--engine ray: needs the extra; pip install 'taawun[ray]'"
        raise ConfigError(message)


def read_answer(text: str) -> dict[str, Any]:
    """Read what a worker answered.

    Raises:
        PipelineError: The worker met what the user can mend; of the kind that it was there.
        MemoryError: It had too little memory.
        RuntimeError: It failed otherwise, its traceback is told.
    """
    told: dict[str, Any] = json.loads(text)
    if "error" in told:
        raise _RAISED.get(told["error"], PipelineError)(told["message"])
    if "bug" in told:
        message = f"a worker failed:\n{told['bug']}"
        raise RuntimeError(message)
    return told


def _prepare(engine: EngineSettings) -> None:
    """Set what Ray reads when it is imported: it reports nothing, and what is started here serves this run alone.

    Ray listens to the network; whoever does not know the token is refused.
    """
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    if engine.address is None and "ray" not in sys.modules and "RAY_AUTH_MODE" not in os.environ:
        os.environ.update({"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)})


@contextmanager
def _started(engine: EngineSettings) -> Iterator[None]:
    """Start Ray on this machine."""
    from pipeline.inference.processors import allowed_processors

    workers = engine.workers or max(1, allowed_processors() // engine.cpus)
    within = _SHORT_FOLDER if Path(_SHORT_FOLDER).is_dir() else None
    with tempfile.TemporaryDirectory(prefix="taawun-", dir=within, ignore_cleanup_errors=True) as folder:
        _connect(
            address="local",
            num_cpus=workers * engine.cpus,
            object_store_memory=_STORE_BYTES,
            include_dashboard=False,
            _temp_dir=folder,
        )
        yield


@contextmanager
def _joined(address: str) -> Iterator[None]:
    """Connect to a cluster.

    Raises:
        ConfigError: None answers.
    """
    try:
        _connect(address=address)
    except (ConnectionError, RuntimeError, ValueError) as error:
        message = (
            f"engine.address: {address}: no Ray cluster lets this program in ({type(error).__name__}: {error}); check "
            "that it runs (ray status) and, where it asks for a token, that RAY_AUTH_MODE=token is set here as well"
        )
        raise ConfigError(message) from error
    yield


def _connect(**settings: Any) -> None:
    """Connect; Ray's way with SIGTERM, to exit at once, is undone."""
    import ray

    before = signal.getsignal(signal.SIGTERM)
    ray.init(logging_level=logging.ERROR, log_to_driver=False, **settings)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, before)


def _workers(engine: EngineSettings) -> int:
    """Give the number of workers: what is asked for or, without that, how many there is room for.

    Raises:
        ConfigError: There is no room for one.
    """
    import ray

    there = ray.cluster_resources()
    room = int(there.get("CPU", 0) // engine.cpus)
    if engine.gpus:
        room = min(room, int(there.get("GPU", 0) / engine.gpus))
    if room < 1 and (engine.address is None or engine.workers is None):
        message = (
            f"engine: a worker needs {engine.cpus} processor(s) and {engine.gpus:g} GPU(s), but there are "
            f"{there.get('CPU', 0):g} and {there.get('GPU', 0):g}; lower engine.cpus or engine.gpus"
        )
        raise ConfigError(message)
    return engine.workers or room
