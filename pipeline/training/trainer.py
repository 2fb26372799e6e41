"""What is added to transformers' Trainer: averaged weights, batches of similar length, whole checkpoints, logs."""

import logging
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from transformers import Trainer, TrainerCallback

from pipeline.training.disk import sync, tell_how_to_go_on
from pipeline.training.events import EventsCallback
from pipeline.training.rows import LengthGroupedOrder
from pipeline.training.weights import RunningAverage

AVERAGE_FILE = "average.safetensors"
"""In each checkpoint, beside the weights that go on to be trained: their running average."""

_COMPLETE_FILE = "complete"
"""In each checkpoint, written last: a checkpoint without it was cut short."""

Report = Callable[[int, int, dict[str, float]], None]
"""Is told how far training is: step, steps in all, and what was measured, if anything."""

_log = logging.getLogger(__name__)


def part_of(report: Report, part: int, parts: int) -> Report:
    """Tell about one of several fittings, counted from 0, as a part of the whole."""

    def tell(step: int, steps: int, measured: dict[str, float]) -> None:
        report(part * steps + step, parts * steps, measured)

    return tell


def last_checkpoint(run: Path) -> Path | None:
    """Find the last checkpoint that was written to its end."""
    complete = [path.parent for path in run.glob(f"checkpoint-*/{_COMPLETE_FILE}")]
    return max(complete, key=lambda path: int(path.name.rpartition("-")[2]), default=None)


def remove_incomplete(run: Path) -> None:
    """Remove checkpoints that were cut short; the Trainer would count them among those that it keeps."""
    for path in run.glob("checkpoint-*"):
        if not (path / _COMPLETE_FILE).exists():
            shutil.rmtree(path, ignore_errors=True)


class AveragingTrainer(Trainer):  # type: ignore[misc]  # transformers has no types
    """Checks the running average of the weights, takes windows of similar length together, and keeps logs."""

    def __init__(self, *, average: RunningAverage, order: LengthGroupedOrder, **parts: Any) -> None:
        super().__init__(**parts)
        self._average = average
        self._order = order

    def _get_train_sampler(self, *_: Any) -> LengthGroupedOrder:
        return self._order

    def train(self, *arguments: Any, **settings: Any) -> Any:
        """Train, and write what is measured meanwhile into the run's folder."""
        with closing(EventsCallback(Path(self.args.output_dir))) as events:
            self.add_callback(events)
            return super().train(*arguments, **settings)

    def evaluate(self, *arguments: Any, **settings: Any) -> dict[str, float]:
        """Measure the averaged weights."""
        with self._average.in_place():
            measured: dict[str, float] = super().evaluate(*arguments, **settings)
        return measured

    def _save_checkpoint(self, *arguments: Any, **settings: Any) -> None:
        with tell_how_to_go_on(_place(self.args, self.state)):
            super()._save_checkpoint(*arguments, **settings)


class AverageCallback(TrainerCallback):  # type: ignore[misc]
    """Updates the average, and completes checkpoints by it."""

    def __init__(self, average: RunningAverage, every: int) -> None:
        self._average = average
        self._every = every

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Let the average follow, and ask for a checkpoint where one is due.

        At the end of an epoch it comes after the check: whoever resumes from one made before would skip the check.
        """
        self._average.update(state.global_step)
        is_due = self._every > 0 and state.global_step % self._every == 0
        control.should_save |= is_due and state.global_step % (state.max_steps // args.num_train_epochs) != 0

    def on_save(self, args: Any, state: Any, _control: Any, **_: Any) -> None:
        """Put the average into the checkpoint, then the mark that it is whole."""
        folder = _place(args, state)
        with tell_how_to_go_on(folder):
            self._average.save(folder / AVERAGE_FILE)
            sync(folder)
            (folder / _COMPLETE_FILE).touch()


class ProgressCallback(TrainerCallback):  # type: ignore[misc]
    """Tells how far training is."""

    def __init__(self, report: Report) -> None:
        self._report = report

    def on_step_end(self, _args: Any, state: Any, _control: Any, **_: Any) -> None:
        """Report the step."""
        self._report(state.global_step, state.max_steps, {})

    def on_log(self, _args: Any, state: Any, _control: Any, logs: dict[str, float] | None = None, **_: Any) -> None:
        """Report and log what was measured."""
        measured = {name.removeprefix("eval_"): each for name, each in (logs or {}).items() if isinstance(each, float)}
        self._report(state.global_step, state.max_steps, measured)
        shown = ", ".join(f"{name} {each:.4g}" for name, each in measured.items())
        _log.info("step %d of %d: %s", state.global_step, state.max_steps, shown)


def _place(args: Any, state: Any) -> Path:
    """Name the folder of the checkpoint after the present step."""
    return Path(args.output_dir) / f"checkpoint-{state.global_step}"
