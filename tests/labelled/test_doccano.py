"""doccano's exports, written here in the shape that doccano 1.8 gives text classification."""

from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.labelled import Columns, read_labelled

from .samples import labels_of, read, taxonomy, write_json, write_lines, write_text

EXAMPLES = (
    {"id": 11, "text": "نص", "article": "n1", "date": "2024", "label": ["energy", "المال والمصارف"], "Comments": []},
    {"id": 12, "text": "خبر", "article": "n1", "date": None, "label": [], "Comments": ["غير واضح"]},
)


@pytest.mark.parametrize("name", ["all.jsonl", "all.json"])
def test_examples_are_read_with_their_metadata(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    rows = read(write_lines(path, *EXAMPLES) if name == "all.jsonl" else write_json(path, EXAMPLES))

    assert [(row.id, row.text, row.article) for row in rows] == [("11", "نص", "n1"), ("12", "خبر", "n1")]
    assert labels_of(rows) == [("energy", "finance"), ()]
    assert [row.carried for row in rows] == [{"date": "2024"}, {}]


def test_older_versions_are_read_too(tmp_path: Path) -> None:
    path = write_lines(
        tmp_path / "all.jsonl",
        {"id": 1, "data": "نص", "meta": {"article": "n1"}, "labels": ["energy"]},
        {"id": 2, "data": "نص", "meta": {"article": "n1"}, "label": []},
    )

    assert [(row.id, row.article, row.labels) for row in read(path)] == [("1", "n1", ("energy",)), ("2", "n1", ())]


def test_two_annotators_of_one_example_are_not_guessed_together(tmp_path: Path) -> None:
    first, second = (write_lines(tmp_path / f"{name}.jsonl", EXAMPLES[0]) for name in ("alia", "omar"))

    with pytest.raises(InputError, match=rf"{second}:1: id 11 was given before, at {first}:1"):
        read_labelled([first, second], taxonomy())


def test_spans_are_no_labels(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "all.jsonl", {"id": 1, "text": "نص", "label": [[0, 2, "energy"]]})

    with pytest.raises(InputError, match="holds spans in texts where labels are expected"):
        read(path)


def test_a_broken_example_is_told_with_its_line(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "all.jsonl", *EXAMPLES, {"id": 13, "text": "نص"}, ["x"])

    with pytest.raises(InputError, match=r"(?s):3: labels: a list of domain ids.*:4: not an object but list"):
        read(path)


def test_its_csv_is_read_with_the_column_named(tmp_path: Path) -> None:
    path = write_text(tmp_path / "all.csv", "id,text,label,Comments", "1,نص,energy#finance,", "2,خبر,,")

    assert labels_of(read(path, Columns(labels="label"))) == [("energy", "finance"), ()]
