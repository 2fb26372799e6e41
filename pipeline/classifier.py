"""The transformer classifier: weights of a BERT sequence classifier, on the best device in the best precision."""

import logging
import os
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from time import perf_counter

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from transformers import AutoConfig, AutoModelForSequenceClassification, PreTrainedModel
from transformers.utils.logging import disable_progress_bar

from pipeline.decision import Decision, FloatArray
from pipeline.errors import ConfigError, ModelError
from pipeline.kinds import Classifier, Precision
from pipeline.model_folder import find_model, model_version, read_decision
from pipeline.records import Window
from pipeline.tokenizer import ParagraphTokenizer

_log = logging.getLogger(__name__)


class DomainClassifier(Classifier):
    """A loaded transformer: logits of windows, and probabilities of texts."""

    def __init__(self, model: PreTrainedModel, tokenizer: ParagraphTokenizer, decision: Decision, version: str) -> None:
        """Put parts together; `load` is the usual way."""
        precision = str(model.dtype).removeprefix("torch.")
        super().__init__(tokenizer, decision, version, device=str(model.device), precision=precision)
        self._model = model
        self._pad = model.config.pad_token_id or 0

    @classmethod
    def load(cls, name: str, *, device: str = "auto", precision: Precision = "auto") -> "DomainClassifier":
        """Load a classifier from its folder or hub id.

        Args:
            name: Folder or hub id.
            device: `cpu`, `cuda`, `cuda:1`, … or `auto`: the first GPU, if any, else the CPU.
            precision: Type of the weights in memory; `auto` probes whether bfloat16 is faster on the device.

        Raises:
            ConfigError: There is no such device.
            ModelError: The folder is missing, damaged, not a classifier, or does not fit its decision file.
        """
        folder = find_model(name)
        decision = read_decision(folder)
        where = choose_device(device)
        kind = (
            torch.bfloat16 if precision == "bfloat16" or (precision == "auto" and is_bfloat16_faster(where)) else None
        )
        model = _load_weights(folder, decision).to(device=where, dtype=kind or torch.float32).eval()
        tokenizer = ParagraphTokenizer.load(folder, decision)
        version = model_version(folder)
        _log.info("%s on %s in %s", version, where, model.dtype)
        return cls(model, tokenizer, decision, version)

    def logits(self, windows: Sequence[Window], batch_tokens: int = 8192) -> FloatArray:
        """Score windows, in batches of similar length.

        Args:
            windows: Token ids, special tokens included.
            batch_tokens: Tokens that one batch may hold, padding included.

        Returns:
            Shape (windows, labels), in the order given.
        """
        result = np.empty((len(windows), len(self.decision.taxonomy.ids)))
        for batch in length_batches([len(window) for window in windows], batch_tokens):
            result[batch] = self._forward([windows[index] for index in batch])
        return result

    @torch.inference_mode()
    def _forward(self, windows: Sequence[Window]) -> NDArray[np.float32]:
        longest = max(map(len, windows))
        ids = torch.full((len(windows), longest), self._pad)
        mask = torch.zeros_like(ids)
        for row, window in enumerate(windows):
            ids[row, : len(window)] = torch.tensor(window)
            mask[row, : len(window)] = 1
        device = self._model.device
        scores = self._model(input_ids=ids.to(device), attention_mask=mask.to(device)).logits
        return np.asarray(scores.float().cpu().numpy())


def length_batches(lengths: Sequence[int], batch_tokens: int) -> Iterator[list[int]]:
    """Group the indices of windows into batches of similar length, longest first.

    Args:
        lengths: Tokens of each window.
        batch_tokens: Tokens that one batch may hold, padding included; a longer window is a batch of its own.
    """
    batch: list[int] = []
    for index in sorted(range(len(lengths)), key=lambda index: (-lengths[index], index)):
        if batch and lengths[batch[0]] * (len(batch) + 1) > batch_tokens:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def choose_device(name: str) -> torch.device:
    """Give the device of a name; `auto` is the first GPU, if any, else the CPU.

    Raises:
        ConfigError: There is no such device here.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        return torch.zeros(1, device=name).device
    except (RuntimeError, AssertionError) as error:
        reason = str(error).splitlines()[0]
        message = f"device {name}: cannot be used here ({reason}); take auto or cpu"
        raise ConfigError(message) from error


@cache
def is_bfloat16_faster(device: torch.device) -> bool:
    """Probe whether matrices of an encoder's shape multiply clearly faster in bfloat16 than in float32."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported())
    seconds = {kind: _time_product(kind) for kind in (torch.float32, torch.bfloat16)}
    return seconds[torch.bfloat16] * 1.5 < seconds[torch.float32]


def _time_product(kind: torch.dtype) -> float:
    left, right = torch.ones(512, 768, dtype=kind), torch.ones(768, 768, dtype=kind)
    best = float("inf")
    for _ in range(5):
        start = perf_counter()
        torch.mm(left, right)
        best = min(best, perf_counter() - start)
    return best


def use_threads(count: int | None = None) -> int:
    """Let torch use `count` threads; without it, as many as this process may have processors. Returns the number."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    chosen = count or allowed or 1
    torch.set_num_threads(chosen)
    return chosen


def _load_weights(folder: Path, decision: Decision) -> PreTrainedModel:
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
    outputs = tuple(model.config.id2label[index] for index in range(model.config.num_labels))
    if outputs != decision.taxonomy.ids:
        message = (
            f"{folder}: config.json names the labels {', '.join(outputs)} but decision.json "
            f"{', '.join(decision.taxonomy.ids)}; take an undamaged copy of the model"
        )
        raise ModelError(message)
    return model
