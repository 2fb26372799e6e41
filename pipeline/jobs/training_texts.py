"""What a model's folder remembers of the texts it was trained on: enough to recognize them, too little to read them."""

import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pipeline.errors import ModelError
from pipeline.evaluation.leakage import Fingerprint, fingerprint, from_arrays, to_arrays

TEXTS_FILE = "training_texts.npz"


def write_fingerprint(folder: Path, texts: Sequence[str]) -> None:
    """Write the fingerprint of the texts that a model was trained on into its folder."""
    np.savez(folder / TEXTS_FILE, **to_arrays(fingerprint(texts)))


def read_fingerprint(folder: Path) -> Fingerprint | None:
    """Read the fingerprint of the texts that a model was trained on; `None` where its folder has none.

    Raises:
        ModelError: The file is damaged or of another version.
    """
    path = folder / TEXTS_FILE
    if not path.exists():
        return None
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return from_arrays(dict(arrays))
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        message = f"{path}: cannot be read ({error}); take an undamaged copy of the model, or remove the file"
        raise ModelError(message) from error
