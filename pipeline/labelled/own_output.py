"""Rows that `taawun label` wrote and people corrected: what is kept of them, and under which names."""

from typing import Any

_OTHERS = frozenset(
    {"place", "start", "end", "primary", "probabilities", "needs_review", "windows", "model", "evidence"}
)
_PROBABILITY = "p_"


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
