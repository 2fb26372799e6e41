"""What is measured in the course of training, as files that TensorBoard shows. Nothing here changes the training."""

import logging
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from tensorboardX.proto.event_pb2 import Event
from tensorboardX.record_writer import RecordWriter
from tensorboardX.summary import scalar
from transformers import TrainerCallback
from transformers.integrations.integration_utils import rewrite_logs

_log = logging.getLogger(__name__)

_VERSION = "brain.Event:2"
"""What TensorBoard expects the first record of a file to say."""


class EventsCallback(TrainerCallback):  # type: ignore[misc]  # transformers has no types
    """Writes what is measured into the run's folder; where that fails, training goes on without.

    The callback of transformers leaves the writing to a thread of tensorboardX: on a full disk that one dies, and
    training stops with a traceback or waits for it for ever.
    """

    def __init__(self, folder: Path) -> None:
        """Choose the folder; it and the file in it are made as soon as there is something to write."""
        self._folder = folder
        self._writer: RecordWriter | None = None
        self._has_failed = False

    def on_log(self, _args: Any, state: Any, _control: Any, logs: dict[str, float] | None = None, **_: Any) -> None:
        """Write what was measured."""
        if self._has_failed:
            return
        try:
            self._write(state.global_step, rewrite_logs(logs or {}))
        except OSError as error:
            self._has_failed = True
            _log.warning("%s: no logs from step %d on (%s)", self._folder, state.global_step, error.strerror)

    def close(self) -> None:
        """Close the file."""
        if self._writer:
            with suppress(OSError):
                self._writer.close()

    def _write(self, step: int, measured: dict[str, float]) -> None:
        if not self._writer:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._writer = RecordWriter(str(self._folder / f"events.out.tfevents.{time.time_ns()}"))
            self._writer.write(Event(wall_time=time.time(), file_version=_VERSION).SerializeToString())
        for name, each in measured.items():
            if isinstance(each, int | float):
                event = Event(wall_time=time.time(), step=step, summary=scalar(name, each))
                self._writer.write(event.SerializeToString())
        self._writer.flush()
