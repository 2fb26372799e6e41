"""How far a labelling run is: a bar on a terminal, lines elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from pipeline.jobs.progress_lines import ProgressLines
from pipeline.records import BlockEnd, Tally

Report = Callable[[BlockEnd, Tally], None]
"""Shows that all before the end of a block is done, and what was counted so far."""


@contextmanager
def shown_progress(inputs: int, console: Console | None) -> Iterator[Report]:
    """Show a bar of the inputs, and the articles and paragraphs done, while the block runs.

    Args:
        inputs: Number of them.
        console: Where; nowhere without it.
    """
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("inputs · {task.fields[articles]:,} articles · {task.fields[paragraphs]:,} paragraphs"),
        TimeElapsedColumn(),
    )
    shown, lines = console is not None and console.is_terminal, ProgressLines(console)
    with Progress(*columns, console=console, disable=not shown, transient=True) as progress:
        task = progress.add_task("Labelling", total=inputs, articles=0, paragraphs=0)

        def report(end: BlockEnd, tally: Tally) -> None:
            articles, paragraphs = tally["read_articles: articles"], tally["split_paragraphs: paragraphs"]
            progress.update(task, completed=end.source, articles=articles, paragraphs=paragraphs)
            done = f"{end.source:,} of {inputs:,} inputs · {articles:,} articles · {paragraphs:,} paragraphs"
            lines.tell(f"labelling: {done}")

        yield report
