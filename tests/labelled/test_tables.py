from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from datasets import ClassLabel, Dataset, DatasetDict, Features, Image, Sequence, Value, disable_progress_bars
from pyarrow import parquet

from pipeline.errors import InputError
from pipeline.labelled import list_labelled, read_labelled

from .samples import labels_of, read, taxonomy

CLASSES = ClassLabel(names=["finance", "Energy", "none"])


@pytest.fixture(autouse=True)
def _quiet() -> None:
    disable_progress_bars()


def _parquet(path: Path, **columns: object) -> Path:
    parquet.write_table(pa.table(columns), path)
    return path


def test_parquet_holds_labels_as_lists_or_joined(tmp_path: Path) -> None:
    listed = _parquet(tmp_path / "a.parquet", text=["نص", "نص"], labels=[["energy", "finance"], []])
    joined = _parquet(tmp_path / "b.parquet", text=["نص", "نص"], labels=["energy|finance", ""])

    for path in (listed, joined):
        assert labels_of(read(path)) == [("energy", "finance"), ()]
        assert [row.place for row in read(path)] == [f"{path}:1", f"{path}:2"]


def test_parquet_keeps_types_that_json_has_not_as_text(tmp_path: Path) -> None:
    path = _parquet(
        tmp_path / "a.parquet",
        text=["نص"],
        labels=pa.array(["energy"]).dictionary_encode(),
        article=pa.array([7.0]),
        date=[date(2024, 3, 5)],
        seen=[datetime(2024, 3, 5, 6)],  # noqa: DTZ001 - tables hold such
        raw=[b"x"],
        codings=[[["energy"], None]],
    )

    (row,) = read(path)

    assert (row.labels, row.article) == (("energy",), "7")
    assert row.carried == {"date": "2024-03-05", "seen": "2024-03-05T06:00:00"}
    assert row.codings == (frozenset({"energy"}), None)


def test_a_dataset_whose_list_of_splits_is_nested_too_deeply_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "dataset_dict.json").write_text("[" * 9999, encoding="utf-8")

    with pytest.raises(InputError, match=r"damaged or no saved dataset \(dataset_dict\.json: "):
        list_labelled([str(tmp_path)])


def test_a_null_in_the_place_of_labels_is_a_mistake(tmp_path: Path) -> None:
    path = _parquet(tmp_path / "a.parquet", text=["نص", "نص"], labels=pa.array([None, "energy"], pa.string()))

    with pytest.raises(InputError, match=r"a\.parquet:1: labels: a list of domain ids is required, \[\] for none"):
        read(path)


@pytest.mark.parametrize("keep", [0, 20, -20])
def test_damaged_parquet_is_refused(tmp_path: Path, keep: int) -> None:
    path = _parquet(tmp_path / "a.parquet", text=["نص"] * 100, labels=[["energy"]] * 100)
    path.write_bytes(path.read_bytes()[:keep])

    with pytest.raises(InputError, match=r"a\.parquet: damaged or no Parquet file \("):
        read(path)


def _dataset(labels: list[Any], feature: object, **more: list[str]) -> Dataset:
    count = len(labels)
    features = Features({"text": Value("string"), "labels": feature} | dict.fromkeys(more, Value("string")))
    return Dataset.from_dict({"text": [f"نص {k}" for k in range(count)], "labels": labels} | more, features=features)


@pytest.mark.parametrize(
    ("labels", "feature", "expected"),
    [
        ([[1, 0], []], Sequence(CLASSES), [("energy", "finance"), ()]),
        ([["energy"], ["none"]], Sequence(Value("string")), [("energy",), ()]),
        ([1, 2], CLASSES, [("energy",), ()]),
        (["energy|finance", "الطاقة"], Value("string"), [("energy", "finance"), ("energy",)]),
    ],
)
def test_saved_datasets_may_hold_labels_in_four_ways(
    tmp_path: Path, labels: list[Any], feature: object, expected: object
) -> None:
    _dataset(labels, feature).save_to_disk(tmp_path / "d")
    _dataset(labels, feature).to_parquet(tmp_path / "d.parquet")

    assert labels_of(read(tmp_path / "d")) == expected
    assert labels_of(read(tmp_path / "d.parquet")) == expected


def test_a_saved_dataset_stands_for_its_splits(tmp_path: Path) -> None:
    splits = {name: _dataset([[1]], Sequence(CLASSES), id=[name]) for name in ("train", "test")}
    DatasetDict(splits).save_to_disk(tmp_path / "d")

    paths = list_labelled([str(tmp_path / "d"), str(tmp_path / "d" / "train")])

    assert paths == [tmp_path / "d" / "train", tmp_path / "d" / "test"]
    rows = read_labelled(paths, taxonomy())
    assert [(row.id, row.place) for row in rows] == [(path.name, f"{path}:1") for path in paths]
    assert list_labelled([str(tmp_path / "d" / "test")]) == [tmp_path / "d" / "test"]
    assert list_labelled([str(tmp_path / "*" / "t*")]) == [tmp_path / "d" / "test", tmp_path / "d" / "train"]


def test_a_whole_saved_dataset_can_be_read_as_it_is(tmp_path: Path) -> None:
    DatasetDict({"a": _dataset([[1]], Sequence(CLASSES)), "b": _dataset([[]], Sequence(CLASSES))}).save_to_disk(
        tmp_path
    )

    assert [(row.labels, row.place) for row in read(tmp_path)] == [
        (("energy",), f"{tmp_path / 'a'}:1"),
        ((), f"{tmp_path / 'b'}:1"),
    ]


def test_a_missing_class_label_is_a_mistake(tmp_path: Path) -> None:
    _dataset([-1, 0], CLASSES).save_to_disk(tmp_path / "d")

    with pytest.raises(InputError, match=r"d:1: labels: a list of domain ids is required"):
        read(tmp_path / "d")


def test_pictures_and_the_like_are_left_aside(tmp_path: Path) -> None:
    features = Features(
        {"text": Value("string"), "labels": Sequence(CLASSES), "page": Image(), "box": {"x": Value("int8")}}
    )
    cells = {"text": ["نص"], "labels": [[0]], "page": [{"bytes": b"x", "path": None}], "box": [{"x": 1}]}
    table = pa.table(cells, schema=features.arrow_schema)  # `from_dict` would ask for a library of pictures
    Dataset(table).with_format("numpy").save_to_disk(tmp_path / "d")

    assert [(row.labels, row.carried) for row in read(tmp_path / "d")] == [(("finance",), {})]


@pytest.mark.parametrize("name", ["state.json", "dataset_info.json", "data-00000-of-00001.arrow"])
def test_a_damaged_dataset_is_refused(tmp_path: Path, name: str) -> None:
    _dataset([0], CLASSES).save_to_disk(tmp_path / "d")
    (tmp_path / "d" / name).write_bytes(b"{")

    with pytest.raises(InputError, match=r"d: damaged or no saved dataset \(.*; save it again"):
        read(tmp_path / "d")


@pytest.mark.parametrize("content", ["{", "{}", "[]", '{"splits": 3}'])
def test_a_dataset_that_names_no_splits_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "dataset_dict.json").write_text(content)

    with pytest.raises(InputError, match="damaged or no saved dataset"):
        list_labelled([str(tmp_path)])
