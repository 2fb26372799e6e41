"""Rows for doccano and for training."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.annotation.rows import choices_of, doccano_row, row_id, training_row
from pipeline.labelled import read_labelled
from tests.annotation_samples import ROW, UNLABELLED, taxonomy


def test_a_row_is_named_by_its_article_and_its_number() -> None:
    assert row_id(ROW) == "a1#3"


def test_a_row_without_a_domain_is_labelled_none_for_doccano_and_nothing_for_training() -> None:
    assert choices_of(UNLABELLED) == ["none"]
    assert doccano_row(UNLABELLED) == {"text": ROW.text, "label": ["none"], "id": "a1#4", "article": "a1"}
    assert training_row(UNLABELLED)["labels"] == []


def test_what_is_known_of_the_article_goes_along() -> None:
    assert doccano_row(ROW) == {
        "text": ROW.text,
        "label": ["energy", "finance"],
        "id": "a1#3",
        "article": "a1",
        "source": "وكالة",
        "date": "2024-03-05",
    }
    assert training_row(ROW) == {
        "text": ROW.text,
        "labels": ["energy", "finance"],
        "id": "a1#3",
        "article": "a1",
        "source": "وكالة",
        "date": "2024-03-05",
    }


@pytest.mark.parametrize("make", [doccano_row, training_row])
def test_rows_are_read_back_as_labelled_paragraphs(make: object, tmp_path: Path) -> None:
    assert callable(make)
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(make(row)) + "\n" for row in (ROW, UNLABELLED)), encoding="utf-8")

    read = read_labelled([path], taxonomy())

    assert [(row.id, row.article, row.source, row.text) for row in read] == [
        ("a1#3", "a1", "وكالة", ROW.text),
        ("a1#4", "a1", None, ROW.text),
    ]
    assert [set(row.labels) for row in read] == [{"energy", "finance"}, set()]
    assert read[0].carried == {"date": "2024-03-05"}


def test_a_row_keeps_its_one_label_where_one_applies() -> None:
    assert choices_of(replace(ROW, labels=("finance",))) == ["finance"]
