"""What a labelling run leaves when it fails, and what it says about going on."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import PipelineError, is_lack_of_memory
from pipeline.jobs.labelling.plan import remove_work
from pipeline.jobs.labelling.work import read_left


@contextmanager
def without_useless_work(folder: Path) -> Iterator[None]:
    """Remove a work folder when the run fails and no other can go on with what is in it."""
    try:
        yield
    except BaseException:
        left = read_left(folder)
        if left is None or not left.plan.is_repeatable:
            remove_work(folder)
        raise


@contextmanager
def told_how_to_go_on(folder: Path) -> Iterator[None]:
    """Say with a failure what is kept in the work folder, and how the run goes on from there.

    Raises:
        KeyboardInterrupt: The run was interrupted; its text says the same.
        PipelineError: There was too little memory.
    """
    try:
        yield
    except KeyboardInterrupt:
        raise KeyboardInterrupt(_how_to_go_on(folder)) from None
    except PipelineError as error:
        message = f"{error}\n{_how_to_go_on(folder)}"
        raise type(error)(message) from error
    except Exception as error:
        if not is_lack_of_memory(error):
            raise
        advice = "lower blocks.chars or classify.batch_tokens, or give the run more memory"
        message = f"out of memory; {advice}\n{_how_to_go_on(folder)}"
        raise PipelineError(message) from error


def _how_to_go_on(folder: Path) -> str:
    left = read_left(folder)
    if left is None:
        return "nothing was written"
    if not left.plan.is_repeatable:
        return "nothing was written: a run over standard input cannot be gone on with"
    return f"{left.articles:,} articles are labelled and kept: the same command goes on from there"
