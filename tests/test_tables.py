"""Tables of every kind get the same columns."""

import shutil
from pathlib import Path
from typing import Any

import datasets
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from pipeline.errors import InputError
from pipeline.labeller import Labeller, kept_labeller
from pipeline.tables import label_table

TEXTS = ["وقعت مصر والصين اتفاقا لبناء محطة كهرباء\n\nوبحث الوزيران التبادل التجاري بين البلدين", None, "فاز الفريق"]
COLUMNS = {"id": [3, 1, 2], "body": TEXTS}

TABLES = {
    "pandas": pd.DataFrame(COLUMNS, index=[9, 7, 8]),
    "polars": pl.DataFrame(COLUMNS),
    "arrow": pa.table(COLUMNS),
    "datasets": datasets.Dataset.from_dict(COLUMNS),
}


class OwnFrame(pd.DataFrame):  # type: ignore[misc]  # pandas has no types
    """A frame as other libraries derive theirs."""

    @property
    def _constructor(self) -> type["OwnFrame"]:
        return OwnFrame


@pytest.fixture(scope="module")
def labeller(linear_classifier: Path) -> Labeller:
    """A labeller that is loaded once."""
    return Labeller(str(linear_classifier))


def _plain(table: Any) -> dict[str, list[Any]]:
    if isinstance(table, pd.DataFrame):
        return {name: table[name].tolist() for name in table.columns}
    if isinstance(table, pl.DataFrame):
        return dict(table.to_dict(as_series=False))
    return dict(table.to_pydict() if isinstance(table, pa.Table) else table.to_dict())


@pytest.mark.parametrize("kind", TABLES)
def test_a_table_comes_back_as_its_own_kind_with_columns_added(kind: str, labeller: Labeller) -> None:
    table = TABLES[kind]
    labelled = label_table(table, "body", labeller)
    assert type(labelled) is type(table)
    plain = _plain(labelled)
    assert list(plain) == [
        "id",
        "body",
        "labels",
        "needs_review",
        "paragraphs",
        *(f"p_{name}" for name in labeller.taxonomy.ids),
    ]
    assert plain["id"] == [3, 1, 2]
    assert plain["paragraphs"] == [2, 0, 1]
    assert plain["labels"][1] == []
    assert plain["p_energy"][1] == 0.0
    assert set(_plain(table)) == {"id", "body"}


def test_all_kinds_say_the_same(labeller: Labeller) -> None:
    said = []
    for table in TABLES.values():
        plain = _plain(label_table(table, "body", labeller))
        said.append({name: plain[name] for name in plain if name != "body"})
    assert all(each == said[0] for each in said)


def test_a_row_has_the_labels_of_its_paragraphs_and_their_largest_probability(labeller: Labeller) -> None:
    row = _plain(label_table(TABLES["pandas"], "body", labeller))
    [labelled] = labeller.label(TEXTS[:1])  # type: ignore[arg-type]
    assert row["labels"][0] == list(labelled.labels)
    assert row["p_energy"][0] == max(each.probabilities["energy"] for each in labelled.paragraphs)


def test_the_released_classifier_stays_loaded_where_no_other_is_given(
    linear_classifier: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(linear_classifier, tmp_path / "models" / "cooperation")
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        label_table(TABLES["pandas"], "body")
    assert kept_labeller().tally["split_paragraphs: paragraphs"] == 2 * 3


def test_a_pandas_index_stays(labeller: Labeller) -> None:
    assert label_table(TABLES["pandas"], "body", labeller).index.tolist() == [9, 7, 8]


@pytest.mark.parametrize(
    ("table", "column", "told"),
    [
        (TABLES["pandas"], "text", "has no column 'text' but id, body"),
        (pd.DataFrame({"text": ["نص"], "labels": [1]}), "text", "has columns of these names already: labels"),
        ([{"text": "نص"}], "text", "a Table of Arrow expected, not list"),
        (pd.Series(["نص"], name="text"), "text", "a Table of Arrow expected, not Series; give one whole table"),
        (TABLES["polars"].lazy(), "body", "a Table of Arrow expected, not LazyFrame"),
        (datasets.DatasetDict({"train": TABLES["datasets"]}), "body", "a Table of Arrow expected, not DatasetDict"),
        (pd.DataFrame([["نص", "نص"]], columns=["text", "text"]), "text", "has 2 columns 'text'"),
        (pd.DataFrame({"text": [None, 3.5]}, dtype=object), "text", "row 2 of the column 'text': text expected, not"),
    ],
)
def test_what_cannot_be_labelled_is_refused(table: Any, column: str, told: str, labeller: Labeller) -> None:
    with pytest.raises(InputError, match=told):
        label_table(table, column, labeller)


@pytest.mark.parametrize("kind", TABLES)
def test_a_column_of_numbers_is_refused(kind: str, labeller: Labeller) -> None:
    with pytest.raises(InputError, match="row 1 of the column 'id': text expected, not int; name the texts' column"):
        label_table(TABLES[kind], "id", labeller)


@pytest.mark.parametrize(
    "table",
    [
        pd.DataFrame({"text": [None, float("nan"), pd.NA, pd.NaT]}, dtype=object),
        pd.DataFrame({"text": pd.array([None] * 4, dtype="string")}),
        pd.DataFrame({"text": [float("nan")] * 4}),
        pl.DataFrame({"text": [None, float("nan")] * 2}),
        pa.table({"text": [None, float("nan")] * 2}),
        datasets.Dataset.from_dict({"text": [None, float("nan")] * 2}),
    ],
    ids=["objects", "strings", "numbers", "polars", "arrow", "datasets"],
)
def test_texts_may_be_missing_in_all_ways(table: Any, labeller: Labeller) -> None:
    assert _plain(label_table(table, "text", labeller))["paragraphs"] == [0] * 4


def test_a_table_of_ones_own_kind_stays_of_that_kind(labeller: Labeller) -> None:
    labelled = label_table(OwnFrame(COLUMNS), "body", labeller)
    assert type(labelled) is OwnFrame
    assert labelled["paragraphs"].tolist() == [2, 0, 1]
