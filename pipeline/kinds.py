"""The kinds of classifiers, transformer and linear: what jobs and stages use of either, and how one is loaded.

Which kind a model folder holds stands in its decision file. What only one of them needs is imported when it is loaded.
"""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.decision import Decision, FloatArray, combine_windows
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

    def logits(
        self, windows: Sequence[Window], batch_tokens: int = 8192, counts: Counter[str] | None = None
    ) -> FloatArray:
        """Score windows; the same window is scored once, however often it comes.

        Args:
            windows: Token ids, as the tokenizer makes them.
            batch_tokens: Tokens that may be scored together, padding included.
            counts: Where it is counted what was scored, and what did not go smoothly.

        Returns:
            Shape (windows, labels), in the order given.
        """
        counts = Counter() if counts is None else counts
        place = {window: index for index, window in enumerate(dict.fromkeys(windows))}
        counts["windows scored before"] += len(windows) - len(place)
        scores = self.score(list(place), batch_tokens, counts)
        return scores[[place[window] for window in windows]] if len(place) < len(windows) else scores

    @abstractmethod
    def score(self, windows: Sequence[Window], batch_tokens: int, counts: Counter[str]) -> FloatArray:
        """Score windows, no two of which are the same.

        Args:
            windows: Token ids, as the tokenizer makes them.
            batch_tokens: Tokens that may be scored together, padding included.
            counts: Where it is counted what was scored.

        Returns:
            Shape (windows, labels), in the order given.
        """

    def probabilities(self, texts: Sequence[str], batch_tokens: int = 8192) -> FloatArray:
        """Score cleaned paragraphs: calibrated probabilities, shape (texts, labels); `batch_tokens` as for `logits`."""
        logits, counts = self._score_texts(texts, batch_tokens)
        return self.decision.probabilities(logits, counts) if texts else logits

    def text_logits(self, texts: Sequence[str]) -> FloatArray:
        """Score cleaned paragraphs: logits combined over their windows, shape (texts, labels)."""
        logits, counts = self._score_texts(texts)
        return combine_windows(logits, counts, self.decision.combine) if texts else logits

    def _score_texts(self, texts: Sequence[str], batch_tokens: int = 8192) -> tuple[FloatArray, NDArray[np.int64]]:
        """Give logits of all windows, those of a text next to each other, and the number of windows of each text."""
        cut = self.tokenizer.windows(texts)
        counts = np.array([len(windows) for windows in cut], dtype=np.int64)
        return self.logits([window for windows in cut for window in windows], batch_tokens), counts


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
    folder = find_model(name)  # once: another version of a line may become current at any time
    if read_decision(folder).kind == "linear":
        from pipeline.linear.classifier import LinearClassifier

        return LinearClassifier.load(str(folder), device=device, precision=precision)
    from pipeline.classifier import DomainClassifier
    from pipeline.inference import use_threads

    use_threads(threads)
    return DomainClassifier.load(str(folder), device=device, precision=precision)


def settle(name: str, *, device: str, precision: Precision, threads: int | None = None) -> tuple[str, Precision]:
    """Decide where a classifier runs and in which precision, where that is left to the machine.

    Args:
        name: Folder or hub id.
        device: As for `load_classifier`.
        precision: As for `load_classifier`.
        threads: As for `load_classifier`.

    Raises:
        ConfigError: There is no such device.
        ModelError: The folder is missing or damaged.
    """
    folder = find_model(name)
    if read_decision(folder).kind == "linear":
        return ("cpu" if device == "auto" else device), ("float32" if precision == "auto" else precision)
    from pipeline.inference import choose_device, settle_precision, use_threads

    use_threads(threads)
    where = choose_device(device)
    return str(where), settle_precision(folder, where, precision)


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
