"""Any other architecture of sequence classifier, by transformers' own forward pass over padded batches."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from transformers import AutoConfig, AutoModelForSequenceClassification, PreTrainedModel
from transformers.utils.logging import disable_progress_bar

from pipeline.errors import ModelError
from pipeline.records import Window


class PaddedNetwork:
    """A sequence classifier of any architecture.

    Attributes:
        labels: Ids of the labels in the order of its outputs.
        positions: Tokens that a window may have.
        device: Where it runs.
        dtype: Type of its weights.
        is_padded: Always.
    """

    is_padded = True

    def __init__(self, folder: Path, device: torch.device, dtype: torch.dtype) -> None:
        """Load a model folder's network.

        Args:
            folder: A model folder.
            device: Where it runs.
            dtype: Type that its weights are kept in.

        Raises:
            ModelError: The weights are missing, damaged or not a classifier's.
        """
        model = _load_weights(folder)
        config = model.config
        self._model = model.to(device=device, dtype=dtype).eval()
        self._pad = config.pad_token_id or 0
        self.labels = tuple(config.id2label[index] for index in range(config.num_labels))
        self.positions: int = getattr(config, "max_position_embeddings", None) or 1 << 30
        self.device, self.dtype = device, dtype

    @torch.inference_mode()
    def logits(self, windows: Sequence[Window]) -> NDArray[np.float32]:
        """Score the windows of one batch, padded to the longest; shape (windows, labels)."""
        longest = max(map(len, windows))
        ids = torch.full((len(windows), longest), self._pad)
        mask = torch.zeros_like(ids)
        for row, window in enumerate(windows):
            ids[row, : len(window)] = torch.tensor(window)
            mask[row, : len(window)] = 1
        scores = self._model(input_ids=ids.to(self.device), attention_mask=mask.to(self.device)).logits
        return np.asarray(scores.float().cpu().numpy())


def _load_weights(folder: Path) -> PreTrainedModel:
    if not any(folder.glob("*.safetensors")):
        message = f"{folder}: no *.safetensors; weights in other formats can run code and are not read: convert them"
        raise ModelError(message)
    disable_progress_bar()
    try:
        config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
        model, report = AutoModelForSequenceClassification.from_pretrained(
            folder,
            config=config,
            dtype=torch.float32,
            use_safetensors=True,
            local_files_only=True,
            trust_remote_code=False,
            output_loading_info=True,
        )
    except (OSError, ValueError, RuntimeError, KeyError, SafetensorError) as error:
        message = f"{folder}: the weights cannot be loaded: {error}; take an undamaged copy of the model"
        raise ModelError(message) from error
    if report["missing_keys"]:
        lacking = ", ".join(sorted(report["missing_keys"])[:3])
        message = f"{folder}: weights are missing ({lacking}): not a trained classifier; fine-tune it first"
        raise ModelError(message)
    return model
