"""Which windows are scored together: batches of similar length within a budget of tokens."""

from collections.abc import Iterator, Sequence
from typing import Final

PADDING_SHARE: Final = 0.05
"""The most of a batch that may be padding, where windows are padded at all."""


def length_batches(lengths: Sequence[int], batch_tokens: int, *, is_padded: bool) -> Iterator[list[int]]:
    """Group the indices of windows into batches of similar length, longest first.

    Args:
        lengths: Tokens of each window.
        batch_tokens: Tokens that one batch may hold, padding included; a longer window is a batch of its own.
        is_padded: Whether the windows of a batch are padded to the longest.
    """
    batch: list[int] = []
    tokens = 0
    for index in sorted(range(len(lengths)), key=lambda index: (-lengths[index], index)):
        tokens += lengths[index]
        held = lengths[batch[0]] * (len(batch) + 1) if batch and is_padded else tokens
        if batch and (held > batch_tokens or held - tokens > PADDING_SHARE * held):
            yield batch
            batch, tokens = [], lengths[index]
        batch.append(index)
    if batch:
        yield batch
