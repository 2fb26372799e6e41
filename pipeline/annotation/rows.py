"""Labelled paragraphs as rows of JSON Lines: of doccano, and of training."""

from typing import Any

from pipeline.taxonomy import NONE
from pipeline.writers.rows import Row


def row_id(row: Row) -> str:
    """Name a paragraph by its article and its number there."""
    return f"{row.article_id}#{row.paragraph}"


def choices_of(row: Row) -> list[str]:
    """Give the choices that say what a row is labelled: that of none where no domain applies."""
    return list(row.labels) or [NONE]


def doccano_row(row: Row) -> dict[str, Any]:
    """Give a row for a project of text classification in doccano; what is neither text nor label is metadata there.

    A paragraph without a domain has the label `none`: doccano cannot tell such a one from one not yet annotated.
    """
    named = training_row(row)
    return {"text": named.pop("text"), "label": choices_of(row)} | {
        name: value for name, value in named.items() if name != "labels" and value is not None
    }


def training_row(row: Row) -> dict[str, Any]:
    """Give a row to train on or to measure with, once a person has corrected its labels."""
    return {
        "text": row.text,
        "labels": list(row.labels),
        "id": row_id(row),
        "article": row.article_id,
        "source": row.source,
        "date": row.date,
    }
