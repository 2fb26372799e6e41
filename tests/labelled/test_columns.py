from pathlib import Path

import pytest
from pydantic import ValidationError

from pipeline.errors import InputError
from pipeline.labelled import Columns, read_labelled

from .samples import labels_of, read, taxonomy, write_lines, write_text


def test_parts_may_stand_under_other_names(tmp_path: Path) -> None:
    columns = Columns(text="body", labels="gold", id="key", article="doc", source="outlet", annotated="asked")
    row = {"body": "نص", "gold": ["energy"], "key": "k", "doc": "n", "outlet": "o", "asked": ["energy"], "text": "x"}
    path = write_lines(tmp_path / "a.jsonl", row | {"labels": ["finance"], "year": 2020})

    (read_row,) = read(path, columns)

    assert (read_row.id, read_row.text, read_row.labels) == ("k", "نص", ("energy",))
    assert (read_row.article, read_row.source, read_row.annotated) == ("n", "o", frozenset({"energy"}))
    assert read_row.carried == {"year": "2020"}


def test_a_part_that_is_called_otherwise_is_not_looked_for_under_its_own_name(tmp_path: Path) -> None:
    rows = ({"text": "نص", "labels": [], "outlet": "o"}, {"text": "نص", "labels": [], "source": "s"})
    path = write_lines(tmp_path / "a.jsonl", *rows)

    assert [row.source for row in read(path, Columns(source="outlet"))] == ["o", None]


def test_of_several_names_the_first_that_a_row_has_counts(tmp_path: Path) -> None:
    columns = Columns(text=("body", "text"))
    ours = write_lines(tmp_path / "a.jsonl", {"text": "نص", "labels": []})
    theirs = write_lines(tmp_path / "b.jsonl", {"body": "خبر", "text": "x", "labels": []})

    assert [row.text for row in read_labelled([ours, theirs], taxonomy(), columns)] == ["نص", "خبر"]


def test_one_name_for_two_parts_is_refused() -> None:
    with pytest.raises(ValidationError, match="names given more than once: text"):
        Columns(labels="text")


def test_a_file_without_a_column_is_told_once_with_those_it_has(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = write_text(tmp_path / "a.csv", "body,Labels,date", "نص,energy,2020", "نص,finance,2020")

    with pytest.raises(InputError) as caught:
        read(path)

    there = "the columns are: body, Labels, date"
    assert str(caught.value).splitlines()[1:] == [
        f"{path}: no row has text; {there}; did you mean body? Give 'columns.text=[text, body]'",
        f"{path}: no row has labels; {there}; did you mean Labels? Give 'columns.labels=[labels, Labels]'",
    ]
    assert caplog.messages == []


def test_a_column_that_was_asked_for_has_to_be_there(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.jsonl", {"text": "نص", "labels": [], "document": "n1"})

    with pytest.raises(InputError, match=r"no row has docment; .* did you mean document"):
        read(path, Columns(article="docment"))


def test_a_column_that_some_rows_lack_is_a_mistake_of_those_rows(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.jsonl", {"text": "نص", "labels": []}, {"labels": []})

    with pytest.raises(InputError, match=r"a\.jsonl:2: text: the paragraph's text is required"):
        read(path)


def test_many_columns_are_named_in_part(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.jsonl", {f"c{k}": k for k in range(50)} | {"text": "نص"})

    with pytest.raises(InputError, match=r"c0, .*c19, …; give columns\.labels$"):
        read(path)


def test_a_misspelt_column_is_warned_of_once_with_its_number(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    row = {"text": "نص", "labels": [], "articel": "n1", "Sources": "x", "year": 2020}
    path = write_lines(tmp_path / "a.jsonl", row, row, {"text": "نص", "labels": [], "article": "n2", "articel": "n1"})

    read(path)

    assert caplog.messages == [
        f"{path}: 2 rows have 'Sources', which is not used; did you mean 'source'?",
        f"{path}: 2 rows have 'articel', which is not used; did you mean 'article'?",
    ]


def test_columns_that_are_called_otherwise_are_not_warned_of(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    row = {"text": "نص", "labels": ["energy"], "title": "t", "stage": "s", "date": "d", "agreed": True, "codings": []}

    assert labels_of(read(write_lines(tmp_path / "a.jsonl", row))) == [("energy",)]
    assert caplog.messages == []
