"""Label Studio: the labelling configuration of a taxonomy, and tasks with pre-annotations."""

from collections.abc import Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import numpy as np

from pipeline.annotation.rows import choices_of, row_id
from pipeline.decision import Decision
from pipeline.suggestion import uncertainties
from pipeline.taxonomy import NONE, Taxonomy
from pipeline.writers.rows import Row

QUESTION = "labels"
"""Name of the choices in the configuration, and so in what is exported."""

_TEXT = "paragraph"
_NONE_ARABIC = "لا شيء منها"
_NONE_HINT = "None of the domains applies."
_RIGHT_TO_LEFT = "direction: rtl; text-align: right"


def labelling_config(taxonomy: Taxonomy) -> str:
    """Write the configuration of a project: the paragraph from right to left, and a choice for each domain.

    Annotators see Arabic names, and definitions where they point; exports hold the domains' ids. Something has to be
    chosen: of any number of domains the last choice is none of them.
    """
    view = Element("View", style=_RIGHT_TO_LEFT)
    SubElement(view, "Header", value="$title", size="5")
    SubElement(view, "Text", name=_TEXT, value="$text")
    several = taxonomy.labels_per_paragraph == "any"
    question = {"name": QUESTION, "toName": _TEXT, "choice": "multiple" if several else "single", "required": "true"}
    choices = SubElement(view, "Choices", question)
    for domain in taxonomy.domains:
        hint = {"hint": domain.definition} if domain.definition else {}
        SubElement(choices, "Choice", {"value": domain.arabic, "alias": domain.id} | hint)
    if several:
        SubElement(choices, "Choice", value=_NONE_ARABIC, alias=NONE, hint=_NONE_HINT)
    indent(view)
    return tostring(view, encoding="unicode") + "\n"


def tasks_of(rows: Sequence[Row], decision: Decision) -> list[dict[str, Any]]:
    """Give a task for each row, with what the model says as its pre-annotation.

    The score of a pre-annotation is how certain the least certain of its decisions is, from 0, about to tip over, to 1:
    1 less the largest of `pipeline.suggestion.uncertainties`. Data that is missing is empty, as Label Studio would show
    the word null.

    Args:
        rows: Labelled paragraphs.
        decision: Of the classifier that labelled.
    """
    if not rows:
        return []
    probabilities = np.array([[row.probabilities[name] for name in decision.taxonomy.ids] for row in rows])
    certainties = 1 - uncertainties(decision, probabilities).max(axis=1)
    return [
        {"data": _data(row), "predictions": [_prediction(row, float(certainty))]}
        for row, certainty in zip(rows, certainties, strict=True)
    ]


def _data(row: Row) -> dict[str, Any]:
    return {
        "text": row.text,
        "id": row_id(row),
        "article": row.article_id,
        "paragraph": row.paragraph,
        "title": row.title or "",
        "date": row.date or "",
        "source": row.source or "",
        "start": row.start,
        "end": row.end,
        "model": row.model,
    }


def _prediction(row: Row, certainty: float) -> dict[str, Any]:
    answer = {
        "id": QUESTION,
        "from_name": QUESTION,
        "to_name": _TEXT,
        "type": "choices",
        "value": {"choices": choices_of(row)},
    }
    return {"model_version": row.model, "score": round(certainty, 4), "result": [answer]}
