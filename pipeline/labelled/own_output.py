"""Rows that `taawun label` wrote and people corrected: what is kept of them, and under which names."""

import logging
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

_OTHERS = frozenset(
    {"place", "start", "end", "primary", "probabilities", "needs_review", "windows", "model", "evidence"}
)
_PROBABILITY = "p_"

_FEWEST_ROWS = 20
"""Rows from which on it is no chance that no label contradicts the probabilities."""

_log = logging.getLogger(__name__)


def as_labelled(fields: dict[str, Any]) -> dict[str, Any]:
    """Give a row of the output the shape of a labelled one; any other row stays as it is.

    The row is called by its article and its number there, `article_id#paragraph`. Title and date are kept, and what
    people added; what the model said is not.
    """
    if not (fields.get("article_id") and "paragraph" in fields):
        return fields
    kept = {
        name: value
        for name, value in fields.items()
        if name not in _OTHERS and name != "article_id" and not name.startswith(_PROBABILITY)
    }
    return kept | {"article": fields.get("article") or fields["article_id"]}


class CorrectionAccount:
    """Tells whether people corrected the labels of the output in a file.

    What the classifier said itself has, for each domain, a probability from which on the domain applies, whatever its
    thresholds were. Corrections hardly ever leave it so.
    """

    def __init__(self, path: Path) -> None:
        """Open the account of a file."""
        self._path = path
        self._rows = 0
        self._models: dict[str, None] = {}
        self._lowest: dict[str, float] = {}
        self._highest: dict[str, float] = {}

    def note(self, fields: Mapping[str, Any], labels: Collection[str]) -> None:
        """Note a row: its fields as they were written, and its labels as they were read."""
        probabilities = _probabilities(fields) if fields.get("article_id") and fields.get("model") else {}
        if not probabilities:
            return
        self._rows += 1
        self._models[str(fields["model"])] = None
        for name, probability in probabilities.items():
            if name in labels:
                self._lowest[name] = min(probability, self._lowest.get(name, probability))
            else:
                self._highest[name] = max(probability, self._highest.get(name, probability))

    def warn(self) -> None:
        """Warn if no label was corrected."""
        is_own = all(self._highest.get(name, 0.0) <= lowest for name, lowest in self._lowest.items())
        if self._rows >= _FEWEST_ROWS and self._lowest and is_own:
            _log.warning(
                "%s: the labels of its %d rows are those that %s gave, none corrected: let people go through them, or "
                "they say no more than it does",
                self._path,
                self._rows,
                ", ".join(self._models),
            )


def _probabilities(fields: Mapping[str, Any]) -> dict[str, float]:
    """Give the probabilities of a row by domain; nothing where they cannot be read."""
    told = fields.get("probabilities")
    columns = {name.removeprefix(_PROBABILITY): each for name, each in fields.items() if name.startswith(_PROBABILITY)}
    try:
        return {str(name): float(each) for name, each in (told if isinstance(told, Mapping) else columns).items()}
    except (TypeError, ValueError):
        return {}
