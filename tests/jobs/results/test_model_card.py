import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from pipeline.bootstrap import Resampling, intervals
from pipeline.calibration import review_yield
from pipeline.config import load_config
from pipeline.errors import ModelError
from pipeline.jobs.results.model_card import add_evaluation, check_card, model_card
from pipeline.metrics import HEADLINES, measure
from pipeline.model_line import ModelLine
from pipeline.taxonomy import Taxonomy
from tests.line_samples import add_version

TAXONOMY = load_config(Taxonomy, Path(__file__).parents[3] / "configs" / "cooperation.yaml")


@pytest.fixture(scope="module")
def metrics() -> dict[str, Any]:
    """What training writes into `metrics.json`; the last domain has no row."""
    random = np.random.default_rng(0)
    probabilities = random.random((60, len(TAXONOMY.ids)))
    gold = random.random(probabilities.shape) < probabilities / 2
    gold[:, -1] = False
    applies = probabilities >= 0.5
    ids = TAXONOMY.ids
    return {
        "out_of_sample": {
            "how": "rows held out of training",
            **measure(gold, applies, probabilities, ids),
            "intervals": intervals(gold, applies, probabilities, ids, Resampling(np.arange(60), 100)),
            "review": review_yield(applies, gold, probabilities.min(axis=1) < 0.1),
        },
        "kind": "transformer",
        "license": "apache-2.0",
        "training": {"rows": 60, "rows_dropped_by_prepare": 2, "epochs": 4.0, "seed": 1},
        "data": [
            {"file": "a.jsonl", "sha256": "0" * 64, "rows": 40, "license": "CC BY 4.0, from: the archive"},
            {"file": "b.jsonl", "sha256": "f" * 64, "rows": 20, "license": "not stated"},
        ],
        "base_model": {"name": "models/encoder", "content": "0123456789ab"},
        "versions": {"taawun": "0"},
    }


def test_the_front_matter_is_yaml_with_the_headlines(metrics: dict[str, Any]) -> None:
    card = model_card("mine", TAXONOMY, metrics)

    start, front, _ = card.split("---\n", 2)
    read = yaml.safe_load(front)
    assert not start
    assert read["language"] == ["ar"]
    (model,) = read["model-index"]
    assert model["name"] == "mine"
    values = {each["type"]: each["value"] for each in model["results"][0]["metrics"]}
    assert values == {name: round(metrics["out_of_sample"][name], 4) for name in HEADLINES}


def test_a_card_has_a_row_per_domain_with_its_numbers(metrics: dict[str, Any]) -> None:
    lines = model_card("mine", TAXONOMY, metrics).splitlines()

    for domain in TAXONOMY.domains:
        (row,) = [line for line in lines if line.startswith(f"| {domain.english} | {domain.arabic} |")]
        f1 = metrics["out_of_sample"]["domains"][domain.id]["f1"]
        assert ("undefined" if f1 is None else f"{f1:.3f} [") in row
        assert row.count("|") == 8


def test_a_domain_without_rows_is_named_as_not_measured(metrics: dict[str, Any]) -> None:
    assert f"Not measured for lack of rows: {TAXONOMY.domains[-1].english}." in model_card("mine", TAXONOMY, metrics)


def test_every_file_is_named_with_its_license(metrics: dict[str, Any]) -> None:
    card = model_card("mine", TAXONOMY, metrics)

    assert "| a.jsonl | 40 | CC BY 4.0, from: the archive | 0000000000000000 |" in card
    assert "| b.jsonl | 20 | not stated | ffffffffffffffff |" in card


def test_the_card_of_a_linear_model_claims_nothing_of_a_transformer(linear_classifier: Path) -> None:
    card = (linear_classifier / "README.md").read_text(encoding="utf-8")

    assert "Logistic regression\nover TF-IDF of " in card
    assert '"library_name": "taawun"' in card
    for word in ("transformers", "Encoder:", "epochs", "windows"):
        assert word not in card


def test_the_card_of_a_trained_model_names_no_folder_of_this_machine(tiny_classifier: Path, tiny_encoder: Path) -> None:
    card = (tiny_classifier / "README.md").read_text(encoding="utf-8")

    assert f"Encoder:\n{tiny_encoder.name} (" in card
    for folder in (tiny_encoder.parent, tiny_classifier.parent, Path.cwd(), Path.home()):
        assert str(folder) not in card


