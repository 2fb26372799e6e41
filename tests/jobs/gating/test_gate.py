import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.config import TrainConfig, TrainLinearConfig
from pipeline.jobs.evaluating.scoring import score_rows
from pipeline.jobs.gating.gate import Candidate, run_gate
from pipeline.jobs.gating.rows import GateRows
from pipeline.jobs.gating.scoring import score_candidate, score_incumbent
from pipeline.jobs.train import train
from pipeline.jobs.training.material import TrainingMaterial, gather_material
from pipeline.jobs.training.outcome import TrainingOutcome
from pipeline.kinds import load_classifier
from pipeline.model_folder import model_version, read_decision, write_decision
from pipeline.model_line import ModelLine
from pipeline.records import Tally
from tests.line_samples import write_rows


@pytest.fixture(scope="module")
def settings(tiny_settings: TrainConfig, tmp_path_factory: pytest.TempPathFactory) -> TrainConfig:
    """Settings that train a tiny transformer on rows of which enough are held out for a gate."""
    folder = tmp_path_factory.mktemp("transformers")
    training = tiny_settings.training.model_dump() | {"epochs": 1, "held_out": 0.5}
    changes = {
        "labelled": [str(write_rows(200, folder / "rows.jsonl"))],
        "out": folder / "mine",
        "run": folder / "run",
        "training": training,
        "gate": {"incumbent": None, "resamples": 100},
    }
    return TrainConfig.model_validate(tiny_settings.model_dump() | changes)


@pytest.fixture(scope="module")
def incumbent(settings: TrainConfig) -> Path:
    """The current version of the line. Leave it as it is."""
    return train(settings)


@pytest.fixture(scope="module")
def material(settings: TrainConfig) -> TrainingMaterial:
    return gather_material(settings)


@pytest.fixture(scope="module")
def rows(material: TrainingMaterial) -> GateRows:
    """The rows held out."""
    held_out = np.flatnonzero(material.checks)
    chosen = [material.used[k] for k in held_out]
    return GateRows(chosen, held_out, [*chosen], [], {}, ())


def _read(folder: Path) -> dict[str, Any]:
    gate: dict[str, Any] = json.loads((folder / "gate.json").read_text(encoding="utf-8"))
    return gate


def test_two_transformers_are_compared_each_by_rules_fitted_without_the_rows_they_label(
    settings: TrainConfig, incumbent: Path, tmp_path: Path
) -> None:
    line = ModelLine(Path(shutil.copytree(incumbent.parents[1], tmp_path / "mine")))
    training = settings.training.model_copy(update={"seed": 5})

    folder = train(settings.model_copy(update={"out": line.folder, "training": training, "run": tmp_path / "run"}))

    gate = _read(folder)
    count = gate["rows"]["compared"]
    assert count == gate["rows"]["held_out"] > 50
    assert gate["verdict"] in {"passed", "refused"}
    (remark,) = gate["remarks"]
    assert remark.startswith(
        f"the incumbent's decision rule was fitted on {count} of these rows; here each is labelled"
    )
    assert (line.current() == "0002") == (gate["verdict"] == "passed")


def test_a_model_is_as_good_as_itself(
    settings: TrainConfig, material: TrainingMaterial, rows: GateRows, incumbent: Path
) -> None:
    classifier = load_classifier(str(incumbent), device="cpu", precision="float32")
    logits = np.full(material.gold.shape, np.nan)
    texts = [material.texts[k] for k in rows.held_out]
    windows = classifier.tokenizer.windows(texts)
    assert {len(each) for each in windows} >= {1}
    for k, each in zip(rows.held_out, windows, strict=True):
        logits[k] = classifier.logits(each).max(axis=0)
    outcome = TrainingOutcome(logits, material.trains, {}, {}, ())

    other, _ = score_incumbent(classifier, rows, incumbent)
    one = score_candidate(classifier, rows, settings, material, outcome)

    assert np.array_equal(one.applies, other.applies)


def test_thresholds_fitted_on_a_row_do_not_decide_about_it(rows: GateRows, incumbent: Path) -> None:
    classifier = load_classifier(str(incumbent), device="cpu", precision="float32")
    stored = score_rows(rows.rows, classifier, Tally())

    scored, _ = score_incumbent(classifier, rows, incumbent)

    assert not np.array_equal(scored.applies, stored.applies)
    assert np.array_equal(scored.gold, stored.gold)


def test_an_incumbent_whose_other_rows_are_not_here_keeps_its_rule_with_a_remark(
    rows: GateRows, incumbent: Path
) -> None:
    classifier = load_classifier(str(incumbent), device="cpu", precision="float32")
    half = GateRows(rows.rows[::2], rows.held_out[::2], rows.before[::2], [], {}, ())

    scored, (remark,) = score_incumbent(classifier, half, incumbent)

    assert np.array_equal(scored.applies, score_rows(half.rows, classifier, Tally()).applies)
    assert remark.endswith("of these rows and on others; it gains a little by it")


def test_an_incumbent_that_never_saw_the_rows_keeps_its_rule(rows: GateRows, incumbent: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(incumbent, tmp_path / "model"))
    (folder / "training_texts.npz").unlink()
    classifier = load_classifier(str(folder), device="cpu", precision="float32")

    scored, remarks = score_incumbent(classifier, rows, folder)

    assert remarks == []
    assert np.array_equal(scored.applies, score_rows(rows.rows, classifier, Tally()).applies)


def test_a_linear_candidate_may_take_the_place_of_a_transformer_and_the_other_way_round(
    settings: TrainConfig, incumbent: Path, gated_settings: TrainLinearConfig, first_version: Path, tmp_path: Path
) -> None:
    linear = gated_settings.model_copy(
        update={
            "out": Path(shutil.copytree(incumbent.parents[1], tmp_path / "one" / "mine")),
            "labelled": settings.labelled,
        }
    )
    transformer = settings.model_copy(
        update={
            "out": Path(shutil.copytree(first_version.parents[1], tmp_path / "other" / "mine")),
            "run": tmp_path / "run",
        }
    )

    one, other = _read(train(linear)), _read(train(transformer))

    assert (one["incumbent"], other["incumbent"]) == (model_version(incumbent), model_version(first_version))
    assert "macro_f1" in one
    assert "macro_f1" in other
    assert not one["left_out"]
    assert other["left_out"]["the incumbent was trained on them or on near copies"] > 20  # it held fewer out


def test_what_it_was_compared_with_is_told_by_its_version(
    gated_settings: TrainLinearConfig, first_version: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(first_version, tmp_path / "candidate"))
    write_decision(read_decision(folder).model_copy(update={"review_margin": 0.123}), folder)
    gate = gated_settings.gate
    assert gate
    config = gated_settings.model_copy(update={"out": first_version.parents[1]})
    material = gather_material(config)
    outcome = TrainingOutcome(np.zeros(material.gold.shape), material.trains, {}, {}, ())

    told = run_gate(Candidate(folder, config, material, outcome), gate)

    assert (told["model"], told["incumbent"]) == (model_version(folder), model_version(first_version))
    assert told["verdict"] == "refused"  # its logits were said to be 0, and so are its thresholds
    assert told["settings"] == {"margin": 0.03, "resamples": 200}
