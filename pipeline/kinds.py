"""The kinds of classifiers, transformer and linear: what jobs and stages use of either, and how one is loaded.

Which kind a model folder holds stands in its decision file. What only one of them needs is imported when it is loaded.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, Protocol

import numpy as np

from pipeline.decision import Decision, FloatArray
from pipeline.model_folder import find_model, read_decision
from pipeline.records import Window

Precision = Literal["auto", "float32", "bfloat16"]


class Tokenizer(Protocol):
    """Turns paragraphs into what a classifier sees."""

    def windows(self, texts: Sequence[str]) -> list[tuple[Window, ...]]:
        """Turn cleaned paragraphs into windows, at least one for each."""


class Classifier(ABC):
    """A loaded classifier: logits of windows, and probabilities of texts.

    Attributes:
        decision: Its decision file.
        version: `name@hash` of the folder's content.
        tokenizer: Makes the windows that `logits` takes.
        device: Where it runs, for example `cpu`.
        precision: Type of its weights in memory, for example `bfloat16`.
    """

    def __init__(self, tokenizer: Tokenizer, decision: Decision, version: str, *, device: str, precision: str) -> None:
        """Keep what every kind has."""
        self.decision = decision
        self.version = version
        self.tokenizer = tokenizer
        self.device = device
        self.precision = precision

    @abstractmethod
    def logits(self, windows: Sequence[Window], batch_tokens: int = 8192) -> FloatArray:
        """Score windows.

        Args:
            windows: Token ids, as the tokenizer makes them.
            batch_tokens: Tokens that may be scored together, padding included.

        Returns:
            Shape (windows, labels), in the order given.
        """

    def probabilities(self, texts: Sequence[str]) -> FloatArray:
        """Score cleaned paragraphs: calibrated probabilities, shape (texts, labels)."""
        cut = self.tokenizer.windows(texts)
        counts = np.array([len(windows) for windows in cut], dtype=np.int64)
        logits = self.logits([window for windows in cut for window in windows])
        return self.decision.probabilities(logits, counts) if texts else logits


def load_classifier(
    name: str, *, device: str = "auto", precision: Precision = "auto", threads: int | None = None
) -> Classifier:
    """Load a classifier of either kind from its folder or hub id.

    Args:
        name: Folder or hub id.
        device: `cpu`, `cuda`, `cuda:1`, … or `auto`: the first GPU, if any, else the CPU. Linear: the CPU.
        precision: Type of the weights in memory; `auto` probes whether bfloat16 is faster. Linear: float32.
        threads: Processor threads, at most; as many as this process may use where not given. Linear: one.

    Raises:
        ConfigError: There is no such device, or the model cannot use it.
        ModelError: The folder is missing, damaged, not a classifier, or does not fit its decision file.
    """
    if read_decision(find_model(name)).kind == "linear":
        from pipeline.linear.classifier import LinearClassifier

        return LinearClassifier.load(name, device=device, precision=precision)
    from pipeline.classifier import DomainClassifier, use_threads

    use_threads(threads)
    return DomainClassifier.load(name, device=device, precision=precision)


def load_tokenizer_of(folder: Path, decision: Decision) -> Tokenizer:
    """Load the tokenizer of a model folder of either kind.

    Raises:
        ModelError: The folder has no tokenizer that can be read.
    """
    if decision.kind == "linear":
        from pipeline.linear.tokenizer import BagTokenizer

        return BagTokenizer.load(folder, decision)
    from pipeline.tokenizer import ParagraphTokenizer

    return ParagraphTokenizer.load(folder, decision)
