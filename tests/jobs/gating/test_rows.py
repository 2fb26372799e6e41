import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pipeline.config import TrainLinearConfig
from pipeline.jobs.gating.rows import choose_gate_rows
from pipeline.jobs.training.material import TrainingMaterial, gather_material
from pipeline.jobs.training.texts import write_fingerprint


@pytest.fixture(scope="module")
def material(gated_settings: TrainLinearConfig) -> TrainingMaterial:
    return gather_material(gated_settings)


@pytest.fixture
def stranger(first_version: Path, tmp_path: Path) -> Path:
    """A model that was trained on none of the rows."""
    folder = Path(shutil.copytree(first_version, tmp_path / "stranger"))
    (folder / "training_texts.npz").unlink()
    write_fingerprint(folder, [], np.ones(0, dtype=bool), np.ones(0, dtype=bool))
    return folder


def test_rows_held_out_come_first_and_those_of_files_behind_them(
    gated_settings: TrainLinearConfig, material: TrainingMaterial, stranger: Path, tmp_path: Path
) -> None:
    (tmp_path / "gold.jsonl").write_text(json.dumps({"text": "زار الوزير موسكو", "labels": []}), encoding="utf-8")
    config = gated_settings.model_copy(update={"evaluation": (str(tmp_path / "gold.jsonl"),)})

    chosen = choose_gate_rows(config, material, stranger)

    held_out = [material.used[k] for k in np.flatnonzero(material.checks)]
    assert len(held_out) > 100
    assert chosen.rows[:-1] == held_out == [material.used[k] for k in chosen.held_out]
    assert chosen.rows[-1].text == "زار الوزير موسكو"
    assert [(each["file"], each["rows"]) for each in chosen.evaluation] == [("gold.jsonl", 1)]
    assert (chosen.left_out, chosen.remarks) == ({}, ())
    assert chosen.before == chosen.rows


def test_rows_that_are_not_calibrated_on_are_not_compared_on(
    gated_settings: TrainLinearConfig, material: TrainingMaterial, stranger: Path
) -> None:
    is_fit = np.arange(len(material.used)) % 2 == 0

    chosen = choose_gate_rows(gated_settings, replace(material, is_calibrated_on=is_fit), stranger)

    assert chosen.held_out.tolist() == np.flatnonzero(material.checks & is_fit).tolist()
    left = int((material.checks & ~is_fit).sum())
    assert chosen.left_out == {"of a file that calibration.leave_out names": left}


def test_rows_that_either_was_trained_on_are_left_out_and_counted_once(
    gated_settings: TrainLinearConfig, material: TrainingMaterial, stranger: Path, tmp_path: Path
) -> None:
    held_out = [material.used[k] for k in np.flatnonzero(material.checks)]
    base = tmp_path / "base"
    base.mkdir()
    for folder, rows, trained in (
        (stranger, held_out, np.arange(len(held_out)) < 30),
        (base, held_out[:70], np.arange(70) >= 20),
    ):
        write_fingerprint(folder, rows, trained, ~trained)

    chosen = choose_gate_rows(gated_settings, material, stranger, base)

    assert chosen.rows == held_out[70:]
    assert chosen.left_out == {
        "the incumbent was trained on them or on near copies": 30,
        "the base model was trained on them or on near copies": 40,
    }
    assert [material.used[k] for k in chosen.held_out] == chosen.rows


def test_an_incumbent_that_does_not_remember_is_compared_with_a_remark(
    gated_settings: TrainLinearConfig, material: TrainingMaterial, stranger: Path
) -> None:
    (stranger / "training_texts.npz").unlink()

    chosen = choose_gate_rows(gated_settings, material, stranger)

    assert len(chosen.rows) == int(material.checks.sum())
    (remark,) = chosen.remarks
    assert remark.startswith("what the incumbent was trained on is not known")


def test_a_base_classifier_that_does_not_remember_is_remarked_and_an_encoder_is_not(
    gated_settings: TrainLinearConfig, material: TrainingMaterial, stranger: Path, tiny_encoder: Path, tmp_path: Path
) -> None:
    base = Path(shutil.copytree(stranger, tmp_path / "base"))
    (base / "training_texts.npz").unlink()

    (remark,) = choose_gate_rows(gated_settings, material, stranger, base).remarks

    assert remark == (
        "what the base model was trained on is not known; if it is some of these rows, the new version gains by it"
    )
    assert choose_gate_rows(gated_settings, material, stranger, tiny_encoder).remarks == ()
    assert len(choose_gate_rows(gated_settings, material, base, base).remarks) == 1


def test_rows_are_told_as_they_were_before_the_extra_files(
    gated_settings: TrainLinearConfig, material: TrainingMaterial, stranger: Path, tmp_path: Path
) -> None:
    base = [material.used[k] for k in np.flatnonzero(material.checks)[:2]]
    fields = [{"text": row.text, "labels": ["finance"]} for row in base]
    fields += [{"text": f"خبر جديد رقم {k} عن أمر آخر تماما", "labels": []} for k in range(20)]
    (tmp_path / "new.jsonl").write_text("\n".join(map(json.dumps, fields)), encoding="utf-8")
    config = gated_settings.model_copy(update={"extra": (str(tmp_path / "new.jsonl"),)})

    chosen = choose_gate_rows(config, gather_material(config), stranger)

    pairs = {row.text: (row, before) for row, before in zip(chosen.rows, chosen.before, strict=True)}
    assert [pairs[row.text] for row in base] == [(replace(row, labels=("finance",), codings=()), row) for row in base]
    new = [before for row, before in pairs.values() if row.place.startswith(str(tmp_path))]
    assert new
    assert set(new) == {None}


def test_rows_that_were_not_wholly_decided_before_have_no_labels_to_look_back_on(
    gated_settings: TrainLinearConfig, material: TrainingMaterial, stranger: Path
) -> None:
    k = int(np.flatnonzero(material.checks)[0])
    partly = replace(material.used[k], annotated=frozenset({"energy"}))
    before = [*material.before[:k], partly, *material.before[k + 1 :]]

    chosen = choose_gate_rows(gated_settings, replace(material, before=before), stranger)

    assert [place for place, row in enumerate(chosen.before) if row is None] == [0]
