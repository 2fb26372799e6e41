"""Rows for doccano and for training."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from pipeline.annotation.label_studio import tasks_of
from pipeline.annotation.rows import choices_of, doccano_row, row_id, training_row
from pipeline.errors import InputError
from pipeline.labelled import read_labelled
from pipeline.material.corrections import clashing_ids
from pipeline.writers.rows import Row
from tests.annotation_samples import ROW, UNLABELLED, decision, taxonomy


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


def _to_label_studio(rows: list[Row], path: Path) -> None:
    tasks = tasks_of(rows, decision())
    answers = [{"completed_by": 1, "result": task["predictions"][0]["result"]} for task in tasks]
    pairs = enumerate(zip(tasks, answers, strict=True), start=1)
    exported = [{"id": number, "data": task["data"], "annotations": [answer]} for number, (task, answer) in pairs]
    path.write_text(json.dumps(exported), encoding="utf-8")


def _to_label_studio_csv(rows: list[Row], path: Path) -> None:
    given = [
        {"annotation_id": n, "annotator": 1, **training_row(row), "labels": "energy"} for n, row in enumerate(rows, 1)
    ]
    lines = [",".join(str(value or "") for value in each.values()) for each in given]
    path.write_text("\n".join([",".join(given[0]), *lines]), encoding="utf-8")


def _to_lines(make: Callable[[Row], dict[str, Any]], rows: list[Row], path: Path) -> None:
    path.write_text("".join(json.dumps(make(row)) + "\n" for row in rows), encoding="utf-8")


@pytest.mark.parametrize(
    ("write", "name"),
    [
        (_to_label_studio, "json"),
        (_to_label_studio_csv, "csv"),
        (partial(_to_lines, doccano_row), "jsonl"),
        (partial(_to_lines, training_row), "jsonl"),
    ],
    ids=["label-studio", "label-studio-csv", "doccano", "training"],
)
def test_a_second_batch_whose_articles_are_called_as_those_of_the_first_is_read_beside_it(
    write: Callable[[list[Row], Path], None], name: str, tmp_path: Path
) -> None:
    first, second, both = (tmp_path / f"{batch}.{name}" for batch in ("first", "second", "both"))
    other = replace(ROW, text="زار الوزير العاصمة وبحث ملف الطاقة.")
    write([ROW], first)
    write([other], second)
    write([ROW, other], both)

    apart, together = read_labelled([first, second], taxonomy()), read_labelled([both], taxonomy())

    for rows in (apart, together):
        assert [row.text for row in rows] == [ROW.text, other.text]
        assert [row.article for row in rows] == ["a1", "a1"]
        assert [row.id for row in rows] == ["a1#3", rows[1].place]
    assert list(clashing_ids(apart[:1], read_labelled([second], taxonomy()))) == []
    with pytest.raises(InputError, match="id a1#3 was given before"):
        write([replace(ROW, text=other.text)], first)
        read_labelled([first, second], taxonomy())
