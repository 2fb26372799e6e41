"""What Ctrl-C and SIGTERM do while blocks are labelled."""

import _thread
import signal
import threading
from types import FrameType, TracebackType
from typing import Self

PATIENCE_SECONDS = 3.0
"""How long a block in hand may take to its end when the run is to stop."""


class Interrupts:
    """The first signal lets the block in hand come to its end if that is quick; the next one does not. A context.

    Only signals that would raise KeyboardInterrupt are changed, and only in the main thread.

    Attributes:
        is_asked: Whether the run is to stop.
    """

    def __init__(self) -> None:
        """Change nothing yet."""
        self.is_asked = False
        self._timer = threading.Timer(PATIENCE_SECONDS, _wake_main_thread)
        self._timer.daemon = True
        self._changed: list[signal.Signals] = []

    def __enter__(self) -> Self:
        """Take the signals."""
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                if signal.getsignal(number) is signal.default_int_handler:
                    signal.signal(number, self._stop)
                    self._changed.append(number)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the signals back."""
        self._timer.cancel()
        for number in self._changed:
            signal.signal(number, signal.default_int_handler)

    def check(self) -> None:
        """Stop here if that was asked for.

        Raises:
            KeyboardInterrupt: It was.
        """
        if self.is_asked:
            raise KeyboardInterrupt

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.check()
        self.is_asked = True
        self._timer.start()


def _wake_main_thread() -> None:
    """Send the main thread a second signal, which ends what it waits for as well."""
    main = threading.main_thread().ident
    if main is None or not hasattr(signal, "pthread_kill"):
        _thread.interrupt_main()
    else:
        signal.pthread_kill(main, signal.SIGINT)
