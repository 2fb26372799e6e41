"""A network as ONNX: written by torch, and opened with ONNX Runtime behind the shape that all networks have."""

import warnings
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoModelForSequenceClassification
from transformers.utils import logging

from pipeline.errors import ConfigError
from pipeline.records import Window

INPUTS = ("input_ids", "attention_mask")
OUTPUT = "logits"
_NEEDED = ("onnx", "onnxruntime")


def require_onnx() -> None:
    """Check that what writes and what runs ONNX is installed.

    Raises:
        ConfigError: It is not.
    """
    if lacking := [name for name in _NEEDED if find_spec(name) is None]:
        message = f"onnx: needs {' and '.join(lacking)}, which taawun can do without; pip install {' '.join(_NEEDED)}"
        raise ConfigError(message)


def write_onnx(folder: Path, path: Path) -> None:
    """Write the network of a model folder as ONNX, in float32, for any number of windows of any length.

    Args:
        folder: A model folder whose network has been opened before, and so is whole.
        path: The new file.
    """
    logging.disable_progress_bar()
    network = AutoModelForSequenceClassification.from_pretrained(
        folder,
        dtype=torch.float32,
        attn_implementation="eager",
        use_safetensors=True,
        local_files_only=True,
        trust_remote_code=False,
    ).eval()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the way by TorchScript is deprecated; the other needs a further package
        torch.onnx.export(
            network,
            (),
            str(path),
            kwargs=dict.fromkeys(INPUTS, torch.ones(2, 8, dtype=torch.long)),
            input_names=list(INPUTS),
            output_names=[OUTPUT],
            dynamic_axes={name: {0: "windows", 1: "tokens"} for name in INPUTS} | {OUTPUT: {0: "windows"}},
            dynamo=False,
        )


class OnnxNetwork:
    """A network read from ONNX, on the processor.

    Attributes:
        labels: Ids of the labels in the order of its outputs.
        positions: Tokens that a window may have.
        device: Always the processor.
        dtype: Always float32.
        is_padded: Always.
    """

    is_padded = True

    def __init__(self, path: Path, labels: tuple[str, ...], positions: int) -> None:
        """Open a file that `write_onnx` wrote.

        Args:
            path: The file.
            labels: Ids of the labels in the order of its outputs.
            positions: Tokens that a window may have.
        """
        from onnxruntime import InferenceSession

        self._session = InferenceSession(path, providers=["CPUExecutionProvider"])
        self.labels, self.positions = labels, positions
        self.device, self.dtype = torch.device("cpu"), torch.float32

    def logits(self, windows: Sequence[Window]) -> NDArray[np.float32]:
        """Score the windows of one batch, padded to the longest; shape (windows, labels)."""
        longest = max(map(len, windows))
        ids = np.zeros((len(windows), longest), dtype=np.int64)  # what pads is masked, whatever its id
        mask = np.zeros_like(ids)
        for row, window in enumerate(windows):
            ids[row, : len(window)] = window
            mask[row, : len(window)] = 1
        (scores,) = self._session.run([OUTPUT], dict(zip(INPUTS, (ids, mask), strict=True)))
        return np.asarray(scores)
