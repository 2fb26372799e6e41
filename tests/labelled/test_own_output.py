"""Files of `taawun label`, written by its own writers, are training rows once people have corrected them."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.labelled import read_labelled
from pipeline.records import LabelledParagraph
from pipeline.writers.csv_writer import CsvWriter
from pipeline.writers.jsonl_writer import JsonlWriter
from pipeline.writers.parquet_writer import ParquetWriter
from pipeline.writers.rows import Row

from .samples import read, taxonomy, write_lines

DOMAINS = taxonomy().ids
ROW = Row(
    article_id="news/a1",
    title="=عنوان",
    date="2024-03-05",
    source="وكالة",
    place="day.jsonl:1",
    paragraph=4,
    start=3,
    end=36,
    text="- وقعت الشركتان عقدا\n+ لتوريد الغاز؛ =نص",
    labels=("energy", "finance"),
    primary="energy",
    probabilities=dict.fromkeys(DOMAINS, 0.5),
    needs_review=True,
    windows=2,
    model="cooperation@0123abcd",
)
EXPECTED = LabelledParagraph(
    id="news/a1#4",
    text=ROW.text,
    labels=("energy", "finance"),
    place="",
    article="news/a1",
    source="وكالة",
    carried={"title": "=عنوان", "date": "2024-03-05"},
    has_own_id=False,
)


@pytest.mark.parametrize(
    ("kind", "name"), [(JsonlWriter, "labels.jsonl"), (CsvWriter, "labels.csv"), (ParquetWriter, "labels.parquet")]
)
def test_each_format_of_the_output_gives_the_same_rows(
    tmp_path: Path,
    kind: type[JsonlWriter | CsvWriter | ParquetWriter],
    name: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    writer = kind(tmp_path, DOMAINS)
    writer.write([ROW, replace(ROW, paragraph=5, labels=(), primary=None, title=None, date=None, source=None)])
    writer.complete()
    writer.close()

    labelled, unlabelled = read(tmp_path / name)

    assert replace(labelled, place="") == EXPECTED
    assert (unlabelled.id, unlabelled.labels, unlabelled.carried) == ("news/a1#5", (), {})
    assert caplog.messages == []


def test_what_people_added_is_kept(tmp_path: Path) -> None:
    row = {"article_id": "a", "paragraph": 0, "text": "نص", "labels": [], "p_energy": 0.9, "model": "m", "coder": "ن"}
    row["evidence"] = "energy:0-2"

    assert read(write_lines(tmp_path / "a.jsonl", row))[0].carried == {"coder": "ن"}


def test_an_id_that_people_gave_goes_before(tmp_path: Path) -> None:
    row = {"article_id": "a", "paragraph": 0, "id": "x", "article": "b", "text": "نص", "labels": []}

    (read_row,) = read(write_lines(tmp_path / "a.jsonl", row))

    assert (read_row.id, read_row.article) == ("x", "b")


def test_other_rows_keep_fields_of_these_names(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = write_lines(
        tmp_path / "a.jsonl", {"text": "نص", "labels": [], "model": "m", "p_value": 1, "article_id": "a"}
    )

    assert read(path)[0].carried == {"model": "m", "p_value": "1", "article_id": "a"}
    assert caplog.messages == [f"{path}: 1 rows have 'article_id', which is not used; did you mean 'article'?"]


def test_two_outputs_whose_articles_have_the_same_ids_are_read_together(tmp_path: Path) -> None:
    row = {"article_id": "a", "paragraph": 0, "text": "نص", "labels": []}
    first = write_lines(tmp_path / "a.jsonl", row)
    second = write_lines(tmp_path / "b.jsonl", row | {"text": "نص آخر"}, row | {"text": "غيره"})

    rows = read_labelled([first, second], taxonomy())

    assert [row.id for row in rows] == ["a#0", f"{second}:1", f"{second}:2"]
    assert {row.article for row in rows} == {"a"}


def test_the_same_paragraph_in_two_outputs_is_told(tmp_path: Path) -> None:
    row = {"article_id": "a", "paragraph": 0, "text": "نص", "labels": []}
    files = [write_lines(tmp_path / name, row) for name in ("a.jsonl", "b.jsonl")]

    with pytest.raises(InputError, match="id a#0 was given before"):
        read_labelled(files, taxonomy())


def test_an_id_that_people_gave_twice_is_told_also_beside_outputs(tmp_path: Path) -> None:
    first = write_lines(tmp_path / "a.jsonl", {"article_id": "a", "paragraph": 0, "text": "نص", "labels": []})
    second = write_lines(tmp_path / "b.jsonl", {"id": "a#0", "text": "نص آخر", "labels": []})

    with pytest.raises(InputError, match="id a#0 was given before"):
        read_labelled([first, second], taxonomy())


@pytest.mark.parametrize(
    ("kind", "name"), [(JsonlWriter, "labels.jsonl"), (CsvWriter, "labels.csv"), (ParquetWriter, "labels.parquet")]
)
@pytest.mark.parametrize("corrected", [0, 1])
def test_output_that_nobody_corrected_is_told(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    kind: type[JsonlWriter | CsvWriter | ParquetWriter],
    name: str,
    corrected: int,
) -> None:
    rows = []
    for number in range(24):
        probability = number / 24
        labels = ("energy",) if (probability >= 0.5) != (number < corrected) else ()
        probabilities = dict.fromkeys(DOMAINS, 0.01) | {"energy": probability}
        rows.append(replace(ROW, paragraph=number, labels=labels, primary=None, probabilities=probabilities))
    writer = kind(tmp_path, DOMAINS)
    writer.write(rows)
    writer.complete()
    writer.close()

    with caplog.at_level(logging.WARNING):
        assert len(read_labelled([tmp_path / name], taxonomy())) == 24

    told = f"{name}: the labels of its 24 rows are those that cooperation@0123abcd gave, none corrected"
    assert (told in caplog.text) is not bool(corrected)
