"""Which paragraphs of a large text the teachers are asked about: no copies of evaluation data, rare domains too."""

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.decision import FloatArray
from pipeline.errors import InputError
from pipeline.text import clean

_WORD = re.compile(r"\w+")
_RUN = 6
"""Words in a row that two texts share by copying rather than by chance."""

_COPIED = 0.2
"""Share of a paragraph's runs in evaluation data from which it counts as a copy."""


def read_runs(paths: Iterable[Path]) -> frozenset[int]:
    """Give the runs of words in the texts of JSON Lines files, cleaned as passages are, as hashes.

    Raises:
        InputError: A file cannot be read, or a line has no `text`.
    """
    runs: set[int] = set()
    for path in paths:
        try:
            with path.open(encoding="utf-8") as stream:
                for line in stream:
                    runs |= _runs(clean(json.loads(line)["text"]).text)
        except (OSError, ValueError, KeyError, TypeError) as error:
            message = f"{path}: cannot be read ({error}); give JSON Lines with a field text"
            raise InputError(message) from error
    return frozenset(runs)


def is_copy(text: str, runs: frozenset[int]) -> bool:
    """Tell whether a good part of a text stands in the texts that the runs come from.

    A text of fewer words than a run has none and is never a copy.
    """
    own = _runs(text)
    return bool(own) and len(own & runs) >= _COPIED * len(own)


def draw_lines(lines: Sequence[str], words: tuple[int, int], count: int, seed: int) -> list[str]:
    """Draw different lines with so many words (fewest, most) at random, in the order of the text."""
    fitting = list(dict.fromkeys(line for line in lines if words[0] <= len(line.split()) <= words[1]))
    drawn = np.random.default_rng(seed).permutation(len(fitting))[:count]
    return [fitting[k] for k in np.sort(drawn)]


def choose(probabilities: FloatArray, count: int, by_domain: float, seed: int) -> NDArray[np.intp]:
    """Choose paragraphs: a share for the domains, alike for each, the others at random.

    A domain's paragraphs are drawn without replacement with chances in proportion to its probability (Efraimidis and
    Spirakis, "Weighted random sampling with a reservoir", 2006).

    Args:
        probabilities: Of the domains, shape (paragraphs, labels).
        count: Paragraphs to choose.
        by_domain: Share of them that is drawn for the domains.
        seed: Of the draw.

    Returns:
        Indices of different paragraphs, sorted, shape (count,) or all there are.
    """
    random = np.random.default_rng(seed)
    rows, labels = probabilities.shape
    is_free = np.ones(rows, dtype=np.bool_)
    for k in range(labels):
        keys = np.log(random.random(rows)) / np.maximum(probabilities[:, k], 1e-9)
        best = np.argsort(np.where(is_free, -keys, np.inf), kind="stable")
        is_free[best[: min(int(count * by_domain / labels), int(is_free.sum()))]] = False
    left = random.permutation(np.flatnonzero(is_free))
    is_free[left[: max(0, count - (rows - len(left)))]] = False
    return np.flatnonzero(~is_free)


def _runs(text: str) -> set[int]:
    words = _WORD.findall(text)
    return {hash(tuple(words[k : k + _RUN])) for k in range(len(words) - _RUN + 1)}
