"""Labelled rows as the Trainer takes them: a dataset of windows, the order of an epoch, padded batches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from datasets import Dataset
from numpy.typing import NDArray
from torch.utils.data import Sampler

from pipeline.known_labels import refuse_partial
from pipeline.records import Window
from pipeline.taxonomy import Taxonomy

UNKNOWN = -100.0
"""Stands in a batch for a label that the annotators did not decide on; transformers leaves this value uncounted."""

_BATCHES_SORTED_TOGETHER = 50


@dataclass(frozen=True, slots=True)
class EncodedRows:
    """Labelled paragraphs as windows of token ids.

    Attributes:
        windows: The windows of each paragraph.
        gold: Which labels apply, shape (paragraphs, labels).
        soft: Probabilities that are learned in place of yes or no, such as a teacher's, the same shape.
        known: On which labels the annotators decided, the same shape; `None` for all. The others are learned neither
            as yes nor as no.
    """

    windows: tuple[tuple[Window, ...], ...]
    gold: NDArray[np.bool_]
    soft: NDArray[np.float64] | None = None
    known: NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return len(self.windows)

    @property
    def counts(self) -> NDArray[np.int64]:
        """Number of windows of each paragraph, shape (paragraphs,)."""
        return np.array([len(cut) for cut in self.windows], dtype=np.int64)

    @property
    def all_windows(self) -> list[Window]:
        """The windows of all paragraphs, in order."""
        return [window for cut in self.windows for window in cut]

    @property
    def is_known(self) -> NDArray[np.bool_]:
        """On which labels the annotators decided, shape (paragraphs, labels)."""
        return np.ones_like(self.gold) if self.known is None else self.known

    def select(self, chosen: NDArray[np.bool_]) -> "EncodedRows":
        """Give the rows where `chosen` holds, shape (paragraphs,)."""
        return self._take(np.flatnonzero(chosen))

    def by_length(self) -> "EncodedRows":
        """Give the same rows, those with the longest windows first: batches in this order have little padding."""
        return self._take(np.argsort([-len(cut[0]) for cut in self.windows], kind="stable"))

    def _take(self, order: NDArray[np.intp]) -> "EncodedRows":
        soft = None if self.soft is None else self.soft[order]
        known = None if self.known is None else self.known[order]
        return EncodedRows(tuple(self.windows[k] for k in order), self.gold[order], soft, known)

    def dataset(self, taxonomy: Taxonomy) -> Dataset:
        """Give a dataset of windows.

        Every window of a long paragraph carries the labels of the whole: in news one in a hundred paragraphs is
        longer than a window of 256 tokens, and the part that speaks of a domain is not known.

        Raises:
            InputError: Paragraphs have one label each, and some were not annotated for all of them.
        """
        paragraph = np.repeat(np.arange(len(self)), self.counts)
        if taxonomy.labels_per_paragraph == "one":
            refuse_partial(self.is_known)
            labels: list[Any] = self.gold.argmax(axis=1)[paragraph].tolist()
        else:
            learned = np.where(self.is_known, self.gold if self.soft is None else self.soft, UNKNOWN)
            labels = learned.astype(np.float32)[paragraph].tolist()
        ids = [list(window) for window in self.all_windows]
        return Dataset.from_dict({"input_ids": ids, "labels": labels})


class LengthGroupedOrder(Sampler[int]):
    """An order of windows, new in every epoch, in which the windows of a batch are of similar length.

    It depends on the seed and the number of the epoch alone, so that a resumed run sees the same batches.
    """

    def __init__(self, lengths: Sequence[int], batch_rows: int, seed: int) -> None:
        """Group windows of these lengths in tokens."""
        self._lengths = np.asarray(lengths)
        self._batch_rows = batch_rows
        self._seed = seed
        self._epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch whose order is to be given."""
        self._epoch = epoch

    def __len__(self) -> int:
        return len(self._lengths)

    def __iter__(self) -> Iterator[int]:
        random = np.random.default_rng((self._seed, self._epoch))
        order = random.permutation(len(self._lengths))
        size = self._batch_rows * _BATCHES_SORTED_TOGETHER
        batches: list[NDArray[np.intp]] = []
        for start in range(0, len(order), size):
            together = order[start : start + size]
            together = together[np.argsort(-self._lengths[together], kind="stable")]
            batches.extend(np.array_split(together, range(self._batch_rows, len(together), self._batch_rows)))
        *full, last = batches  # only the last batch can be smaller; it stays behind the others
        for k in random.permutation(len(full)):
            yield from full[k].tolist()
        yield from last.tolist()


class PaddedBatch:
    """Puts windows of several lengths into one batch."""

    def __init__(self, pad: int) -> None:
        """Fill up with this token id."""
        self._pad = pad

    def __call__(self, windows: Sequence[dict[str, Any]]) -> dict[str, torch.Tensor]:
        """Pad to the longest window."""
        longest = max(len(each["input_ids"]) for each in windows)
        ids = torch.full((len(windows), longest), self._pad)
        mask = torch.zeros_like(ids)
        for row, each in enumerate(windows):
            length = len(each["input_ids"])
            ids[row, :length] = torch.tensor(each["input_ids"])
            mask[row, :length] = 1
        return {"input_ids": ids, "attention_mask": mask, "labels": torch.tensor([each["labels"] for each in windows])}
