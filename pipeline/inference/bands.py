"""Which windows of a packed batch attend together: bands of neighbors, and where their tokens stand in them."""

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

import torch
from torch import Tensor


class Band(NamedTuple):
    """Neighboring windows that attend together.

    Attributes:
        rows: Where their tokens stand in the batch.
        windows: How many windows.
        longest: Tokens of the longest.
        places: Where each of their tokens stands when all windows are padded to the longest, shape (tokens,); `None`
            when all are as long.
        mask: Which places hold a token, shape (windows, 1, 1, longest); `None` when all do.
    """

    rows: slice
    windows: int
    longest: int
    places: Tensor | None = None
    mask: Tensor | None = None


def equal_bands(lengths: Sequence[int]) -> list[Band]:
    """Cut a batch into bands of windows of equal length: many small steps, none of them in vain."""
    bands: list[Band] = []
    start = 0
    for length, group in groupby(lengths):
        windows = sum(1 for _ in group)
        bands.append(Band(slice(start, start + windows * length), windows, length))
        start += windows * length
    return bands


def padded_band(lengths: Sequence[int], device: torch.device) -> Band:
    """Make one band of a batch, for devices where a step costs more than what padding wastes in it."""
    longest = max(lengths)
    rows = slice(0, sum(lengths))
    if min(lengths) == longest:
        return Band(rows, len(lengths), longest)
    mask = torch.arange(longest) < torch.tensor(lengths)[:, None]
    places = mask.flatten().nonzero().flatten()
    return Band(rows, len(lengths), longest, places.to(device), mask[:, None, None].to(device))
