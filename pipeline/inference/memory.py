"""Scoring within the memory that there is: a batch that does not fit is halved, down to one window."""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from pipeline.errors import ModelError
from pipeline.records import Window

HALVED: Final = "batches halved for lack of memory"

_log = logging.getLogger(__name__)
_REFUSALS: Final = ("can't allocate memory", "not enough memory")

Forward = Callable[[Sequence[Window]], NDArray[np.float32]]
"""Scores a batch of windows, shape (windows, labels)."""


class WithinMemory:
    """Scores batches of any size; remembers what did not fit, so that it is not tried again."""

    def __init__(self, forward: Forward) -> None:
        """Score by `forward`."""
        self._forward = forward
        self._refused: int | None = None  # tokens of the smallest batch that did not fit

    def score(self, windows: Sequence[Window], counts: Counter[str]) -> NDArray[np.float32]:
        """Score a batch, in as many parts as the memory asks for.

        Args:
            windows: Token ids; not none.
            counts: Where halved batches are counted.

        Raises:
            ModelError: Not even one window fits.
        """
        tokens = sum(map(len, windows))
        if len(windows) == 1 or self._refused is None or tokens < self._refused:
            scores = self._try(windows)
            if scores is not None:
                return scores
            if len(windows) == 1:
                message = f"out of memory: not even one window of {tokens} tokens fits; free memory or take device=cpu"
                raise ModelError(message)
            _log.warning("out of memory at %d tokens; going on with half as many at a time", tokens)
            self._refused = tokens
            counts[HALVED] += 1
        middle = (len(windows) + 1) // 2
        return np.concatenate([self.score(part, counts) for part in (windows[:middle], windows[middle:])])

    def _try(self, windows: Sequence[Window]) -> NDArray[np.float32] | None:
        """Score a batch, or give None where it does not fit; the failed attempt holds no memory any more."""
        try:
            return self._forward(windows)
        except (MemoryError, RuntimeError) as error:
            if not _is_out_of_memory(error):
                raise
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        return None


def _is_out_of_memory(error: Exception) -> bool:
    return isinstance(error, MemoryError | torch.OutOfMemoryError) or any(each in str(error) for each in _REFUSALS)
