"""What Ray says is kept from the terminal: --verbose shows it, and a failure."""

import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from io import TextIOBase, UnsupportedOperation

from pipeline.errors import PipelineError

_STANDARD_ERROR = 2
logger = logging.getLogger(__name__)


@contextmanager
def kept_quiet() -> Iterator[None]:
    """Keep what libraries print from the terminal, whether from Python or not; `sys.stderr` still reaches it."""
    with redirect_stdout(_ToLog()), tempfile.TemporaryFile() as held, _own_way_to_terminal():
        terminal = os.dup(_STANDARD_ERROR)
        os.dup2(held.fileno(), _STANDARD_ERROR)
        level = logging.INFO
        try:
            yield
        except (PipelineError, KeyboardInterrupt):
            raise
        except BaseException:
            level = logging.ERROR
            raise
        finally:
            os.dup2(terminal, _STANDARD_ERROR)
            os.close(terminal)
            held.seek(0)
            if said := held.read().decode(errors="replace").strip():
                logger.log(level, "ray: %s", said)


@contextmanager
def _own_way_to_terminal() -> Iterator[None]:
    """Have `sys.stderr` write to where it does now, also when the standard error of the process is another."""
    number = None
    with suppress(UnsupportedOperation, AttributeError, ValueError):
        number = sys.stderr.fileno()
    if number != _STANDARD_ERROR:
        yield
        return
    with os.fdopen(os.dup(number), "w", buffering=1, errors="replace") as stream, redirect_stderr(stream):
        yield


class _ToLog(TextIOBase):
    """Takes what is printed on the standard output."""

    def write(self, text: str) -> int:
        """Log what is not blank."""
        if text.strip():
            logger.info("ray: %s", text.strip())
        return len(text)
