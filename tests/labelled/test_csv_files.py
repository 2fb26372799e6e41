import csv
import gzip
from pathlib import Path

import pytest

from pipeline.errors import InputError

from .samples import labels_of, read, write_text


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_told_by_the_header(tmp_path: Path, mark: str) -> None:
    path = write_text(
        tmp_path / "a.csv", mark.join(["id", "text", "labels"]), mark.join(["1", "نص", '"energy,finance"'])
    )

    (row,) = read(path)

    assert (row.id, row.text, row.labels, row.place) == ("1", "نص", ("energy", "finance"), f"{path}:2")


def test_tsv_is_parted_by_tabs_alone(tmp_path: Path) -> None:
    path = write_text(tmp_path / "a.tsv", "text\tlabels", "واحد، اثنان, ثلاثة\tenergy|finance")

    assert [(row.text, row.labels) for row in read(path)] == [("واحد، اثنان, ثلاثة", ("energy", "finance"))]


def test_a_byte_order_mark_and_gzip_change_nothing(tmp_path: Path) -> None:
    content = "text,labels\r\nنص,\r\n"
    (tmp_path / "a.csv").write_bytes(content.encode("utf-8-sig"))
    (tmp_path / "b.CSV.GZ").write_bytes(gzip.compress(content.encode()))

    for name in ("a.csv", "b.CSV.GZ"):
        assert labels_of(read(tmp_path / name)) == [()]


def test_places_are_the_lines_on_which_rows_begin(tmp_path: Path) -> None:
    path = write_text(tmp_path / "a.csv", "", "text,labels", '"سطر\nوسطر",energy', "", "نص,finance", ",")

    assert [row.place for row in read(path)] == [f"{path}:3", f"{path}:6"]


def test_rows_with_too_few_or_too_many_cells_are_mistakes(tmp_path: Path) -> None:
    path = write_text(tmp_path / "a.csv", "text,labels", "نص", "نص,energy,,", "نص,energy,finance")

    with pytest.raises(InputError) as caught:
        read(path)

    assert str(caught.value).splitlines()[1:] == [
        f"{path}:2: the row has 1 cells, the header 2; quote cells with delimiters",
        f"{path}:4: the row has 3 cells, the header 2; quote cells with delimiters",
    ]


def test_a_missing_quotation_mark_is_told_with_the_line_it_may_be_on(tmp_path: Path) -> None:
    path = write_text(tmp_path / "a.csv", "text,labels", "نص,energy", '"نص,energy', 'نص,"energy"')

    with pytest.raises(InputError, match=r"a\.csv:3: not a row of CSV .* a quotation mark may be missing"):
        read(path)


def test_a_column_that_is_there_twice_is_refused_if_it_is_used(tmp_path: Path) -> None:
    write_text(tmp_path / "a.csv", "text,labels,labels", "نص,,")
    write_text(tmp_path / "b.csv", "text,labels,note,note,", "نص,energy,1,2,3")

    with pytest.raises(InputError, match=r"a\.csv: column labels is there twice; rename one of the two"):
        read(tmp_path / "a.csv")
    assert labels_of(read(tmp_path / "b.csv")) == [("energy",)]


def test_other_encodings_are_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("text,labels\nنص,\n".encode("windows-1256"))
    (tmp_path / "b.csv").write_bytes("text,labels\nنص,\n".encode("utf-16"))

    for name in ("a.csv", "b.csv"):
        with pytest.raises(InputError, match=r"not UTF-8 .* save it as UTF-8 "):
            read(tmp_path / name)


def test_one_endless_line_is_no_csv(tmp_path: Path) -> None:
    path = write_text(tmp_path / "a.csv", "x" * 200_000)

    with pytest.raises(InputError, match=r"a\.csv: no CSV: the first line names no columns"):
        read(path)


def test_a_cell_may_be_as_long_as_an_article(tmp_path: Path) -> None:
    limit = csv.field_size_limit()
    text = "نص " * 100_000
    path = write_text(tmp_path / "a.csv", "text,labels", f'"{text}",energy')

    (row,) = read(path)

    assert row.text == text
    assert csv.field_size_limit() == limit
