"""The export job and its command: labels in, tasks or rows out."""

import json
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import parse

import pytest

from pipeline.__main__ import main
from pipeline.config import ExportConfig
from pipeline.errors import ConfigError, InputError
from pipeline.jobs.export import export
from pipeline.labelled import read_labelled
from pipeline.model_folder import read_decision
from pipeline.writers.output_folder import OutputFolder
from tests.annotation_samples import read_lines
from tests.output_samples import rows_of, texts, write_output

COUNT = 23


@pytest.fixture
def labels(linear_classifier: Path, tmp_path: Path) -> Path:
    return write_output(tmp_path / "labels", rows_of(linear_classifier, texts(COUNT)))


def _export(labels: Path, model: Path, out: Path, **settings: Any) -> Path:
    given = {"labels": [str(labels)], "model": str(model), "out": out} | settings
    return export(ExportConfig.model_validate(given)).place


def _tasks(folder: Path) -> list[dict[str, Any]]:
    tasks: list[dict[str, Any]] = json.loads((folder / "tasks.json").read_text(encoding="utf-8"))
    return tasks


def test_label_studio_gets_a_task_for_each_paragraph_and_a_configuration(
    labels: Path, linear_classifier: Path, tmp_path: Path
) -> None:
    out = _export(labels, linear_classifier, tmp_path / "tasks")

    assert sorted(path.name for path in out.iterdir()) == ["labelling_config.xml", "run.json", "tasks.json"]
    assert [task["data"]["text"] for task in _tasks(out)] == texts(COUNT)
    choices = parse(out / "labelling_config.xml").getroot().iter("Choice")  # noqa: S314  (our own)
    assert [choice.attrib["alias"] for choice in choices] == [*read_decision(linear_classifier).taxonomy.ids, "none"]
    run = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert (run["job"], run["rows"]) == ("export", COUNT)
    assert str(tmp_path) not in json.dumps(run["settings"] | {"model": ""})


@pytest.mark.parametrize("to", ["doccano", "jsonl"])
def test_rows_are_read_as_labelled_paragraphs_with_what_was_predicted(
    labels: Path, linear_classifier: Path, tmp_path: Path, to: str
) -> None:
    taxonomy = read_decision(linear_classifier).taxonomy
    path = _export(labels, linear_classifier, tmp_path / "rows.jsonl", to=to)

    read = read_labelled([path], taxonomy)

    assert [row.text for row in read] == texts(COUNT)
    assert {row.labels for row in read} == {(taxonomy.ids[0],)}
    assert read[12].id == "a1#2"


@pytest.mark.parametrize("to", ["label-studio", "doccano", "jsonl"])
def test_of_all_formats_of_labels_the_same_is_made(linear_classifier: Path, tmp_path: Path, to: str) -> None:
    rows = rows_of(linear_classifier, ["نص قصير", *texts(3)])
    rows[0] = replace(rows[0], title=None, source=None, labels=(), primary=None)
    (tmp_path / "labels").mkdir()
    with OutputFolder(tmp_path / "labels", ["jsonl", "csv", "parquet"], tuple(rows[0].probabilities)) as folder:
        folder.write(rows, [], [])
        folder.complete()

    made = []
    for kind in ("jsonl", "csv", "parquet"):
        place = _export(tmp_path / "labels" / f"labels.{kind}", linear_classifier, tmp_path / f"of-{kind}", to=to)
        made.append((place / "tasks.json" if place.is_dir() else place).read_bytes())

    assert made[0].count("نص قصير".encode()) == 1
    assert made[0] == made[1] == made[2]


def test_only_what_needs_review_is_exported_where_asked(labels: Path, linear_classifier: Path, tmp_path: Path) -> None:
    path = _export(labels, linear_classifier, tmp_path / "rows.jsonl", to="jsonl", needs_review=True)

    assert [row["text"] for row in read_lines(path)] == texts(COUNT)[::5]


def test_the_limit_counts_what_is_exported(labels: Path, linear_classifier: Path, tmp_path: Path) -> None:
    path = _export(labels, linear_classifier, tmp_path / "rows.jsonl", to="jsonl", needs_review=True, limit=2)

    assert [row["text"] for row in read_lines(path)] == [texts(COUNT)[0], texts(COUNT)[5]]


