"""The transformer classifier: what a model folder holds, put together; its network runs in `inference`."""

import logging
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pipeline.decision import Decision, FloatArray
from pipeline.errors import ModelError
from pipeline.inference import Network, WithinMemory, choose_device, length_batches, open_network
from pipeline.kinds import Classifier, Precision
from pipeline.model_folder import find_model, model_version, read_decision
from pipeline.records import Window
from pipeline.tokenizer import ParagraphTokenizer

_log = logging.getLogger(__name__)


class DomainClassifier(Classifier):
    """A loaded transformer: logits of windows, and probabilities of texts.

    Examples:
        >>> from pipeline.classifier import DomainClassifier
        >>> from pipeline.text import clean
        >>> classifier = DomainClassifier.load("models/cooperation")
        >>> [row] = classifier.probabilities([clean("وقعت مصر والصين اتفاقا لبناء محطة كهرباء").text])
        >>> classifier.decision.taxonomy.ids[row.argmax()]
        'energy'
    """

    def __init__(self, network: Network, tokenizer: ParagraphTokenizer, decision: Decision, version: str) -> None:
        """Put parts together; `load` is the usual way."""
        precision = str(network.dtype).removeprefix("torch.")
        super().__init__(tokenizer, decision, version, device=str(network.device), precision=precision)
        self._is_padded = network.is_padded
        self._memory = WithinMemory(network.logits)

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
        network = open_network(folder, choose_device(device), precision)
        _check_network(network, decision, folder)
        tokenizer = ParagraphTokenizer.load(folder, decision)
        version = model_version(folder)
        _log.info("%s on %s in %s", version, network.device, network.dtype)
        return cls(network, tokenizer, decision, version)

    def score(self, windows: Sequence[Window], batch_tokens: int, counts: Counter[str]) -> FloatArray:
        """Score windows, in batches of similar length; see `Classifier.score`."""
        lengths = [len(window) for window in windows]
        result = np.empty((len(windows), len(self.decision.taxonomy.ids)))
        for batch in length_batches(lengths, batch_tokens, is_padded=self._is_padded):
            result[batch] = self._memory.score([windows[index] for index in batch], counts)
            tokens = sum(lengths[index] for index in batch)
            counts["tokens"] += tokens
            counts["tokens of padding"] += lengths[batch[0]] * len(batch) - tokens if self._is_padded else 0
        return result


def _check_network(network: Network, decision: Decision, folder: Path) -> None:
    """Check that a network gives what its decision file speaks of.

    Raises:
        ModelError: It does not.
    """
    if network.labels != decision.taxonomy.ids:
        message = (
            f"{folder}: config.json names the labels {', '.join(network.labels)} but decision.json "
            f"{', '.join(decision.taxonomy.ids)}; take an undamaged copy of the model"
        )
        raise ModelError(message)
    if network.positions < decision.max_tokens:
        message = (
            f"{folder}: decision.json cuts windows of {decision.max_tokens} tokens, but the network takes "
            f"{network.positions} at most; take an undamaged copy of the model"
        )
        raise ModelError(message)
