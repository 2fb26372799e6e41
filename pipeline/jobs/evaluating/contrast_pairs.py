"""Reading contrast pairs, the texts that differ in what matters."""

import logging
from pathlib import Path

from pydantic import ValidationError

from pipeline.errors import InputError
from pipeline.evaluation.contrast import ContrastPair
from pipeline.shipped import find_shipped
from pipeline.taxonomy import Taxonomy

_log = logging.getLogger(__name__)


def read_pairs(name: Path, taxonomy: Taxonomy) -> list[ContrastPair]:
    """Read contrast pairs; those with labels of another taxonomy are left out, with a warning.

    Raises:
        InputError: There is no such file, or a line is no pair.
    """
    path = find_shipped(name)
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{name}: cannot be read ({error}); give a file of contrast pairs with pairs="
        raise InputError(message) from error
    read = [_read_pair(line, f"{name}:{number}") for number, line in enumerate(lines, start=1) if line.strip()]
    fitting = [pair for pair in read if _fits(pair, taxonomy)]
    if len(fitting) < len(read):
        _log.warning(
            "%s: %d of %d pairs have other labels than %s", name, len(read) - len(fitting), len(read), taxonomy.name
        )
    return fitting


def _read_pair(line: str, place: str) -> ContrastPair:
    try:
        return ContrastPair.model_validate_json(line)
    except ValidationError as error:
        message = f"{place}: no contrast pair: {error.errors()[0]['msg']}"
        raise InputError(message) from error


def _fits(pair: ContrastPair, taxonomy: Taxonomy) -> bool:
    sides = (pair.labels, pair.changed_labels)
    is_known = all(set(side) <= set(taxonomy.ids) for side in sides)
    return is_known and (taxonomy.labels_per_paragraph == "any" or all(len(side) == 1 for side in sides))
