"""How far a training is, shown on a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from pipeline.training import Report


@contextmanager
def shown_progress(console: Console | None) -> Iterator["Report"]:
    """Give the function by which a training reports; it shows nothing without a console, or one that is no terminal."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("steps · {task.fields[measured]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    shown = console is not None and console.is_terminal
    with Progress(*columns, console=console, disable=not shown) as progress:
        task = progress.add_task("Training", total=None, measured="")

        def report(step: int, steps: int, measured: dict[str, float]) -> None:
            known = {"mean_average_precision": "AP", "loss": "loss"}
            if told := " ".join(f"{short} {measured[name]:.3f}" for name, short in known.items() if name in measured):
                progress.update(task, measured=told)
            progress.update(task, completed=step, total=steps)

        yield report
