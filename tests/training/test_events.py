import logging
import resource
import struct
from pathlib import Path

import pytest
from tensorboardX.proto.event_pb2 import Event
from transformers import TrainerControl, TrainerState

from pipeline.training.events import EventsCallback


def read_events(folder: Path) -> list[tuple[int, str, float]]:
    """Read the step, name and value of all that was written: records are framed by length and checksums."""
    (path,) = folder.glob("events.out.tfevents.*")
    content, events, start = path.read_bytes(), [], 0
    while start < len(content):
        (length,) = struct.unpack_from("<Q", content, start)
        events.append(Event.FromString(content[start + 12 : start + 12 + length]))
        start += 12 + length + 4
    return [(event.step, value.tag, value.simple_value) for event in events for value in event.summary.value]


def _log(callback: EventsCallback, step: int, **measured: float) -> None:
    callback.on_log(None, TrainerState(global_step=step), TrainerControl(), logs=measured)


def test_what_is_measured_can_be_read_while_training_goes_on(tmp_path: Path) -> None:
    callback = EventsCallback(tmp_path / "run")
    _log(callback, 5, loss=0.5, learning_rate=0.25)
    _log(callback, 8, eval_macro_f1=0.75)

    assert read_events(tmp_path / "run") == [
        (5, "train/loss", 0.5),
        (5, "train/learning_rate", 0.25),
        (8, "eval/macro_f1", 0.75),
    ]

    callback.close()


def test_where_logs_cannot_be_written_training_goes_on_after_one_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    callback = EventsCallback(tmp_path / "file" / "run")

    with caplog.at_level(logging.WARNING):
        _log(callback, 5, loss=0.5)
        _log(callback, 10, loss=0.5)
    callback.close()

    assert [record.getMessage() for record in caplog.records] == [
        f"{tmp_path / 'file' / 'run'}: no logs from step 5 on (Not a directory)"
    ]


def test_a_disk_that_is_full_in_the_midst_does_not_stop_training(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    callback = EventsCallback(tmp_path)
    _log(callback, 5, loss=0.5)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    try:
        _log(callback, 10, loss=0.25)
        callback.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert "no logs from step 10 on (File too large)" in caplog.text