def test_many_blocks_are_one_list(linear_classifier: Path, tmp_path: Path) -> None:
    rows = rows_of(linear_classifier, [f"نص رقم {number}" for number in range(2500)])

    out = _export(write_output(tmp_path / "labels", rows), linear_classifier, tmp_path / "tasks")

    assert [task["data"]["text"] for task in _tasks(out)] == [row.text for row in rows]


def test_nothing_to_export_is_told_and_leaves_nothing_behind(linear_classifier: Path, tmp_path: Path) -> None:
    rows = [replace(row, needs_review=False) for row in rows_of(linear_classifier, texts(3))]
    labels = write_output(tmp_path / "labels", rows)

    with pytest.raises(InputError, match="no row is flagged; leave out --needs-review; nothing was exported"):
        _export(labels, linear_classifier, tmp_path / "tasks", needs_review=True)
    with pytest.raises(InputError, match="no labelled paragraph; nothing was exported"):
        _export(write_output(tmp_path / "empty", []), linear_classifier, tmp_path / "rows.jsonl", to="doccano")

    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "labels"]


def test_ids_that_rows_share_are_warned_of_once(
    linear_classifier: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    rows = [replace(row, article_id="a") for row in rows_of(linear_classifier, texts(12))]

    _export(write_output(tmp_path / "labels", rows), linear_classifier, tmp_path / "tasks")

    assert [message.split(",")[0] for message in caplog.messages] == ["2 of 12 rows have the id of another"]


@pytest.mark.parametrize(("to", "name"), [("label-studio", "tasks"), ("jsonl", "rows.jsonl")])
def test_an_earlier_export_is_replaced_only_where_asked(
    labels: Path, linear_classifier: Path, tmp_path: Path, to: str, name: str
) -> None:
    _export(labels, linear_classifier, tmp_path / name, to=to, limit=1)

    with pytest.raises(ConfigError, match="--overwrite"):
        _export(labels, linear_classifier, tmp_path / name, to=to)

    place = _export(labels, linear_classifier, tmp_path / name, to=to, overwrite=True)
    assert len(_tasks(place) if place.is_dir() else read_lines(place)) == COUNT


def test_labels_are_not_replaced_by_what_is_made_of_them(labels: Path, linear_classifier: Path) -> None:
    before = (labels / "labels.jsonl").read_bytes()

    with pytest.raises(ConfigError, match="is what shall be exported; choose another --out"):
        _export(labels, linear_classifier, labels / "labels.jsonl", to="jsonl", overwrite=True)
    with pytest.raises(ConfigError, match="holds something else"):
        _export(labels, linear_classifier, labels, overwrite=True)

    assert (labels / "labels.jsonl").read_bytes() == before


def _run(*arguments: Path | str | int) -> int:
    return main([str(argument) for argument in arguments])


def test_the_command_exports_and_says_what_to_do_next(
    labels: Path, linear_classifier: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "tasks"

    assert _run("export", labels, "--model", linear_classifier, "--out", out, "--needs-review", "--limit", 3) == 0

    shown = capsys.readouterr().out
    assert f"3 paragraphs in {out}" in shown
    assert str(out / "labelling_config.xml") in shown
    assert len(_tasks(out)) == 3


def test_the_command_writes_doccanos_file_quietly_where_asked(
    labels: Path, linear_classifier: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "rows.jsonl"

    assert (
        _run("export", labels, "--to", "doccano", "--out", out, "--model", linear_classifier, "--quiet", "limit=1") == 0
    )

    assert capsys.readouterr() == ("", "")
    assert [list(row)[:2] for row in read_lines(out)] == [["text", "label"]]


def test_wrong_settings_are_a_message(labels: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("export", labels, "--limit", 0, "too=doccano") == 2

    shown = capsys.readouterr().err
    assert "2 setting(s) wrong" in shown
    assert "limit: Input should be greater than or equal to 1" in shown
    assert "Traceback" not in shown


def test_the_usual_place_depends_on_the_tool() -> None:
    assert {to: str(ExportConfig.model_validate({"to": to}).place) for to in ("label-studio", "doccano", "jsonl")} == {
        "label-studio": "tasks",
        "doccano": "doccano.jsonl",
        "jsonl": "labelled.jsonl",
    }
