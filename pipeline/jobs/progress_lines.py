"""How far a job is, in lines, where no bar can be drawn: in a log file, in the output of a scheduler."""

import time
from datetime import timedelta

from rich.console import Console

_SECONDS = 60.0


class ProgressLines:
    """Writes a line a minute at most, so that whoever looks after an unattended run sees that it goes on.

    Where a line cannot be written (the disk is full, no one reads any more), the job goes on without.

    Args:
        console: Where; nowhere without it, or where it is a terminal, which shows a bar instead.
        seconds: Time between two lines; the first comes after as much.
    """

    def __init__(self, console: Console | None, seconds: float = _SECONDS) -> None:
        self._file = None if console is None or console.is_terminal else console.file
        self._seconds = seconds
        self._started = self._told = time.monotonic()
        self._share_before: float | None = None

    def tell(self, done: str, share: float | None = None) -> None:
        """Write how far the job is, if a line is due.

        Args:
            done: What is done, in words.
            share: How much of the whole that is, from 0 to 1, for the time left; None: not known. The first that is
                told counts as done before, as what a resumed run finds done.
        """
        if self._share_before is None:
            self._share_before = share
        now = time.monotonic()
        if self._file is None or now - self._told < self._seconds:
            return
        self._told, gone = now, now - self._started
        made = (share or 0) - (self._share_before or 0)
        left = f", about {_clock(gone * (1 - share) / made)} left" if share and made > 0 else ""
        try:
            self._file.write(f"{done} · {_clock(gone)}{left}\n")
            self._file.flush()
        except OSError:
            self._file = None


def _clock(seconds: float) -> str:
    return str(timedelta(seconds=round(seconds)))
