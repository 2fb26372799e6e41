"""What a model's folder remembers of the texts it was trained on: enough to recognize them, too little to read them.

A model whose training went on from another classifier remembers that one's texts as well.
"""

import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.config import ANY_TRAIN_CONFIG, load_config
from pipeline.decision import BoolArray
from pipeline.errors import ConfigError, ModelError
from pipeline.evaluation.leakage import Fingerprint, are_copies, fingerprint, from_arrays, to_arrays
from pipeline.jobs.training.rows import held_out_share
from pipeline.records import LabelledParagraph
from pipeline.splits import is_held_out

TEXTS_FILE = "training_texts.npz"

_TRAINED = "trained"
"""Of the arrays in the file, the one that tells which texts weights were fitted on."""

_CHECKED = "checked"
"""The one that tells which were held out to check and calibrate on. Without it, those are all that are not trained on.

Some are neither: annotated for some domains only, copies of others, or not drawn for rehearsal.
"""


def write_fingerprint(
    folder: Path,
    rows: Sequence[LabelledParagraph],
    trained: BoolArray,
    checked: BoolArray,
    base: Path | None = None,
) -> None:
    """Write the fingerprint of the texts that a model was trained on into its folder.

    Args:
        folder: The model's.
        rows: All rows that were used, be it to fit weights or to check and calibrate on.
        trained: On which of them weights were fitted, shape (rows,).
        checked: Which of them were held out to check and calibrate on, shape (rows,).
        base: Folder of the encoder or classifier that training started from.

    Raises:
        ModelError: What the base remembers is damaged.
    """
    own = fingerprint([row.text for row in rows])
    earlier = _read(base) if base else None
    if base and earlier:
        inherited, was_trained, was_checked = _known(earlier)
        is_new = ~np.isin(inherited.hashes, own.hashes)
        seen = was_trained_on(base, rows)
        trained = np.concatenate([trained if seen is None else trained | seen, was_trained[is_new]])
        checked = np.concatenate([checked, was_checked[is_new]])
        own = Fingerprint(
            np.concatenate([own.hashes, inherited.hashes[is_new]]),
            np.concatenate([own.sketches, inherited.sketches[is_new]]),
        )
    np.savez(folder / TEXTS_FILE, **(to_arrays(own) | {_TRAINED: trained, _CHECKED: checked}))


def read_fingerprint(folder: Path) -> Fingerprint | None:
    """Read the fingerprint of the texts that a model was trained on; `None` where its folder has none.

    Raises:
        ModelError: The file is damaged or of another version.
    """
    arrays = _read(folder)
    return None if arrays is None else _known(arrays)[0]


def was_trained_on(folder: Path, rows: Sequence[LabelledParagraph]) -> BoolArray | None:
    """Tell which rows a model's weights were fitted on, exactly or nearly, shape (rows,); `None` where it is not known.

    Rows that were held out of its training, to check it and to calibrate on, do not count. Of a model that does not
    remember which these were, the sides of the rows tell it.

    Raises:
        ModelError: What the model remembers is damaged.
    """
    arrays = _read(folder)
    if arrays is None:
        return None
    known, trained, _ = _known(arrays)
    texts = [row.text for row in rows]
    if _TRAINED in arrays:
        return are_copies(Fingerprint(known.hashes[trained], known.sketches[trained]), texts)
    return are_copies(known, texts) & ~is_held_out(rows, _held_out_share(folder))


def was_held_out(folder: Path, rows: Sequence[LabelledParagraph]) -> BoolArray | None:
    """Tell which rows were held out of a model's training, to check it and to calibrate on, shape (rows,).

    `None` where its folder does not tell.

    Raises:
        ModelError: What the model remembers is damaged.
    """
    arrays, trained = _read(folder), was_trained_on(folder, rows)
    if arrays is None or trained is None:
        return None
    known, _, checked = _known(arrays)
    held_out = Fingerprint(known.hashes[checked], known.sketches[checked]) if _CHECKED in arrays else known
    return are_copies(held_out, [row.text for row in rows]) & ~trained


def _held_out_share(folder: Path) -> float:
    """Give the share of articles that were held out of a model's training; 0 where that is not known."""
    try:
        return held_out_share(load_config(ANY_TRAIN_CONFIG, folder / "train.yaml"))
    except ConfigError:
        return 0.0


def _read(folder: Path) -> dict[str, NDArray[np.generic]] | None:
    path = folder / TEXTS_FILE
    if not path.exists():
        return None
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            arrays = dict(file)
        _known(arrays)
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        message = f"{path}: cannot be read ({error}); take an undamaged copy of the model, or remove the file"
        raise ModelError(message) from error
    return arrays


def _known(arrays: dict[str, NDArray[np.generic]]) -> tuple[Fingerprint, BoolArray, BoolArray]:
    """Give the fingerprint, on which of its texts weights were fitted, and which were held out to check on.

    Where the file does not tell, weights were fitted on all texts, and all others were held out.

    Raises:
        ValueError: The arrays are not a fingerprint.
    """
    known = from_arrays(arrays)
    trained = arrays.get(_TRAINED, np.ones(len(known), dtype=np.bool_)).astype(np.bool_)
    checked = arrays.get(_CHECKED, ~trained).astype(np.bool_)
    for name, side in ((_TRAINED, trained), (_CHECKED, checked)):
        if side.shape != known.hashes.shape:
            message = f"damaged fingerprint of training texts: {name}{side.shape}"
            raise ValueError(message)
    return known, trained, checked