def _report(metrics: dict[str, Any], version: str, name: str) -> dict[str, Any]:
    measured = metrics["out_of_sample"]
    gold = [{"file": name, "sha256": name * 9, "rows": 60}]
    return {
        "model": version,
        "gold": gold,
        "metrics": measured,
        "intervals": measured["intervals"],
        "review": measured["review"],
        "leakage": None,
    }


def test_an_evaluation_goes_into_the_card_once(metrics: dict[str, Any], tiny_classifier: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    shutil.copy(tiny_classifier / "decision.json", folder)
    (folder / "metrics.json").write_text(json.dumps(metrics), encoding="utf-8")

    for version, name in (
        ("mine@0", "old.jsonl"),
        ("mine@1", "dev.jsonl"),
        ("mine@1", "b.jsonl"),
        ("mine@1", "dev.jsonl"),
    ):
        add_evaluation(folder, _report(metrics, version, name))

    card = (folder / "README.md").read_text(encoding="utf-8")
    assert card.count("## How good it is on dev.jsonl") == card.count("## How good it is on b.jsonl") == 1
    assert "old.jsonl" not in card
    names = [each["dataset"]["name"] for each in yaml.safe_load(card.split("---\n")[1])["model-index"][0]["results"]]
    assert names == ["b.jsonl", "dev.jsonl", "cooperation, rows not trained on"]


def test_a_version_of_a_line_never_changes_but_its_copy_does_and_stays_promoted(
    metrics: dict[str, Any], linear_classifier: Path, tmp_path: Path
) -> None:
    line = ModelLine.open(tmp_path / "mine")
    version = line.place(add_version(line, linear_classifier))

    with pytest.raises(ModelError, match=r"0001: is a version of the line mine, and versions never change; .* a copy"):
        check_card(version, None, excluded=False)

    folder = tmp_path / "release"
    shutil.copytree(version, folder, copy_function=shutil.copyfile)
    check_card(folder, None, excluded=False)
    add_evaluation(folder, _report(metrics, "release@1", "dev.jsonl"))
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert "## Promotion\nVersion 0001 of its line. It passed the gate:" in card
    assert card.index("## Promotion") < card.index("## How good it is on dev.jsonl")


def test_the_card_tells_the_code_and_the_model_whose_place_it_takes(metrics: dict[str, Any]) -> None:
    known = metrics | {"code": "0.1.0+0123456789ab", "parent": {"incumbent": "mine@0123", "base_model": None}}
    first = known | {"parent": {"incumbent": None, "base_model": None}}

    assert "Made by the code taawun 0.1.0+0123456789ab, to take the place of mine@0123.\n" in model_card(
        "mine", TAXONOMY, known
    )
    assert "Made by the code taawun 0.1.0+0123456789ab.\n" in model_card("mine", TAXONOMY, first)
    assert "Made by the code" not in model_card("mine", TAXONOMY, metrics)  # as earlier versions wrote them


def test_a_folder_without_metrics_has_no_card_to_add_to(metrics: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"metrics\.json"):
        add_evaluation(tmp_path, _report(metrics, "mine@0", "dev.jsonl"))


@pytest.mark.parametrize(
    ("base", "told"),
    [
        ({}, "Encoder:\nmodels/encoder (0123456789ab)"),
        ({"is_classifier": False}, "Encoder:\nmodels/encoder ("),
        ({"is_classifier": True}, "Trained further from the classifier\nmodels/encoder (0123456789ab); its own card"),
    ],
)
def test_a_card_tells_an_encoder_from_a_classifier_that_was_trained_further(
    metrics: dict[str, Any], base: dict[str, bool], told: str
) -> None:
    card = model_card("mine", TAXONOMY, metrics | {"base_model": metrics["base_model"] | base})

    assert told in card
    assert ("Encoder:" in card) == (not base.get("is_classifier"))


def test_a_card_tells_of_averaged_fittings_and_respelled_rows(metrics: dict[str, Any]) -> None:
    soup = {**metrics, "training": {**metrics["training"], "fittings": 2, "respelled": 0.2}}

    assert "4 epochs, seed\n1. The weights are the average of 2 such fittings. 20% of" in model_card(
        "m", TAXONOMY, soup
    )
    assert "4 epochs, seed\n1.\n" in model_card("m", TAXONOMY, metrics)
    once = {**metrics, "training": {**metrics["training"], "epochs": 1.0}}
    assert " 1 epoch, seed\n1.\n" in model_card("m", TAXONOMY, once)
