"""What the teachers say about each paragraph: the mean of their calibrated probabilities, kept on disk."""

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pipeline.decision import FloatArray
from pipeline.errors import ConfigError
from pipeline.kinds import Classifier, load_classifier
from pipeline.model_folder import find_model, model_version, read_decision
from pipeline.taxonomy import Taxonomy

_BLOCK = 4000
_log = logging.getLogger(__name__)


def shared_taxonomy(teachers: Sequence[str]) -> Taxonomy:
    """Give the taxonomy that all teachers have.

    Raises:
        ConfigError: They have several, or one label per paragraph.
        ModelError: A teacher is missing or damaged.
    """
    taxonomies = [read_decision(find_model(name)).taxonomy for name in teachers]
    if any(each != taxonomies[0] for each in taxonomies):
        message = f"teachers: {', '.join(teachers)} have different taxonomies; take teachers of one"
        raise ConfigError(message)
    if taxonomies[0].labels_per_paragraph == "one":
        message = "teachers: only taxonomies with any number of labels per paragraph can be distilled"
        raise ConfigError(message)
    return taxonomies[0]


def ask(teacher: str, texts: Sequence[str], folder: Path, threads: int | None = None) -> FloatArray:
    """Give a classifier's probabilities of paragraphs; what was answered before is read back.

    Args:
        teacher: Folder of a trained classifier.
        texts: Cleaned paragraphs.
        folder: Where answers are kept, in blocks; belongs to these texts.
        threads: Processor threads; as many as this process may use where not given.

    Returns:
        Shape (texts, labels).

    Raises:
        ModelError: The classifier is missing or damaged.
    """
    version = model_version(find_model(teacher))
    classifier: Classifier | None = None
    blocks = []
    for start in range(0, len(texts), _BLOCK):
        path = folder / f"{version}-{start:07d}.npy"
        if not path.exists():
            classifier = classifier or load_classifier(teacher, threads=threads)
            part = path.with_suffix(".part.npy")
            np.save(part, classifier.probabilities(texts[start : start + _BLOCK]).astype(np.float32))
            part.replace(path)
            _log.info("%s: %d of %d paragraphs", version, min(start + _BLOCK, len(texts)), len(texts))
        blocks.append(np.load(path, allow_pickle=False).astype(np.float64))
    return np.concatenate(blocks)
