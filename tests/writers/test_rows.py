"""Rows say of a record what the output files hold."""

from dataclasses import fields, replace

import pytest

from pipeline.records import Article, Dropped, Paragraph, Prediction, Rejection
from pipeline.writers.rows import (
    DroppedRow,
    RejectedRow,
    Row,
    column_names,
    dropped_row_of,
    flatten,
    named_fields,
    rejected_row_of,
    row_of,
    storable,
)

from .row_samples import DOMAINS, EXPLAINED, LABELLED

ARTICLE = Article("a1", "\u200fعنوان 😀\n\nنص الفقرة", "day.jsonl:3", title="عنوان", date="2024", source="وكالة")
PARAGRAPH = Paragraph(ARTICLE, 1, 10, 19, "نص الفقره")


def predict(probabilities: dict[str, float], paragraph: Paragraph = PARAGRAPH) -> Prediction:
    return Prediction(paragraph, ("energy",), "energy", probabilities, 2, needs_review=True, model="m@1")


def test_a_row_holds_the_paragraph_as_it_stands_in_the_article() -> None:
    row = row_of(predict({"energy": 0.9}))
    assert row == Row(
        "a1", "عنوان", "2024", "وكالة", "day.jsonl:3", 1, 10, 19, "نص الفقرة",
        ("energy",), "energy", {"energy": 0.9}, needs_review=True, windows=2, model="m@1",
    )  # fmt: skip
    assert ARTICLE.text[row.start : row.end] == row.text


def test_the_columns_are_those_promised() -> None:
    names = {kind: ", ".join(field.name for field in fields(kind)) for kind in (Row, DroppedRow, RejectedRow)}
    assert names[Row] == (
        "article_id, title, date, source, place, paragraph, start, end, text, "
        "labels, primary, probabilities, needs_review, windows, model, evidence"
    )
    assert names[DroppedRow] == "article_id, place, paragraph, start, end, text, reason"
    assert names[RejectedRow] == "place, id, reason"


def test_probabilities_have_four_decimals_and_keep_the_order_of_the_taxonomy() -> None:
    row = row_of(predict({"z": 0.123456, "a": 1 / 3, "m": 1.0}))
    assert list(row.probabilities.items()) == [("z", 0.1235), ("a", 0.3333), ("m", 1.0)]


def test_a_dropped_paragraph_has_its_reason() -> None:
    assert dropped_row_of(Dropped(PARAGRAPH, "caption")) == DroppedRow(
        "a1", "day.jsonl:3", 1, 10, 19, "نص الفقرة", "caption"
    )


def test_a_rejection_has_its_place() -> None:
    assert rejected_row_of(Rejection("x.txt", "empty file")) == RejectedRow("x.txt", None, "empty file")


def test_lone_surrogates_are_replaced_one_for_one() -> None:
    assert storable("ا\ud800ب\udfffج 😀") == "ا\ufffdب\ufffdج 😀"
    assert storable(None) is None
    text = "قبل \ud83d بعد"
    row = row_of(predict({}, Paragraph(Article("i", text, "name\udcff.txt"), 0, 0, len(text), "")))
    assert (row.text, row.place) == ("قبل \ufffd بعد", "name\ufffd.txt")
    assert len(row.text) == row.end - row.start


def test_a_flat_row_has_a_column_per_domain_in_place_of_probabilities() -> None:
    names = column_names(DOMAINS)
    cells = dict(zip(names, flatten(LABELLED, DOMAINS), strict=True))
    assert names[10:15] == ("primary", "p_energy", "p_culture_education", "p_finance", "needs_review")
    assert (cells["p_energy"], cells["p_finance"], cells["model"]) == (0.9876, 0.5001, LABELLED.model)


def test_evidence_is_a_column_only_where_it_is_told() -> None:
    assert column_names(DOMAINS, explained=True) == (*column_names(DOMAINS), "evidence")
    assert flatten(EXPLAINED[0], DOMAINS) == [*flatten(LABELLED, DOMAINS), EXPLAINED[0].evidence]
    assert named_fields(EXPLAINED[2])["evidence"] == {}
    assert "evidence" not in named_fields(LABELLED)


def test_a_prediction_gives_its_evidence_only_where_it_is_asked_for() -> None:
    prediction = replace(predict({"energy": 0.9}), evidence={"energy": ((10, 12),)})
    assert row_of(prediction).evidence is None
    assert row_of(prediction, explained=True).evidence == {"energy": ((10, 12),)}
    assert row_of(predict({"energy": 0.9}), explained=True).evidence == {}


def test_a_row_of_other_domains_does_not_fit_the_table() -> None:
    with pytest.raises(ValueError, match="scored for domains"):
        flatten(LABELLED, DOMAINS[::-1])
