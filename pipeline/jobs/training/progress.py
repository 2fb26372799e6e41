"""How far a training is: a bar on a terminal, lines elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from pipeline.jobs.progress_lines import ProgressLines

if TYPE_CHECKING:
    from pipeline.training import Report

_SHOWN = {"mean_average_precision": "AP", "loss": "loss"}


@contextmanager
def shown_progress(console: Console | None) -> Iterator["Report"]:
    """Give the function by which a training reports; it shows nothing without a console."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("steps · {task.fields[measured]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    shown, lines = console is not None and console.is_terminal, ProgressLines(console)
    with Progress(*columns, console=console, disable=not shown) as progress:
        task = progress.add_task("Training", total=None, measured="")
        told = ""

        def report(step: int, steps: int, measured: dict[str, float]) -> None:
            nonlocal told
            told = " ".join(f"{_SHOWN[name]} {each:.3f}" for name, each in measured.items() if name in _SHOWN) or told
            progress.update(task, completed=step, total=steps, measured=told)
            lines.tell(f"training: step {step:,} of {steps:,}{told and ' · ' + told}", step / steps)

        yield report
