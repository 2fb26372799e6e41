"""What `taawun label` wrote, as it is exported and suggested from."""

import json
import logging
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.errors import InputError, ModelError
from pipeline.jobs.labelling.output import open_output
from tests.output_samples import rows_of, texts, write_output


def test_rows_of_several_runs_come_one_after_the_other_as_often_as_asked(
    linear_classifier: Path, tmp_path: Path
) -> None:
    rows = rows_of(linear_classifier, texts(5))
    one, other = write_output(tmp_path / "one", rows[:2]), write_output(tmp_path / "other", rows[2:])

    output = open_output([str(one), str(other / "labels.jsonl")], str(linear_classifier))

    assert list(output.rows()) == rows
    assert list(output.rows()) == rows


def test_all_names_without_labels_are_told_at_once(linear_classifier: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError) as told:
        open_output([str(tmp_path), str(tmp_path / "nowhere")], str(linear_classifier))

    assert f"{tmp_path}: holds no labels.jsonl" in str(told.value)
    assert f"{tmp_path / 'nowhere'}: no such file" in str(told.value)


def test_a_model_that_is_not_there_is_told(linear_classifier: Path, tmp_path: Path) -> None:
    labels = write_output(tmp_path / "labels", rows_of(linear_classifier, texts(1)))

    with pytest.raises(ModelError, match="no such model folder"):
        open_output([str(labels)], str(tmp_path / "nowhere"))


def test_rows_of_another_taxonomy_are_refused_with_their_place(linear_classifier: Path, tmp_path: Path) -> None:
    first, second = rows_of(linear_classifier, texts(2))
    other = replace(second, probabilities={"sport": 0.5}, labels=("sport",))
    output = open_output([str(write_output(tmp_path / "labels", [first, other]))], str(linear_classifier))

    with pytest.raises(InputError, match=r"labels\.jsonl: row 2: labelled by .* has other domains .*; give --model"):
        list(output.rows())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"labels": ("sport",)}, "row 1: labels sport: known are economy_trade, .*; take it as taawun label wrote it"),
        ({"labels": ("energy", "sport")}, "row 1: labels sport: known are"),
    ],
)
def test_labels_that_the_model_does_not_know_are_refused(
    linear_classifier: Path, tmp_path: Path, change: dict[str, tuple[str, ...]], message: str
) -> None:
    (row,) = rows_of(linear_classifier, texts(1))
    output = open_output(
        [str(write_output(tmp_path / "labels", [replace(row, labels=change["labels"])]))], str(linear_classifier)
    )

    with pytest.raises(InputError, match=message):
        list(output.rows())


@pytest.mark.parametrize("probability", [-0.1, 1.01, float("inf")])
def test_probabilities_that_are_none_are_refused(linear_classifier: Path, tmp_path: Path, probability: float) -> None:
    (row,) = rows_of(linear_classifier, texts(1))
    folder = write_output(tmp_path / "labels", [row])
    text = (folder / "labels.jsonl").read_text(encoding="utf-8").replace("0.999", json.dumps(probability))
    (folder / "labels.jsonl").write_text(text, encoding="utf-8")

    with pytest.raises(InputError, match="row 1: probabilities from 0 to 1 are expected"):
        list(open_output([str(folder)], str(linear_classifier)).rows())


def test_labels_of_another_version_of_the_model_bring_one_warning(
    linear_classifier: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    rows = rows_of(linear_classifier, texts(3))
    renamed = [replace(row, model=row.model.replace("linear-classifier@", "another-name@")) for row in rows]
    open_output([str(write_output(tmp_path / "same", renamed))], str(linear_classifier))
    assert not caplog.messages

    other = [replace(row, model="cooperation@000000000000") for row in rows]
    list(open_output([str(write_output(tmp_path / "other", other))], str(linear_classifier)).rows())

    (message,) = caplog.messages
    assert "labelled by cooperation@000000000000, but thresholds are those of linear-classifier@" in message
