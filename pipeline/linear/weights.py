"""The numbers of a linear model: TF-IDF weights, coefficients, intercepts; kept in `model.safetensors`."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save

from pipeline.decision import FloatArray
from pipeline.errors import ModelError
from pipeline.records import Window

WEIGHTS_FILE = "model.safetensors"


@dataclass(frozen=True, slots=True)
class TermWeights:
    """Inverse document frequencies of the n-grams.

    Attributes:
        words: Shape (n-grams of words,).
        characters: Shape (n-grams of characters,).
    """

    words: NDArray[np.float32]
    characters: NDArray[np.float32]

    def weigh(self, bag: Window) -> tuple[NDArray[np.intp], FloatArray]:
        """Weigh the n-grams of a bag by (1 + ln count) · idf; those of words have unit length, those of characters too.

        Returns:
            Ids, each once and ascending, and weights; both of shape (different n-grams,).
        """
        ids, counts = np.unique(np.array(bag, dtype=np.intp), return_counts=True)
        values = 1 + np.log(counts)
        border = int(np.searchsorted(ids, len(self.words)))
        values[:border] *= self.words[ids[:border]]
        values[border:] *= self.characters[ids[border:] - len(self.words)]
        for part in (values[:border], values[border:]):
            if len(part):
                np.divide(part, np.sqrt(part @ part), out=part)
        return ids, values


@dataclass(frozen=True, slots=True)
class LinearWeights:
    """All numbers of a linear model.

    Attributes:
        terms: Weights of the n-grams.
        coefficients: Shape (n-grams, labels).
        intercepts: Shape (labels,).
    """

    terms: TermWeights
    coefficients: NDArray[np.float32]
    intercepts: NDArray[np.float32]

    def logits(self, bags: Sequence[Window]) -> FloatArray:
        """Score bags of n-grams, shape (bags, labels)."""
        scores = np.empty((len(bags), len(self.intercepts)))
        for row, bag in enumerate(bags):
            ids, values = self.terms.weigh(bag)
            scores[row] = values @ self.coefficients[ids] + self.intercepts
        return scores

    def save(self, folder: Path, labels: Sequence[str], precision: str) -> None:
        """Save into a model folder, a tensor per label.

        Args:
            folder: The model's folder.
            labels: Names of the labels.
            precision: Type of the saved coefficients.
        """
        tensors: dict[str, NDArray[Any]] = {"idf.words": self.terms.words, "idf.characters": self.terms.characters}
        for k, label in enumerate(labels):
            tensors[f"coefficients.{label}"] = np.ascontiguousarray(self.coefficients[:, k].astype(precision))
            tensors[f"intercept.{label}"] = self.intercepts[k : k + 1]
        (folder / WEIGHTS_FILE).write_bytes(save(tensors))  # a full disk is an OSError, as for all other files


def load_weights(folder: Path, labels: Sequence[str], shape: tuple[int, int]) -> LinearWeights:
    """Load the numbers of a model folder.

    Args:
        folder: The model's folder.
        labels: Names of the labels, in the order of the logits to be given.
        shape: How many n-grams of words and of characters the model knows.

    Raises:
        ModelError: The file is missing or damaged, or does not fit the labels or the n-grams.
    """
    path = folder / WEIGHTS_FILE
    try:
        tensors = load_file(path)
    except (OSError, SafetensorError, ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"{path}: the weights cannot be loaded: {error}; take an undamaged copy of the model"
        raise ModelError(message) from error
    expected = {"idf.words": shape[0], "idf.characters": shape[1]}
    expected |= {f"coefficients.{label}": sum(shape) for label in labels} | {
        f"intercept.{label}": 1 for label in labels
    }
    if wrong := _mismatch(tensors, expected):
        message = f"{path}: {wrong}; the files belong to different models: take an undamaged copy of the model"
        raise ModelError(message)
    terms = TermWeights(*(tensors[f"idf.{kind}"].astype(np.float32) for kind in ("words", "characters")))
    coefficients = np.stack([tensors[f"coefficients.{label}"] for label in labels], axis=1).astype(np.float32)
    intercepts = np.concatenate([tensors[f"intercept.{label}"] for label in labels]).astype(np.float32)
    return LinearWeights(terms, coefficients, intercepts)


def _mismatch(tensors: dict[str, NDArray[Any]], expected: dict[str, int]) -> str:
    """Tell what is wrong with tensors by name, given their expected lengths; empty where nothing is."""
    for name in sorted(tensors.keys() ^ expected.keys()):
        return f"{name} {'is missing' if name in expected else 'is not of this model'}"
    for name, length in expected.items():
        if tensors[name].shape != (length,):
            return f"{name} has the shape {tensors[name].shape}, not ({length},)"
        if tensors[name].dtype.kind != "f" or not np.isfinite(tensors[name]).all():
            return f"{name} holds what is no number"
    return ""
