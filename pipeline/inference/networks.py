"""The networks of model folders behind one shape: a plain BERT by the packed way, any other one by transformers'."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import BaseModel, ValidationError

from pipeline.inference.bert_files import CONFIG_FILE, read_bert
from pipeline.inference.devices import Settled, choose_precision
from pipeline.inference.packed_bert import PackedBert
from pipeline.records import Window

_TYPES: Final[dict[Settled, torch.dtype]] = {"float32": torch.float32, "bfloat16": torch.bfloat16}


class Network(Protocol):
    """The network of a classifier, loaded.

    Attributes:
        labels: Ids of the labels in the order of its outputs.
        positions: Tokens that a window may have.
        device: Where it runs.
        dtype: Type of its matrices.
        is_padded: Whether the windows of a batch are padded to the longest.
    """

    labels: tuple[str, ...]
    positions: int
    device: torch.device
    dtype: torch.dtype
    is_padded: bool

    def logits(self, windows: Sequence[Window]) -> NDArray[np.float32]:
        """Score the windows of one batch, shape (windows, labels)."""


class _Widths(BaseModel):
    """The widths of a network's matrices, as most architectures name them in `config.json`."""

    hidden_size: int = 768
    intermediate_size: int = 3072


def settle_precision(folder: Path, device: torch.device, precision: str) -> Settled:
    """Decide in which type a model folder's weights are kept.

    Args:
        folder: A model folder.
        device: Where its network is to run.
        precision: `float32`, `bfloat16`, or `auto`, which probes whether bfloat16 is faster at this network's shape.
    """
    try:
        widths = _Widths.model_validate_json((folder / CONFIG_FILE).read_bytes())
    except (OSError, ValidationError):
        widths = _Widths()
    return choose_precision(precision, device, widths.hidden_size, widths.intermediate_size)


def open_network(folder: Path, device: torch.device, precision: str) -> Network:
    """Open the network of a model folder.

    Args:
        folder: A model folder.
        device: Where it is to run.
        precision: As for `settle_precision`.

    Raises:
        ModelError: The folder's weights are missing, damaged or not a classifier's.
    """
    dtype = _TYPES[settle_precision(folder, device, precision)]
    bert = read_bert(folder)
    if bert:
        return PackedBert(*bert, device, dtype)
    from pipeline.inference.padded_network import PaddedNetwork

    return PaddedNetwork(folder, device, dtype)
