"""What was written is read back, whatever the format, and also where a spreadsheet or a person changed the file."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import InputError
from pipeline.label_rows import check_row, find_label_files, read_dropped_rows, read_label_rows
from pipeline.taxonomy import Taxonomy
from pipeline.writers.output_folder import Format, OutputFolder
from pipeline.writers.rows import Row
from tests.writers.row_samples import DOMAINS, EXPLAINED, LABELLED, SAMPLES, UNLABELLED

FORMATS: tuple[Format, ...] = ("jsonl", "csv", "parquet")


def _write(folder: Path, rows: Sequence[Row], *, explained: bool = False) -> None:
    with OutputFolder(folder, FORMATS, DOMAINS, explained=explained) as output:
        output.write(rows, [], [])
        output.complete()


@pytest.mark.parametrize("output_format", FORMATS)
def test_rows_are_read_as_they_were_written(tmp_path: Path, output_format: Format) -> None:
    _write(tmp_path, SAMPLES)
    assert list(read_label_rows(tmp_path / f"labels.{output_format}")) == list(SAMPLES)


@pytest.mark.parametrize("output_format", FORMATS)
def test_evidence_is_read_as_it_was_written(tmp_path: Path, output_format: Format) -> None:
    _write(tmp_path, EXPLAINED, explained=True)
    assert list(read_label_rows(tmp_path / f"labels.{output_format}")) == list(EXPLAINED)


def test_evidence_that_is_none_is_refused_with_its_row(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    _write(tmp_path, [EXPLAINED[0], replace(EXPLAINED[0], evidence={"energy": ((1, 2),)})], explained=True)
    path.write_text(path.read_text(encoding="utf-8").replace("[[1, 2]]", '"1-2"'), encoding="utf-8")
    with pytest.raises(InputError, match="row 2 is not as `taawun label` writes it"):
        list(read_label_rows(path))


def test_a_folder_of_parts_names_the_files_of_all_in_their_order(tmp_path: Path) -> None:
    for name in ("part-00001", "part-00000"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "labels.csv").touch()

    assert find_label_files(tmp_path) == [tmp_path / f"part-0000{k}" / "labels.csv" for k in range(2)]


def test_a_part_without_labels_is_told(tmp_path: Path) -> None:
    for name in ("part-00000", "part-00001"):
        (tmp_path / name).mkdir()
    (tmp_path / "part-00000" / "labels.jsonl").touch()

    with pytest.raises(InputError, match=r"part-00001: holds no labels.jsonl, .parquet or .csv; give what"):
        find_label_files(tmp_path)


def _as_excel_saves(path: Path, delimiter: str, *, comma: bool) -> None:
    """Write a table anew as a spreadsheet does: its own delimiter, no quotes without need, truth in capitals."""
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))
    truth = {"true": "TRUE", "false": "FALSE"}
    cells = [[truth.get(cell, cell) for cell in row] for row in rows]
    if comma:
        cells = [[cell.replace(".", ",") if cell[:2] in {"0.", "1."} else cell for cell in row] for row in cells]
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream, delimiter=delimiter).writerows([*cells, [""] * len(cells[0])])


@pytest.mark.parametrize(("delimiter", "comma"), [(",", False), (";", False), (";", True), ("\t", True)])
def test_a_table_that_a_spreadsheet_saved_is_read_as_it_was_written(
    tmp_path: Path, delimiter: str, *, comma: bool
) -> None:
    samples = [*SAMPLES, replace(LABELLED, text="نص, فيه; كل \t فاصلة")]
    _write(tmp_path, samples)
    _as_excel_saves(tmp_path / "labels.csv", delimiter, comma=comma)
    assert list(read_label_rows(tmp_path / "labels.csv")) == samples


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (lambda lines: [lines[0], lines[1], "a;b"], r"row 2 is not .* \(it has 2 cells, the header 17\); give"),
        (lambda lines: [lines[0], lines[1] + ";;more"], "row 1 is not .*it has 19 cells, the header 17"),
        (lambda lines: [line.replace("labels", "domains") for line in lines], "row 1 is not .*'labels' is missing"),
        (lambda lines: [line.replace("true", "ja") for line in lines], "row 1 is not .*needs_review: true or false"),
        (lambda lines: [line.replace("0.9876", "much") for line in lines], "row 1 is not .*much"),
    ],
)
def test_a_spoilt_table_is_refused_with_its_row(
    tmp_path: Path, edit: Callable[[list[str]], list[str]], told: str
) -> None:
    _write(tmp_path, [LABELLED, UNLABELLED])
    path = tmp_path / "labels.csv"
    lines = path.read_text(encoding="utf-8-sig").replace(",", ";").splitlines()
    path.write_text("\n".join(edit(lines)) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=told):
        list(read_label_rows(path))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"labels": "energy"}, "labels: a list of domain ids is expected"),
        ({"labels": None}, "labels: a list of domain ids is expected"),
        ({"needs_review": "false"}, "needs_review: true or false is expected"),
        ({"text": None}, "text: text is expected"),
        ({"source": ["a"]}, "source: text is expected"),
        ({"date": {"year": 2024}}, "date: text is expected"),
        ({"start": float("inf")}, "infinity"),
        ({"end": None}, "int"),
        ({"probabilities": [0.5]}, "items"),
        ({"evidence": ["energy"]}, "items"),
    ],
)
def test_a_spoilt_row_is_refused_with_its_number(tmp_path: Path, change: dict[str, Any], told: str) -> None:
    fields = {name: value for name, value in asdict(LABELLED).items() if name != "evidence"}
    path = tmp_path / "labels.jsonl"
    path.write_text(f"{json.dumps(fields)}\n\n{json.dumps(fields | change)}\n", encoding="utf-8")
    with pytest.raises(InputError, match=f"row 2 is not as `taawun label` writes it .*{told}.*; give its own output"):
        list(read_label_rows(path))


def test_numbers_for_text_and_lone_surrogates_are_read_as_text(tmp_path: Path) -> None:
    fields = {name: value for name, value in asdict(LABELLED).items() if name != "evidence"}
    path = tmp_path / "labels.jsonl"
    path.write_text(json.dumps(fields | {"date": 2024, "text": "\ud800"}), encoding="utf-8")
    (row,) = read_label_rows(path)
    assert (row.date, row.text) == ("2024", "\ufffd")


@pytest.mark.parametrize("content", ["[" * 100_000, '{"a":' * 100_000 + "1" + "}" * 100_000, "{", "[1"])
def test_what_is_no_json_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "labels.jsonl").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=r"labels\.jsonl: cannot be read .*; take an undamaged copy"):
        list(read_label_rows(tmp_path / "labels.jsonl"))


def test_missing_evidence_in_parquet_is_none(tmp_path: Path) -> None:
    _write(tmp_path, EXPLAINED[:1], explained=True)
    path = tmp_path / "labels.parquet"
    table = pq.read_table(path)
    column = table.schema.get_field_index("evidence")
    nulls = pa.nulls(1, table.schema.field(column).type)
    pq.write_table(table.set_column(column, "evidence", nulls), path)
    assert [row.evidence for row in read_label_rows(path)] == [None]


@pytest.mark.parametrize("change", [{"text": None}, {"start": None}, {"start": "here"}, {"place": []}])
def test_a_spoilt_dropped_row_is_refused_with_its_number(tmp_path: Path, change: dict[str, Any]) -> None:
    sound = {"article_id": "a", "place": "a", "paragraph": 1, "start": 5, "end": 9, "text": "شارك", "reason": "menu"}
    path = tmp_path / "dropped.jsonl"
    path.write_text(json.dumps(sound) + "\n", encoding="utf-8")
    assert [asdict(row) for row in read_dropped_rows(tmp_path)] == [sound]
    path.write_text(json.dumps(sound | change) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"dropped\.jsonl: row 1 is not as `taawun label` writes it .*; give its own"):
        list(read_dropped_rows(tmp_path))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"probabilities": {"energy": 1.0}}, "but m@1 has other domains"),
        ({"labels": ("sport",)}, "labels sport: known are energy, culture_education, finance; take it"),
        ({"evidence": {"sport": ((1, 2),)}}, "labels sport: known are"),
        (
            {"probabilities": LABELLED.probabilities | {"energy": float("nan")}},
            "probabilities from 0 to 1 are expected",
        ),
    ],
)
def test_a_row_that_the_model_cannot_have_given_is_refused(change: dict[str, Any], told: str) -> None:
    domains = [{"id": name, "arabic": name, "english": name} for name in DOMAINS]
    taxonomy = Taxonomy.model_validate({"name": "t", "domains": domains})
    check_row(LABELLED, taxonomy, "m@1", "here")
    with pytest.raises(InputError, match=f"^here: .*{told}"):
        check_row(replace(LABELLED, **change), taxonomy, "m@1", "here")
